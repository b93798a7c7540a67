"""A case may be restricted while something about its data is in dispute: nothing is destroyed, few may read it."""

from dataclasses import dataclass
from datetime import datetime

from ghiseu.foundation.access import ActingContext, Assurance, Channel, Scope, scoped_to, transaction
from ghiseu.foundation.audit import journal
from ghiseu.foundation.wire import correlation_id
from ghiseu.journeys.load_case import READS_RESTRICTED, NoSuchCase, acting_on, case_numbered, package_of
from ghiseu.modules.cases import operations as cases
from ghiseu.modules.cases import queries
from ghiseu.modules.cases.models import Case
from ghiseu.modules.centres import grants
from ghiseu.modules.centres.at_desk import AtDesk, WithoutDesk
from ghiseu.modules.centres.models import Centre, Operator, Role

REASON = "restriction of the case"


class NotForYou(Exception):
    """Only the centre lead and the data-protection officer restrict a case or lift that."""


class ReasonMissing(Exception):
    """A restriction says why: the reference of the objection or of the request, nothing about the person."""


def restrict(*, number: str, reason: str, at_desk: AtDesk, at: datetime) -> Case:
    """Restrict the case. A restricted one stays as it is. Raises NoSuchCase, NotForYou, ReasonMissing."""
    return _change_at_desk(number, reason=_told(reason), at_desk=at_desk, at=at)


def lift(*, number: str, at_desk: AtDesk, at: datetime) -> Case:
    """Lift the restriction; what is over is destroyed the next night. May be repeated. Raises NoSuchCase, NotForYou."""
    return _change_at_desk(number, reason="", at_desk=at_desk, at=at)


def restrict_anywhere(*, number: str, reason: str, officer: WithoutDesk, at: datetime) -> Case:
    """Restrict a case of any centre, as the data-protection officer. A restricted one stays as it is.

    Raises NoSuchCase, NotForYou, ReasonMissing, SubjectIsActor when it is the officer's own.
    """
    return _change_anywhere(number, reason=_told(reason), officer=officer, at=at)


def lift_anywhere(*, number: str, officer: WithoutDesk, at: datetime) -> Case:
    """Lift the restriction of a case of any centre. May be repeated. Raises NoSuchCase, NotForYou, SubjectIsActor."""
    return _change_anywhere(number, reason="", officer=officer, at=at)


@dataclass(frozen=True, kw_only=True)
class RestrictedLine:
    """A restricted case as the officer's list has it: nothing of its content."""

    number: str
    centre: str
    restricted_at: datetime | None
    reason: str


def all_restricted() -> list[RestrictedLine]:
    """Return the restricted cases of all centres, by centre, the newest first."""
    with transaction():
        centres = list(Centre.objects.order_by("name", "id"))
    found: list[RestrictedLine] = []
    for centre in centres:
        with scoped_to(Scope(centre_id=centre.pk)), transaction():
            found += [
                RestrictedLine(
                    number=one.number,
                    centre=centre.name,
                    restricted_at=one.restricted_at,
                    reason=one.restriction_reason,
                )
                for one in queries.restricted(centre_id=centre.pk)
            ]
    return found


def _told(reason: str) -> str:
    if not reason.strip():
        raise ReasonMissing
    return reason.strip()


def _change_at_desk(number: str, *, reason: str, at_desk: AtDesk, at: datetime) -> Case:
    if not at_desk.has_role(*READS_RESTRICTED):
        raise NotForYou(number)
    with transaction():
        case = cases.locked(case_numbered(number).pk, destroyed_too=True)
        acting = acting_on(case, at_desk=at_desk, package=package_of(case), reason=REASON)
        return _change(case, reason=reason, acting=acting, at=at)


def _change_anywhere(number: str, *, reason: str, officer: WithoutDesk, at: datetime) -> Case:
    if not officer.has_role(Role.DATA_PROTECTION_OFFICER):
        raise NotForYou(number)
    with transaction():
        operator = Operator.objects.get(pk=officer.operator_id)
        try:
            scope = grants.scope_of(number, operator_id=operator.pk)
        except grants.NoSuchCentre as error:
            raise NoSuchCase(number) from error
    with scoped_to(scope), transaction():
        case = case_numbered(number)
        acting = _acting(case, operator)  # before anything is locked: nobody handles their own matter
        return _change(cases.locked(case.pk, destroyed_too=True), reason=reason, acting=acting, at=at)


def _change(case: Case, *, reason: str, acting: ActingContext, at: datetime) -> Case:
    if bool(reason) == (case.restricted_at is not None) or case.destroyed_at is not None:
        return case
    case.restricted_at = at if reason else None
    case.restricted_by_id = acting.operator_id if reason else None
    case.restriction_reason = reason
    case.save(update_fields=["restricted_at", "restricted_by_id", "restriction_reason"])
    event = "cases.restriction.set" if reason else "cases.restriction.lifted"
    journal.record(event, acting=acting, at=at, object_type="case", object_id=case.number)
    return case


def _acting(case: Case, officer: Operator) -> ActingContext:
    package, centre = package_of(case), case.centre
    return ActingContext(
        subject_idnp=case.holder.idnp,
        subject_document=case.holder.document,
        identified_by="",
        assurance=Assurance.NONE,
        operator_idnp=officer.idnp,
        operator_id=officer.pk,
        centre_id=centre.pk,
        centre_code=centre.code,
        legal_entity_idno=centre.idno,
        legal_basis=package.legal_basis[0].act,
        legal_reason=f"{package.code}: {REASON}",
        channel=Channel.SUPPORT,
        language=officer.language,
        visit_number=case.visit.number,
        case_number=case.number,
        correlation_id=correlation_id(),
    )
