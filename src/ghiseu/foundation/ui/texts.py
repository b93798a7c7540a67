"""On-screen texts: collect them from the sources, merge into the catalogs, compile, tell what is missing.

English is the source and needs no catalog. The files are src/ghiseu/locale/<language>/LC_MESSAGES/django.po.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PACKAGE = Path(__file__).resolve().parents[2]
LOCALE = PACKAGE / "locale"
LANGUAGES = ("ro", "ru")
PSEUDO = "en_XA"
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd%]|\{\w*\}|<[^>]+>")
# Cedillas look like the Romanian letters, are other letters, and break searching.
CEDILLAS = re.compile("[şţŞŢ]")


@dataclass(frozen=True, kw_only=True)
class Missing:
    """One text that a language cannot show yet. `why` is untranslated, fuzzy, placeholders or cedilla."""

    language: str
    text: str
    why: str
    places: tuple[str, ...]


def catalog_path(language: str, *, locale: Path = LOCALE) -> Path:
    """Return the .po file of a language."""
    return locale / language / "LC_MESSAGES" / "django.po"


def extract(*, package: Path = PACKAGE) -> Catalog:
    """Return all texts that the sources of the package ask for, with the files they stand in."""
    with (Path(__file__).resolve().parents[4] / "babel.cfg").open(encoding="utf-8") as mapping:
        methods, options = parse_mapping_cfg(mapping)  # type: ignore[no-untyped-call]  # Babel leaves it untyped
    found = Catalog(project="ghiseu", charset="utf-8")
    for name, _line, text, comments, context in extract_from_dir(
        package, methods, options, KEYWORDS, comment_tags=("i18n:",), strip_comment_tags=True
    ):
        found.add(text, None, [(f"{package.name}/{name}", 0)], auto_comments=comments, context=context)
    return found


def read(language: str, *, locale: Path = LOCALE) -> Catalog:
    """Return the catalog of a language, empty when it has no file yet."""
    path = catalog_path(language, locale=locale)
    if not path.exists():
        return Catalog(locale=language, project="ghiseu", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language)


def update(*, package: Path = PACKAGE, locale: Path = LOCALE) -> list[Path]:
    """Merge the texts of the sources into every catalog; translations stay, unused ones leave. Safe to repeat."""
    template = extract(package=package)
    written = []
    for language in LANGUAGES:
        catalog = read(language, locale=locale)
        catalog.update(template, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        written.append(write(catalog, language=language, locale=locale))
    return written


def write(catalog: Catalog, *, language: str, locale: Path = LOCALE) -> Path:
    """Write a catalog in a form that changes only where texts change."""
    path = catalog_path(language, locale=locale)
    path.parent.mkdir(parents=True, exist_ok=True)
    catalog.header_comment = f"# Texts of Ghișeu in {language}."
    with path.open("wb") as file:
        write_po(file, catalog, width=110, omit_header=True, sort_output=True, include_lineno=False)
    body = path.read_bytes()
    head = (
        'msgid ""\nmsgstr ""\n'
        f'"Language: {language}\\n"\n'
        '"MIME-Version: 1.0\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Plural-Forms: {catalog.plural_forms}\\n"\n\n'
    )
    path.write_bytes(head.encode() + body)
    return path


def compile_catalogs(*, locale: Path = LOCALE) -> list[Path]:
    """Write the .mo files that Django reads, where a catalog changed. Safe to repeat, and by several at once.

    A .mo bears the time of the .po it was made from. Any other time means another .po: newer, or one put back.
    """
    written = []
    for language in LANGUAGES:
        source = catalog_path(language, locale=locale)
        target = source.with_suffix(".mo")
        if not source.exists():
            continue
        edited = source.stat().st_mtime_ns
        if target.exists() and target.stat().st_mtime_ns == edited:
            continue
        _write_compiled(read(language, locale=locale), target)
        os.utime(target, ns=(edited, edited))
        written.append(target)
    return written


def _write_compiled(catalog: Catalog, target: Path) -> None:
    unfinished = target.with_suffix(f".{os.getpid()}.mo.tmp")
    with unfinished.open("wb") as file:
        write_mo(file, catalog)
    unfinished.replace(target)


def missing(*, package: Path = PACKAGE, locale: Path = LOCALE, under: str = "") -> list[Missing]:
    """Return what each language lacks; `under` keeps to texts of that folder (such as "ghiseu/foundation/ui")."""
    template = extract(package=package)
    found = []
    for language in LANGUAGES:
        catalog = read(language, locale=locale)
        for wanted in _texts(template, under=under):
            why = _lack(wanted, catalog.get(wanted.id, wanted.context), plurals=catalog.num_plurals)
            if why:
                text = wanted.id if isinstance(wanted.id, str) else wanted.id[0]
                places = tuple(place for place, _ in wanted.locations)
                found.append(Missing(language=language, text=text, why=why, places=places))
    return found


def _texts(catalog: Catalog, *, under: str) -> Iterator[Message]:
    for message in catalog:
        if message.id and any(place.startswith(under) for place, _ in message.locations):
            yield message


def _forms(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


def _lack(wanted: Message, given: Message | None, *, plurals: int) -> str:
    if given is None or not all(_forms(given) or [""]) or (wanted.pluralizable and len(_forms(given)) != plurals):
        return "untranslated"
    if given.fuzzy:
        return "fuzzy"
    if CEDILLAS.search("".join(_forms(given))):
        return "cedilla"
    return "" if _keeps_placeholders(wanted, given) else "placeholders"


def _keeps_placeholders(wanted: Message, given: Message) -> bool:
    expected = _placeholders(wanted.id if isinstance(wanted.id, str) else wanted.id[-1])
    forms = [_placeholders(form) for form in _forms(given)]
    if wanted.pluralizable:  # "one day" may do without its number
        return all(form <= expected for form in forms)
    return forms == [expected]


def _placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


def pseudo(text: str) -> str:
    """Return the text in accented letters, a third longer: shows what cannot be translated or is too narrow."""
    letters = str.maketrans("aeiouAEIOUcnsyz", "áéíóúÁÉÍÓÚçñšýž")
    pieces, last = [], 0
    for found in PLACEHOLDER.finditer(text):
        pieces += [text[last : found.start()].translate(letters), found.group()]
        last = found.end()
    pieces.append(text[last:].translate(letters))
    return f"[{''.join(pieces)}{'·' * (len(text) // 3)}]"


def write_pseudo(*, package: Path = PACKAGE, locale: Path) -> Path:
    """Write a compiled catalog of the invented language en-xa under `locale`, for a look at the pages."""
    catalog = extract(package=package)
    made = Catalog(locale="en", charset="utf-8")
    for message in catalog:
        if not message.id:
            continue
        string = pseudo(message.id) if isinstance(message.id, str) else tuple(map(pseudo, message.id))
        made.add(message.id, string, context=message.context)
    target = catalog_path(PSEUDO, locale=locale).with_suffix(".mo")
    target.parent.mkdir(parents=True, exist_ok=True)
    _write_compiled(made, target)
    return target
