"""The page of an appointment whose calendar is at eProgramări: what the operator reads in each of its states."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django.fixtures import Settings
from tests.support.counter import all_of, ask_for, calls, case_of, come, tell, timeline
from tests.support.platform_place import certificate_of

from ghiseu.adapters.programari import Programari
from ghiseu.foundation import clock
from ghiseu.foundation.access import transaction
from ghiseu.foundation.wire.exchange import Limits
from ghiseu.journeys import book_appointment, calendar_places
from ghiseu.modules.appointments.models import Appointment, CalendarBooking
from ghiseu.modules.appointments.ports import PLATFORM, ThereState, calendars
from ghiseu.modules.centres.at_desk import AtDesk
from simulators.common.behaviour import Mode
from simulators.common.process import Running, running

SERVICES = ["asp.appointment.identity-passport"]
DENIS = "2099200107406"


@pytest.fixture(scope="module")
def programari_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running("programari", data=Path(tmp_path_factory.mktemp("programari"))) as started:
        yield started


@dataclass(frozen=True, kw_only=True)
class Scene:
    """Denis is at the desk; `there` is the platform, `browser` the operator's."""

    number: str
    desk: AtDesk
    browser: Client
    there: Running

    def page(self) -> str:
        return html.unescape(self.browser.get(f"/cases/{self.number}/appointment").content.decode())

    def press(self, button: str, place: str = "") -> HttpResponse:
        return self.browser.post(f"/cases/{self.number}/appointment{button}", {"place": place} if place else {})

    def place(self, index: int = 0, *, ours: bool = False) -> str:
        elsewhere = calendar_places.read(number=self.number, at_desk=self.desk)
        with transaction():
            choices = book_appointment.offer(number=self.number, at_desk=self.desk, at=clock.now(), elsewhere=elsewhere)
        slot = next(one for one in choices if (one.rules is None) is ours and one.slots).slots[index]
        return f"{slot.offered_id}@{slot.starts_at.isoformat()}"

    def states_there(self) -> list[str]:
        return [ThereState(row["status"]).name for row in self.there.ledger()["appointments"]]


@pytest.fixture
def scene(lozova: AtDesk, browser: Client, programari_process: Running, settings: Settings) -> Iterator[Scene]:
    settings.PROGRAMARI_PHONE, at = "+37323700000", clock.now()
    programari_process.reset()
    adapter = Programari(
        url=f"{programari_process.system_url}/api/v2",
        limits=Limits(connect=2, answer=1),
        tls=certificate_of(programari_process.folder.parent).client_context(),
    )
    number = ask_for(SERVICES[0], visit=come(DENIS, to=lozova, at=at), to=lozova, at=at)
    tell(number, to=lozova, at=at, service="id_card")
    with calendars.serving(PLATFORM, adapter):
        yield Scene(number=number, desk=lozova, browser=browser, there=programari_process)
    adapter.close()


def states() -> list[str]:
    return [one.state for one in all_of(Appointment)]


def down(scene, *operations):
    scene.there.behave(Mode.SERVER_ERROR, operations=operations)


