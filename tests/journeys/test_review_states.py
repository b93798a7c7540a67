"""What a case may do in which state, whoever asks, and whatever happens at the same moment."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image
from tests.support import counter
from tests.support.counter import (
    LATER,
    NOON,
    act_for,
    all_of,
    ask,
    ask_for,
    case_of,
    change,
    come,
    complete_and_submit,
    decide,
    deliver,
    opened,
    print_request,
    scan_all,
    submission_of,
    submit,
    tell,
)

from ghiseu.foundation.access import transaction
from ghiseu.foundation.states import StepNotAllowed
from ghiseu.journeys import confirm_request, edit_case, receive_answer, scan_paper
from ghiseu.journeys.complete_papers import send_papers
from ghiseu.journeys.confirm_request import SignedScan, SignedTextIsStale, record_signed, texts_of
from ghiseu.journeys.edit_case import Choices
from ghiseu.journeys.end_case import FiledNumber, end_case, file_number, portal_answered
from ghiseu.journeys.resume_case import resume
from ghiseu.journeys.scan_paper import Scan
from ghiseu.modules.applicants.models import Person, Reading
from ghiseu.modules.applicants.ports import FactValue, RegisterAnswer, RegisterQuestion, registers
from ghiseu.modules.cases.fields import CaseIsNotEditable
from ghiseu.modules.cases.models import Case
from ghiseu.modules.cases.states import CaseState, Outcome
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.documents.models import Document, DocumentKind
from ghiseu.modules.documents.queries import frozen_files
from ghiseu.modules.mandates.models import MandateKind
from ghiseu.modules.mandates.operations import MandateDoesNotHold
from ghiseu.modules.submissions.models import IncomingAnswer, Quarantined, Submission
from ghiseu.modules.submissions.ports import ProviderRecord
from simulators.common.process import Running

BIRTH = "asp.civil.extract-birth"
SERVICES = [BIRTH]
EUGENIA, DARIA = "2099010100376", "2099040101480"


@pytest.fixture
def draft(lozova: AtDesk, exchange: Running) -> str:
    return ask_for(BIRTH, visit=come(EUGENIA, to=lozova), to=lozova)


@pytest.fixture
def asp(institution: Callable[[str], Running]) -> Running:
    return institution("asp")


@pytest.fixture
def number(draft: str, lozova: AtDesk, asp: Running) -> str:
    """Bring Eugenia's request to the institution."""
    complete_and_submit(draft, to=lozova)
    deliver(draft)
    assert case_of(draft).state == "with_institution"
    return draft


def record(number: str, status: str) -> ProviderRecord:
    return ProviderRecord(
        number=number,
        provider_number="ASP-1",
        subject_idnp=EUGENIA,
        status=status,
        sequence=900,
        changed_at=NOON,
        reason="as it pleases",
    )


def picture(colour: str) -> bytes:
    held = BytesIO()
    Image.new("RGB", (300, 200), colour).save(held, "PNG")
    return held.getvalue()


class TestPapers:
    @pytest.mark.parametrize("state", [CaseState.WITH_INSTITUTION, CaseState.STOPPED])
    def test_are_sent_only_when_they_were_asked_for(self, number: str, lozova: AtDesk, state: CaseState) -> None:
        change(case_of(number), state=state, alarm="another-person")
        counter.scan(number, "kinship_proof", to=lozova)

        with pytest.raises(StepNotAllowed):
            send_papers(number=number, command="papers-1", at_desk=lozova, at=NOON)

        assert case_of(number).state == state
        assert submission_of(number).supplement_of_id is None


class TestEndingAtTheDesk:
    @pytest.mark.parametrize("state", [CaseState.RESULT_READY, CaseState.REFUSED, CaseState.SENDING])
    @pytest.mark.parametrize("outcome", list(Outcome))
    def test_leaves_a_decision_to_the_hand_over(
        self, number: str, lozova: AtDesk, state: CaseState, outcome: Outcome
    ) -> None:
        change(case_of(number), state=state)

        with pytest.raises(StepNotAllowed):
            end_case(number=number, outcome=outcome, at_desk=lozova, at=NOON)

        assert case_of(number).state == state

    @pytest.mark.parametrize("outcome", [Outcome.RESULT_HANDED_OVER, Outcome.REFUSAL_HANDED_OVER, Outcome.BOOKED])
    def test_never_pretends_what_another_page_does(self, draft: str, lozova: AtDesk, outcome: Outcome) -> None:
        with pytest.raises(StepNotAllowed):
            end_case(number=draft, outcome=outcome, at_desk=lozova, at=NOON)

        assert case_of(draft).state == "draft"

    def test_closes_what_the_person_gives_up_at_the_institution(self, number: str, lozova: AtDesk) -> None:
        end_case(number=number, outcome=Outcome.WITHDRAWN, at_desk=lozova, at=NOON)

        assert (case_of(number).state, case_of(number).outcome) == ("closed", "withdrawn")


