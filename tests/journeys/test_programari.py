"""A place at eProgramări: booked once whatever happens on the way, confirmed, moved, given up, settled by the job."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from pytest_django.fixtures import Settings
from tests.support.counter import (
    all_of,
    as_worker,
    ask_for,
    calls,
    case_of,
    change,
    come,
    journaled,
    leave,
    tell,
    timeline,
)
from tests.support.platform_place import certificate_of

from ghiseu.adapters.programari import Programari
from ghiseu.foundation import clock
from ghiseu.foundation.access import transaction
from ghiseu.foundation.wire.exchange import Limits
from ghiseu.journeys import book_appointment, book_at_calendar, calendar_places, calendar_steps
from ghiseu.journeys.book_at_calendar import CalendarSilent, NotGiven
from ghiseu.journeys.lacking import NotReady
from ghiseu.modules.appointments import calendar_operations
from ghiseu.modules.appointments.calendar_operations import LeaseLost
from ghiseu.modules.appointments.models import Appointment, CalendarBooking, OfferedService
from ghiseu.modules.appointments.operations import SlotTaken, TooLateToChange, Wanted, release_expired_holds
from ghiseu.modules.appointments.ports import PLATFORM, ThereState, calendars
from ghiseu.modules.appointments.queries import OfficeChoice
from ghiseu.modules.centres.at_desk import AtDesk
from simulators.common.behaviour import Mode
from simulators.common.process import Running, running

SERVICES = ["asp.appointment.identity-passport"]
DENIS, EUGENIA = "2099200107406", "2099010100376"
LOST = [Mode.AFTER_COMMIT_TIMEOUT, Mode.CUT_ANSWER, Mode.SERVER_ERROR_AFTER_COMMIT, Mode.GARBAGE]
NEVER_THERE = [Mode.BEFORE_COMMIT_TIMEOUT, Mode.SERVER_ERROR]


@pytest.fixture(scope="module")
def programari_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running("programari", data=Path(tmp_path_factory.mktemp("programari"))) as started:
        yield started


@pytest.fixture
def there(programari_process: Running, exchange: Running) -> Iterator[Running]:
    """Serve the calendars' port by the simulated platform, behaving and empty."""
    del exchange
    programari_process.reset()
    adapter = Programari(
        url=f"{programari_process.system_url}/api/v2",
        limits=Limits(connect=2, answer=1),
        tls=certificate_of(programari_process.folder.parent).client_context(),
    )
    with calendars.serving(PLATFORM, adapter):
        yield programari_process
    adapter.close()


class Clock:
    """The time of a test: now, and whatever later is said."""

    def __init__(self) -> None:
        self.later = timedelta()

    def __call__(self):
        return clock.now() + self.later


@dataclass(frozen=True, kw_only=True)
class Scene:
    """Denis is at the desk with a case that is ready to be booked; `there` is the platform."""

    number: str
    desk: AtDesk
    there: Running
    now: Clock

    def offers(self) -> list[OfficeChoice]:
        elsewhere = calendar_places.read(number=self.number, at_desk=self.desk)
        with transaction():
            return book_appointment.offer(number=self.number, at_desk=self.desk, at=clock.now(), elsewhere=elsewhere)

    def place(self, index: int = 0, *, office: int = 0) -> Wanted:
        slot = self.offers()[office].slots[index]
        return Wanted(offered_id=slot.offered_id, starts_at=slot.starts_at)

    def place_of_ours(self) -> Wanted:
        return self.place(office=next(place for place, one in enumerate(self.offers()) if one.rules is None))

    def book(self, wanted: Wanted) -> Appointment:
        return book_at_calendar.book(number=self.number, wanted=wanted, at_desk=self.desk, now=self.now)

    def move(self, wanted: Wanted) -> Appointment:
        return book_at_calendar.move(number=self.number, wanted=wanted, at_desk=self.desk, now=self.now)

    def cancel(self) -> Appointment:
        return book_at_calendar.cancel(number=self.number, reason="asked", at_desk=self.desk, now=self.now)

    def settle(self, *, later: timedelta = timedelta(minutes=5)) -> None:
        """Let the job do what is due after this time, in the worker's role."""
        self.now.later += later
        with as_worker():
            with transaction():
                due = calendar_operations.due(at=self.now())
            for booking_id in due:
                calendar_steps.go_on(booking_id, now=self.now, by_worker=True)


