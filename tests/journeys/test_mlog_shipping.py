"""What the journal says comes to MLog in order and once, whatever happens on the way; to be taken is not enough."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from django.db import connection
from pytest_django.fixtures import Settings
from structlog.testing import capture_logs
from tests.support.acting import EUGENIA, LIDIA, acting_for
from tests.support.counter import NOON, all_of, as_worker, come
from tests.support.platform_place import certificate_of
from tests.support.waiting import until

from ghiseu.adapters.mlog import MLog
from ghiseu.foundation.access import scoped_to, transaction
from ghiseu.foundation.audit import journal, legal_debt, shipping
from ghiseu.foundation.audit.models import ChainLink, JournalRecord
from ghiseu.foundation.audit.ports import LEGAL_LOG, legal_logs
from ghiseu.foundation.audit.shipping_models import Shipment, ShipmentState, ShippingPosition, ShippingStanding
from ghiseu.foundation.crypto import CannotOpen
from ghiseu.foundation.jobs import hold
from ghiseu.foundation.wire.exchange import Limits
from ghiseu.journeys import legal_log_jobs, mind_legal_log
from ghiseu.journeys.ship_legal_events import LogIsAway, ship
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.centres.models import Centre
from simulators.common.behaviour import Mode
from simulators.common.process import Running, running

SINCE = NOON - timedelta(days=1)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
Job = Callable[..., None]


@pytest.fixture(scope="module")
def mlog_process(simulators_folder: Path) -> Iterator[Running]:
    with running("mlog", data=simulators_folder) as started:
        yield started


@pytest.fixture
def there(mlog_process: Running) -> Iterator[Running]:
    """Serve the log's port by the simulator, which looks at once at what it took."""
    mlog_process.reset()
    treat(mlog_process, after=0)
    certificate = certificate_of(mlog_process.folder.parent)
    adapter = MLog(url=mlog_process.system_url, certificate=certificate, limits=Limits(connect=2, answer=1))
    with legal_logs.serving(LEGAL_LOG, adapter):
        yield mlog_process
    adapter.close()


@pytest.fixture
def centre(lozova: AtDesk) -> AtDesk:
    """Return Lidia's desk; the chain grows with each event, not only at the end of the test's transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return lozova


def treat(there: Running, **told: object) -> None:
    httpx.post(f"{there.url}/control/mlog", json=told, timeout=10).raise_for_status()


def write(centre: AtDesk, *, rows: int = 1, at: datetime = NOON, name: str = "e") -> None:
    """Let Lidia look at Eugenia's case so often; the object of each event is its name."""
    acting = acting_for(EUGENIA, centre_id=centre.centre_id, operator_id=centre.operator_id)
    with transaction():
        for number in range(rows):
            journal.record("cases.case.shown", acting=acting, at=at, object_type="case", object_id=f"{name}{number}")


def round_at(centre: AtDesk, at: datetime = NOON + MINUTE) -> None:
    """Let the worker make one round."""
    with as_worker():
        ship(centre=Centre.objects.get(pk=centre.centre_id), since=SINCE, at=at, now=lambda: at)


def away_at(centre: AtDesk, at: datetime = NOON + MINUTE) -> None:
    with as_worker(), pytest.raises(LogIsAway):
        ship(centre=Centre.objects.get(pk=centre.centre_id), since=SINCE, at=at, now=lambda: at)


def arrived(there: Running, *, messages: int) -> None:
    """Wait until a call that we gave up has been done there: the minutes of a test pass faster than those of a call."""
    until(lambda: len(there.ledger()["messages"]) >= messages, what="the message at the log")


def states() -> list[str]:
    return [one.state for one in sorted(all_of(Shipment), key=lambda one: one.first_number)]


def registered(there: Running) -> list[str]:
    """Return the objects of the events that MLog registered, in order."""
    rows = [one for one in there.ledger()["events"] if one["is_registered"]]
    return [json.loads(str(one["body"]))["object"] for one in rows]


def nothing_twice(there: Running) -> bool:
    found = registered(there)
    return len(found) == len(set(found)) and there.ledger()["repeats"] == []


