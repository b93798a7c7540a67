"""Finding a case and turning it into the matter that packages judge."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from ghiseu.foundation import clock
from ghiseu.foundation.access import ActingContext
from ghiseu.journeys.matter import Judged, Matter, judge
from ghiseu.modules.cases import fields
from ghiseu.modules.cases.content import ContentDestroyed as ContentDestroyed
from ghiseu.modules.cases.content import ContentNotShown as ContentNotShown
from ghiseu.modules.cases.fields import OPERATOR, Value
from ghiseu.modules.cases.models import Case
from ghiseu.modules.catalogue import queries as catalogue
from ghiseu.modules.catalogue.package import Package
from ghiseu.modules.catalogue.values import JsonObject
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.centres.models import Role
from ghiseu.modules.visits.models import Visit
from ghiseu.modules.visits.queries import acting_in, visit_of

# Who answers for the data: the only ones who read a case while it is restricted.
READS_RESTRICTED = (Role.CENTRE_LEAD, Role.DATA_PROTECTION_OFFICER)


class NoSuchCase(Exception):
    """No case of this centre has the number."""


class NobodyIsHere(Exception):
    """No visit is open at this desk, or it does not concern this case."""


class CaseIsRestricted(ContentNotShown):
    """The case is kept and shown to nobody but those who answer for the data."""


@dataclass(frozen=True, kw_only=True)
class OpenedCase:
    """A case with its package, its values, and the package's judgement today, opened at this desk."""

    case: Case
    package: Package
    values: dict[str, Value]
    judged: Judged
    desk_id: int


def package_of(case: Case) -> Package:
    """Return the package version that the case was opened with. Versions never change, so it is kept in memory."""
    return catalogue.package_of(case.package)


def case_numbered(number: str) -> Case:
    """Return the centre's case. Raises NoSuchCase. Call it inside a transaction."""
    found = _with_parts().filter(number=number).first()
    if found is None:
        raise NoSuchCase(number)
    return found


def case_for(number: str, *, at_desk: AtDesk) -> Case:
    """Return the centre's case for an act at this desk. Call it inside a transaction.

    Raises NoSuchCase, and CaseIsRestricted for whoever may not read it: what is not shown is not acted on either.
    """
    case = case_numbered(number)
    if case.destroyed_at is None:
        require_shown(case, at_desk=at_desk)
    return case


def require_shown(case: Case, *, at_desk: AtDesk) -> None:
    """Raise CaseIsRestricted when the case is kept from whoever works at this desk."""
    if case.restricted_at is not None and not at_desk.has_role(*READS_RESTRICTED):
        raise CaseIsRestricted(case.number)


def cases_numbered(wanted: Iterable[str]) -> dict[str, Case]:
    """Return the centre's cases by these numbers, in one query. Call it inside a transaction."""
    return {case.number: case for case in _with_parts().filter(number__in=list(wanted))}


def _with_parts() -> QuerySet[Case]:
    return Case.objects.select_related("package", "holder", "applicant", "mandate", "visit__person", "visit__mandate")


def matter_of(case: Case, values: dict[str, Value]) -> Matter:
    """Return the matter of a case: the package it was opened with, and what the operator typed."""
    form: JsonObject = {name: value.value for name, value in values.items() if value.source == OPERATOR}
    return Matter(
        package=package_of(case),
        visit=case.visit,
        holder=case.holder,
        mandate=case.mandate,
        role=case.role,
        answers=dict(case.answers),
        form=form,
        term=case.term,
        pays_despite_exemption=case.pays_despite_exemption,
        case_number=case.number,
    )


def load_case(*, number: str, at_desk: AtDesk, at: datetime) -> OpenedCase:
    """Load and judge a case. Raises NoSuchCase and what `opened` raises. Call it inside a transaction."""
    return opened(case_for(number, at_desk=at_desk), at_desk=at_desk, at=at)


def opened(case: Case, *, at_desk: AtDesk, at: datetime) -> OpenedCase:
    """Judge a case that was found already. Raises ContentDestroyed, CaseIsRestricted. Call it inside a transaction."""
    if case.destroyed_at is not None:
        raise ContentDestroyed(on=clock.today(at_desk.time_zone, at=case.destroyed_at))
    require_shown(case, at_desk=at_desk)
    values = fields.values_of(case)
    matter = matter_of(case, values)
    judged = judge(matter, at_desk=at_desk, at=at)
    return OpenedCase(case=case, package=matter.package, values=values, judged=judged, desk_id=at_desk.desk_id)


def visit_about(case: Case, present: Visit | None) -> Visit:
    """Return the open visit of a desk if whoever is there is concerned by the case, else the one that opened it."""
    if present is None:
        return case.visit
    return present if concerns(case, present) else case.visit


def concerns(case: Case, visit: Visit) -> bool:
    """Tell whether whoever is there in the visit is the holder or the applicant of the case, or acts for the holder."""
    acts_for_holder = visit.mandate is not None and visit.mandate.subject_id == case.holder_id
    return acts_for_holder or visit.person_id in {case.holder_id, case.applicant_id}


def visit_here(case: Case, *, at_desk: AtDesk) -> Visit:
    """Return the open visit of whoever is here about this case. Raises NobodyIsHere. Call it inside a transaction."""
    visit = visit_of(at_desk)
    if visit is None or not concerns(case, visit):
        raise NobodyIsHere(case.number)
    return visit


def acting_on(
    case: Case, *, at_desk: AtDesk, package: Package, reason: str, visit: Visit | None = None
) -> ActingContext:
    """Return who acts for whom on this case now: subject is the holder, actor the operator at the desk.

    `visit` is the one to name; without it the visit of now, when it concerns the case. Call it inside a transaction.
    """
    visit = visit or visit_about(case, visit_of(at_desk))
    return acting_in(
        visit,
        at_desk=at_desk,
        subject=case.holder,
        on_mandate=case.mandate if visit.person_id == case.applicant_id else None,
        legal_basis=package.legal_basis[0].act,
        legal_reason=f"{package.code}: {reason}",
        case_number=case.number,
    )
