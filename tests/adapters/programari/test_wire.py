"""The messages of the guide's examples, and calendars in every spelling that it leaves open."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ghiseu.adapters.programari import wire
from ghiseu.foundation.outcomes import Refused, UnusableAnswer, WrongSubject
from ghiseu.foundation.wire.exchange import Answer
from ghiseu.modules.appointments.platform_places import PlatformCalendar
from ghiseu.modules.appointments.ports import SLOT_TAKEN, PlaceWanted, ThereState

VECTORS = Path(__file__).with_name("vectors")
CHISINAU = ZoneInfo("Europe/Chisinau")
CALENDAR = "00000000-0000-4000-8000-000000001011"
WANTED = PlaceWanted(
    calendar_location_id=CALENDAR,
    starts_at=datetime(2027, 1, 14, 9, 40, tzinfo=CHISINAU),
    idnp="2099200107406",
    passport="",
    given_name="Denis",
    surname="Sîrbu-Test",
    email="denis@example.md",
    phone="+37360000001",
)
AT = datetime(2027, 1, 11, 12, 0, tzinfo=UTC)


def vector(name: str) -> bytes:
    return (VECTORS / f"{name}.json").read_bytes()


def changed(name: str, **members: object) -> bytes:
    return json.dumps(json.loads(vector(name)) | members).encode()


def calendar(body: bytes, *, at: datetime = AT) -> PlatformCalendar:
    rules = wire.read_rules(body, calendar_location_id=CALENDAR)
    return PlatformCalendar(rules=rules, zone="Europe/Chisinau", today=at.astimezone(CHISINAU).date(), at=at)


def times(found: PlatformCalendar, day: date) -> dict[str, int]:
    return {f"{one.place.starts_at.astimezone(CHISINAU):%H:%M}": one.left for one in found.free_on(day)}


class TestRequest:
    def test_is_written_as_in_the_example(self):
        assert json.loads(wire.written(WANTED)) == json.loads(vector("request"))

    def test_of_somebody_without_email_asks_for_no_notice(self):
        told = json.loads(wire.written(replace(WANTED, email="")))[0]
        assert (told["notifyUser"], told["email"]) == (False, None)

    def test_of_a_foreigner_names_the_passport(self):
        told = json.loads(wire.written(replace(WANTED, idnp="", passport="RX123456")))[0]
        assert (told["isForeignCitizen"], told["idnp"], told["passportNumber"]) == (True, None, "RX123456")

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"given_name": "D"}, "name-length"),
            ({"surname": "S" * 61}, "name-length"),
            ({"phone": ""}, "no-phone"),
            ({"idnp": ""}, "no-number"),
        ],
    )
    def test_that_would_break_the_contract_never_leaves(self, change, code):
        with pytest.raises(Refused) as refusal:
            wire.written(replace(WANTED, **change))
        assert refusal.value.code == code


class TestKept:
    def test_is_read_as_in_the_example(self):
        kept = wire.read_kept(vector("kept"), sent="x")
        assert kept.there_id == "00000000-0000-4000-8000-000000000064"
        assert kept.starts_at == WANTED.starts_at
        assert kept.confirm_within_hours == 24

    @pytest.mark.parametrize("hours", [None, 0, "24", True])
    def test_without_a_deadline_that_can_be_read_has_none(self, hours):
        one = json.loads(vector("kept"))["appointmentRequestResultModels"][0] | {
            "hoursUntilConfirmationDeadline": hours
        }
        assert (
            wire.read_kept(changed("kept", appointmentRequestResultModels=[one]), sent="").confirm_within_hours is None
        )

    @pytest.mark.parametrize("models", [None, [], [{}, {}], ["x"], [{"id": "1", "slotStart": "soon", "slotEnd": ""}]])
    def test_that_cannot_be_read_is_unusable(self, models):
        with pytest.raises(UnusableAnswer):
            wire.read_kept(changed("kept", appointmentRequestResultModels=models), sent="")


class TestRows:
    def test_are_read_as_in_the_example_and_as_a_bare_list(self):
        page, count = wire.read_rows(vector("list"), of=WANTED)
        bare, _ = wire.read_rows(json.dumps(json.loads(vector("list"))["items"]).encode(), of=WANTED)
        assert count == 1
        assert page[0].state is ThereState.SCHEDULED
        assert (page[0].starts_at, page[0].calendar_location_id) == (WANTED.starts_at, "")
        assert [one.there_id for one in bare] == [one.there_id for one in page]

    def test_about_somebody_else_are_not_read(self):
        with pytest.raises(WrongSubject):
            wire.read_rows(vector("list"), of=replace(WANTED, idnp="2099010100376"))

    @pytest.mark.parametrize("state", [None, 9, "lost"])
    def test_in_a_state_that_nobody_knows_are_unusable(self, state):
        row = json.loads(vector("list"))["items"][0] | {"status": state}
        with pytest.raises(UnusableAnswer):
            wire.read_rows(json.dumps([row]).encode(), of=WANTED)


class TestCalendar:
    def test_gives_the_days_of_its_intervals_only(self):
        days = calendar(vector("config")).days()
        # 12 begins it, 15 is full, 16 (a Saturday) is worked for 19, 18 is a holiday, 17 a Sunday, 20 ends it.
        assert [day.day for day in days] == [12, 13, 14, 16, 20]

    def test_subtracts_what_is_taken_from_what_fits(self):
        assert times(calendar(vector("config")), date(2027, 1, 14)) == {"09:00": 2, "11:00": 1, "13:00": 1, "14:00": 1}

    def test_works_on_the_swapped_day_by_the_hours_of_the_day_off(self):
        assert times(calendar(vector("config")), date(2027, 1, 16)) == {"09:00": 2, "10:00": 2, "11:00": 2}

    def test_gives_nothing_on_a_full_day_or_holiday(self):
        found = calendar(vector("config"))
        assert [times(found, date(2027, 1, day)) for day in (15, 18, 19)] == [{}, {}, {}]

    def test_gives_nothing_that_has_begun(self):
        late = datetime(2027, 1, 14, 11, 30, tzinfo=CHISINAU)
        assert times(calendar(vector("config"), at=late), late.date()) == {"13:00": 1, "14:00": 1}

    def test_is_bounded_by_its_active_days(self):
        assert [day.day for day in calendar(changed("config", activeDays=2)).days()] == [12, 13]

    def test_is_bounded_by_the_capacity_of_the_location(self):
        assert times(calendar(changed("config", locationCapacity=1)), date(2027, 1, 13)) == {
            "09:00": 1,
            "10:00": 1,
            "11:00": 1,
        }

    def test_finds_a_place_by_its_moment(self):
        found = calendar(vector("config"))
        free = found.free_at(datetime(2027, 1, 14, 11, 0, tzinfo=CHISINAU))
        assert free is not None
        assert free.left == 1
        assert found.free_at(datetime(2027, 1, 14, 10, 0, tzinfo=CHISINAU)) is None

    @pytest.mark.parametrize(
        "change",
        [
            {"slotDuration": 0},
            {"slotDuration": "20"},
            {"intervals": None},
            {"fullyBookedDays": ["tomorrow"]},
            {"calendarLocationId": "another"},
            {"bookedSlots": [{"start": "now", "end": "later"}]},
            {"intervals": [{"start": "09:00", "end": "10:00", "appointmentsPerSlotLimit": 1, "workDays": [7]}]},
        ],
    )
    def test_that_cannot_be_read_is_unusable(self, change):
        with pytest.raises(UnusableAnswer):
            calendar(changed("config", **change))


def refusal(status: int, body: object) -> Answer:
    return Answer(status=status, media_type="application/problem+json", body=json.dumps(body).encode(), headers={})


class TestProblem:
    def test_about_the_place_says_that_it_is_taken(self):
        assert wire.read_problem(refusal(400, {"detail": "Intervalul este ocupat"})).code == SLOT_TAKEN
        assert wire.read_problem(refusal(409, {})).code == SLOT_TAKEN

    def test_about_anything_else_keeps_its_status_and_words(self):
        problem = wire.read_problem(refusal(400, {"title": "Bad Request", "detail": "the e-mail is wrong"}))
        assert (problem.code, problem.words) == ("400", "the e-mail is wrong")

    def test_without_a_readable_body_is_one_too(self):
        assert wire.read_problem(refusal(400, "no")).code == "400"
