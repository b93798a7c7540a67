"""The adapter against MLog's simulator: the official test cases, what is refused, and what goes wrong on the way."""

import json
from datetime import timedelta

import httpx
import pytest
from tests.adapters.mlog.conftest import AT, VECTORS, event, treat
from tests.support.waiting import until

from ghiseu.foundation.outcomes import OutcomeUnknown, Refused, TryLater, UnusableAnswer
from ghiseu.foundation.wire.platforms import Level
from simulators.common.behaviour import Mode

NOBODYS = "00000000-0000-4000-8000-0000000000ff"


def events_there(there):
    return [json.loads(str(one["body"])) for one in there.ledger()["events"] if one["is_registered"]]


def put(mlog, *numbers):
    return mlog.register(mlog.write([event(number) for number in numbers]).text).uid


def ids(*numbers):
    return frozenset(event(number).id for number in numbers)


class TestOfficialCase:
    def test_tc_funct_01_registers_an_unsigned_event_and_finds_it_by_uid(self, there, plain):
        treat(there, takes_unsigned=True)
        told = plain.post("/register", content=(VECTORS / "single.json").read_bytes()).json()
        found = plain.get(f"/query/{told['UID']}").json()

        assert (told["status"], told["message"]) == ("200", "OK")
        assert found["pagination"] == {"record-count": 1, "page-size": 50}
        assert found["result"] == [{"@uid": told["UID"], **json.loads((VECTORS / "single.json").read_text())}]

    def test_tc_funct_02_registers_a_signed_event_and_finds_it_by_uid(self, mlog, there):
        uid = put(mlog, 1)

        assert mlog.registered(uid) == ids(1)
        assert [one["signed"] for one in there.ledger()["events"]] == [1]

    def test_tc_funct_03_registers_a_batch_under_one_uid(self, mlog, there):
        uid = put(mlog, *range(50))

        assert mlog.registered(uid) == ids(*range(50))
        assert len(there.ledger()["messages"]) == 1

    def test_tc_funct_04_finds_by_time_and_filter(self, mlog, plain):
        uid = put(mlog, 1, 2)
        asked = {
            "event_time_from": "2026-01-15T10:00:00+02:00", "event_time_to": "2026-01-15T10:00:01+02:00",
            "legal_basis": "test", "filter": "event_type=Cups.PersonalData.Access,subject=2000000000015",
        }  # fmt: skip
        second = plain.get("/query", params={**asked, "page": 1, "page_size": 1}).json()
        none = plain.get("/query", params={**asked, "event_time_to": "2026-01-15T10:00:00+02:00"})

        assert mlog.find(event(2).id, at=AT) == uid
        assert [one["event_id"] for one in second["result"]] == [event(2).id]
        assert second["pagination"] == {"record-count": 2, "page-size": 1}
        assert none.status_code == 404


class TestRegister:
    def test_is_not_yet_to_be_registered(self, mlog, there):
        treat(there, after=3600)
        uid = put(mlog, 1)
        before = mlog.registered(uid), mlog.find(event(1).id, at=AT)
        httpx.post(f"{there.url}/control/look", json={}, timeout=10).raise_for_status()

        assert before == (frozenset(), "")
        assert mlog.registered(uid) == ids(1)

    def test_of_the_same_event_twice_is_noticed_by_its_id(self, mlog, there):
        first, second = put(mlog, 1), put(mlog, 1)

        assert (mlog.registered(first), mlog.registered(second)) == (ids(1), frozenset())
        assert mlog.find(event(1).id, at=AT) == first
        assert [one["event_id"] for one in there.ledger()["repeats"]] == [event(1).id]

    def test_says_json_and_signs_the_whole_message_once(self, mlog, there):
        put(mlog, 1, 2)
        message = there.ledger()["messages"][0]

        assert (message["media_type"], message["fault"]) == ("application/json", "")
        assert {one["signed"] for one in there.ledger()["events"]} == {1}

    def test_is_taken_and_never_registered_when_the_signature_does_not_hold(self, mlog, there):
        there.behave(Mode.WRONG_SIGNATURE, times=1, operations=["register"])
        uid = put(mlog, 1)

        assert mlog.registered(uid) == frozenset()
        assert [one["state"] for one in there.ledger()["messages"]] == ["refused"]

    def test_waits_while_our_system_is_not_known(self, mlog, there):
        treat(there, is_known=False)

        with pytest.raises(TryLater, match="does not know our certificate"):
            put(mlog, 1)
        assert there.ledger()["messages"] == []

    def test_tells_what_is_declined(self, mlog, there):
        treat(there, declines="GH-2026-000001")

        with pytest.raises(Refused) as caught:
            put(mlog, 1)
        assert caught.value.code == "400"

    def test_of_too_long_a_message_is_declined(self, mlog):
        with pytest.raises(Refused, match="too long"):
            mlog.register("x" * 250_000)

    def test_cannot_happen_without_our_key(self, adapter_to, there, tmp_path):
        from dataclasses import replace

        from tests.support.platform_place import certificate_of

        whole = certificate_of(there.folder.parent)
        key = tmp_path / "key.pem"
        key.write_bytes(whole.key.read_bytes())
        mlog = adapter_to(certificate=replace(whole, key=key))
        key.unlink()

        with pytest.raises(TryLater, match="our key cannot sign"):
            put(mlog, 1)
        assert there.ledger()["messages"] == []


