"""Before anything is typed: can this person have it, is it granted already, which papers, what price, which day."""

from dataclasses import dataclass, field
from datetime import datetime

from ghiseu.foundation.access import transaction
from ghiseu.journeys.matter import Judged, Matter, judge, read_registers
from ghiseu.modules.cases.models import OpenMatter
from ghiseu.modules.cases.operations import find_open_matter
from ghiseu.modules.catalogue import queries as catalogue
from ghiseu.modules.catalogue.package import Package
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.visits.models import Visit


@dataclass(frozen=True, kw_only=True)
class Prospect:
    """What the operator can tell the person now. `open_matter` says that the same is open already, and where."""

    judged: Judged
    open_matter: OpenMatter | None


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
        return Prospect(judged=judged, open_matter=find_open_matter(same_matter(judged)))


def prospective_matter(*, visit: Visit, asked: Asked, at_desk: AtDesk, at: datetime) -> Matter:
    """Return the matter as it would be opened now. Call it inside a transaction."""
    package: Package = catalogue.present_package(asked.service, on=at.date())
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


def same_matter(judged: Judged) -> str:
    """Return what makes two matters the same by the package's rule; empty when several may be open."""
    package, matter = judged.matter.package, judged.matter
    rule = package.duplicates
    if rule.by == "none":
        return ""
    parts = [package.code, matter.holder.idnp or matter.holder.document]
    if rule.child_field:
        child = judged.evaluation.answers.get(rule.child_field)
        if not child:
            return ""  # not known yet: claimed when the field is filled, at submit
        parts.append(str(child))
    return "|".join(parts)
