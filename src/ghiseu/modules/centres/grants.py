"""Opening the border between centres: one asks, another agrees, a few hours later it is closed. All of it is journaled.

Every function works in the scope of the centre whose case it is about; the caller sets it (`scope_of`).
"""

from datetime import datetime, timedelta

from ghiseu.foundation.access import Scope, require_transaction
from ghiseu.foundation.audit import journal
from ghiseu.foundation.identifiers import numbers
from ghiseu.foundation.identifiers.numbers import InvalidNumber
from ghiseu.modules.centres.grant_models import MOST_HOURS, AccessGrant
from ghiseu.modules.centres.models import Centre

SHORTEST_REASON = 20  # characters


class NobodyAsks(Exception):
    """The scope names no operator: a worker asks for nothing."""


class NoSuchCentre(Exception):
    """The number is none of ours, or of no centre."""


class ReasonTooShort(Exception):
    """The reason does not say what is looked for and why."""


class TwoPeopleNeeded(Exception):
    """Whoever asked wants to agree as well."""


class NotWaiting(Exception):
    """The grant was agreed to, ended or forgotten already."""


class NotInForce(Exception):
    """Nobody agreed, or the time is over, or it was given to somebody else."""


def scope_of(case_number: str, *, operator_id: int) -> Scope:
    """Return the scope of the centre whose case has this number. Raises NoSuchCentre."""
    try:
        code = numbers.parse(case_number).centre
    except InvalidNumber as error:
        raise NoSuchCentre(case_number) from error
    centre_id = Centre.objects.filter(code=code).values_list("id", flat=True).first()
    if centre_id is None:
        raise NoSuchCentre(case_number)
    return Scope(centre_id=centre_id, operator_id=operator_id)


def ask(*, case_number: str, reason: str, hours: int, scope: Scope, at: datetime) -> AccessGrant:
    """Ask for access. `hours` are counted from the moment somebody agrees.

    Raises ReasonTooShort, NobodyAsks, NoTransaction.
    """
    require_transaction()
    if scope.operator_id is None:
        raise NobodyAsks
    if len(reason.strip()) < SHORTEST_REASON:
        raise ReasonTooShort
    grant = AccessGrant.objects.create(
        centre_id=scope.centre_id,
        case_number=str(numbers.parse(case_number)),
        asker_id=scope.operator_id,
        reason=reason.strip(),
        hours=min(max(hours, 1), MOST_HOURS),
        asked_at=at,
    )
    _note("centres.grant.asked", grant, scope=scope, at=at)
    return grant


def approve(grant_id: int, *, scope: Scope, at: datetime) -> AccessGrant:
    """Agree to what somebody else asked for. Raises AccessGrant.DoesNotExist, TwoPeopleNeeded, NotWaiting."""
    require_transaction()
    grant = AccessGrant.objects.select_for_update(of=("self",)).get(pk=grant_id)
    if grant.asker_id == scope.operator_id:
        raise TwoPeopleNeeded
    if not grant.waits(at):
        raise NotWaiting
    grant.approver_id, grant.approved_at = scope.operator_id, at
    grant.ends_at = at + timedelta(hours=grant.hours)
    grant.save(update_fields=["approver", "approved_at", "ends_at"])
    _note("centres.grant.approved", grant, scope=scope, at=at)
    return grant


def end(grant_id: int, *, scope: Scope, at: datetime) -> AccessGrant:
    """End a grant before its time, or turn the question down. Ending again changes nothing.

    Raises AccessGrant.DoesNotExist, NoTransaction.
    """
    require_transaction()
    grant = AccessGrant.objects.select_for_update(of=("self",)).get(pk=grant_id)
    if grant.ended_at is None:
        grant.ended_at, grant.ended_by_id = at, scope.operator_id
        grant.save(update_fields=["ended_at", "ended_by"])
        _note("centres.grant.ended", grant, scope=scope, at=at)
    return grant


def in_force(*, case_number: str, scope: Scope, at: datetime) -> AccessGrant:
    """Return the grant under which this operator may read the case now. Raises NotInForce."""
    given = AccessGrant.objects.filter(case_number=case_number, asker_id=scope.operator_id).order_by("-id")
    for grant in given:
        if grant.is_in_force(at):
            return grant
    raise NotInForce


def of_centre(*, at: datetime, case_number: str = "") -> list[AccessGrant]:
    """Return the newest grants of the scope's centre with both names, newest first; of one case when it is named."""
    found = AccessGrant.objects.select_related("asker", "approver", "ended_by").filter(asked_at__lte=at)
    return list((found.filter(case_number=case_number) if case_number else found).order_by("-id")[:50])


def _note(event: str, grant: AccessGrant, *, scope: Scope, at: datetime) -> None:
    journal.record_without_subject(
        event,
        centre_id=scope.centre_id,
        operator_id=scope.operator_id,
        at=at,
        details={"grant": grant.pk, "case": grant.case_number, "hours": grant.hours},
    )