def debt(centre: AtDesk) -> legal_debt.Debt:
    with transaction():
        return legal_debt.of_centre(centre.centre_id)


class TestShipping:
    def test_says_registered_only_when_the_log_shows_every_event(self, centre, there):
        treat(there, after=3600)
        write(centre, rows=3)
        round_at(centre)
        taken = states()
        round_at(centre, NOON + 3 * MINUTE)
        asked = states()
        treat(there, after=0)
        httpx.post(f"{there.url}/control/look", json={}, timeout=10)
        round_at(centre, NOON + 10 * MINUTE)

        assert (taken, asked, states()) == (["accepted"], ["accepted"], ["registered"])
        assert registered(there) == ["e0", "e1", "e2"]

    def test_names_who_whom_on_what_and_why(self, centre, there):
        write(centre)
        round_at(centre)
        round_at(centre, NOON + 3 * MINUTE)
        event = json.loads(str(there.ledger()["events"][0]["body"]))

        assert (event["event_type"], event["user"], event["subject"]) == ("Cups.PersonalData.Access", LIDIA, EUGENIA)
        assert (event["legal_basis"], event["legal_reason"]) == ("request", "test; V-2026-000001")
        assert (event["object_type"], event["object"], event["subject_type"]) == ("case", "e0", "Person")
        assert event["event_message"] == "Cererea dvs. a fost deschisă pe ecran."
        assert event["event_time"] == "2026-11-23T10:00:00.000Z"
        assert event["legal_entity"] == centre.centre_idno or "legal_entity" not in event

    def test_calls_an_event_by_its_link_in_the_chain(self, centre, there):
        write(centre, rows=2)
        round_at(centre)
        ids = [json.loads(str(one["body"]))["event_id"] for one in there.ledger()["events"]]

        assert ids == [bytes(one.hash).hex() for one in all_of(ChainLink)]

    def test_keeps_the_message_until_it_is_registered_and_then_its_hash(self, centre, there):
        write(centre)
        round_at(centre)
        before = all_of(Shipment)[0]
        round_at(centre, NOON + 3 * MINUTE)
        after = all_of(Shipment)[0]

        assert EUGENIA in before.message
        assert (after.message, after.message_sha256) == ("", before.message_sha256)
        assert json.loads(after.answer)["UID"] == after.uid == there.ledger()["messages"][0]["uid"]

    def test_sends_many_events_in_messages_of_fifty_in_order(self, centre, there):
        write(centre, rows=120)
        round_at(centre)

        assert [one["events"] for one in rows_of(there)] == [50, 50, 20]
        round_at(centre, NOON + 3 * MINUTE)
        assert registered(there) == [f"e{number}" for number in range(120)]
        assert debt(centre) == legal_debt.Debt()

    def test_goes_on_where_it_stopped(self, centre, there):
        write(centre, name="a")
        round_at(centre)
        write(centre, name="b", at=NOON + MINUTE)
        round_at(centre, NOON + 2 * MINUTE)

        assert [one.first_number for one in all_of(Shipment)] == [1, 2]
        assert len(there.ledger()["messages"]) == 2

    def test_passes_over_what_does_not_go(self, centre, there):
        with transaction():
            journal.record_without_subject(
                "centres.session.locked", centre_id=centre.centre_id, operator_id=centre.operator_id, at=NOON
            )
        round_at(centre)

        assert all_of(Shipment) == []
        assert all_of(ShippingPosition)[0].number == 1
        assert there.ledger()["calls"] == []

    def test_names_the_operator_also_of_an_act_about_nobody(self, centre, there):
        with transaction():
            journal.record_without_subject(
                "centres.session.started", centre_id=centre.centre_id, operator_id=centre.operator_id, at=NOON
            )
        round_at(centre)
        event = json.loads(str(there.ledger()["events"][0]["body"]))

        assert (event["event_type"], event["user"]) == ("Cups.Centres.Session.Started", LIDIA)
        assert "subject" not in event

    def test_says_nothing_of_people_in_the_technical_log(self, centre, there):
        write(centre)
        with capture_logs() as lines:
            round_at(centre)
            round_at(centre, NOON + 3 * MINUTE)

        assert [one["event"] for one in lines] == ["legal_log.sending", "legal_log.accepted", "legal_log.registered"]
        assert EUGENIA not in str(lines)
        assert LIDIA not in str(lines)


