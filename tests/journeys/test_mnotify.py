"""People are told by a message, once; whom no message reaches stands on the call list."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.support import mnotify as platform
from tests.support.acting import acting_for
from tests.support.counter import (
    NOON,
    again,
    all_of,
    as_worker,
    ask_for,
    calls,
    case_of,
    change,
    come,
    complete_and_submit,
    deliver,
    journaled,
    submission_of,
    timeline,
)
from tests.support.mnotify import mnotify, mnotify_process, switch, taken
from tests.support.waiting import until

from ghiseu.adapters.mnotify import MNotify
from ghiseu.foundation.access import transaction
from ghiseu.journeys import destroy_content, message_jobs, receive_answer, send_message, tell_person
from ghiseu.modules.applicants.models import Person
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.notifications import operations, queries
from ghiseu.modules.notifications.models import Message
from ghiseu.modules.notifications.ports import MNOTIFY, Outgoing, messages
from ghiseu.modules.submissions.ports import ProviderRecord
from simulators.common.process import Running

BIRTH = "asp.civil.extract-birth"
SERVICES = [BIRTH]
__all__ = ["mnotify", "mnotify_process"]
EUGENIA, VASILE = "2099010100376", "2099050101850"
NOW = datetime.now(UTC)  # noqa: TID251 - the simulator keeps the machine's time
HOUR = timedelta(hours=1)


@pytest.fixture
def sent_case(lozova: AtDesk, exchange: Running, asp: Running) -> str:
    """Bring Vasile's request to the institution, before messages were connected."""
    return case_for(VASILE, to=lozova)


def case_for(idnp: str, *, to: AtDesk, language: str = "ro") -> str:
    visit = come(idnp, to=to, language=language)
    number = ask_for(BIRTH, visit=visit, to=to)
    complete_and_submit(number, to=to)
    deliver(number)
    change(case_of(number).applicant, language=language)
    return number


def push(number: str, status: str, *, sequence: int = 50, at: datetime = NOW) -> None:
    """Let the institution say this about the file of the case."""
    now = submission_of(number)
    record = ProviderRecord(
        number=now.number,
        provider_number="ASP-2026-000001",
        subject_idnp=case_of(number).holder.idnp,
        status=status,
        sequence=sequence,
        changed_at=NOON,
    )
    with as_worker():
        receive_answer.receive(number=now.number, institution="asp", record=record, came_by="push", at=at)


def work(message: Message, *, at: datetime = NOW) -> Message:
    return platform.work(message, at=at)


def work_until(message: Message, *states: str, at: datetime = NOW, limit: int = 12) -> Message:
    return platform.work_until(message, *states, at=at, limit=limit)


def only(number: str) -> Message:
    (message,) = all_of(Message, case_number=number)
    return message


class TestResultReady:
    def test_is_told_by_one_message_and_nobody_is_called(self, sent_case, mnotify):
        push(sent_case, "completed")
        message = work(only(sent_case))

        assert [row["subject"] for row in taken(mnotify)] == [VASILE]
        assert (message.state, calls(sent_case)) == ("sent", [])
        assert work_until(message, "delivered", at=NOW + HOUR).state == "delivered"
        assert timeline(sent_case).count("message-sent") == 1

    def test_said_twice_is_one_message(self, sent_case, mnotify):
        push(sent_case, "completed")
        push(sent_case, "completed", sequence=51)

        work(only(sent_case))

        assert len(taken(mnotify)) == 1

    def test_is_sent_once_however_often_the_job_runs(self, sent_case, mnotify):
        push(sent_case, "completed")
        for _ in range(3):
            work(only(sent_case))

        assert len(taken(mnotify)) == 1

    def test_says_the_number_and_where_to_come_and_nothing_else(self, sent_case, mnotify):
        push(sent_case, "completed")
        work(only(sent_case))

        row = mnotify.ledger()["messages"][0]
        text = f"{row['subject']} {row['body']}"
        assert sent_case in text
        assert "Lozova" in text
        assert [one for one in ("naștere", "Rotaru", "Vasile", "ASP", "extras", VASILE) if one in text] == []

    @pytest.mark.parametrize(("language", "word"), [("ru", "Можно получить"), ("en", "Ready for you")])
    def test_goes_out_in_the_language_of_the_person(self, sent_case, mnotify, language, word):
        change(case_of(sent_case).applicant, language=language)
        push(sent_case, "completed")
        work(only(sent_case))

        (row,) = mnotify.ledger()["notifications"]
        assert word in str(row["body"])
        assert ('"ru"' in str(row["body"])) is (language == "ru")

    def test_leaves_a_trace_that_names_who_acts(self, sent_case, mnotify):
        push(sent_case, "completed")
        work_until(only(sent_case), "delivered")

        traces = [journaled(f"notifications.message.{one}") for one in ("started", "sent", "delivered")]
        assert [len(one) for one in traces] == [1, 1, 1]
        assert {(one[0].subject_idnp, one[0].channel) for one in traces} == {(VASILE, "worker")}
        assert traces[0][0].legal_reason.endswith("message to the person")

    def test_that_was_handed_over_meanwhile_is_not_told(self, sent_case, mnotify):
        push(sent_case, "completed")
        change(case_of(sent_case), state="done", outcome="result_handed_over", ended_at=NOW)

        message = work(only(sent_case))

        assert (message.state, taken(mnotify)) == ("not_needed", [])


