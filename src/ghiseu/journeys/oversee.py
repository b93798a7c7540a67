"""What people without a desk may see: how the installation stands. No citizen's data is in it."""

from dataclasses import dataclass
from datetime import date

from ghiseu.foundation.access import transaction
from ghiseu.foundation.jobs.hold import deliveries_paused
from ghiseu.foundation.jobs.models import RuntimeFlag
from ghiseu.modules.applicants.ports import registers
from ghiseu.modules.catalogue import queries as catalogue
from ghiseu.modules.catalogue.package import Package
from ghiseu.modules.submissions import queries as submissions
from ghiseu.modules.submissions.models import Quarantined
from ghiseu.modules.submissions.ports import providers

MOST_QUARANTINED = 50


@dataclass(frozen=True, kw_only=True)
class Connection:
    """One outside system as it answers now; `fault` is empty when all is well, else an English fact."""

    name: str
    is_register: bool
    fault: str


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How the installation stands. `held` is set while deliveries are on hold."""

    connections: tuple[Connection, ...]
    packages: tuple[Package, ...]
    held: RuntimeFlag | None
    quarantined: tuple[Quarantined, ...]
    quarantined_count: int


def standing(*, on: date, institution: str = "") -> Standing:
    """Ask every connected system whether it answers, and read the rest. Call it outside a transaction.

    With an institution only what concerns it is returned.
    """
    with transaction():
        route = catalogue.route_code(institution) if institution else ""
    connections = [
        Connection(name=key, is_register=False, fault=providers.get(key).check())
        for key in providers.keys()  # noqa: SIM118 - a port is no mapping
        if route in {"", key}
    ]
    if not institution:
        connections += [
            Connection(name=key, is_register=True, fault=registers.get(key).check())
            for key in registers.keys()  # noqa: SIM118 - a port is no mapping
        ]
    with transaction():
        packages = [one for one in catalogue.present_packages(on=on) if institution in {"", one.institution}]
        waiting = submissions.quarantined(institution=route)
        return Standing(
            connections=tuple(connections),
            packages=tuple(sorted(packages, key=lambda one: one.code)),
            held=deliveries_paused(),
            quarantined=tuple(waiting[:MOST_QUARANTINED]),
            quarantined_count=waiting.count(),
        )