def rows_of(there: Running) -> list[dict[str, int]]:
    counted: dict[str, int] = {}
    for one in there.ledger()["events"]:
        counted[str(one["uid"])] = counted.get(str(one["uid"]), 0) + 1
    return [{"events": number} for number in counted.values()]


class TestBeginning:
    def test_is_the_day_of_the_connection(self, centre, there):
        write(centre, name="before", at=SINCE - HOUR)
        write(centre, name="since", at=NOON)
        round_at(centre)
        round_at(centre, NOON + 3 * MINUTE)

        assert registered(there) == ["since0"]

    def test_owes_nothing_and_makes_no_row_while_no_log_is_connected(self, centre):
        write(centre)
        with as_worker():
            legal_log_jobs.ship_all(timestamp=0)

        assert [all_of(model) for model in (Shipment, ShippingPosition, ShippingStanding)] == [[], [], []]
        assert debt(centre) == legal_debt.Debt()

    def test_of_a_new_centre_is_its_first_event(self, centre, there):
        round_at(centre)
        write(centre, name="first", at=NOON + MINUTE)
        round_at(centre, NOON + 2 * MINUTE)
        round_at(centre, NOON + 4 * MINUTE)

        assert registered(there) == ["first0"]


class TestFault:
    @pytest.mark.parametrize(
        ("mode", "is_done"),
        [
            (Mode.AFTER_COMMIT_TIMEOUT, True),
            (Mode.BEFORE_COMMIT_TIMEOUT, False),
            (Mode.SERVER_ERROR_AFTER_COMMIT, True),
            (Mode.SERVER_ERROR, False),
            (Mode.GARBAGE, True),
            (Mode.CUT_ANSWER, True),
        ],
    )
    def test_without_an_answer_is_asked_about_and_nothing_is_registered_twice(self, centre, there, mode, is_done):
        write(centre, rows=2)
        there.behave(mode, times=1, seconds=2, operations=["register"])
        away_at(centre)
        arrived(there, messages=int(is_done))
        unknown = states()
        round_at(centre, NOON + 2 * MINUTE)
        asked = states()
        round_at(centre, NOON + 12 * MINUTE)
        round_at(centre, NOON + 15 * MINUTE)

        assert unknown == ["unknown"]
        # What is not there yet may still arrive: it is not sent again at once.
        assert asked == (["registered"] if is_done else ["unknown"])
        assert states() == ["registered"]
        assert registered(there) == ["e0", "e1"]
        assert nothing_twice(there)
        assert len(there.ledger()["messages"]) == 1

    def test_of_slowness_at_the_log_is_asked_about(self, centre, there):
        write(centre)
        there.behave(Mode.SLOW, times=1, seconds=2, operations=["register"])
        away_at(centre)
        arrived(there, messages=1)
        for minutes in (5, 8, 10):
            round_at(centre, NOON + minutes * MINUTE)

        assert states() == ["registered"]
        assert nothing_twice(there)

    def test_of_its_certificate_lets_events_wait(self, centre, there):
        write(centre)
        there.behave(Mode.EXPIRED_CERTIFICATE)
        fresh(there, lambda: away_at(centre))
        there.behave(Mode.NORMAL)

        assert states() == ["waiting"]
        assert "certificate is not accepted" in all_of(Shipment)[0].fault
        assert there.ledger()["messages"] == []

    def test_while_asking_leaves_the_question_open(self, centre, there):
        write(centre)
        round_at(centre)
        there.behave(Mode.SERVER_ERROR, operations=["query"])
        away_at(centre, NOON + 3 * MINUTE)
        there.behave(Mode.GARBAGE, operations=["query"])
        round_at(centre, NOON + 4 * MINUTE)
        there.behave(Mode.NORMAL)

        assert states() == ["accepted"]
        round_at(centre, NOON + 6 * MINUTE)
        assert states() == ["registered"]

    def test_of_our_registration_lets_events_wait(self, centre, there):
        write(centre)
        treat(there, is_known=False)
        away_at(centre)
        treat(there, is_known=True)

        assert states() == ["waiting"]
        round_at(centre, NOON + 2 * MINUTE)
        assert states() == ["accepted"]

    def test_of_a_worker_that_died_while_sending_is_asked_about(self, centre, there):
        write(centre)
        there.behave(Mode.AFTER_COMMIT_TIMEOUT, times=1, seconds=2, operations=["register"])
        away_at(centre)
        arrived(there, messages=1)
        with transaction():
            Shipment.objects.update(state=ShipmentState.SENDING)
        round_at(centre, NOON + 10 * MINUTE)

        assert states() == ["registered"]
        assert nothing_twice(there)

    def test_of_a_restored_database_sends_nothing_again(self, centre, there, as_owner):
        write(centre, rows=60)
        round_at(centre)
        write(centre, name="later", rows=3, at=NOON + 20 * MINUTE)
        with as_owner(), transaction():
            Shipment.objects.all().delete()
            ShippingPosition.objects.update(number=10)  # a backup of another moment: messages begin elsewhere
        for minutes in range(30, 40):
            round_at(centre, NOON + minutes * MINUTE)

        assert set(states()) == {"registered"}
        assert nothing_twice(there)
        assert len(registered(there)) == 63


