"""From the first word of the institution to the paper in the right hands: told twice, in disorder, refused."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from tests.support import counter
from tests.support.counter import (
    LATER,
    NOON,
    act_for,
    all_of,
    as_worker,
    ask,
    ask_for,
    calls,
    case_of,
    change,
    come,
    decide,
    deliver,
    journaled,
    leave,
    place,
    scan,
    submission_of,
    timeline,
)

from ghiseu.foundation.access import scoped_to, transaction
from ghiseu.foundation.states import StepNotAllowed
from ghiseu.journeys import receive_answer
from ghiseu.journeys.complete_papers import NothingNew, send_papers
from ghiseu.journeys.hand_over_result import Handing, NotIdentified, NotTheirs, hand_over
from ghiseu.journeys.load_case import NoSuchCase, case_numbered
from ghiseu.journeys.resume_case import ReasonMissing, give_up, resume
from ghiseu.modules.cases.models import Case
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.custody.models import HandOver
from ghiseu.modules.documents.models import Document
from ghiseu.modules.mandates.models import MandateKind
from ghiseu.modules.submissions import queries
from ghiseu.modules.submissions.models import IncomingAnswer, Quarantined, Submission
from ghiseu.modules.submissions.ports import ProviderRecord
from ghiseu.modules.visits.models import IdentifiedBy, Visit
from simulators.common.process import Running

SERVICES = ["asp.civil.extract-birth"]
BIRTH = SERVICES[0]
EUGENIA, TUDOR = "2099010100376", "2099230108510"
VASILE, DARIA = "2099050101850", "2099040101480"
NEXT_DAY = NOON + timedelta(days=1)


@pytest.fixture
def asp(institution: Callable[[str], Running]) -> Running:
    return institution("asp")


@pytest.fixture
def visit(lozova: AtDesk, exchange: Running) -> Visit:
    return come(EUGENIA, to=lozova)


@pytest.fixture
def number(lozova: AtDesk, visit: Visit, asp: Running) -> str:
    """Bring Eugenia's request to the institution."""
    number = ask_for(BIRTH, visit=visit, to=lozova)
    counter.complete_and_submit(number, to=lozova)
    deliver(number)
    assert case_of(number).state == "with_institution"
    return number


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


def hand(number: str, visit: Visit, *, to: AtDesk, command: str = "press-1", at: datetime = NEXT_DAY) -> Case:
    documents = tuple(one.sha256 for one in all_of(Document, kind="result"))
    handing = Handing(documents=documents, copies=1, command=command)
    return hand_over(number=number, visit=visit, handing=handing, at_desk=to, at=at)


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
        hand(number, visit, to=lozova)

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


class TestRefusal:
    def test_reaches_the_person_with_its_reason_and_may_be_collected(
        self, number: str, lozova: AtDesk, visit: Visit, asp: Running
    ) -> None:
        decide(asp, number, "refuse", reason="No record under this name")
        ask(number)
        assert (case_of(number).state, case_of(number).institution_reason) == ("refused", "No record under this name")
        assert calls(number) == ["refused"]

        hand(number, visit, to=lozova)

        assert (case_of(number).state, case_of(number).outcome) == ("done", "refusal_handed_over")
        assert calls(number) == []