class TestPage:
    def test_books_moves_and_cancels_at_the_platform(self, scene):
        first, second = scene.place(), scene.place(2)
        assert scene.press("/book", first).status_code == 302
        assert "panel--done" in scene.page()
        assert scene.press("/move", second).status_code == 302
        assert scene.states_there() == ["CANCELED", "SCHEDULED"]
        assert scene.press("/cancel").status_code == 302
        assert scene.states_there() == ["CANCELED", "CANCELED"]
        assert states() == ["moved", "cancelled"]

    def test_prints_the_slip_of_a_place_there(self, scene):
        scene.press("/book", scene.place())
        down(scene)
        slip = scene.browser.get(f"/cases/{scene.number}/appointment?slip=1")
        assert slip.content.startswith(b"%PDF")

    def test_shows_every_free_place_of_a_day_there(self, scene):
        place = scene.place()
        day = place.partition("@")[2][:10]
        shown = scene.browser.get(f"/cases/{scene.number}/appointment?day={day}").content.decode()
        assert place in html.unescape(shown)

    def test_of_a_place_taken_meanwhile_says_so_and_offers_the_next(self, scene):
        place = scene.place()
        httpx.post(f"{scene.there.url}/control/take-next", json={}, timeout=10)
        answer = scene.press("/book", place)
        shown = html.unescape(answer.content.decode())
        assert answer.status_code == 422
        assert "acest loc" in shown.lower() or "this place" in shown.lower()
        assert place not in shown
        assert scene.place() in shown
        assert scene.press("/book", scene.place()).status_code == 302
        assert states() == ["refused", "confirmed"]

    def test_says_not_known_yet_and_offers_nothing_else_meanwhile(self, scene):
        scene.there.behave(Mode.AFTER_COMMIT_TIMEOUT, operations=["request"], times=1)
        scene.press("/book", scene.place())
        shown = scene.page()
        assert f'action="/cases/{scene.number}/appointment/ask"' in shown
        assert f'action="/cases/{scene.number}/appointment/book' not in shown
        assert "panel--done" not in shown

        assert scene.press("/ask").status_code == 302

        assert "panel--done" in scene.page()
        assert scene.states_there() == ["SCHEDULED"]

    def test_does_not_let_another_calendar_be_booked_while_it_is_not_known(self, scene):
        ours = scene.place(ours=True)
        scene.there.behave(Mode.AFTER_COMMIT_TIMEOUT, operations=["request"], times=1)
        scene.press("/book", scene.place())
        scene.press("/book", ours)
        assert states() == ["asking"]

    def test_says_held_and_keeps_the_old_place_while_a_move_is_not_confirmed(self, scene):
        scene.press("/book", scene.place())
        down(scene, "confirm")
        scene.press("/move", scene.place(2))
        shown = scene.page()
        assert "panel--done" in shown
        assert f'action="/cases/{scene.number}/appointment/ask"' in shown
        assert f'action="/cases/{scene.number}/appointment/move' not in shown
        assert states() == ["confirmed", "held"]

    def test_says_that_a_place_is_being_given_up(self, scene):
        scene.press("/book", scene.place())
        down(scene, "cancel")
        scene.press("/cancel")
        assert states() == ["leaving"]
        assert f'action="/cases/{scene.number}/appointment/ask"' in scene.page()

    def test_that_the_platform_declines_to_cancel_says_call_the_office(self, scene):
        scene.press("/book", scene.place())
        (row,) = scene.there.ledger()["appointments"]
        httpx.post(f"{scene.there.url}/control/appointments/{row['id']}", json={"status": 4}, timeout=10)
        assert scene.press("/cancel").status_code == 422
        assert states() == ["confirmed"]


class TestSilence:
    def test_is_said_and_the_wish_goes_to_the_call_list_once(self, scene):
        place = scene.place()
        down(scene)
        assert f'action="/cases/{scene.number}/appointment/wish"' in scene.page()
        assert scene.press("/book", place).status_code == 422
        assert states() == []
        for _ in range(2):
            assert scene.press("/wish").status_code == 302
        assert calls(scene.number) == ["appointment"]
        assert "place-wished" in timeline(scene.number)
        assert case_of(scene.number).state == "draft"

    def test_does_not_keep_from_booking_at_another_office(self, scene):
        ours = scene.place(ours=True)
        down(scene)
        assert scene.press("/book", ours).status_code == 302
        assert states() == ["confirmed"]
        assert all_of(CalendarBooking) == []

    def test_of_a_platform_that_is_not_connected_is_not_spoken_of(self, scene):
        adapter = calendars._served.pop(PLATFORM)
        try:
            shown = scene.page()
        finally:
            calendars.serve(PLATFORM, adapter)
        assert "eProgramări" not in shown
        assert f'action="/cases/{scene.number}/appointment/book' in shown


class TestTelephone:
    def test_that_nobody_has_is_asked_for(self, scene, settings):
        settings.PROGRAMARI_PHONE = ""
        answer = scene.press("/book", scene.place())
        assert answer.status_code == 422
        assert re.search("telefon|telephone", html.unescape(answer.content.decode()))
        assert scene.states_there() == []