def fresh(there: Running, act: Callable[[], None]) -> None:
    """Act with an adapter that has no open connection."""
    adapter = MLog(url=there.system_url, certificate=certificate_of(there.folder.parent), limits=Limits(answer=1))
    with legal_logs.serving(LEGAL_LOG, adapter):
        act()
    adapter.close()


class TestRefusal:
    def test_of_a_taken_message_shows_when_it_is_not_registered_in_time(self, centre, there):
        there.behave(Mode.WRONG_SIGNATURE, times=1, operations=["register"])
        write(centre, rows=2)
        round_at(centre)
        write(centre, name="next", at=NOON + 2 * MINUTE)
        round_at(centre, NOON + 3 * MINUTE)
        round_at(centre, NOON + 3 * HOUR)

        assert states() == ["refused", "registered"]
        assert debt(centre).refused == 1
        assert registered(there) == ["next0"]

    def test_is_sent_again_after_the_log_was_asked(self, centre, there):
        there.behave(Mode.WRONG_SIGNATURE, times=1, operations=["register"])
        write(centre)
        round_at(centre)
        round_at(centre, NOON + 3 * HOUR)
        refused = all_of(Shipment)[0]
        with scoped_to(centre.scope):
            mind_legal_log.send_again(
                centre_code=centre.centre_code, shipment_id=refused.pk, by_id=centre.operator_id, at=NOON + 3 * HOUR
            )
        round_at(centre, NOON + 3 * HOUR + MINUTE)
        round_at(centre, NOON + 3 * HOUR + 5 * MINUTE)

        assert states() == ["registered"]
        assert registered(there) == ["e0"]
        assert [one.details["first"] for one in all_of(JournalRecord, event="audit.shipment.sent-again")] == [1]

    def test_is_given_up_with_a_reason_alone(self, centre, there):
        there.behave(Mode.WRONG_SIGNATURE, times=1, operations=["register"])
        write(centre)
        round_at(centre)
        round_at(centre, NOON + 3 * HOUR)
        given = {
            "centre_code": centre.centre_code, "shipment_id": all_of(Shipment)[0].pk,
            "by_id": centre.operator_id, "at": NOON + 3 * HOUR,
        }  # fmt: skip
        with pytest.raises(shipping.ReasonMissing):
            mind_legal_log.set_aside(reason=" ", **given)
        mind_legal_log.set_aside(reason="test data", **given)

        assert states() == ["set_aside"]
        assert debt(centre).oldest_at in {None, NOON + 3 * HOUR}  # the act itself is an event that does not go
        assert len(all_of(JournalRecord, event="audit.shipment.set-aside")) == 1

    def test_of_one_event_leaves_the_others_registered(self, centre, there):
        treat(there, refuses="poison")
        write(centre, rows=2, name="a")
        write(centre, name="poison")
        write(centre, rows=2, name="b")
        round_at(centre)
        round_at(centre, NOON + 3 * HOUR)

        assert states() == ["registered", "refused", "registered"]
        assert registered(there) == ["a0", "a1", "b0", "b1"]
        assert [one.numbers for one in all_of(Shipment, state="refused")] == [[3]]

    def test_at_once_finds_the_one_event_by_halves(self, centre, there):
        treat(there, declines="poison")
        write(centre, rows=3, name="a")
        write(centre, name="poison")
        write(centre, rows=2, name="b")
        round_at(centre)
        round_at(centre, NOON + 3 * MINUTE)

        assert sorted(registered(there)) == ["a0", "a1", "a2", "b0", "b1"]
        assert [one.numbers for one in all_of(Shipment, state="refused")] == [[4]]
        assert nothing_twice(there)

    def test_of_everything_does_not_fill_the_list_without_end(self, centre, there):
        treat(there, declines="Cups")
        write(centre, rows=60)
        for minutes in range(1, 5):
            round_at(centre, NOON + minutes * MINUTE)

        assert states().count("refused") == 20
        assert debt(centre).waiting == 60

        treat(there, declines="")
        mind_legal_log.send_all_again(by_id=centre.operator_id, at=NOON + 5 * MINUTE)
        for minutes in range(6, 10):
            round_at(centre, NOON + minutes * MINUTE)
        assert set(states()) == {"registered"}
        assert len(registered(there)) == 60
        assert nothing_twice(there)