class TestRefusedThere:
    @pytest.mark.parametrize(
        "body",
        [
            '{"event_type": "A.B"}', '{"event_time": "2026-01-15"}', '{"event_time": "now", "event_type": "A.B"}',
            '{"event_time": "2026-01-15", "event_type": "A.PersonalData.Looked"}',
            '{"event_time": "2026-01-15", "event_type": "A.B", "@uid": "x"}',
            '{"event_time": "2026-01-15", "event_type": "A.B", "x": {"y": "z"}}',
            '{"event_time": "2026-01-15", "event_type": "A.B", "x": "' + "x" * 32_767 + '"}',
        ],
    )  # fmt: skip
    def test_what_breaks_the_rules_is_taken_and_never_registered(self, there, plain, body):
        treat(there, takes_unsigned=True)
        told = plain.post("/register", content=body.encode())

        assert told.status_code == 200
        assert plain.get(f"/query/{told.json()['UID']}").status_code == 404

    @pytest.mark.parametrize("body", ["", "x", "[]", '{"a": 1', '{"a": "1", "a": "2"}', "a.b"])
    def test_what_is_no_json_is_told_at_once(self, plain, body):
        assert plain.post("/register", content=body.encode()).status_code == 400

    def test_an_unsigned_event_of_a_system_that_has_to_sign(self, plain, there):
        told = plain.post("/register", content=(VECTORS / "single.json").read_bytes()).json()

        assert plain.get("/query", params={"uid": told["UID"]}).status_code == 404
        assert [one["fault"] for one in there.ledger()["messages"]] == ["this system has to sign its events"]

    @pytest.mark.parametrize("lacks", ["event_time_from", "event_time_to", "legal_basis"])
    def test_a_search_that_does_not_say_why_or_when(self, plain, lacks):
        asked = {"event_time_from": "2026-01-15", "event_time_to": "2026-01-16", "legal_basis": "x"}

        assert plain.get("/query", params={**asked, lacks: ""}).status_code == 400

    def test_pages_beyond_the_last(self, plain):
        asked = {"event_time_from": "2026-01-15", "event_time_to": "2026-01-16", "legal_basis": "x"}

        assert plain.get("/query", params={**asked, "page": 101, "page_size": 100}).status_code == 400


class TestAsking:
    def test_may_go_by_parameter_as_the_older_library_does(self, adapter_to):
        older = adapter_to(asks_by_path=False)
        uid = put(older, 1)

        assert older.registered(uid) == ids(1)

    def test_finds_nothing_of_what_nobody_registered(self, mlog):
        assert mlog.registered(NOBODYS) == frozenset()
        assert mlog.find(event(9).id, at=AT) == ""

    def test_does_not_find_an_event_of_another_hour(self, mlog):
        put(mlog, 1)

        assert mlog.find(event(1).id, at=AT + timedelta(hours=1)) == ""

    @pytest.mark.parametrize("mode", [Mode.DUPLICATE, Mode.REORDER])
    def test_does_not_mind_how_events_are_listed(self, mlog, there, mode):
        uid = put(mlog, 1, 2, 3)
        there.behave(mode, operations=["query"])

        assert mlog.registered(uid) == ids(1, 2, 3)
        assert mlog.find(event(3).id, at=AT) == uid

    def test_is_kept_there_as_a_search_with_its_basis(self, mlog, there):
        mlog.registered(NOBODYS)

        asked = json.loads(str(there.ledger()["searches"][0]["asked"]))
        assert asked == {"legal_basis": "HG 708/2014", "uid": NOBODYS}


