"""The Jinja environment of all pages: escaping on, translations, own filters, the parts of the components."""

import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

from django.apps import apps
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined, Undefined

from ghiseu.foundation.ui import filters, parts

LANGUAGES = (("ro", "Ro", "Română"), ("ru", "Ru", "Русский"), ("en", "En", "English"))


def _own_template_folders() -> list[Path]:
    """Return the `templates` folder of each of our installed apps, in the order of installation."""
    folders = (Path(app.path) / "templates" for app in apps.get_app_configs() if app.name.startswith("ghiseu."))
    return [folder for folder in folders if folder.is_dir()]


def url(name: str, *args: object, **kwargs: object) -> str:
    """Return the address of a named view."""
    return reverse(name, args=args or None, kwargs=kwargs or None)


def csrf_field(request: HttpRequest) -> SafeString:
    """Return the hidden input that every posting form needs."""
    return format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', get_token(request))


def command_field() -> SafeString:
    """Return a hidden input with a fresh command id: the same form sent twice acts once."""
    return format_html('<input type="hidden" name="command_id" value="{}">', uuid4())


def current_language() -> str:
    """Return the language of the page: ro, ru or en."""
    return (translation.get_language() or "ro")[:2]


def environment(**options: Any) -> Environment:  # Any: Django hands over whatever TEMPLATES says
    """Build the environment; the name to give in TEMPLATES OPTIONS.

    Templates are looked for in the folders Django names and in `templates` of each of our apps.
    GHISEU_STRICT_TEMPLATES=1 makes an unknown variable an error instead of nothing.
    """
    strict = os.environ.get("GHISEU_STRICT_TEMPLATES") == "1"
    given = options.pop("loader", None)
    own = FileSystemLoader(_own_template_folders())
    built = Environment(
        loader=ChoiceLoader([given, own]) if given else own,
        autoescape=True,
        undefined=StrictUndefined if strict else Undefined,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols"],
        trim_blocks=True,
        lstrip_blocks=True,
        **{key: value for key, value in options.items() if key in {"auto_reload", "cache_size", "bytecode_cache"}},
    )
    _install_translations(built)
    _install_filters(built)
    built.globals.update(
        static=static,
        url=url,
        csrf_field=csrf_field,
        command_field=command_field,
        current_language=current_language,
        languages=LANGUAGES,
        parts=SimpleNamespace(**vars(parts)),
    )
    return built


def _install_translations(built: Environment) -> None:
    install: Callable[..., None] = getattr(built, "install_gettext_callables")  # noqa: B009 - added by the extension
    install(
        translation.gettext,
        translation.ngettext,
        newstyle=True,
        pgettext=translation.pgettext,
        npgettext=translation.npgettext,
    )


def _install_filters(built: Environment) -> None:
    built.filters.update(
        date=filters.short_date,
        long_date=filters.long_date,
        datetime=filters.date_and_time,
        time=filters.clock_time,
        weekday_and_time=filters.weekday_and_time,
        weekday_and_day=filters.weekday_and_day,
        zoned_time=filters.zoned_time,
        iso=filters.machine_time,
        money=filters.money,
        number=filters.number,
        masked_idnp=filters.masked_idnp,
        grouped_idnp=filters.grouped_idnp,
        grouped_iban=filters.grouped_iban,
        file_size=filters.file_size,
    )
