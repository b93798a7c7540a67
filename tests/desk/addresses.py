"""Every address of the product, read from its own lists, with values that fit filled in."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import uuid4

from django.urls import URLPattern, URLResolver, get_resolver

# Pages that need nobody signed in: the outside world calls them, or everybody may read them.
PUBLIC = frozenset({"health", "language", "callbacks", "citizen"})
# Only in an installation for developers.
GALLERY = frozenset({"gallery", "i18n"})


@dataclass(frozen=True, kw_only=True)
class Values:
    """What stands in the addresses."""

    number: str
    code: str = "asp.civil.extract-birth"
    others: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Address:
    """One address: the channel it belongs to, its name, and the path."""

    channel: str
    name: str
    path: str

    @property
    def is_of_a_case(self) -> bool:
        return self.path.startswith("/cases/")


def every_address(values: Values) -> list[Address]:
    """Return all addresses in the order of the lists; the gallery of components is not part of the product."""
    return [one for one in _walk(get_resolver().url_patterns, "/", "", values) if one.channel not in GALLERY]


def _walk(patterns: list[URLPattern | URLResolver], before: str, channel: str, values: Values) -> Iterator[Address]:
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from _walk(one.url_patterns, before + str(one.pattern), one.app_name or channel, values)
        else:
            yield Address(
                channel=channel or one.callback.__module__.rpartition(".")[2],
                name=one.name or one.callback.__name__,
                path=_filled(before + str(one.pattern), values),
            )


def _filled(route: str, values: Values) -> str:
    known = {
        "number": values.number,
        "code": values.code,
        "field": "purpose",
        "upload": str(uuid4()),
        "key": str(uuid4()),
        "paper": "slip",
        "task": "1",
        "witnessing": "1",
        "institution": "asp",
        "service": "1",
        "order": values.number,
        "payment": "1",
        "grant": "1",
        "centre": "LOZ",
        "finding": "1",
        "shipment": "1",
        "incident": "1",
        "duty": "early_warning",
        "language": "ro",
        **values.others,
    }
    parts = []
    for part in route.split("/"):
        name = part.strip("<>").partition(":")[2]
        parts.append(known[name] if part.startswith("<") else part)
    return "/".join(parts)
