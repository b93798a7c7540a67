"""Publish what the folder `services` holds."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ghiseu.foundation.access import require_transaction
from ghiseu.modules.catalogue.authoring import AuthoringMistake, read_yaml
from ghiseu.modules.catalogue.checking import Report, check_all
from ghiseu.modules.catalogue.checking.checker import package_folders
from ghiseu.modules.catalogue.checking.places import inner, items
from ghiseu.modules.catalogue.loading import load
from ghiseu.modules.catalogue.models import CatalogueEntry, Institution, ServicePackage
from ghiseu.modules.catalogue.package import LANGUAGES, Package
from ghiseu.modules.catalogue.reader import NotOfTheFormat


class NotGreen(Exception):
    """The check found mistakes; nothing was published. `report` names them."""

    def __init__(self, report: Report) -> None:
        super().__init__(report.text())
        self.report = report


class ContentChanged(Exception):
    """A version that is published already has other content now. A change is a new version."""

    def __init__(self, changed: list[str]) -> None:
        super().__init__(f"{', '.join(changed)}: published with other content; make a new version folder")
        self.changed = changed


@dataclass(frozen=True, kw_only=True)
class Published:
    """What a publishing brought: new versions as `code version`, and how many were there already."""

    new: tuple[str, ...]
    unchanged: int


def publish(root: Path, *, at: datetime) -> Published:
    """Publish every package of the folder that is not published yet, with institutions and the wider catalogue.

    Publishing the same folder again changes nothing. Raises NotGreen when something new does not pass the check,
    ContentChanged, AuthoringMistake.
    """
    require_transaction()
    _publish_institutions(root)
    _publish_entries(root)
    held = {(row.code, row.version): row.sha256 for row in ServicePackage.objects.only("code", "version", "sha256")}
    folders = package_folders(root)
    try:
        packages = [load(folder) for folder in folders]
    except (AuthoringMistake, NotOfTheFormat, ValueError, OSError):
        packages = []  # the check below names file and line
    new = [package for package in packages if (package.code, package.version) not in held]
    changed = [p for p in packages if held.get((p.code, p.version), p.sha256) != p.sha256]
    if changed:
        raise ContentChanged([f"{package.code} {package.version}" for package in changed])
    if new or len(packages) < len(folders):
        report = check_all(root)
        if not report.is_green:
            raise NotGreen(report)
    ServicePackage.objects.bulk_create([_row(package, at=at) for package in new])
    return Published(
        new=tuple(f"{package.code} {package.version}" for package in new), unchanged=len(packages) - len(new)
    )


def _row(package: Package, *, at: datetime) -> ServicePackage:
    return ServicePackage(
        code=package.code,
        version=package.version,
        kind=package.kind,
        institution=package.institution,
        names={language: package.name(language) for language in LANGUAGES},
        effective_from=package.effective_from,
        canonical=package.canonical,
        sha256=package.sha256,
        published_at=at,
    )


def _publish_institutions(root: Path) -> None:
    for _, written in items(read_yaml(root / "institutions.yaml").value, "institutions"):
        keys = ("short", "phone", "address", "website", "route", "certainty")
        Institution.objects.update_or_create(
            code=str(written["code"]),
            defaults={"names": inner(written, "names"), "contacts": {key: written.get(key) for key in keys}},
        )


def _publish_entries(root: Path) -> None:
    for _, written in items(read_yaml(root / "catalogue.yaml").value, "services"):
        own = {"code", "names", "provider", "category"}
        CatalogueEntry.objects.update_or_create(
            code=str(written["code"]),
            defaults={
                "names": inner(written, "names"),
                "provider": str(written["provider"]),
                "category": str(written["category"]),
                "details": {key: value for key, value in written.items() if key not in own},
            },
        )