class TestResultOfAStoppedCase:
    def test_is_ready_once_somebody_let_the_case_go_on(self, number: str, lozova: AtDesk, asp: Running) -> None:
        change(case_of(number), state=CaseState.STOPPED, alarm="another-person")
        decide(asp, number, "approve")
        ask(number)
        assert len(all_of(Document, kind=DocumentKind.RESULT)) == 1

        resume(number=number, reason="called the institution", at_desk=lozova, at=LATER)

        assert case_of(number).state == "result_ready"

    def test_is_ready_at_the_next_question_when_it_is_here_already(self, number: str, asp: Running) -> None:
        decide(asp, number, "approve")
        ask(number)
        change(case_of(number), state=CaseState.WITH_INSTITUTION)

        ask(number)

        assert case_of(number).state == "result_ready"


class TestPush:
    def test_about_a_file_of_another_institution_is_put_aside(self, number: str) -> None:
        known = len(all_of(IncomingAnswer))

        news = receive_answer.receive(
            number=number, institution="cnas", record=record(number, "rejected"), came_by="push", at=LATER
        )

        assert not news
        assert (case_of(number).state, len(all_of(IncomingAnswer))) == ("with_institution", known)
        assert [one.institution for one in all_of(Quarantined)] == ["cnas"]


class TestSentMeanwhile:
    def test_is_not_written_back_by_a_choice(self, draft: str, lozova: AtDesk, monkeypatch: pytest.MonkeyPatch) -> None:
        real = edit_case.acting_on

        def while_it_is_sent(*args: object, **more: object) -> object:
            Case.objects.filter(number=draft).update(state=CaseState.SENDING)
            return real(*args, **more)

        monkeypatch.setattr(edit_case, "acting_on", while_it_is_sent)

        edit_case.choose(number=draft, choices=Choices(readback_language="uk"), at_desk=lozova, at=NOON)

        assert case_of(draft).state == "sending"

    def test_from_another_tab_is_not_sent_twice(self, draft: str, lozova: AtDesk, asp: Running) -> None:
        complete_and_submit(draft, to=lozova)

        with pytest.raises(StepNotAllowed):
            submit(draft, to=lozova, command="the other tab")

        assert len(all_of(Submission)) == 1
        assert case_of(draft).state == "sending"


class TestSignedScan:
    def test_of_a_stale_text_is_refused_before_it_is_kept(self, draft: str, lozova: AtDesk) -> None:
        scan_all(draft, to=lozova)
        printed = texts_of(opened(draft, to=lozova)).request_sha256
        tell(draft, to=lozova, applicant_phone="+37369123456")

        with pytest.raises(SignedTextIsStale):
            confirm_request.require_current(number=draft, request_sha256=printed, at_desk=lozova, at=NOON)

    def test_is_not_kept_for_a_file_that_was_sent(self, number: str, lozova: AtDesk) -> None:
        known = len(all_of(Document))
        scan = Scan(content=picture("red"), file_name="x.png", kind=DocumentKind.SIGNED_SCAN, title="request")

        with pytest.raises(CaseIsNotEditable):
            scan_paper.keep(number=number, scan=scan, at_desk=lozova, at=NOON)

        assert len(all_of(Document)) == known

    def test_of_the_newest_text_is_the_only_one_that_is_sent(self, draft: str, lozova: AtDesk) -> None:
        scan_all(draft, to=lozova)
        kept = []
        for colour, phone in (("red", "+37369111111"), ("blue", "+37369222222")):
            tell(draft, to=lozova, applicant_phone=phone)
            printed = print_request(draft, to=lozova)
            scan = Scan(content=picture(colour), file_name="x.png", kind=DocumentKind.SIGNED_SCAN, title="request")
            kept.append(scan_paper.keep(number=draft, scan=scan, at_desk=lozova, at=NOON).sha256)
            signed = SignedScan(document_sha256=kept[-1], request_sha256=printed)
            record_signed(number=draft, scan=signed, at_desk=lozova, at=NOON)

        with transaction():
            sent = [one["sha256"] for one in frozen_files(case_of(draft)) if one["attachment_id"] == "signed_scan"]
        assert sent == kept[1:]


