"""Who has an appointment for the same already is told so before another one is booked."""

from datetime import timedelta

import pytest
from tests.support.counter import ask_for, come, leave, tell

from ghiseu.foundation import clock
from ghiseu.foundation.access import transaction
from ghiseu.journeys import book_appointment
from ghiseu.modules.appointments.operations import Wanted

SERVICES = ["asp.appointment.identity-passport"]
DENIS, EUGENIA = "2099200107406", "2099010100376"
SAYS_SO = "Există deja o programare"


def ask(visit, lozova, at):
    number = ask_for(SERVICES[0], visit=visit, to=lozova, at=at)
    tell(number, to=lozova, at=at, service="id_card")
    return number


@pytest.fixture
def booked(lozova, exchange):
    """Return the number of Denis's case with an appointment; he has left."""
    at = clock.now()
    visit = come(DENIS, to=lozova, at=at)
    number = ask(visit, lozova, at)
    with transaction():
        offered = book_appointment.offer(number=number, at_desk=lozova, at=at)[0].slots[0]
    wanted = Wanted(offered_id=offered.offered_id, starts_at=offered.starts_at)
    book_appointment.book(number=number, wanted=wanted, at_desk=lozova, at=at)
    leave(visit, to=lozova, at=at)
    return number


def page(browser, path):
    return browser.get(path).content.decode()


class TestSecondAppointment:
    def test_is_warned_of_before_the_service_is_opened(self, lozova, browser, booked):
        come(DENIS, to=lozova, at=clock.now())

        shown = page(browser, f"/services/{SERVICES[0]}")

        assert SAYS_SO in shown
        assert f'href="/cases/{booked}/appointment"' in shown

    def test_is_warned_of_before_it_is_booked(self, lozova, browser, booked):
        number = ask(come(DENIS, to=lozova, at=clock.now()), lozova, clock.now())

        shown = page(browser, f"/cases/{number}/appointment")

        assert SAYS_SO in shown
        assert f'href="/cases/{booked}/appointment"' in shown

    def test_is_not_spoken_of_on_the_page_of_the_first(self, browser, booked):
        assert SAYS_SO not in page(browser, f"/cases/{booked}/appointment")

    def test_is_not_warned_of_once_the_first_is_cancelled(self, lozova, browser, booked):
        at = clock.now() + timedelta(seconds=1)
        book_appointment.cancel(number=booked, reason="told by phone", at_desk=lozova, at=at)
        come(DENIS, to=lozova, at=at)

        assert SAYS_SO not in page(browser, f"/services/{SERVICES[0]}")

    def test_is_nobody_elses_business(self, lozova, browser, booked):
        come(EUGENIA, to=lozova, at=clock.now())

        assert SAYS_SO not in page(browser, f"/services/{SERVICES[0]}")