class TestOtherEvents:
    def test_file_sent_papers_asked_and_asked_again_are_three_messages(self, lozova, exchange, asp, mnotify):
        number = case_for(VASILE, to=lozova)
        push(number, "papers_requested", sequence=50)
        push(number, "papers_requested", sequence=51)
        change(case_of(number), state="with_institution")
        push(number, "papers_requested", sequence=52)

        assert [one.event for one in all_of(Message, case_number=number)] == [
            "case_sent",
            "papers_asked",
            "papers_asked",
        ]
        assert calls(number) == []

    def test_a_refusal_is_told_by_a_person(self, sent_case, mnotify):
        push(sent_case, "rejected")

        assert (all_of(Message, case_number=sent_case), calls(sent_case)) == ([], ["refused"])


class TestWhoIsCalled:
    def test_whoever_has_told_the_state_no_contact(self, number, mnotify):
        push(number, "completed")

        message = work_until(only(number), "undelivered")

        assert (message.state, calls(number)) == ("undelivered", ["result_ready"])
        assert "message-undelivered" in timeline(number)
        assert message.platform_status == "failed"

    def test_whoever_said_that_no_message_reaches_them(self, sent_case, mnotify):
        change(case_of(sent_case).applicant, has_no_channel=True)

        push(sent_case, "completed")

        assert (all_of(Message, case_number=sent_case), calls(sent_case)) == ([], ["result_ready"])

    def test_whoever_has_no_idnp(self, sent_case, mnotify):
        applicant = case_of(sent_case).applicant
        push(sent_case, "in_progress", sequence=40)
        with transaction():
            Person.objects.filter(pk=applicant.pk).update(has_no_channel=False)
        change(case_of(sent_case).applicant, idnp="", document="ROU RX123456")
        case = case_of(sent_case)

        with transaction():
            acting = send_message.acting_for_message(case)
            tell_person.result_ready(case, submission=sent_case, acting=acting, at=NOW)

        assert (all_of(Message, case_number=sent_case), calls(sent_case)) == ([], ["result_ready"])

    def test_everybody_where_messages_are_not_connected(self, sent_case):
        push(sent_case, "completed")

        assert (all_of(Message, case_number=sent_case), calls(sent_case)) == ([], ["result_ready"])

    def test_whoever_could_not_be_told_in_time(self, sent_case, mnotify):
        mnotify.behave("expired_certificate")
        push(sent_case, "completed")

        message = work_until(only(sent_case), "undelivered", limit=60)

        assert (message.state, calls(sent_case), taken(mnotify)) == ("undelivered", ["result_ready"], [])
        assert message.ended_at >= NOW + timedelta(hours=24)

    def test_whoever_waits_for_a_message_when_the_platform_is_connected_no_more(self, sent_case, mnotify):
        push(sent_case, "completed")
        served = messages.get(MNOTIFY)
        messages._served.pop(MNOTIFY)

        message = work_until(only(sent_case), "undelivered", limit=60)

        messages.serve(MNOTIFY, served)
        assert (message.state, calls(sent_case), taken(mnotify)) == ("undelivered", ["result_ready"], [])

    def test_whoever_is_told_by_nobody_because_the_platform_refuses_the_message(self, sent_case, mnotify):
        push(sent_case, "completed")
        change(only(sent_case), recipient="12345")

        message = work(only(sent_case))

        assert (message.state, calls(sent_case), taken(mnotify)) == ("undelivered", ["result_ready"], [])

    def test_the_person_of_a_case_that_was_restricted_before_the_message_left(self, sent_case, mnotify):
        push(sent_case, "completed")
        change(case_of(sent_case), restricted_at=NOW, restricted_by_id=1, restriction_reason="X-1")

        message = work(only(sent_case))

        assert (message.state, calls(sent_case), taken(mnotify)) == ("undelivered", ["result_ready"], [])

    def test_not_somebody_whose_matter_went_on_meanwhile(self, number, mnotify):
        push(number, "completed")
        message = work(only(number))
        change(case_of(number), state="done", outcome="result_handed_over", ended_at=NOW)

        assert work_until(message, "undelivered").state == "undelivered"
        assert calls(number) == []

    def test_whoever_has_a_message_that_is_not_sent_on_for_a_day(self, sent_case, mnotify):
        switch(mnotify, delivery="held")
        push(sent_case, "completed")

        message = work_until(only(sent_case), "undelivered")

        assert (message.state, calls(sent_case)) == ("undelivered", ["result_ready"])

    def test_nobody_whose_message_was_given_to_a_channel_that_tells_no_more(self, sent_case, mnotify):
        switch(mnotify, delivery="sent_only")
        push(sent_case, "completed")

        message = work_until(only(sent_case), "delivered")

        assert (message.state, message.next_try_at, calls(sent_case)) == ("sent", None, [])


