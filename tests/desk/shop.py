"""A centre with one open visit and one case in it, and browsers of people with different roles."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client
from tests.support import counter

from ghiseu.foundation import clock
from ghiseu.foundation.access import scoped_to, transaction
from ghiseu.modules.centres import places, sign_in
from ghiseu.modules.centres.at_desk import AtDesk
from simulators.common.process import Running

LIDIA, ILINCA, DIMITAR = "2099240108887", "2099310101017", "2099310102025"
OFFICER, MANAGER, AUDITOR, ADMINISTRATOR = "2099310104041", "2099310105059", "2099310106067", "2099310107075"
DATA_OFFICER = "2099310109091"
SERVICES = ("asp.civil.extract-birth", "asp.appointment.identity-passport", "mai.criminal-record")
EUGENIA = "2099010100376"


@dataclass(frozen=True, kw_only=True)
class Shop:
    """What stands open: Lidia's place and the case of the person who is there."""

    lidia: AtDesk
    number: str


@pytest.fixture
def shop(db: None, as_owner: Callable[[], AbstractContextManager[None]], exchange: Running) -> Shop:
    """Stock Lozova; Eugenia is at the first desk and has asked for an extract."""
    with as_owner():
        counter.stock(*SERVICES)
    lidia = counter.place()
    at = clock.now() - timedelta(minutes=1)
    with scoped_to(lidia.scope):
        visit = counter.come(EUGENIA, to=lidia, at=at)
        number = counter.ask_for("asp.civil.extract-birth", visit=visit, to=lidia, at=at)
    return Shop(lidia=lidia, number=number)


def enter(idnp: str, *, place: int = 0, at: datetime | None = None) -> Client:
    """Return the browser of somebody who has signed in and works at their place number `place`."""
    now, token, request_id = at or clock.now(), str(uuid4()), str(uuid4())
    with transaction():
        sign_in.begin(request_id=request_id, browser_token=token, return_path="/", at=now)
        asked = sign_in.take_answer(request_id=request_id, at=now)
        vouched = sign_in.Vouched(name_id=idnp, session_index="1", authenticated_at=now)
        ticket = sign_in.accept(asked=asked, vouched=vouched, at=now)
        session = SessionStore()
        entered = sign_in.complete(ticket=ticket, browser_token=token, session=session, at=now)
        session.save()
        on = clock.today(settings.TIME_ZONE, at=now)
        found = places.places_of(operator=entered.session.operator, on=on)
        places.work_at(entered.session, place_key=found[place].key, on=on, at=now)
    browser = Client()
    browser.cookies[settings.SESSION_COOKIE_NAME] = str(session.session_key)
    return browser