class TestTwoWorkers:
    def test_do_not_ship_one_centre_at_once(self, centre, there):
        write(centre)
        with as_worker(), transaction():
            first = shipping.lease(centre_id=centre.centre_id, since=SINCE, at=NOON)
            second = shipping.lease(centre_id=centre.centre_id, since=SINCE, at=NOON + MINUTE)
        round_at(centre, NOON + MINUTE)

        assert first is not None
        assert second is None
        assert all_of(Shipment) == []

    def test_of_which_one_was_overtaken_it_writes_nothing(self, centre, there):
        with as_worker(), transaction():
            slow = shipping.lease(centre_id=centre.centre_id, since=SINCE, at=NOON)
            shipping.lease(centre_id=centre.centre_id, since=SINCE, at=NOON + HOUR)

            with pytest.raises(shipping.Overtaken):
                shipping.locked(slow)


class TestDebt:
    def test_grows_while_the_log_is_away_and_ends_when_all_is_registered(self, centre, there, settings: Settings):
        write(centre, rows=2)
        there.behave(Mode.SERVER_ERROR)
        away_at(centre)
        owed = debt(centre)
        write(centre, rows=3, name="later", at=NOON + HOUR)

        assert (owed.oldest_at, owed.waiting) == (NOON, 2)
        assert debt(centre).waiting == 5
        assert [owed.is_late(at=NOON + hours * HOUR) for hours in (3, 4, 24)] == [False, True, True]
        assert [owed.stops_reading(at=NOON + hours * HOUR) for hours in (3, 23, 24)] == [False, False, True]
        settings.MLOG_STOP_HOURS = 48
        assert not owed.stops_reading(at=NOON + 24 * HOUR)

        there.behave(Mode.NORMAL)
        for minutes in (0, 5, 10, 15):
            round_at(centre, NOON + 25 * HOUR + minutes * MINUTE)
        assert debt(centre) == legal_debt.Debt()
        assert nothing_twice(there)

    def test_is_kept_for_all_centres_and_told(self, centre, there):
        write(centre)
        with as_worker(), capture_logs() as lines:
            there.behave(Mode.SERVER_ERROR)
            legal_log_jobs.ship_all(timestamp=0)
            there.behave(Mode.NORMAL)
        standing = all_of(ShippingStanding)[0]
        with transaction():
            told = legal_debt.of_all(at=standing.measured_at)

        # Connected only now: what the test wrote is of earlier.
        assert (standing.oldest_at, standing.waiting) == (None, 0)
        assert told == legal_debt.Debt()
        assert [one["event"] for one in lines] == []

    def test_is_not_denied_while_nobody_measures(self, centre, there):
        with as_worker(), transaction():
            shipping.connected_since(at=NOON)
            legal_debt.keep([], at=NOON)
            owed = legal_debt.of_all(at=NOON + HOUR)

        assert owed.oldest_at == NOON

    def test_on_hold_is_told_and_nothing_is_shipped(self, centre, there, as_owner):
        with as_worker():
            legal_log_jobs.ship_all(timestamp=0)
        at = all_of(ShippingStanding)[0].connected_at
        write(centre, at=at + MINUTE)
        with as_owner(), transaction():
            hold.pause_deliveries(reason="restored", at=at)
        with as_worker():
            legal_log_jobs.ship_all(timestamp=0)

        assert there.ledger()["messages"] == []
        assert all_of(ShippingStanding)[0].waiting == 1

    def test_of_a_centre_whose_journal_cannot_be_read_is_told_and_the_round_goes_on(self, centre, there):
        with as_worker():
            legal_log_jobs.ship_all(timestamp=0)
        write(centre, at=all_of(ShippingStanding)[0].connected_at + MINUTE)
        with as_worker(), legal_logs.serving(LEGAL_LOG, CannotRead()), capture_logs() as lines:
            legal_log_jobs.ship_all(timestamp=0)

        assert [one["event"] for one in lines] == ["legal_log.unreadable"]
        assert all_of(ShippingStanding)[0].waiting == 1