class TestWhenMNotifyFails:
    @pytest.mark.parametrize(
        "mode",
        [
            "before_commit_timeout",
            "after_commit_timeout",
            "garbage",
            "cut_answer",
            "5xx",
            "5xx_after_commit",
            "slow",
            "expired_certificate",
        ],
    )
    def test_the_person_gets_one_message_in_the_end(self, sent_case, mnotify, mode):
        mnotify.behave(mode, seconds=2)
        push(sent_case, "completed")
        first = work(only(sent_case))
        assert first.state in {"unknown", "queued"}
        if mode == "slow":
            until(lambda: len(taken(mnotify)) == 1, what="the late message")
        mnotify.behave("normal")

        message = work_until(first, "delivered", at=first.next_try_at)

        assert (message.state, len(taken(mnotify)), calls(sent_case)) == ("delivered", 1, [])

    @pytest.mark.parametrize("came", [True, False])
    def test_what_nobody_can_tell_is_never_sent_again_and_a_person_calls(self, sent_case, mnotify, came):
        switch(mnotify, delivery="held")
        mnotify.behave("after_commit_timeout" if came else "before_commit_timeout", seconds=2, times=1)
        push(sent_case, "completed")
        work(only(sent_case))
        if not came:  # something else of that time keeps the list from saying no
            another(mnotify)

        message = work_until(again(only(sent_case)), "undelivered", limit=30)

        mine = [row for row in taken(mnotify) if row["subject"] == VASILE]
        assert (message.state, len(mine), calls(sent_case)) == ("undelivered", int(came), ["result_ready"])
        assert message.note.startswith("never known whether it was sent")
        assert len(journaled("notifications.message.never-known")) == 1

    def test_a_worker_that_died_after_sending_is_asked_about(self, sent_case, mnotify):
        push(sent_case, "completed")
        message = only(sent_case)
        with as_worker(), transaction():
            case = case_of(sent_case)
            leased = operations.lease(
                message=operations.locked(message.pk), acting=send_message.acting_for_message(case), at=NOW
            )
        messages.get(MNOTIFY).send(send_message.outgoing(leased), acting=acting_of(sent_case))

        found = work_until(message, "sent", "delivered", at=NOW + operations.LEASE)

        assert (found.state, len(taken(mnotify))) == ("sent", 1)

    def test_what_was_sent_before_a_restore_is_found_and_not_sent_again(self, sent_case, mnotify):
        push(sent_case, "completed")
        message = only(sent_case)
        messages.get(MNOTIFY).send(send_message.outgoing(message), acting=acting_of(sent_case))

        found = work(message, at=NOW + HOUR)

        assert (found.state, len(taken(mnotify))) == ("sent", 1)

    def test_a_worker_that_was_overtaken_writes_nothing(self, sent_case, mnotify, monkeypatch):
        push(sent_case, "completed")
        message = only(sent_case)
        send = MNotify.send

        def overtaken(self: MNotify, *given: object, **named: object) -> object:
            with transaction():
                Message.objects.filter(pk=message.pk).update(fence=9)
            return send(self, *given, **named)

        monkeypatch.setattr(MNotify, "send", overtaken)

        assert work(message).state == "sending"
        assert timeline(sent_case).count("message-sent") == 0

    def test_the_sweep_finds_what_lost_its_job(self, sent_case, mnotify):
        push(sent_case, "completed")

        with transaction():
            assert queries.due(at=NOW) == [only(sent_case).pk]
        with as_worker():
            message_jobs.sweep()


def another(mnotify: Running) -> None:
    """Let a message of ours for somebody else be taken."""
    words = {"ro": "Altceva"}
    other = Outgoing(event="case_sent", recipient=EUGENIA, subject=words, short=words, body=words, variables={})
    messages.get(MNOTIFY).send(other, acting=acting_for(EUGENIA))


def acting_of(number: str):
    with transaction():
        return send_message.acting_for_message(case_of(number))


class TestWhatIsKept:
    def test_is_sealed_beside_the_message_and_goes_with_the_content_of_the_case(self, sent_case, mnotify):
        push(sent_case, "completed")
        message = work_until(only(sent_case), "delivered")
        assert VASILE in message.request
        assert message.notification_id in message.answer
        change(case_of(sent_case), state="closed", outcome="withdrawn", ended_at=NOON - timedelta(days=4000))

        with as_worker():
            assert destroy_content.destroy(case_of(sent_case).pk, at=NOW)

        left = again(message)
        assert (left.recipient, left.request, left.answer) == ("", "", "")