@pytest.fixture
def scene(lozova: AtDesk, there: Running, settings: Settings) -> Scene:
    settings.PROGRAMARI_PHONE = "+37323700000"
    at = clock.now()
    number = ask_for(SERVICES[0], visit=come(DENIS, to=lozova, at=at), to=lozova, at=at)
    tell(number, to=lozova, at=at, service="id_card")
    return Scene(number=number, desk=lozova, there=there, now=Clock())


@pytest.fixture
def wanted(scene: Scene) -> Wanted:
    return scene.place()


def there_states(there):
    return [ThereState(row["status"]).name for row in there.ledger()["appointments"]]


def states():
    return [one.state for one in all_of(Appointment)]


def requests(there):
    return [row["operation"] for row in there.ledger()["calls"]].count("request")


def control(there, path, **given):
    httpx.post(f"{there.url}/control/{path}", json=given or {"sure": "yes"}, timeout=10).raise_for_status()


def down(there):
    there.behave(Mode.SERVER_ERROR)


class TestOffer:
    def test_shows_the_places_of_the_platform_for_its_offices_and_ours_for_the_others(self, scene):
        choices = scene.offers()
        kept_there = [choice.offered.calendar_location_id != "" for choice in choices]
        assert len(choices) == 3
        assert kept_there == [choice.rules is not None for choice in choices]
        assert choices[0].office.code == "asp.calarasi"
        assert kept_there[0]

    def test_leaves_out_a_place_that_others_took_there(self, scene, wanted):
        calendar = OfferedService.objects.get(pk=wanted.offered_id).calendar_location_id
        control(scene.there, "take", calendar=calendar, start=wanted.starts_at.isoformat())
        assert scene.place() != wanted

    def test_gives_a_whole_day_of_it(self, scene):
        choices = scene.offers()
        with transaction():
            day = book_appointment.offer_on(choices, day=choices[0].days[-1], at=clock.now())
        assert len(day[0].slots) == 24  # 8 hours by 20 minutes

    def test_says_that_the_platform_is_silent_and_offers_the_others(self, scene):
        down(scene.there)
        choices = scene.offers()
        assert choices[0].is_silent
        assert choices[0].slots == ()
        assert [choice.rules for choice in choices if choice.slots] == [None, None, None]

    def test_is_of_our_own_calendar_where_no_platform_is_connected(self, scene):
        adapter = calendars._served.pop(PLATFORM)
        try:
            choices = scene.offers()
        finally:
            calendars.serve(PLATFORM, adapter)
        assert [choice.is_silent or choice.rules is not None for choice in choices] == [False] * 3


class TestBook:
    def test_asks_and_confirms_and_ends_the_case(self, scene, wanted):
        booked = scene.book(wanted)

        assert booked.state == "confirmed"
        assert there_states(scene.there) == ["SCHEDULED"]
        assert case_of(scene.number).state == "done"
        assert "booked" in timeline(scene.number)
        assert [len(journaled(f"appointments.appointment.{one}")) for one in ("asked", "held", "confirmed")] == [
            1,
            1,
            1,
        ]

    def test_keeps_both_messages_sealed_beside_the_row(self, scene, wanted):
        booked = scene.book(wanted)
        (row,) = all_of(CalendarBooking)
        assert DENIS in row.sent
        assert row.there_id in row.received
        assert row.appointment_id == booked.pk

    def test_tells_the_platform_the_centres_phone_and_no_email_of_whoever_has_none(self, scene, wanted):
        scene.book(wanted)
        (row,) = scene.there.ledger()["appointments"]
        assert row["email"] == ""
        assert row["phone"] != ""
        assert scene.there.ledger()["mails"] == []

    def test_twice_is_one_place(self, scene, wanted):
        first, second = scene.book(wanted), scene.book(wanted)
        assert first.pk == second.pk
        assert requests(scene.there) == 1

    def test_of_an_unanswered_service_asks_nobody(self, scene, wanted):
        at = clock.now()
        with transaction():
            leave(case_of(scene.number).visit, to=scene.desk, at=at)
        other = ask_for(SERVICES[0], visit=come(EUGENIA, to=scene.desk, at=at), to=scene.desk, at=at)
        with pytest.raises(NotReady):
            book_at_calendar.book(number=other, wanted=wanted, at_desk=scene.desk, now=scene.now)
        assert requests(scene.there) == 0

    def test_of_a_place_taken_meanwhile_is_refused_and_the_next_ones_are_offered(self, scene, wanted):
        control(scene.there, "take-next")
        with pytest.raises(SlotTaken):
            scene.book(wanted)
        assert states() == ["refused"]
        assert case_of(scene.number).state == "draft"
        assert scene.place().starts_at > wanted.starts_at
        assert scene.book(scene.place()).state == "confirmed"

    def test_of_a_place_that_the_platform_shows_as_taken_is_not_even_asked_for(self, scene, wanted):
        calendar = OfferedService.objects.get(pk=wanted.offered_id).calendar_location_id
        control(scene.there, "take", calendar=calendar, start=wanted.starts_at.isoformat())
        with pytest.raises(SlotTaken):
            scene.book(wanted)
        assert (requests(scene.there), states()) == (0, [])

    def test_while_the_platform_is_down_books_nothing_and_says_so(self, scene, wanted):
        down(scene.there)
        with pytest.raises(CalendarSilent):
            scene.book(wanted)
        assert states() == []
        for _ in range(2):
            book_at_calendar.note_wish(number=scene.number, at_desk=scene.desk, at=clock.now())
        assert calls(scene.number) == ["appointment"]

    def test_that_the_platform_declines_for_another_reason_says_its_words(self, scene, wanted):
        holder = case_of(scene.number).holder
        change(holder, surname="S")
        with pytest.raises(NotGiven) as refusal:
            scene.book(wanted)
        assert refusal.value.code == "name-length"
        assert requests(scene.there) == 0