class TestPortal:
    def test_has_no_word_about_a_file_that_a_server_got(self, number: str, lozova: AtDesk) -> None:
        with pytest.raises(StepNotAllowed):
            portal_answered(number=number, granted=True, reason="", at_desk=lozova, at=NOON)
        with pytest.raises(StepNotAllowed):
            file_number(number=number, filed=FiledNumber(institution_number="X-1"), at_desk=lozova, at=NOON)

        assert case_of(number).state == "with_institution"
        assert case_of(number).institution_number != "X-1"


class TestLocks:
    def test_begin_with_the_case_for_a_push(self, number: str) -> None:
        with locks() as taken:
            receive_answer.receive(
                number=number, institution="asp", record=record(number, "rejected"), came_by="push", at=LATER
            )

        assert taken()[:2] == ["cases_case", "submissions_submission"]

    def test_begin_with_the_case_for_a_question(self, number: str, asp: Running) -> None:
        with locks() as taken:
            receive_answer.ask(submission_id=submission_of(number).pk, at=LATER)

        assert taken()[:2] == ["cases_case", "submissions_submission"]

    def test_begin_with_the_case_when_a_delivery_is_written_down(
        self, draft: str, lozova: AtDesk, asp: Running
    ) -> None:
        complete_and_submit(draft, to=lozova)

        with locks() as taken:
            deliver(draft)

        lease, *written = taken()
        assert lease == "submissions_submission"
        assert written[:2] == ["cases_case", "submissions_submission"]


@contextmanager
def locks() -> Iterator[Callable[[], list[str]]]:
    """Note the tables whose rows are locked, in the order of locking."""
    with CaptureQueriesContext(connection) as seen:
        yield lambda: [
            one["sql"].partition(' FROM "')[2].partition('"')[0]
            for one in seen.captured_queries
            if " FOR UPDATE" in one["sql"] or " FOR NO KEY UPDATE" in one["sql"]
        ]


class HalfADate:
    """A register that knows only the year."""

    def __init__(self, facts: Mapping[str, FactValue]) -> None:
        self._facts = facts

    def read(self, question: RegisterQuestion, *, acting: object) -> RegisterAnswer:
        return RegisterAnswer(
            register=question.register,
            operation=question.operation,
            subject_idnp=question.subject_idnp,
            facts=self._facts,
            record_id="1",
            read_at=NOON,
        )


class TestHalfADate:
    @pytest.mark.parametrize(("name", "outcome"), [("birth_date", "answered"), ("deceased_on", "unusable")])
    def test_is_not_taken_over_and_the_visit_goes_on(self, lozova: AtDesk, name: str, outcome: str) -> None:
        with registers.serving("mconnect", HalfADate({"surname": "Munteanu", name: "1945"})):
            visit = come(EUGENIA, to=lozova)

        assert visit.state == "open"
        assert {one.outcome for one in all_of(Reading)} == {outcome}
        assert {(one.birth_date, one.deceased_on) for one in all_of(Person)} == {(None, None)}

    def test_in_an_act_of_guardianship_makes_no_unlimited_power(self, lozova: AtDesk) -> None:
        act: dict[str, FactValue] = {"number": "D-1", "authority": "court", "valid_until": "2030"}
        family: list[FactValue] = [{"idnp": DARIA, "relation": "ward", "act": act}]
        with registers.serving("mconnect", HalfADate({"surname": "Munteanu", "family": family})):
            visit = come(EUGENIA, to=lozova)

            with pytest.raises(MandateDoesNotHold, match="no-evidence"):
                act_for(visit, DARIA, MandateKind.GUARDIAN, to=lozova)
            mandate = act_for(visit, DARIA, MandateKind.GUARDIAN, to=lozova, paper="77")

        assert (mandate.evidence_number, mandate.confirmed_by) == ("77", "paper")
