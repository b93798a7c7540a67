"""What people without a desk may see: how the installation stands. No citizen's data is in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from ghiseu.foundation.access import transaction
from ghiseu.foundation.jobs.hold import deliveries_paused
from ghiseu.foundation.jobs.models import RuntimeFlag
from ghiseu.foundation.wire.platforms import Finding, platforms
from ghiseu.modules.catalogue import queries as catalogue
from ghiseu.modules.catalogue.package import Package
from ghiseu.modules.submissions import queries as submissions
from ghiseu.modules.submissions.models import Quarantined
from ghiseu.modules.submissions.ports import providers

MOST_QUARANTINED = 50


@dataclass(frozen=True, kw_only=True)
class Connection:
    """One institution as it answers now; `fault` is empty when all is well, else an English fact."""

    name: str
    fault: str


@dataclass(frozen=True, kw_only=True)
class PlatformStanding:
    """One shared platform, with all that it is known to have or lack now."""

    name: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How the installation stands. `held` is set while deliveries are on hold."""

    platforms: tuple[PlatformStanding, ...]
    connections: tuple[Connection, ...]
    packages: tuple[Package, ...]
    held: RuntimeFlag | None
    quarantined: tuple[Quarantined, ...]
    quarantined_count: int


def standing(*, on: date, at: datetime, institution: str = "") -> Standing:
    """Ask every connected system whether it answers, and read the rest. Call it outside a transaction.

    With an institution only what concerns it is returned.
    """
    with transaction():
        route = catalogue.route_code(institution) if institution else ""
    connections = [
        Connection(name=key, fault=providers.get(key).check())
        for key in providers.keys()  # noqa: SIM118 - a port is no mapping
        if route in {"", key}
    ]
    shared = () if institution else tuple(_platforms(at=at))
    with transaction():
        packages = [one for one in catalogue.present_packages(on=on) if institution in {"", one.institution}]
        waiting = submissions.quarantined(institution=route)
        return Standing(
            platforms=shared,
            connections=tuple(connections),
            packages=tuple(sorted(packages, key=lambda one: one.code)),
            held=deliveries_paused(),
            quarantined=tuple(waiting[:MOST_QUARANTINED]),
            quarantined_count=waiting.count(),
        )


def _platforms(*, at: datetime) -> Iterator[PlatformStanding]:
    for name in platforms.keys():  # noqa: SIM118 - a port is no mapping
        yield PlatformStanding(name=name, findings=tuple(platforms.get(name).check(at=at)))
