"""The adapter against the simulated MNotify, over real sockets."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.adapters.mnotify.conftest import VASILE, Platform
from tests.support.acting import acting_for
from tests.support.waiting import until

from ghiseu.adapters.mnotify import wire
from ghiseu.foundation.outcomes import OutcomeUnknown, Refused, TryLater, UnusableAnswer, WrongSubject
from ghiseu.foundation.wire.platforms import Level
from ghiseu.modules.notifications.ports import Accepted, CannotTell, Outgoing, Stage

NOW = datetime.now(UTC)  # noqa: TID251 - the simulator keeps the machine's time
LONG_AGO = NOW - timedelta(days=1)
ACTING = acting_for(VASILE)
VECTORS = Path(__file__).parent / "vectors"


def vector(name: str) -> dict[str, object]:
    return json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))


def fill(platform: Platform, message: Outgoing, *, count: int) -> None:
    """Let other messages of ours be sent after it."""
    body = wire.notification(replace(message, subject={"ro": "Altceva"}))
    for _ in range(count):
        platform.caller.post("/api/Notification", json=body).raise_for_status()


class TestSending:
    def test_gives_the_id_that_the_platform_made(self, platform, message):
        accepted = platform.make().send(message, acting=ACTING)

        assert [row["key"] for row in platform.sent()] == [accepted.notification_id]
        assert json.loads(accepted.answer) == accepted.notification_id

    def test_sends_what_the_description_asks_for_and_nothing_of_the_sender(self, message):
        assert wire.notification(message) == vector("notification")

    def test_of_a_message_that_the_platform_refuses_says_so_and_nothing_is_sent(self, platform, message):
        too_long = replace(message, subject={"ro": "x" * 42})

        with pytest.raises(Refused) as refused:
            platform.make().send(too_long, acting=ACTING)

        assert (refused.value.code, platform.sent()) == ("400", [])

    @pytest.mark.parametrize(
        ("mode", "ending", "sent"),
        [
            ("before_commit_timeout", OutcomeUnknown, 0),
            ("after_commit_timeout", OutcomeUnknown, 1),
            ("garbage", OutcomeUnknown, 1),
            ("cut_answer", OutcomeUnknown, 1),
            ("5xx", OutcomeUnknown, 0),
            ("5xx_after_commit", OutcomeUnknown, 1),
            ("slow", OutcomeUnknown, 1),
            ("expired_certificate", TryLater, 0),
        ],
    )
    def test_that_goes_wrong_ends_in_what_is_true(self, platform, message, mode, ending, sent):
        platform.running.behave(mode, seconds=2)

        with pytest.raises(ending):
            platform.make().send(message, acting=ACTING)

        platform.running.behave("normal")
        until(lambda: len(platform.sent()) == sent, what="the platform's own book")  # a slow one is written late
        assert len(platform.sent()) == sent

    def test_to_a_platform_that_does_not_know_our_certificate_is_tried_later(self, platform, message, monkeypatch):
        adapter = platform.make()
        monkeypatch.setattr(
            adapter._exchange, "write", lambda _: type("A", (), {"status": 403, "is_done": False, "body": b""})()
        )

        with pytest.raises(TryLater, match="403"):
            adapter.send(message, acting=ACTING)


class TestFinding:
    def test_sees_that_a_message_without_answer_was_taken(self, platform, message):
        platform.running.behave("after_commit_timeout", seconds=2, times=1, operations=["send"])
        adapter = platform.make()
        with pytest.raises(OutcomeUnknown):
            adapter.send(message, acting=ACTING)

        found = adapter.find(message, since=NOW, known=(), acting=ACTING)

        assert isinstance(found, Accepted)
        assert [row["key"] for row in platform.sent()] == [found.notification_id]

    def test_sees_that_a_message_was_not_taken(self, platform, message):
        fill(platform, message, count=3)

        assert platform.make().find(message, since=NOW, known=(), acting=ACTING) is None

    def test_in_an_empty_list_finds_nothing(self, platform, message):
        assert platform.make().find(message, since=LONG_AGO, known=(), acting=ACTING) is None

    @pytest.mark.parametrize("first_page", [0, 1])
    def test_reads_every_page_however_they_are_counted(self, platform, message, monkeypatch, first_page):
        monkeypatch.setattr("ghiseu.adapters.mnotify.client.A_PAGE", 2)
        platform.tell(first_page=first_page)
        adapter = platform.make()
        sent = adapter.send(message, acting=ACTING)
        fill(platform, message, count=5)

        found = adapter.find(message, since=NOW, known=(), acting=ACTING)

        assert found is not None
        assert found.notification_id == sent.notification_id

    @pytest.mark.parametrize("delivery", ["held", "sent_only"])
    def test_cannot_tell_while_the_platform_names_nobody(self, platform, message, delivery):
        platform.tell(delivery=delivery)
        adapter = platform.make()
        adapter.send(message, acting=ACTING)

        with pytest.raises(CannotTell, match="do not say whose"):
            adapter.find(message, since=NOW, known=(), acting=ACTING)

    def test_does_not_take_the_message_of_another_event_for_it(self, platform, message):
        platform.make().send(replace(message, subject={"ro": "Programare: LOZ-2026-000002-15"}), acting=ACTING)

        assert platform.make().find(message, since=NOW, known=(), acting=ACTING) is None

    def test_leaves_out_what_belongs_to_other_messages(self, platform, message):
        platform.tell(delivery="held")
        adapter = platform.make()
        other = adapter.send(message, acting=ACTING)

        assert adapter.find(message, since=NOW, known={other.notification_id}, acting=ACTING) is None

    def test_cannot_tell_from_a_list_without_order(self, platform, message, monkeypatch):
        fill(platform, message, count=3)
        adapter = platform.make()
        ask = adapter._page
        monkeypatch.setattr(adapter, "_page", lambda place, *, acting: ask(place, acting=acting)[::-1])

        with pytest.raises(CannotTell, match="order"):
            adapter.find(message, since=NOW, known=(), acting=ACTING)

    @pytest.mark.parametrize(("mode", "ending"), [("garbage", UnusableAnswer), ("5xx", TryLater), ("slow", TryLater)])
    def test_that_goes_wrong_says_neither_yes_nor_no(self, platform, message, mode, ending):
        platform.running.behave(mode, seconds=2)

        with pytest.raises(ending):
            platform.make().find(message, since=NOW, known=(), acting=ACTING)


class TestProgress:
    @pytest.mark.parametrize(
        ("status", "stage"),
        [
            ("Pending", Stage.UNDER_WAY),
            ("Resolving", Stage.UNDER_WAY),
            ("Sending", Stage.UNDER_WAY),
            ("Sent", Stage.TRANSMITTED),
            ("Delivered", Stage.REACHED),
            ("Read", Stage.REACHED),
            ("Cancelling", Stage.NOT_REACHED),
            ("Cancelled", Stage.NOT_REACHED),
            ("Failed", Stage.NOT_REACHED),
        ],
    )
    def test_knows_every_status_of_the_description(self, platform, message, status, stage):
        platform.tell(delivery="held")
        adapter = platform.make()
        sent = adapter.send(message, acting=ACTING)
        platform.set_status(sent.notification_id, status)

        progress = adapter.progress(sent.notification_id, recipient=VASILE, acting=ACTING)

        assert (progress.stage, progress.status) == (stage, status.lower())

    def test_of_somebody_without_contacts_is_that_nobody_was_reached(self, platform, to_nobody):
        adapter = platform.make()
        sent = adapter.send(to_nobody, acting=ACTING)

        progress = adapter.progress(sent.notification_id, recipient=to_nobody.recipient, acting=ACTING)

        assert progress.stage is Stage.NOT_REACHED

    @pytest.mark.parametrize(("read", "stage"), [("Delivered", Stage.NOT_REACHED), ("Read", Stage.REACHED)])
    def test_of_a_message_that_lies_in_the_portal_alone_counts_when_it_was_read(self, read, stage):
        row = vector("status.delivered")
        row["recipients"][0]["messages"][0] |= {"channel": "MCabinet", "status": read}

        assert wire.read_status(json.dumps(row).encode(), notification_id=row["id"]).stage is stage

    def test_of_another_person_is_not_believed(self, platform, message):
        adapter = platform.make()
        sent = adapter.send(message, acting=ACTING)
        platform.running.behave("wrong_subject")

        with pytest.raises(WrongSubject):
            adapter.progress(sent.notification_id, recipient=VASILE, acting=ACTING)

    def test_in_a_word_that_nobody_knows_is_not_guessed(self):
        row = vector("status.delivered") | {"status": "Teleported"}

        with pytest.raises(UnusableAnswer, match="nobody knows"):
            wire.read_status(json.dumps(row).encode(), notification_id=row["id"])

    @pytest.mark.parametrize("mode", ["garbage", "5xx", "cut_answer", "before_commit_timeout"])
    def test_that_does_not_come_may_be_asked_again(self, platform, message, mode):
        adapter = platform.make()
        sent = adapter.send(message, acting=ACTING)
        platform.running.behave(mode, seconds=2, times=1)

        with pytest.raises((TryLater, UnusableAnswer)):
            adapter.progress(sent.notification_id, recipient=VASILE, acting=ACTING)

        assert adapter.progress(sent.notification_id, recipient=VASILE, acting=ACTING).stage is Stage.REACHED


class TestTemplates:
    def make(self, platform: Platform, **changed: object) -> str:
        made = platform.caller.post("/api/Template", json=vector("template") | changed)
        made.raise_for_status()
        return str(made.json())

    def test_of_the_platform_are_used_with_our_variables(self, platform, message):
        template = self.make(platform, subject={"ro": "Ridicați {{number}}"}, body={"ro": "{{number}}"})
        adapter = platform.make(templates={"result_ready": template})

        sent = adapter.send(message, acting=ACTING)

        status = platform.caller.get(f"/api/Notification/{sent.notification_id}").json()
        subjects = {one["subject"] for one in status["recipients"][0]["messages"]}
        assert subjects == {"Ridicați LOZ-2026-000001-07"}
        assert adapter.find(message, since=NOW, known=(), acting=ACTING) is not None

    def test_are_checked_for_the_administrator(self, platform):
        good = self.make(platform, subject={"ro": "{{number}}"}, body={"ro": "{{Date}}"}, bodyShort={"ro": "x"})
        bad = self.make(platform)
        gone = "00000000-0000-4000-8000-000000000099"
        adapter = platform.make(templates={"a": good, "b": bad, "c": gone})

        found = {one.fact: one.level for one in adapter.check(at=NOW) if one.fact.startswith("template")}

        assert found == {
            "template of a can be filled": Level.OK,
            "template of b asks for what we do not give: {{requestNumber}}": Level.ERROR,
            "template of c: MNotify does not fill the template: status 404": Level.ERROR,
        }


class TestCheck:
    def test_says_that_all_is_well(self, platform):
        assert {one.level for one in platform.make().check(at=NOW)} == {Level.OK}

    def test_says_when_our_certificate_ends_and_what_to_do(self, platform):
        found = platform.make().check(at=NOW + timedelta(days=730 - 10))

        assert next(one.level for one in found if "certificate of ours" in one.fact) is Level.WARNING
        assert all(one.next_step for one in found if one.level is not Level.OK)

    @pytest.mark.parametrize("mode", ["5xx", "garbage", "expired_certificate"])
    def test_never_raises_for_what_is_wrong_there(self, platform, mode):
        platform.running.behave(mode)

        wrong = [one for one in platform.make().check(at=NOW) if one.level is Level.ERROR]

        assert len(wrong) == 1
        assert wrong[0].next_step


class TestReading:
    def test_of_a_moment_without_zone_never_makes_it_earlier(self):
        rows = [{"id": "00000000-0000-4000-8000-000000000031", "status": "Sent", "createdAt": "2026-01-15T10:00:00"}]

        listed = wire.read_list(json.dumps(rows).encode())

        assert listed[0].created_at == datetime(2026, 1, 15, 10, tzinfo=UTC)

    @pytest.mark.parametrize("raw", [b"{", b"{}", b'["a"]', b'[{"id":"x"}]', b"[{}]"])
    def test_refuses_a_list_that_is_none(self, raw):
        with pytest.raises(UnusableAnswer):
            wire.read_list(raw)