class TestLostAnswer:
    @pytest.mark.parametrize("mode", LOST)
    def test_of_the_request_is_asked_about_and_never_sent_again(self, scene, wanted, mode):
        scene.there.behave(mode, operations=["request"], times=1)
        assert scene.book(wanted).state == "asking"
        assert scene.book(wanted).state == "asking"  # pressed again
        assert "place-not-known" in timeline(scene.number)

        scene.settle()

        assert requests(scene.there) == 1
        assert there_states(scene.there) == ["SCHEDULED"]
        assert states() == ["confirmed"]
        assert case_of(scene.number).state == "done"
        assert calls(scene.number) == ["appointment"]  # they have left without the paper

    @pytest.mark.parametrize("mode", NEVER_THERE)
    def test_of_a_request_that_never_arrived_gives_the_wish_free_later(self, scene, wanted, mode):
        scene.there.behave(mode, operations=["request"], times=1)
        assert scene.book(wanted).state == "asking"

        scene.settle(later=timedelta(minutes=2))
        assert states() == ["asking"]  # it might still be under way
        scene.settle()

        assert states() == ["refused"]
        assert there_states(scene.there) == []
        assert case_of(scene.number).state == "draft"
        assert calls(scene.number) == ["appointment"]
        assert "place-not-booked" in timeline(scene.number)
        assert scene.book(wanted).state == "confirmed"

    def test_is_asked_about_at_once_by_hand(self, scene, wanted):
        scene.there.behave(Mode.AFTER_COMMIT_TIMEOUT, operations=["request"], times=1)
        scene.book(wanted)

        book_at_calendar.ask_now(number=scene.number, at_desk=scene.desk, now=scene.now)

        assert states() == ["confirmed"]
        assert calls(scene.number) == []  # they are still here

    @pytest.mark.parametrize("mode", LOST)
    def test_of_the_confirmation_is_found_scheduled(self, scene, wanted, mode):
        scene.there.behave(mode, operations=["confirm"], times=1)
        assert scene.book(wanted).state == "held"

        scene.settle()

        assert states() == ["confirmed"]
        assert there_states(scene.there) == ["SCHEDULED"]

    @pytest.mark.parametrize("mode", NEVER_THERE)
    def test_of_a_confirmation_that_never_arrived_is_confirmed_by_the_job(self, scene, wanted, mode):
        scene.there.behave(mode, operations=["confirm"], times=1)
        assert scene.book(wanted).state == "held"

        scene.settle()
        scene.settle()

        assert states() == ["confirmed"]
        assert there_states(scene.there) == ["SCHEDULED"]

    def test_stays_unknown_while_the_platform_is_silent_and_is_settled_afterwards(self, scene, wanted):
        scene.there.behave(Mode.AFTER_COMMIT_TIMEOUT, operations=["request"], times=1)
        scene.book(wanted)
        down(scene.there)
        for _ in range(3):
            scene.settle(later=timedelta(hours=1))
        assert states() == ["asking"]
        scene.there.behave(Mode.NORMAL)

        scene.settle(later=timedelta(hours=1))

        assert states() == ["confirmed"]
        assert requests(scene.there) == 1

    def test_about_others_settles_nothing(self, scene, wanted):
        scene.there.behave(Mode.AFTER_COMMIT_TIMEOUT, operations=["request"], times=1)
        scene.book(wanted)
        scene.there.behave(Mode.WRONG_SUBJECT)

        scene.settle()

        assert states() == ["asking"]

    def test_is_not_forgotten_when_the_process_dies_after_the_row(self, scene, wanted):
        scene.there.behave(Mode.AFTER_COMMIT_TIMEOUT, operations=["request"], times=1)
        scene.book(wanted)
        (row,) = all_of(CalendarBooking)
        change(row, is_unknown=False, next_try_at=row.asked_at + calendar_operations.LEASE)  # as if nobody wrote more

        scene.settle()

        assert states() == ["confirmed"]
        assert requests(scene.there) == 1

    def test_that_comes_after_another_call_was_made_is_not_written_down(self, scene, wanted):
        scene.there.behave(Mode.AFTER_COMMIT_TIMEOUT, operations=["request"], times=1)
        scene.book(wanted)
        (row,) = all_of(CalendarBooking)
        with transaction():
            newest = calendar_operations.lease(booking_id=row.pk, at=scene.now(), now=True)
        with transaction(), pytest.raises(LeaseLost):
            calendar_operations.held_by(booking_id=row.pk, tries=row.tries)
        with transaction():
            assert calendar_operations.held_by(booking_id=row.pk, tries=newest.tries).pk == row.pk

    def test_of_a_place_that_nobody_wants_any_more_is_given_up_there(self, scene, wanted):
        scene.there.behave(Mode.AFTER_COMMIT_TIMEOUT, operations=["request"], times=1)
        scene.book(wanted)
        change(case_of(scene.number), state="closed", ended_at=clock.now(), outcome="withdrawn")

        scene.settle()

        assert there_states(scene.there) == ["CANCELED"]
        assert states() == ["cancelled"]


