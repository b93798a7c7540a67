"""Every call over real sockets and mutual TLS, in every state of an appointment, and everything that can go wrong."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import httpx
import pytest
from tests.support.acting import acting_for
from tests.support.platform_place import certificate_of

from ghiseu.adapters.programari import Programari
from ghiseu.foundation.outcomes import NotFoundThere, OutcomeUnknown, Refused, TryLater, UnusableAnswer, WrongSubject
from ghiseu.foundation.wire.exchange import Limits
from ghiseu.foundation.wire.platforms import Level
from ghiseu.modules.appointments.platform_places import PlatformCalendar
from ghiseu.modules.appointments.ports import SLOT_TAKEN, PlaceWanted, ThereState
from simulators.common.behaviour import Mode

DENIS, EUGENIA = "2099200107406", "2099010100376"
IDENTITY, PICKUP = "00000000-0000-4000-8000-000000001011", "00000000-0000-4000-8000-000000001012"
ZONE = "Europe/Chisinau"
ACTING = acting_for(DENIS)
AT = datetime.now(UTC)  # noqa: TID251 - the simulator books by the machine's clock
LOST = [Mode.AFTER_COMMIT_TIMEOUT, Mode.GARBAGE, Mode.CUT_ANSWER, Mode.SERVER_ERROR_AFTER_COMMIT]


def free(programari, calendar=IDENTITY):
    rules = programari.rules(calendar)
    there = PlatformCalendar(rules=rules, zone=ZONE, today=AT.astimezone(ZoneInfo(ZONE)).date(), at=AT)
    return [one for day in there.days() for one in there.free_on(day)]


@pytest.fixture
def wanted(programari):
    return PlaceWanted(
        calendar_location_id=IDENTITY,
        starts_at=free(programari)[5].place.starts_at.astimezone(ZoneInfo(ZONE)),
        idnp=DENIS,
        passport="",
        given_name="Denis",
        surname="Sîrbu-Test",
        email="denis@example.md",
        phone="+37360000001",
    )


def states(there):
    return [int(row["status"]) for row in there.ledger()["appointments"]]


def calls(there, operation):
    return [row for row in there.ledger()["calls"] if row["operation"] == operation]


def control(there, path, **given):
    httpx.post(f"{there.url}/control/{path}", json=given or {"sure": "yes"}, timeout=10).raise_for_status()


class TestRules:
    def test_give_free_places_of_the_next_weeks(self, programari):
        assert len(free(programari)) > 100
        assert {one.left for one in free(programari)} == {2}

    def test_show_what_is_taken(self, programari, there, wanted):
        control(there, "take", calendar=IDENTITY, start=wanted.starts_at.isoformat())
        assert wanted.starts_at not in [one.place.starts_at for one in free(programari)]

    def test_of_a_calendar_that_is_not_there_are_not_found(self, programari):
        with pytest.raises(NotFoundThere):
            programari.rules("00000000-0000-4000-8000-000000009999")

    @pytest.mark.parametrize("mode", [Mode.AFTER_COMMIT_TIMEOUT, Mode.SERVER_ERROR, Mode.CUT_ANSWER, Mode.SLOW])
    def test_that_do_not_come_can_be_asked_for_again(self, programari, there, mode):
        there.behave(mode, times=1)
        with pytest.raises(TryLater):
            programari.rules(IDENTITY)
        assert programari.rules(IDENTITY).slot_minutes == 20

    def test_that_are_a_login_page_are_unusable(self, programari, there):
        there.behave(Mode.GARBAGE)
        with pytest.raises(UnusableAnswer):
            programari.rules(IDENTITY)


class TestRequest:
    def test_keeps_a_place_that_waits_until_it_is_confirmed(self, programari, there, wanted):
        kept = programari.request(wanted, acting=ACTING)
        assert kept.confirm_within_hours == 24
        assert states(there) == [ThereState.WAITING]
        assert programari.find(wanted, acting=ACTING).state is ThereState.WAITING

        programari.confirm(kept.there_id, acting=ACTING)

        assert states(there) == [ThereState.SCHEDULED]

    def test_without_email_is_told_to_nobody(self, programari, there, wanted):
        programari.request(replace(wanted, email=""), acting=ACTING)
        assert there.ledger()["mails"] == []

    def test_of_a_foreigner_is_found_by_the_passport(self, programari, wanted):
        foreigner = replace(wanted, idnp="", passport="RX123456")
        acting = acting_for("", subject_document="ROU RX123456")
        kept = programari.request(foreigner, acting=acting)
        assert programari.find(foreigner, acting=acting).there_id == kept.there_id
        assert programari.find(wanted, acting=ACTING) is None

    def test_of_a_taken_place_is_refused_as_taken(self, programari, there, wanted):
        control(there, "take-next")
        with pytest.raises(Refused) as refusal:
            programari.request(wanted, acting=ACTING)
        assert refusal.value.code == SLOT_TAKEN
        assert programari.find(wanted, acting=ACTING) is None

    def test_of_a_time_that_is_no_place_is_refused(self, programari, wanted):
        with pytest.raises(Refused):
            programari.request(replace(wanted, starts_at=wanted.starts_at.replace(minute=7)), acting=ACTING)

    def test_of_a_second_place_at_the_same_time_is_refused(self, programari, there, wanted):
        programari.request(wanted, acting=ACTING)
        with pytest.raises(Refused):
            programari.request(wanted, acting=ACTING)
        assert states(there) == [ThereState.WAITING]

    @pytest.mark.parametrize("mode", LOST)
    def test_whose_answer_is_lost_is_unknown_and_found(self, programari, there, wanted, mode):
        there.behave(mode, operations=["request"], times=1)
        with pytest.raises(OutcomeUnknown):
            programari.request(wanted, acting=ACTING)

        found = programari.find(wanted, acting=ACTING)

        assert found.state is ThereState.WAITING
        assert found.there_id == there.ledger()["appointments"][0]["id"]

    @pytest.mark.parametrize("mode", [Mode.BEFORE_COMMIT_TIMEOUT, Mode.SERVER_ERROR])
    def test_that_was_never_done_is_unknown_and_not_found(self, programari, there, wanted, mode):
        there.behave(mode, operations=["request"], times=1)
        with pytest.raises(OutcomeUnknown):
            programari.request(wanted, acting=ACTING)
        assert programari.find(wanted, acting=ACTING) is None
        assert states(there) == []

    def test_that_never_left_can_be_made_again(self, programari, there, wanted):
        there.behave(Mode.EXPIRED_CERTIFICATE)
        stranger = certificate_of(there.folder.parent)
        fresh = Programari(
            url=f"{there.system_url}/api/v2", limits=Limits(connect=2, answer=1), tls=stranger.client_context()
        )
        with pytest.raises(TryLater):
            fresh.request(wanted, acting=ACTING)
        fresh.close()
        assert states(there) == []


class TestConfirm:
    def test_twice_is_refused_the_second_time(self, programari, there, wanted):
        kept = programari.request(wanted, acting=ACTING)
        programari.confirm(kept.there_id, acting=ACTING)
        with pytest.raises(Refused):
            programari.confirm(kept.there_id, acting=ACTING)
        assert states(there) == [ThereState.SCHEDULED]

    def test_after_its_time_is_refused_and_the_place_is_gone(self, programari, there, wanted):
        kept = programari.request(wanted, acting=ACTING)
        control(there, "lapse")
        with pytest.raises(Refused):
            programari.confirm(kept.there_id, acting=ACTING)
        assert programari.find(wanted, there_id=kept.there_id, acting=ACTING).state is ThereState.CANCELED

    @pytest.mark.parametrize("mode", LOST)
    def test_whose_answer_is_lost_is_unknown_and_found_scheduled(self, programari, there, wanted, mode):
        kept = programari.request(wanted, acting=ACTING)
        there.behave(mode, operations=["confirm"], times=1)
        with pytest.raises(OutcomeUnknown):
            programari.confirm(kept.there_id, acting=ACTING)
        assert programari.find(wanted, there_id=kept.there_id, acting=ACTING).state is ThereState.SCHEDULED


class TestCancel:
    @pytest.mark.parametrize("notify", [True, False])
    def test_gives_the_place_up_and_tells_the_person_if_wanted(self, programari, there, wanted, notify):
        kept = programari.request(wanted, acting=ACTING)
        programari.cancel(kept.there_id, notify=notify, acting=ACTING)
        assert states(there) == [ThereState.CANCELED]
        assert ("canceled" in [row["about"] for row in there.ledger()["mails"]]) is notify

    def test_of_something_that_is_not_there_is_refused(self, programari):
        with pytest.raises(Refused):
            programari.cancel("00000000-0000-4000-8000-000000009999", notify=False, acting=ACTING)

    @pytest.mark.parametrize("mode", LOST)
    def test_whose_answer_is_lost_is_unknown_and_found_canceled(self, programari, there, wanted, mode):
        kept = programari.request(wanted, acting=ACTING)
        there.behave(mode, operations=["cancel"], times=1)
        with pytest.raises(OutcomeUnknown):
            programari.cancel(kept.there_id, notify=False, acting=ACTING)
        assert programari.find(wanted, there_id=kept.there_id, acting=ACTING).state is ThereState.CANCELED


class TestFind:
    @pytest.mark.parametrize("state", [ThereState.FINISHED, ThereState.REJECTED, ThereState.ABSENT])
    def test_shows_what_the_institution_did(self, programari, there, wanted, state):
        kept = programari.request(wanted, acting=ACTING)
        control(there, f"appointments/{kept.there_id}", status=int(state))
        assert programari.find(wanted, acting=ACTING).state is state

    def test_prefers_the_one_that_holds_the_place(self, programari, wanted):
        first = programari.request(wanted, acting=ACTING)
        programari.cancel(first.there_id, notify=False, acting=ACTING)
        second = programari.request(wanted, acting=ACTING)
        assert programari.find(wanted, acting=ACTING).there_id == second.there_id

    def test_does_not_take_another_calendar_for_this_one(self, programari, wanted):
        programari.request(wanted, acting=ACTING)
        assert programari.find(replace(wanted, calendar_location_id=PICKUP), acting=ACTING) is None

    def test_stops_at_an_answer_about_others(self, programari, there, wanted):
        programari.request(wanted, acting=ACTING)
        there.behave(Mode.WRONG_SUBJECT)
        with pytest.raises(WrongSubject):
            programari.find(wanted, acting=ACTING)

    @pytest.mark.parametrize("mode", [Mode.BEFORE_COMMIT_TIMEOUT, Mode.SERVER_ERROR, Mode.CUT_ANSWER])
    def test_that_is_not_answered_can_be_repeated(self, programari, there, wanted, mode):
        kept = programari.request(wanted, acting=ACTING)
        there.behave(mode, operations=["user-list"], times=1)
        with pytest.raises(TryLater):
            programari.find(wanted, acting=ACTING)
        assert programari.find(wanted, acting=ACTING).there_id == kept.there_id


class TestCheck:
    def test_says_that_it_answers_and_until_when_our_certificate_holds(self, programari):
        assert [one.level for one in programari.check(at=AT)] == [Level.OK] * len(programari.check(at=AT))

    @pytest.mark.parametrize("mode", [Mode.GARBAGE, Mode.SERVER_ERROR, Mode.BEFORE_COMMIT_TIMEOUT])
    def test_says_what_to_do_when_it_does_not(self, programari, there, mode):
        there.behave(mode)
        wrong = [one for one in programari.check(at=AT) if one.level is Level.ERROR]
        assert len(wrong) == 1
        assert wrong[0].next_step

    def test_says_that_nobody_is_there(self, there):
        nobody = Programari(url="https://localhost:9/api/v2", limits=Limits(connect=1, answer=1), tls=None)
        assert [one.level for one in nobody.check(at=AT)] == [Level.ERROR]


class TestSimulator:
    """Lists that the product does not ask, and what a strict platform refuses."""

    @pytest.fixture
    def system(self, there):
        tls = certificate_of(there.folder.parent).client_context()
        with httpx.Client(base_url=f"{there.system_url}/api/v2", verify=tls, timeout=5, trust_env=False) as client:
            yield client

    def test_lists_organisations_locations_with_counters_and_calendars(self, system):
        organization = system.get("/organizations/list").json()[0]
        paging = {"PageSize": 10, "PageNumber": 0}
        page = system.get("/locations/list", params={"OrganizationId": organization["id"], **paging}).json()
        by_idno = system.get("/locations/list-by-idno", params={"Idno": organization["idno"], **paging}).json()
        location = page["items"][0]
        calendars = system.get("/calendars/list", params={"locationId": location["id"]}).json()
        assert by_idno == page
        assert [one["name"] for one in location["counters"]] == ["1", "2", "3"]
        assert IDENTITY in [one["calendarLocationId"] for one in calendars]
        asked = {"LocationIdno": organization["idno"], "ServiceCode": calendars[0]["serviceCode"]}
        assert system.get("/calendars/config-by-idno", params=asked).json()["calendarLocationId"] == IDENTITY

    def test_shows_nobody_in_public_lists(self, system, programari, wanted):
        programari.request(wanted, acting=ACTING)
        rows = system.get("/appointments/calendar-location-list", params={"CalendarLocationId": IDENTITY}).json()
        assert len(rows) == 1
        assert "userIdentifier" not in rows[0]
        assert DENIS not in str(rows)

    def test_answers_204_when_nothing_is_found(self, system):
        assert system.get("/appointments/user-list", params={"Idnp": DENIS}).status_code == 204

    @pytest.mark.parametrize(
        "change",
        [
            {"firstName": "D"},
            {"idnp": "123"},
            {"email": None},
            {"phone": ""},
            {"services": []},
            {"isForeignCitizen": True},
            {"surprise": 1},
            {"services": [{"calendarLocationId": IDENTITY, "start": "2027-01-14T09:40:00"}]},
        ],
    )
    def test_refuses_what_breaks_the_contract(self, system, there, wanted, change):
        person = {
            "isForeignCitizen": False, "idnp": DENIS, "firstName": "Denis", "lastName": "Sîrbu-Test",
            "email": "denis@example.md", "phone": "+37360000001",
            "services": [{"calendarLocationId": IDENTITY, "start": wanted.starts_at.isoformat()}],
        }  # fmt: skip
        answer = system.post("/appointments/request", json=[person | change])
        assert answer.status_code == 400
        assert answer.json()["errors"]
        assert states(there) == []

    def test_has_a_page_of_what_is_booked(self, there, programari, wanted):
        programari.request(wanted, acting=ACTING)
        assert "Denis Sîrbu-Test" in httpx.get(f"{there.url}/control", timeout=5).text
