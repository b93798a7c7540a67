"""Who sends this request: the signed-in operator, their desk, and the scope that the database will enforce."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from ghiseu.foundation import clock
from ghiseu.foundation.access import scoped_to, transaction
from ghiseu.modules.centres import queries, sign_in
from ghiseu.modules.centres.at_desk import AtDesk

if TYPE_CHECKING:
    from ghiseu.modules.centres.sign_in_models import OperatorSession

# Requests that a page makes by itself carry this header; they do not count as somebody being there.
BY_ITSELF = "X-By-Itself"
Respond = Callable[[HttpRequest], HttpResponse]


class DeskRequest(HttpRequest):
    """What desk views receive: `at_desk` is set for a signed-in, unlocked operator at a desk."""

    operator_session: "OperatorSession"
    at_desk: AtDesk


class OperatorOfRequest:
    """Finds the operator's session and place; every later transaction of the request is scoped to their centre."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.operator_session = None  # type: ignore[attr-defined]  # Django's request takes what it is given
        request.operator = None  # type: ignore[attr-defined]
        request.at_desk = None  # type: ignore[attr-defined]
        request.without_desk = None  # type: ignore[attr-defined]
        if request.path.startswith(("/static/", "/livez", "/readyz", "/metrics")):
            return self.respond(request)
        at_desk = self._find(request)
        with scoped_to(at_desk.scope if at_desk else None):
            return self.respond(request)

    def _find(self, request: HttpRequest) -> AtDesk | None:
        at = clock.now()
        with transaction():
            session = sign_in.session_of(request.session, at=at)
            if session is None:
                return None
            if request.headers.get(BY_ITSELF):
                sign_in.lock_if_idle(session, at=at)
            else:
                sign_in.touch(session, at=at)
            request.operator_session = session  # type: ignore[attr-defined]
            request.operator = session.operator  # type: ignore[attr-defined]
            if session.desk is None:
                if session.place_chosen_at and session.centre_id is None:
                    found = queries.without_desk(operator=session.operator, on=clock.today(settings.TIME_ZONE, at=at))
                    request.without_desk = found  # type: ignore[attr-defined]
                return None
            place = queries.at_desk(
                operator=session.operator,
                desk=session.desk,
                on=clock.today(session.desk.centre.time_zone, at=at),
            )
            request.at_desk = place  # type: ignore[attr-defined]
            return place