class TestDeadline:
    def test_that_passes_unconfirmed_gives_the_place_free(self, scene, wanted):
        scene.there.behave(Mode.SERVER_ERROR, operations=["confirm"])
        assert scene.book(wanted).state == "held"
        (row,) = all_of(CalendarBooking)
        assert timedelta(hours=23) < row.confirm_by - row.asked_at <= timedelta(hours=24, minutes=1)
        scene.there.behave(Mode.NORMAL)
        control(scene.there, "lapse")

        scene.settle(later=timedelta(hours=1))
        scene.settle(later=timedelta(hours=1))

        assert states() == ["cancelled"]
        assert case_of(scene.number).state == "draft"
        assert calls(scene.number) == ["appointment"]

    def test_is_not_judged_by_our_clock(self, scene, wanted):
        scene.there.behave(Mode.AFTER_COMMIT_TIMEOUT, operations=["confirm"], times=1)
        scene.book(wanted)
        with transaction():
            released = release_expired_holds(centre_id=scene.desk.centre_id, at=scene.now() + timedelta(days=2))
        assert released == 0

        scene.settle(later=timedelta(days=2))

        assert states() == ["confirmed"]


class TestMove:
    @pytest.fixture
    def booked(self, scene, wanted):
        return scene.book(wanted)

    def test_books_the_new_place_and_then_gives_up_the_old(self, scene, booked):
        moved = scene.move(scene.place(2))
        assert moved.state == "confirmed"
        assert there_states(scene.there) == ["CANCELED", "SCHEDULED"]
        assert states() == ["moved", "confirmed"]
        assert moved.replaces_id == booked.pk

    def test_to_a_taken_place_leaves_the_old_one(self, scene, booked):
        control(scene.there, "take-next")
        with pytest.raises(SlotTaken):
            scene.move(scene.place(2))
        assert states() == ["confirmed", "refused"]
        assert there_states(scene.there)[0] == "SCHEDULED"
        assert scene.move(scene.place(3)).state == "confirmed"
        assert states() == ["moved", "refused", "confirmed"]

    def test_whose_confirmation_fails_keeps_the_old_place_until_the_job_has_confirmed(self, scene, booked):
        scene.there.behave(Mode.SERVER_ERROR, operations=["confirm"], times=1)
        assert scene.move(scene.place(2)).state == "held"
        assert states() == ["confirmed", "held"]
        assert there_states(scene.there) == ["SCHEDULED", "WAITING"]

        scene.settle()
        scene.settle()

        assert states() == ["moved", "confirmed"]
        assert there_states(scene.there) == ["CANCELED", "SCHEDULED"]

    def test_that_is_never_confirmed_leaves_the_old_place(self, scene, booked):
        scene.there.behave(Mode.SERVER_ERROR, operations=["confirm"])
        scene.move(scene.place(2))
        scene.there.behave(Mode.NORMAL)
        control(scene.there, "lapse")

        scene.settle(later=timedelta(minutes=10))
        scene.settle(later=timedelta(minutes=10))

        assert states() == ["confirmed", "cancelled"]
        assert there_states(scene.there) == ["SCHEDULED", "CANCELED"]
        assert scene.move(scene.place(2)).state == "confirmed"

    @pytest.mark.parametrize("mode", [*LOST, *NEVER_THERE])
    def test_whose_last_step_fails_is_finished_by_the_job(self, scene, booked, mode):
        scene.there.behave(mode, operations=["cancel"], times=1)
        assert scene.move(scene.place(2)).state == "confirmed"
        assert states() == ["leaving", "confirmed"]

        scene.settle()
        scene.settle()

        assert states() == ["moved", "confirmed"]
        assert there_states(scene.there) == ["CANCELED", "SCHEDULED"]

    def test_to_an_office_of_our_own_calendar_gives_up_the_place_there(self, scene, booked):
        assert scene.move(scene.place_of_ours()).state == "confirmed"
        assert there_states(scene.there) == ["CANCELED"]
        assert states() == ["moved", "confirmed"]

    def test_from_our_own_calendar_to_the_platform_gives_up_ours(self, scene):
        ours = next(index for index, choice in enumerate(scene.offers()) if choice.rules is None)
        wanted = scene.place(office=ours)
        first = book_appointment.book(
            number=scene.number, wanted=wanted, at_desk=scene.desk, at=clock.now()
        ).appointment
        assert scene.move(scene.place()).state == "confirmed"
        assert there_states(scene.there) == ["SCHEDULED"]
        assert states() == ["moved", "confirmed"]
        with transaction():
            first.occupancy.refresh_from_db()
        assert first.occupancy.is_released


