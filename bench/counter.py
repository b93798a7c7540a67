"""A desk at work: who sits there, a signed-in browser, a person who comes and a case that is opened."""

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import count
from uuid import uuid4

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client

from bench.people import idnp_of
from ghiseu.foundation import clock
from ghiseu.foundation.access import transaction
from ghiseu.journeys.load_case import OpenedCase, load_case
from ghiseu.journeys.look_at_service import Asked
from ghiseu.journeys.open_case import OpenOrder, open_case
from ghiseu.journeys.start_visit import WhoCame, end_visit, start_visit
from ghiseu.modules.applicants.operations import Names
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.centres.models import Desk, Operator
from ghiseu.modules.centres.queries import at_desk
from ghiseu.modules.centres.sign_in import SESSION_KEY
from ghiseu.modules.centres.sign_in_models import OperatorSession
from ghiseu.modules.visits.models import IdentifiedBy, Visit, VisitOutcome
from ghiseu.modules.visits.operations import Identification

SERVICE = "asp.civil.extract-birth"
CENTRE = "LOZ"
LIDIA = "2099240108887"
# People who come during a run are no generated ones.
NEWCOMERS = 900_000_000


class NobodyWorksHere(Exception):
    """The test operator has no place at the centre."""


def place(*, on: date) -> AtDesk:
    """Return the test operator's place at the first desk of the centre. Raises NobodyWorksHere."""
    operator = Operator.objects.by_idnp(LIDIA)
    desk = Desk.objects.select_related("centre").filter(centre__code=CENTRE).order_by("id").first()
    found = at_desk(operator=operator, desk=desk, on=on) if operator and desk else None
    if found is None:
        raise NobodyWorksHere(CENTRE)
    return found


def signed_in(where: AtDesk, *, at: datetime) -> Client:
    """Return a browser in which the operator works at this desk, as after MPass and the choice of the desk."""
    session = SessionStore()
    session.create()
    row = OperatorSession.objects.create(
        operator_id=where.operator_id,
        key_hash=hashlib.sha256(str(session.session_key).encode()).hexdigest(),
        session_index="bench",
        started_at=at,
        authenticated_at=at,
        last_seen_at=at,
        centre_id=where.centre_id,
        desk_id=where.desk_id,
        place_chosen_at=at,
    )
    session[SESSION_KEY] = row.pk
    session.save()
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = str(session.session_key)
    return client


@dataclass(kw_only=True)
class Counter:
    """The desk with its visit. Everything is done by the journeys that the pages call."""

    where: AtDesk
    visit: Visit | None = None
    _newcomers: "count[int]" = field(default_factory=lambda: count(NEWCOMERS))

    def free(self) -> None:
        """End the visit, if one is open."""
        if self.visit is not None:
            end_visit(visit=self.visit, outcome=VisitOutcome.SERVED, at_desk=self.where, at=clock.now())
            self.visit = None

    def receive(self) -> str:
        """Identify somebody who was never here and open a case for them; return its number."""
        at = clock.now()
        who = WhoCame(
            idnp=idnp_of(next(self._newcomers)),
            names=Names(),
            identification=Identification(by=IdentifiedBy.IDENTITY_CARD, document_note="A24000000"),
        )
        self.visit = start_visit(at_desk=self.where, who=who, language="ro", at=at)
        order = OpenOrder(asked=Asked(service=SERVICE), command=str(uuid4()))
        return open_case(visit=self.visit, order=order, at_desk=self.where, at=at)

    def opened(self, number: str) -> OpenedCase:
        """Return the case as its pages see it."""
        with transaction():
            return load_case(number=number, at_desk=self.where, at=clock.now())