class TestMisbehaviour:
    @pytest.mark.parametrize(
        ("mode", "told", "done"),
        [
            (Mode.BEFORE_COMMIT_TIMEOUT, OutcomeUnknown, 0),
            (Mode.AFTER_COMMIT_TIMEOUT, OutcomeUnknown, 1),
            (Mode.SERVER_ERROR, OutcomeUnknown, 0),
            (Mode.SERVER_ERROR_AFTER_COMMIT, OutcomeUnknown, 1),
            (Mode.GARBAGE, OutcomeUnknown, 1),
            (Mode.CUT_ANSWER, OutcomeUnknown, 1),
            (Mode.SLOW, OutcomeUnknown, 1),
            (Mode.EXPIRED_CERTIFICATE, TryLater, 0),
        ],
    )
    def test_while_registering_leaves_no_doubt_unsaid(self, adapter_to, there, mode, told, done):
        fresh = adapter_to()
        seconds = 2 if mode in {Mode.SLOW, Mode.BEFORE_COMMIT_TIMEOUT, Mode.AFTER_COMMIT_TIMEOUT} else None
        there.behave(mode, times=1, seconds=seconds)

        with pytest.raises(told):
            put(fresh, 1)
        there.behave(Mode.NORMAL)
        until(lambda: len(there.ledger()["messages"]) >= done, what="the message at the log")
        assert bool(adapter_to().find(event(1).id, at=AT)) is bool(done)
        assert len(events_there(there)) == done

    @pytest.mark.parametrize(
        ("mode", "told"),
        [
            (Mode.BEFORE_COMMIT_TIMEOUT, TryLater),
            (Mode.SERVER_ERROR, TryLater),
            (Mode.GARBAGE, UnusableAnswer),
            (Mode.CUT_ANSWER, TryLater),
            (Mode.DOWN_UNTIL, TryLater),
        ],
    )
    def test_while_asking_says_nothing_of_the_event(self, mlog, there, mode, told):
        uid = put(mlog, 1)
        there.behave(mode, seconds=2)

        with pytest.raises(told):
            mlog.registered(uid)
        with pytest.raises(told):
            mlog.find(event(1).id, at=AT)


class TestCheck:
    def test_says_that_all_is_well(self, mlog):
        from tests.simulators.test_system_port import AT as NOW

        found = mlog.check(at=NOW)

        assert {one.level for one in found} == {Level.OK}
        assert found[-1].fact == "MLog answers"

    def test_names_the_fingerprint_to_register(self, mlog, there):
        treat(there, is_known=False)
        found = mlog.check(at=AT)[-1]

        assert found.level is Level.ERROR
        assert "fingerprint" in found.next_step

    def test_says_what_to_look_at_when_nothing_answers(self, mlog, there):
        there.behave(Mode.SERVER_ERROR)
        found = mlog.check(at=AT)[-1]

        assert (found.level, "GHISEU_MLOG_URL" in found.next_step) == (Level.ERROR, True)


class TestPages:
    def test_show_the_events_in_words(self, mlog, there):
        uid = put(mlog, 1)
        control = httpx.get(f"{there.url}/control", timeout=10).text
        events = httpx.post(f"{there.url}/events", data={"subject": "2000000000015"}, timeout=10).text
        others = httpx.post(f"{there.url}/events", data={"subject": "2000000000004"}, timeout=10).text

        assert uid in control
        assert "Cups.PersonalData.Access" in events
        assert "registered, signed" in events
        assert "No event fits" in others

    def test_refuse_what_they_do_not_understand(self, there):
        answers = [
            httpx.post(f"{there.url}/control/mlog", json=told, timeout=10)
            for told in ({"after": "soon"}, {"after": -1}, {"x": 1}, [])
        ]

        assert [one.status_code for one in answers] == [400, 400, 400, 400]
