"""Sitting down at a desk and leaving it: whoever comes next finds nothing of the citizen who was served there.

The visit ends as if the citizen had left; what was typed stays in their cases. Log-out that MPass began, and a session
that ended by itself, keep the visit for the operator who comes back; until then it is nobody else's.
"""

from datetime import date, datetime

from ghiseu.foundation.access import Scope, scoped_to, transaction
from ghiseu.journeys.start_visit import end_visit
from ghiseu.modules.centres import places, sign_in
from ghiseu.modules.centres.models import Desk
from ghiseu.modules.centres.places import Place
from ghiseu.modules.centres.queries import former_place
from ghiseu.modules.centres.sign_in_models import OperatorSession, SessionEnd
from ghiseu.modules.visits.models import VisitOutcome
from ghiseu.modules.visits.queries import open_visit_at


def sign_out(session: OperatorSession, *, at: datetime, logout_request_id: str = "") -> None:
    """End the operator's session, and the visit that they have open at their desk. Safe to repeat."""
    with scoped_to(_scope(session)), transaction():
        sign_in.end(session, because=SessionEnd.SIGNED_OUT, at=at, logout_request_id=logout_request_id)
        if session.desk_id is not None:
            _end_visit(session.desk_id, of=session.operator_id, at=at)


def end_overdue(*, at: datetime) -> None:
    """End every session that has lasted longer than any may: each for itself, for they are of several centres."""
    with transaction():
        found = sign_in.overdue(at=at)
    for one in found:
        with transaction():
            sign_in.end(one, because=SessionEnd.TOO_LONG, at=at)


def end_named_by_mpass(*, name_id: str, session_indexes: tuple[str, ...], at: datetime) -> int:
    """End the sessions that MPass names; return how many. None is no error: they may be over."""
    with transaction():
        found = sign_in.named_by_mpass(name_id=name_id, session_indexes=session_indexes)
    for one in found:
        with transaction():
            sign_in.end(one, because=SessionEnd.SIGNED_OUT_ELSEWHERE, at=at)
    return len(found)


def sit_down(session: OperatorSession, *, place_key: str, on: date, at: datetime) -> Place:
    """Let the session work at a place, where the visit of another operator ends; as does one's own at the desk left.

    Choosing the same again changes nothing. Raises NotAssignedThere.
    """
    left, scope = session.desk_id, _scope(session)
    with transaction():
        place = places.work_at(session, place_key=place_key, on=on, at=at)
    if left is not None and left != place.desk_id:
        with scoped_to(scope), transaction():
            _end_visit(left, of=session.operator_id, at=at)
    if place.desk_id is not None:
        with scoped_to(_scope(session)), transaction():
            _end_visit(place.desk_id, not_of=session.operator_id, at=at)
    return place


def _end_visit(desk_id: int, *, of: int | None = None, not_of: int | None = None, at: datetime) -> None:
    visit = open_visit_at(desk_id)
    if visit is None or visit.operator_id == not_of or (of is not None and visit.operator_id != of):
        return
    desk = Desk.objects.select_related("centre").get(pk=desk_id)
    server = former_place(operator=visit.operator, desk=desk)
    end_visit(visit=visit, outcome=VisitOutcome.LEFT, at_desk=server, at=at)


def _scope(session: OperatorSession) -> Scope | None:
    if session.centre_id is None:
        return None
    return Scope(centre_id=session.centre_id, operator_id=session.operator_id)