class TestCancel:
    @pytest.fixture
    def booked(self, scene, wanted):
        return scene.book(wanted)

    def test_gives_the_place_up_there(self, scene, booked):
        assert scene.cancel().state == "cancelled"
        assert there_states(scene.there) == ["CANCELED"]

    @pytest.mark.parametrize("mode", [*LOST, *NEVER_THERE])
    def test_without_an_answer_is_finished_by_the_job(self, scene, booked, mode):
        scene.there.behave(mode, operations=["cancel"], times=1)
        assert scene.cancel().state == "leaving"

        scene.settle()
        scene.settle()

        assert states() == ["cancelled"]
        assert there_states(scene.there) == ["CANCELED"]

    def test_that_the_platform_declines_leaves_the_appointment_and_says_so(self, scene, booked):
        (row,) = scene.there.ledger()["appointments"]
        control(scene.there, f"appointments/{row['id']}", status=int(ThereState.FINISHED))
        with pytest.raises(TooLateToChange):
            scene.cancel()
        assert states() == ["confirmed"]
        assert calls(scene.number) == ["alarm"]

    def test_by_a_withdrawn_agreement_is_told_there_by_the_job(self, scene, booked):
        from ghiseu.journeys.load_case import acting_on, case_numbered, package_of
        from ghiseu.modules.appointments import operations

        with transaction():
            case = case_numbered(scene.number)
            acting = acting_on(case, at_desk=scene.desk, package=package_of(case), reason="withdrawn")
            operations.cancel(appointment=booked, reason="withdrawn", acting=acting, at=scene.now())
        assert states() == ["leaving"]

        scene.settle()

        assert states() == ["cancelled"]
        assert there_states(scene.there) == ["CANCELED"]


class TestForeigner:
    def test_is_known_there_by_the_passport(self, scene, wanted):
        holder = case_of(scene.number).holder
        change(holder, idnp="", idnp_index=None, document="ROU RX123456", document_index=b"x" * 32)
        assert scene.book(wanted).state == "confirmed"
        (row,) = scene.there.ledger()["appointments"]
        assert (row["identifier"], row["is_foreign"]) == ("RX123456", 1)
