"""What the institution says comes back: twice, in disorder, about somebody else, with a question of its own."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from tests.support import counter
from tests.support.counter import (
    LATER,
    NOON,
    all_of,
    as_worker,
    ask,
    ask_for,
    calls,
    case_of,
    decide,
    deliver,
    scan,
    submission_of,
    timeline,
)

from ghiseu.foundation.access import transaction
from ghiseu.journeys import receive_answer
from ghiseu.journeys.complete_papers import NothingNew, send_papers
from ghiseu.journeys.resume_case import ReasonMissing, give_up, resume
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.submissions import queries
from ghiseu.modules.submissions.models import IncomingAnswer, Quarantined, Submission
from ghiseu.modules.submissions.ports import ProviderRecord
from ghiseu.modules.visits.models import Visit
from simulators.common.process import Running

BIRTH = "asp.civil.extract-birth"
SERVICES = [BIRTH]
EUGENIA, TUDOR = "2099010100376", "2099230108510"
NEXT_DAY = NOON + timedelta(days=1)


def said(number: str, status: str, *, sequence: int, **more: object) -> ProviderRecord:
    """Return a record as the institution would push it."""
    now = submission_of(number)
    return ProviderRecord(
        number=now.number,
        provider_number=now.institution_number or "ASP-2026-000001",
        subject_idnp=EUGENIA,
        status=status,
        sequence=sequence,
        changed_at=NOON,
        **more,
    )


def push(record: ProviderRecord, *, at: datetime = LATER) -> bool:
    return receive_answer.receive(number=record.number, institution="asp", record=record, came_by="push", at=at)


class TestMissingPapersWithoutADay:
    def test_are_waited_for_from_the_day_at_the_centre(self, number: str) -> None:
        push(said(number, "papers_requested", sequence=50), at=datetime(2026, 11, 23, 23, 30, tzinfo=UTC))

        assert case_of(number).respond_by == date(2026, 12, 24)


class TestAnswer:
    def test_twice_counts_once(self, number: str) -> None:
        record = said(number, "in_progress", sequence=50)

        assert push(record) is True
        assert push(record) is False

        assert timeline(number).count("in-examination") == 1
        assert len(all_of(IncomingAnswer, sequence=50)) == 1

    def test_out_of_order_does_not_turn_the_case_back(self, number: str) -> None:
        push(said(number, "rejected", sequence=52, reason="No such record"))

        assert push(said(number, "in_progress", sequence=51)) is False

        assert case_of(number).state == "refused"
        assert submission_of(number).institution_status == "rejected"

    def test_of_the_decision_before_we_knew_of_the_receipt_is_followed(
        self, lozova: AtDesk, visit: Visit, asp: Running
    ) -> None:
        number = ask_for(BIRTH, visit=visit, to=lozova)
        counter.complete_and_submit(number, to=lozova)
        push(said(number, "rejected", sequence=90, reason="No such record"))

        deliver(number)

        assert case_of(number).state == "refused"
        assert submission_of(number).state == "done"

    def test_with_an_unknown_word_is_put_aside_and_moves_nothing(self, number: str) -> None:
        assert push(said(number, "teleported", sequence=60)) is False

        assert case_of(number).state == "with_institution"
        assert "teleported" in all_of(Quarantined)[0].raw

    def test_about_another_person_stops_the_case_and_is_put_aside(self, number: str) -> None:
        record = replace(said(number, "rejected", sequence=61, reason="of Tudor"), subject_idnp=TUDOR)

        assert push(record) is False

        case = case_of(number)
        assert (case.state, case.alarm, case.institution_reason) == ("stopped", "another-person", "")
        assert calls(number) == ["alarm"]
        assert len(all_of(Quarantined)) == 1

    def test_that_is_garbage_is_put_aside_and_moves_nothing(self, number: str, asp: Running) -> None:
        decide(asp, number, "refuse", reason="No such record")
        asp.behave("garbage", operations=["find"], times=1)

        ask(number)

        assert case_of(number).state == "with_institution"
        assert number in all_of(Quarantined)[0].why
        ask(number, at=NEXT_DAY)
        assert case_of(number).state == "refused"

    def test_is_not_waited_for_after_the_matter_ended(
        self, number: str, lozova: AtDesk, visit: Visit, asp: Running
    ) -> None:
        decide(asp, number, "approve")
        ask(number)
        counter.hand(number, visit, to=lozova)

        ask(number, at=NEXT_DAY)

        with transaction():
            assert queries.to_poll(at=NEXT_DAY + timedelta(days=30)) == []


class TestStoppedCase:
    def test_goes_on_with_a_reason_and_follows_what_was_said_meanwhile(self, number: str, lozova: AtDesk) -> None:
        push(replace(said(number, "in_progress", sequence=70), subject_idnp=TUDOR))
        push(said(number, "rejected", sequence=71, reason="No such record"))
        assert case_of(number).state == "stopped"

        resume(number=number, reason="ASP mixed two dossiers up and corrected it", at_desk=lozova, at=NEXT_DAY)

        case = case_of(number)
        assert (case.state, case.institution_reason) == ("refused", "No such record")
        assert calls(number) == ["refused"]

    def test_needs_a_reason_to_go_on(self, number: str, lozova: AtDesk) -> None:
        push(replace(said(number, "in_progress", sequence=70), subject_idnp=TUDOR))

        with pytest.raises(ReasonMissing):
            resume(number=number, reason=" ", at_desk=lozova, at=NEXT_DAY)

    def test_may_be_given_up(self, number: str, lozova: AtDesk) -> None:
        push(replace(said(number, "in_progress", sequence=70), subject_idnp=TUDOR))

        give_up(number=number, reason="Filed again on paper", at_desk=lozova, at=NEXT_DAY)

        assert (case_of(number).state, calls(number)) == ("closed", [])


class TestPapersMissing:
    @pytest.fixture
    def asked(self, number: str, asp: Running) -> str:
        decide(asp, number, "ask-papers", papers=["kinship_proof"], reason="The link is not proven")
        ask(number)
        return number

    def test_are_told_with_reason_and_day_and_somebody_calls(self, asked: str) -> None:
        case = case_of(asked)

        assert (case.state, case.missing_papers) == ("papers_missing", ["kinship_proof"])
        assert case.institution_reason == "The link is not proven"
        assert case.respond_by is not None
        assert calls(asked) == ["papers_missing"]

    def test_are_sent_once_and_the_decision_follows(self, asked: str, lozova: AtDesk, asp: Running) -> None:
        scan(asked, "kinship_proof", to=lozova, at=NEXT_DAY)

        send_papers(number=asked, command="press-2", at_desk=lozova, at=NEXT_DAY)
        send_papers(number=asked, command="press-2", at_desk=lozova, at=NEXT_DAY)
        deliver(asked, at=NEXT_DAY)
        deliver(asked, at=NEXT_DAY + timedelta(hours=1))

        assert [row["number"] for row in asp.ledger()["supplements"]] == [asked]
        assert case_of(asked).state == "with_institution"
        assert calls(asked) == []
        decide(asp, asked, "approve")
        ask(asked, at=NEXT_DAY + timedelta(hours=2))
        assert case_of(asked).state == "result_ready"
        assert timeline(asked).count("in-examination") == 1

    def test_are_sent_once_when_the_answer_to_them_is_lost(self, asked: str, lozova: AtDesk, asp: Running) -> None:
        scan(asked, "kinship_proof", to=lozova, at=NEXT_DAY)
        send_papers(number=asked, command="press-2", at_desk=lozova, at=NEXT_DAY)
        asp.behave("after_commit_timeout", operations=["supplement"], times=1, seconds=0.05)

        at = NEXT_DAY
        while at:
            at = deliver(asked, at=at)

        assert [row["number"] for row in asp.ledger()["supplements"]] == [asked]
        assert [one.state for one in all_of(Submission)] == ["done", "done"]

    def test_that_the_institution_declines_are_put_before_a_person(
        self, asked: str, lozova: AtDesk, asp: Running
    ) -> None:
        scan(asked, "kinship_proof", to=lozova, at=NEXT_DAY)
        send_papers(number=asked, command="press-2", at_desk=lozova, at=NEXT_DAY)
        decide(asp, asked, "examine")  # it stopped waiting for papers

        deliver(asked, at=NEXT_DAY)

        assert submission_of(asked).state == "refused"
        assert calls(asked) == ["alarm"]

    def test_cannot_be_sent_before_anything_was_scanned(self, asked: str, lozova: AtDesk) -> None:
        with pytest.raises(NothingNew):
            send_papers(number=asked, command="press-2", at_desk=lozova, at=NEXT_DAY)

    def test_are_not_polled_for_by_the_number_of_the_supplement(self, asked: str, lozova: AtDesk) -> None:
        scan(asked, "kinship_proof", to=lozova, at=NEXT_DAY)
        send_papers(number=asked, command="press-2", at_desk=lozova, at=NEXT_DAY)
        deliver(asked, at=NEXT_DAY)

        with as_worker(), transaction():
            polled = queries.to_poll(at=NEXT_DAY + timedelta(days=1))

        assert polled == [all_of(Submission, number=asked)[0].pk]