class TestResult:
    @pytest.fixture
    def ready(self, number: str, asp: Running) -> str:
        decide(asp, number, "approve")
        ask(number)
        return number

    def test_is_fetched_with_a_signature_that_was_checked(self, ready: str, asp: Running) -> None:
        assert case_of(ready).state == "result_ready"
        [document] = all_of(Document, kind="result")
        [there] = asp.ledger()["results"]
        assert document.sha256 == there["sha256"]
        assert document.signature_report["verdict"] == "valid"
        assert calls(ready) == ["result_ready"]

    def test_is_fetched_once_however_often_it_is_asked_for(self, ready: str) -> None:
        ask(ready, at=NEXT_DAY)
        ask(ready, at=NEXT_DAY)

        assert len(all_of(Document, kind="result")) == 1
        assert timeline(ready).count("result-ready") == 1

    def test_of_an_unknown_signer_is_kept_with_the_warning(self, number: str, asp: Running, settings) -> None:
        settings.RESULT_TRUST = ""
        decide(asp, number, "approve")

        ask(number)

        report = all_of(Document, kind="result")[0].signature_report
        assert report["verdict"] not in {"valid", ""}

    def test_that_cannot_be_fetched_yet_is_not_called_ready(self, number: str, asp: Running) -> None:
        decide(asp, number, "approve")
        asp.behave("5xx", operations=["result"])
        ask(number)
        assert case_of(number).state == "with_institution"

        asp.behave("normal")
        ask(number, at=NEXT_DAY)

        assert case_of(number).state == "result_ready"

    def test_that_is_garbage_is_put_aside_and_before_a_person(self, number: str, asp: Running) -> None:
        decide(asp, number, "approve")
        asp.behave("garbage", operations=["result"], times=1)

        ask(number)

        assert case_of(number).state == "with_institution"
        assert calls(number) == ["alarm"]
        assert all_of(Document, kind="result") == []
        assert number in all_of(Quarantined)[0].why

    def test_is_handed_to_the_holder_once(self, ready: str, lozova: AtDesk, visit: Visit) -> None:
        hand(ready, visit, to=lozova)
        hand(ready, visit, to=lozova)

        [given] = all_of(HandOver)
        assert (given.to_idnp, given.identification) == (EUGENIA, "identity_card")
        assert given.document_sha256 == all_of(Document, kind="result")[0].sha256
        assert (case_of(ready).outcome, calls(ready)) == ("result_handed_over", [])
        assert len(journaled("custody.result.handed-over")) == 1

    def test_is_not_handed_over_by_a_second_press(self, ready: str, lozova: AtDesk, visit: Visit) -> None:
        hand(ready, visit, to=lozova)

        with pytest.raises(StepNotAllowed):
            hand(ready, visit, to=lozova, command="press-2")

        assert len(all_of(HandOver)) == 1

    def test_is_not_given_to_a_stranger(self, ready: str, lozova: AtDesk, visit: Visit) -> None:
        leave(visit, to=lozova)
        stranger = come(TUDOR, to=lozova)

        with pytest.raises(NotTheirs):
            hand(ready, stranger, to=lozova)

        assert case_of(ready).state == "result_ready"

    def test_is_not_given_to_somebody_whose_document_nobody_saw(self, ready: str, lozova: AtDesk, visit: Visit) -> None:
        leave(visit, to=lozova)
        unseen = come(EUGENIA, to=lozova, by=IdentifiedBy.NOT_SEEN)

        with pytest.raises(NotIdentified):
            hand(ready, unseen, to=lozova)

    def test_is_given_to_who_shows_a_power(self, ready: str, lozova: AtDesk, visit: Visit) -> None:
        leave(visit, to=lozova)
        tudor = come(TUDOR, to=lozova)
        mandate = act_for(tudor, EUGENIA, MandateKind.NOTARISED_POWER, to=lozova, paper="1-234")

        hand(ready, tudor, to=lozova)

        [given] = all_of(HandOver)
        assert (given.to_idnp, given.mandate_id) == (TUDOR, mandate.pk)

    def test_is_not_given_on_a_power_that_ran_out(self, ready: str, lozova: AtDesk, visit: Visit) -> None:
        leave(visit, to=lozova)
        tudor = come(TUDOR, to=lozova)
        mandate = act_for(tudor, EUGENIA, MandateKind.NOTARISED_POWER, to=lozova, paper="1-234")
        change(mandate, valid_until=date(2026, 11, 23))

        with pytest.raises(NotTheirs):
            hand(ready, tudor, to=lozova, at=NEXT_DAY)

    @pytest.mark.parametrize("act_has_ended", [False, True])
    def test_is_given_to_the_guardian_who_applied_as_long_as_the_act_is_in_force(
        self, act_has_ended: bool, lozova: AtDesk, exchange: Running, asp: Running
    ) -> None:
        vasile = come(VASILE, to=lozova)
        mandate = act_for(vasile, DARIA, MandateKind.GUARDIAN, to=lozova)
        number = ask_for(BIRTH, visit=vasile, to=lozova)
        counter.complete_and_submit(number, to=lozova)
        deliver(number)
        decide(asp, number, "approve")
        ask(number)
        leave(vasile, to=lozova)
        later = come(VASILE, to=lozova, at=NEXT_DAY)

        if act_has_ended:
            change(mandate, revoked_on=NOON.date())
            with pytest.raises(NotTheirs):
                hand(number, later, to=lozova)
        else:
            assert hand(number, later, to=lozova).outcome == "result_handed_over"
            assert all_of(HandOver)[0].to_idnp == VASILE

    def test_of_another_centre_does_not_exist_here(self, ready: str, lozova: AtDesk, visit: Visit) -> None:
        tvardita = place(counter.DIMITAR, centre="TVA")

        with scoped_to(tvardita.scope):
            theirs = come(EUGENIA, to=tvardita)
            with pytest.raises(NoSuchCase):
                hand(ready, theirs, to=tvardita)
            with transaction(), pytest.raises(NoSuchCase):
                case_numbered(ready)


class TestLedgers:
    def test_agree_after_everything(self, number: str, lozova: AtDesk, visit: Visit, asp: Running) -> None:
        decide(asp, number, "approve")
        ask(number)
        hand(number, visit, to=lozova)

        effects = [row["kind"] for row in asp.ledger()["effects"]]
        assert effects.count("dossier.opened") == 1
        assert effects.count("dossier.approved") == 1
        assert json.loads(submission_of(number).payload)["number"] == number
        assert datetime(2026, 11, 24, tzinfo=UTC) < case_of(number).ended_at
