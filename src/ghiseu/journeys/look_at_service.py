"""Before anything is typed: can this person have it, is it granted already, which papers, what price, which day."""

from dataclasses import dataclass, field
from datetime import datetime

from ghiseu.foundation import clock
from ghiseu.foundation.access import transaction
from ghiseu.journeys.matter import Judged, Matter, judge, read_registers
from ghiseu.modules.appointments import queries as appointments
from ghiseu.modules.appointments.models import Appointment
from ghiseu.modules.cases.models import OpenMatter
from ghiseu.modules.cases.operations import find_open_matter
from ghiseu.modules.catalogue import queries as catalogue
from ghiseu.modules.catalogue.package import Effect, FieldType, Package, RouteKind
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.visits.models import Visit


@dataclass(frozen=True, kw_only=True)
class Prospect:
    """What the operator can tell the person now. `open_matter` says that the same is open already, and where.

    `booked` is the appointment for the same that the person has already; a second one deserves a warning.
    """

    judged: Judged
    open_matter: OpenMatter | None
    booked: Appointment | None

    @property
    def may_not_open_again(self) -> bool:
        """Tell whether the package refuses a second matter beside the open one; else it is only a warning."""
        return self.open_matter is not None and only_one(self.judged)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the operator chose or was told so far."""

    service: str
    role: str = ""
    answers: dict[str, bool] = field(default_factory=dict)
    term: str = ""
    pays_despite_exemption: bool = False


def look_at_service(*, visit: Visit, asked: Asked, at_desk: AtDesk, at: datetime) -> Prospect:
    """Read the registers that the service needs and judge. May be repeated; nothing is opened.

    Raises catalogue.NoSuchService.
    """
    with transaction():
        matter = prospective_matter(visit=visit, asked=asked, at_desk=at_desk, at=at)
    read_registers(matter, at_desk=at_desk, at=at)
    with transaction():
        judged = judge(matter, at_desk=at_desk, at=at)
        return Prospect(
            judged=judged, open_matter=find_open_matter(same_matters(judged)), booked=_booked_already(judged, at=at)
        )


def _booked_already(judged: Judged, *, at: datetime) -> Appointment | None:
    package = judged.matter.package
    if package.route.kind is not RouteKind.OWN_CALENDAR:
        return None
    return appointments.booked_already(person_id=judged.matter.holder.pk, service_code=package.code, at=at)


def prospective_matter(*, visit: Visit, asked: Asked, at_desk: AtDesk, at: datetime) -> Matter:
    """Return the matter as it would be opened now. Call it inside a transaction."""
    package: Package = catalogue.present_package(asked.service, on=clock.today(at_desk.time_zone, at=at))
    matter = Matter(
        package=package,
        visit=visit,
        holder=visit.mandate.subject if visit.mandate else visit.person,
        mandate=visit.mandate,
        role=asked.role,
        answers=asked.answers,
        term=asked.term,
        pays_despite_exemption=asked.pays_despite_exemption,
    )
    return judge(matter, at_desk=at_desk, at=at).matter


def only_one(judged: Judged) -> bool:
    """Tell whether the package allows one open matter of the kind, and not only warns of a second."""
    return judged.matter.package.duplicates.effect is Effect.BLOCK


def same_matters(judged: Judged) -> list[str]:
    """Return what makes two matters the same by the package's rule: one key, or one for each child that is named.

    Empty when several may be open, and while the child is not named yet.
    """
    package, matter = judged.matter.package, judged.matter
    rule = package.duplicates
    if rule.by == "none":
        return []
    key = f"{package.code}|{matter.holder.idnp or matter.holder.document}"
    if not rule.child_field:
        return [key]
    return [f"{key}|{child}" for child in _children(judged, rule.child_field)]


def _children(judged: Judged, child_field: str) -> list[str]:
    """Return the IDNPs of the child field and of lists of IDNPs beside it, which name the others of one birth."""
    named: set[str] = set()
    for state in judged.evaluation.fields:
        is_list = state.field.type is FieldType.IDNP and state.field.repeat is not None
        if state.visible and state.value and (state.field.id == child_field or is_list):
            named.update(str(one) for one in (state.value if isinstance(state.value, list) else [state.value]))
    return sorted(named)
