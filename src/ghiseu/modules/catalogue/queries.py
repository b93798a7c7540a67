"""What is published: packages of a day, institutions, the wider catalogue, and the search over all of it."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from django.db.models import Max

from ghiseu.modules.catalogue.loading import from_canonical
from ghiseu.modules.catalogue.models import CatalogueEntry, Institution, ServicePackage
from ghiseu.modules.catalogue.package import LANGUAGES, Package
from ghiseu.modules.catalogue.searching import Index, Searchable


class NoSuchService(Exception):
    """No version of this service is published and in effect on that day."""


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A service found. `is_package` False: the centre informs about it and points the way."""

    code: str
    name: str
    summary: str
    institution: str
    is_package: bool


def present_version(code: str, *, on: date) -> ServicePackage:
    """Return the newest published version in effect on the day. Raises NoSuchService."""
    rows = ServicePackage.objects.filter(code=code, effective_from__lte=on)
    row = rows.order_by("-effective_from", "-version").first()
    if row is None:
        raise NoSuchService(code)
    return row


def present_package(code: str, *, on: date) -> Package:
    """Return the same, loaded. Raises NoSuchService."""
    return package_of(present_version(code, on=on))


def package_of(row: ServicePackage) -> Package:
    """Return the package that a published row holds; the same object for the same content."""
    return _loaded(row.sha256, row.canonical)


@lru_cache(maxsize=512)
def _loaded(sha256: str, canonical: str) -> Package:  # noqa: ARG001 - the hash keys the cache
    return from_canonical(canonical)


def present_packages(*, on: date) -> list[Package]:
    """Return every service in effect on the day, in the order of codes."""
    rows = ServicePackage.objects.filter(effective_from__lte=on).order_by("code", "-effective_from", "-version")
    newest: dict[str, ServicePackage] = {}
    for row in rows:
        newest.setdefault(row.code, row)
    return [package_of(row) for row in newest.values()]


def institutions() -> list[Institution]:
    """Return the institutions in the order of codes."""
    return list(Institution.objects.order_by("code"))


def institution(code: str) -> Institution:
    """Return one institution. Raises Institution.DoesNotExist."""
    return Institution.objects.get(code=code)


def route_code(code: str) -> str:
    """Return the name under which the institution's server is wired; its own code when it has no other."""
    known = Institution.objects.filter(code=code).values_list("contacts", flat=True).first()
    return str((known or {}).get("route") or code)


def entry(code: str) -> CatalogueEntry:
    """Return one service of the wider catalogue. Raises CatalogueEntry.DoesNotExist."""
    return CatalogueEntry.objects.get(code=code)


def search(words: str, *, language: str, on: date, limit: int = 10) -> list[Hit]:
    """Return services for the words as citizens say them, in any of our languages and either alphabet.

    Services that can be done here come with their package; the others are information.
    """
    index, hits = _index(_published_at(), CatalogueEntry.objects.count(), on)
    found = index.find(words, language=language, limit=limit)
    return [hits[(one.code, one.is_package)].said_in(language) for one in found]


def _published_at() -> datetime | None:
    newest: datetime | None = ServicePackage.objects.aggregate(newest=Max("published_at"))["newest"]
    return newest


@dataclass(frozen=True)
class _Shown:
    """What a hit shows, by language."""

    code: str
    names: dict[str, str]
    summaries: dict[str, str]
    institution: str
    is_package: bool

    def said_in(self, language: str) -> Hit:
        return Hit(
            code=self.code,
            name=self.names.get(language) or self.names["ro"],
            summary=self.summaries.get(language, ""),
            institution=self.institution,
            is_package=self.is_package,
        )


_Content = tuple[Index, dict[tuple[str, bool], _Shown]]


@lru_cache(maxsize=4)
def _index(published_at: datetime | None, entries: int, on: date) -> _Content:  # noqa: ARG001 - they key the cache
    packages = present_packages(on=on)
    shown = [_of_package(package) for package in packages]
    services = [_searchable(package) for package in packages]
    covered = {package.code for package in packages}
    for row in CatalogueEntry.objects.order_by("code"):
        if row.details.get("package") in covered:
            continue
        shown.append(_of_entry(row))
        phrases: dict[str, tuple[str, ...]] = {str(language): (str(name),) for language, name in row.names.items()}
        services.append(Searchable(code=row.code, is_package=False, phrases=phrases))
    return Index(services), {(one.code, one.is_package): one for one in shown}


def _searchable(package: Package) -> Searchable:
    phrases = {language: (*package.search[language], package.name(language)) for language in LANGUAGES}
    return Searchable(code=package.code, is_package=True, phrases=phrases)


def _of_package(package: Package) -> _Shown:
    return _Shown(
        package.code,
        {language: package.name(language) for language in LANGUAGES},
        {language: package.text("summary", language) for language in LANGUAGES},
        package.institution,
        is_package=True,
    )


def _of_entry(row: CatalogueEntry) -> _Shown:
    return _Shown(row.code, dict(row.names), {}, str(row.details.get("institution") or ""), is_package=False)
