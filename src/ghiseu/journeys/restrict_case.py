"""A case may be restricted while something about its data is in dispute: nothing is destroyed, few may read it."""

from datetime import datetime

from ghiseu.foundation.access import transaction
from ghiseu.foundation.audit import journal
from ghiseu.journeys.load_case import READS_RESTRICTED, acting_on, case_numbered, package_of
from ghiseu.modules.cases import operations as cases
from ghiseu.modules.cases.models import Case
from ghiseu.modules.centres.at_desk import AtDesk


class NotForYou(Exception):
    """Only the centre lead and the data-protection officer restrict a case or lift that."""


class ReasonMissing(Exception):
    """A restriction says why: the reference of the objection or of the request, nothing about the person."""


def restrict(*, number: str, reason: str, at_desk: AtDesk, at: datetime) -> Case:
    """Restrict the case. A restricted one stays as it is. Raises NoSuchCase, NotForYou, ReasonMissing."""
    if not reason.strip():
        raise ReasonMissing(number)
    return _change(number, reason=reason.strip(), at_desk=at_desk, at=at)


def lift(*, number: str, at_desk: AtDesk, at: datetime) -> Case:
    """Lift the restriction; what is over is destroyed the next night. May be repeated. Raises NoSuchCase, NotForYou."""
    return _change(number, reason="", at_desk=at_desk, at=at)


def _change(number: str, *, reason: str, at_desk: AtDesk, at: datetime) -> Case:
    if not at_desk.has_role(*READS_RESTRICTED):
        raise NotForYou(number)
    with transaction():
        case = cases.locked(case_numbered(number).pk)
        if bool(reason) == (case.restricted_at is not None) or case.destroyed_at is not None:
            return case
        case.restricted_at = at if reason else None
        case.restricted_by_id = at_desk.operator_id if reason else None
        case.restriction_reason = reason
        case.save(update_fields=["restricted_at", "restricted_by_id", "restriction_reason"])
        acting = acting_on(case, at_desk=at_desk, package=package_of(case), reason="restriction of the case")
        event = "cases.restriction.set" if reason else "cases.restriction.lifted"
        journal.record(event, acting=acting, at=at, object_type="case", object_id=number)
        return case