class CannotRead:
    """A log before which the keys of the journal turn out to lack."""

    def write(self, events: object) -> None:
        raise CannotOpen


class TestReading:
    @pytest.fixture
    def owing(self, centre, there):
        """Let the log be away until a day has passed."""
        write(centre)
        there.behave(Mode.SERVER_ERROR)
        away_at(centre)
        return NOON + 25 * HOUR

    def test_stops_after_a_day_and_the_counter_goes_on(self, centre, owing, exchange):
        visit = come(EUGENIA, to=centre, at=owing)

        read = all_of(JournalRecord, event="applicants.person.read")
        assert visit.ended_at is None
        assert [one.outcome for one in read] == ["paused"]
        assert exchange.ledger()["calls"] == []

    def test_goes_on_before(self, centre, owing, exchange):
        come(EUGENIA, to=centre, at=owing - 2 * HOUR)

        assert [one.outcome for one in all_of(JournalRecord, event="applicants.person.read")] == ["answered"]

    def test_goes_on_when_no_log_is_connected_any_more(self, centre, owing, exchange):
        adapter = legal_logs.get(LEGAL_LOG)
        legal_logs._served.pop(LEGAL_LOG)
        try:
            come(EUGENIA, to=centre, at=owing)
        finally:
            legal_logs.serve(LEGAL_LOG, adapter)

        assert [one.outcome for one in all_of(JournalRecord, event="applicants.person.read")] == ["answered"]

    def test_is_registered_once_for_each_that_happened_and_for_none_that_did_not(self, centre, there, exchange):
        come(EUGENIA, to=centre)
        exchange.behave(Mode.SERVER_ERROR)
        visit = come_again(centre)
        round_at(centre)
        round_at(centre, NOON + 3 * MINUTE)
        events = [json.loads(str(one["body"])) for one in there.ledger()["events"] if one["is_registered"]]
        read = [one for one in events if one["journal_event"] == "applicants.person.read"]

        assert [one["event_type"] for one in read] == ["Cups.PersonalData.Access", "Cups.Register.NotRead"]
        assert (read[0]["user"], read[0]["subject"], read[0]["legal_basis"]) == (LIDIA, EUGENIA, "HG 322/2021")
        assert read[0]["legal_reason"].startswith("identification at the desk; ")
        assert visit.number in read[1]["legal_reason"]


def come_again(centre: AtDesk):
    from tests.support.counter import leave

    from ghiseu.modules.visits.models import Visit

    leave(all_of(Visit)[-1], to=centre)
    return come(EUGENIA, to=centre)
