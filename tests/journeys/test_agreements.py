"""What a person agreed to is sealed; when they withdraw it, nothing more goes out and no register is asked."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from structlog.testing import capture_logs
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
    come,
    complete_and_submit,
    decide,
    deliver,
    journaled,
    scan,
    scan_all,
    sign,
    submission_of,
    submit,
    tell,
    timeline,
)
from tests.support.trust import seal_beside

from ghiseu.foundation.access import transaction
from ghiseu.foundation.states import StepNotAllowed
from ghiseu.journeys import book_appointment, collect_payment, edit_case, evidence_jobs, seal_agreement
from ghiseu.journeys.complete_papers import send_papers
from ghiseu.journeys.revoke_agreement import ReasonMissing, Withdrawn, revoke_agreement
from ghiseu.modules.appointments.models import Appointment, Occupancy, OfferedService
from ghiseu.modules.appointments.operations import Wanted
from ghiseu.modules.cases.models import Evidence
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.documents import sealed_files
from ghiseu.modules.documents.bundle_models import AgreementContent, EvidenceBundle
from ghiseu.modules.documents.models import Document
from ghiseu.modules.documents.ports import PLATFORM, seals
from ghiseu.modules.mandates.models import MandateKind
from ghiseu.modules.payments.models import PaymentOrder
from ghiseu.modules.submissions.models import Submission
from simulators.common.process import Running, running
from verifier.evidence import Record, check

BIRTH, CERTIFICATE = "asp.civil.extract-birth", "asp.civil.certificate-civil-status"
BOOKING = "asp.appointment.identity-passport"
SERVICES = [BIRTH, CERTIFICATE, BOOKING]
EUGENIA, DARIA, TUDOR, DENIS = "2099010100376", "2099040101480", "2099230108510", "2099200107406"
REASON = "M-am răzgândit."
Owner = Callable[[], AbstractContextManager[None]]


@pytest.fixture(scope="module")
def trust_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running("trust", data=Path(tmp_path_factory.mktemp("trust"))) as started:
        yield started


@pytest.fixture
def trust(trust_process: Running) -> Iterator[Running]:
    """Serve the port of the seal beside a behaving time-stamp server."""
    trust_process.reset()
    with seal_beside(trust_process) as seal, seals.serving(PLATFORM, seal):
        yield trust_process


@pytest.fixture
def draft(lozova: AtDesk, exchange: Running) -> str:
    return ask_for(BIRTH, visit=come(EUGENIA, to=lozova), to=lozova)


@pytest.fixture
def signed(draft: str, lozova: AtDesk) -> str:
    scan_all(draft, to=lozova)
    sign(draft, to=lozova)
    return draft


def seal_all() -> list[bool]:
    """Let the worker seal what waits; tell which worked."""
    waiting = all_of(AgreementContent)
    with as_worker():
        return [seal_agreement.seal(content_id=one.pk, at=LATER, ended=lambda: LATER) for one in waiting]


def records(number: str, trust: Running) -> list[Record]:
    """Return what the sealed records of the case say to a stranger."""
    root = trust.folder / "seal" / "root.pem"
    made = all_of(Document, case__number=number, kind="evidence")
    return [check(sealed_files.get(one), trust=root) for one in made]


def revoke(number: str, at_desk: AtDesk) -> Withdrawn:
    return revoke_agreement(number=number, reason=REASON, at_desk=at_desk, at=LATER)


def queued_seals() -> list[dict[str, object]]:
    with transaction(), connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE queue_name = 'seals' ORDER BY id")
        return [json.loads(row[0]) if isinstance(row[0], str) else row[0] for row in cursor.fetchall()]


class TestWhatWasAgreed:
    def test_becomes_records_that_a_stranger_can_check(self, signed: str, lozova: AtDesk, trust: Running) -> None:
        assert set(seal_all()) == {True}

        made = {str(one.facts["kind"]): one for one in records(signed, trust)}
        request = made["explicit_request"].facts
        [evidence] = all_of(Evidence, case__number=signed, kind="explicit_request")
        assert request["text"] == evidence.text
        assert request["case"] == signed
        assert request["acting"]["subject_idnp"] == EUGENIA
        assert request["acting"]["operator_idnp"] == lozova.operator_idnp
        assert request["scan"]["sha256"] == evidence.document_sha256
        assert request["service"]["sha256"] == case_of(signed).package.sha256
        assert request["identity"]["method"] == "document_read" or request["identity"]["method"] == "document_seen"

    def test_is_sealed_once_however_often_the_worker_does_it(self, signed: str, trust: Running) -> None:
        first, again = seal_all(), seal_all()

        assert set(first + again) == {True}
        assert len(all_of(EvidenceBundle)) == len(all_of(AgreementContent)) == len(first)
        assert len(journaled("documents.agreement.sealed")) == len(first)

    def test_is_queued_with_the_evidence_and_not_at_all_when_that_fails(self, signed: str) -> None:
        wanted = {one.pk for one in all_of(AgreementContent)}

        assert {one["content_id"] for one in queued_seals()} == wanted
        assert wanted

    def test_includes_a_mandate_and_leaves_out_what_nobody_agreed_to(
        self, lozova: AtDesk, exchange: Running, trust: Running
    ) -> None:
        visit = come(EUGENIA, to=lozova)
        act_for(visit, DARIA, MandateKind.NOTARISED_POWER, to=lozova, paper="N-77")
        number = ask_for(BIRTH, visit=visit, to=lozova)
        seal_all()

        [mandate] = records(number, trust)
        kinds = {one.kind for one in all_of(Evidence, case__number=number)}
        assert mandate.facts["kind"] == "mandate"
        assert mandate.facts["mandate"]["kind"] == "notarised_power"
        assert mandate.facts["acting"]["represented_by_idnp"] == EUGENIA
        assert {"identity_check", "operator_act"} <= kinds

    def test_waits_while_the_time_stamp_server_is_silent(self, signed: str, trust: Running) -> None:
        trust.behave("5xx")
        assert set(seal_all()) == {False}
        assert all_of(EvidenceBundle) == []

        trust.behave("normal")
        assert set(seal_all()) == {True}

    @pytest.mark.parametrize("mode", ["garbage", "wrong_subject", "cut_answer"])
    def test_is_never_kept_with_a_wrong_stamp(self, signed: str, trust: Running, mode: str) -> None:
        trust.behave(mode)

        assert set(seal_all()) == {False}
        assert all_of(Document, kind="evidence") == []

    def test_waits_where_no_seal_is_configured(self, signed: str) -> None:
        assert set(seal_all()) == {False}

    @pytest.mark.parametrize("model", [AgreementContent, EvidenceBundle])
    def test_can_neither_be_changed_nor_removed(
        self, signed: str, trust: Running, as_owner: Owner, model: type[AgreementContent] | type[EvidenceBundle]
    ) -> None:
        seal_all()
        rows = model._default_manager.filter(kind="agreement")

        for act in (lambda: rows.update(content_sha256="0" * 64), rows.delete):
            with as_owner(), pytest.raises(DatabaseError, match="never changed or removed"), transaction():
                act()


class TestJobOfTheSeal:
    def test_is_enqueued_again_with_longer_and_longer_pauses(self, signed: str, lozova: AtDesk) -> None:
        [first, *_] = all_of(AgreementContent)
        for tries in (0, 7):
            with as_worker():
                evidence_jobs.seal(content_id=first.pk, centre_id=first.centre_id, since="", tries=tries)

        tries = [one["tries"] for one in queued_seals() if one["content_id"] == first.pk]
        assert tries[0] == 0  # while one waits, no second is enqueued

    def test_is_found_again_by_the_sweep(self, signed: str, as_owner: Owner) -> None:
        with as_owner(), connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_jobs WHERE queue_name = 'seals'")
        assert queued_seals() == []

        with as_worker():
            evidence_jobs.sweep(timestamp=0)

        assert {one["content_id"] for one in queued_seals()} == {one.pk for one in all_of(AgreementContent)}

    def test_is_counted_where_the_installation_is_watched(self, signed: str) -> None:
        told = Client().get("/metrics").content.decode()

        assert f"ghiseu_unsealed_records {float(len(all_of(AgreementContent)))}" in told
        [oldest] = re.findall(r"(?m)^ghiseu_unsealed_records_oldest_seconds (.+)$", told)
        assert float(oldest) > 0

    def test_says_what_has_waited_for_a_day(self, signed: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(evidence_jobs, "LATE_AFTER", timedelta(days=-10_000))

        with capture_logs() as lines, as_worker():
            evidence_jobs.sweep(timestamp=0)

        assert [one["records"] for one in lines if one["event"] == "evidence.unsealed_for_a_day"] == [
            len(all_of(AgreementContent))
        ]


class TestWithdrawal:
    @pytest.fixture
    def asked_before(self, exchange: Running) -> Callable[[], int]:
        return lambda: len(exchange.ledger()["reads"])

    def nothing_more_happens(self, number: str, lozova: AtDesk, asp: Running) -> None:
        """Let the worker try for two days, and the operator press everything."""
        for hours in (0, 1, 25, 49):
            if all_of(Submission, case__number=number):
                deliver(number, at=LATER + timedelta(hours=hours))
        edit_case.read_again(number=number, at_desk=lozova, at=LATER)
        with pytest.raises(StepNotAllowed):
            submit(number, to=lozova, at=LATER)

    def test_of_a_draft_closes_it(
        self, draft: str, lozova: AtDesk, asp: Running, asked_before: Callable[[], int]
    ) -> None:
        reads = asked_before()
        assert revoke(draft, lozova) == Withdrawn(number=draft, was_sent=False)

        self.nothing_more_happens(draft, lozova, asp)
        assert (case_of(draft).state, case_of(draft).outcome) == ("closed", "withdrawn")
        assert (asked_before(), asp.ledger()["dossiers"]) == (reads, [])

    def test_of_a_signed_draft_is_sealed_as_evidence_of_its_own(
        self, signed: str, lozova: AtDesk, asp: Running, trust: Running, asked_before: Callable[[], int]
    ) -> None:
        seal_all()
        reads = asked_before()
        revoke(signed, lozova)
        seal_all()

        self.nothing_more_happens(signed, lozova, asp)
        withdrawn = [one.facts for one in records(signed, trust) if one.facts["what"] == "revocation"]
        agreed = {one["content_sha256"] for one in _contents("agreement")}
        assert withdrawn
        assert {one["revokes"]["content_sha256"] for one in withdrawn} <= agreed
        assert {one["reason"] for one in withdrawn} == {REASON}
        assert case_of(signed).state == "closed"
        assert (asked_before(), asp.ledger()["dossiers"]) == (reads, [])
        assert len(journaled("documents.agreement.withdrawn")) == len(withdrawn)

    def test_while_payment_is_awaited_cancels_the_order(
        self, lozova: AtDesk, exchange: Running, asp: Running, asked_before: Callable[[], int]
    ) -> None:
        number = ask_for(CERTIFICATE, visit=come(TUDOR, to=lozova), to=lozova, answers={"foreign_events": False})
        tell(number, to=lozova, declared_status="single", purpose="other", country_of_use="Italia", term="t20")
        scan(number, "id_applicant", to=lozova)
        sign(number, to=lozova)
        assert submit(number, to=lozova).state == "awaiting_payment"
        order = collect_payment.issue_order(number=number, at_desk=lozova, at=NOON)
        reads = asked_before()

        revoke(number, lozova)

        self.nothing_more_happens(number, lozova, asp)
        [order] = all_of(PaymentOrder, pk=order.pk)
        assert (order.state, case_of(number).state) == ("cancelled", "closed")
        assert submission_of(number).state == "not_done"
        assert (asked_before(), asp.ledger()["dossiers"]) == (reads, [])

    def test_of_a_queued_file_stops_it(
        self, draft: str, lozova: AtDesk, asp: Running, asked_before: Callable[[], int]
    ) -> None:
        complete_and_submit(draft, to=lozova)
        assert case_of(draft).state == "sending"
        reads = asked_before()

        assert revoke(draft, lozova) == Withdrawn(number=draft, was_sent=False)

        self.nothing_more_happens(draft, lozova, asp)
        assert (case_of(draft).state, submission_of(draft).state) == ("closed", "not_done")
        assert (asked_before(), asp.ledger()["dossiers"]) == (reads, [])
        assert "agreement-withdrawn" in timeline(draft)

    def test_while_the_outcome_is_unknown_lets_nothing_be_sent_again(
        self, draft: str, lozova: AtDesk, asp: Running
    ) -> None:
        asp.behave("before_commit_timeout", seconds=5, times=1)
        complete_and_submit(draft, to=lozova)
        deliver(draft)
        assert submission_of(draft).state == "unknown"

        assert revoke(draft, lozova).was_sent
        assert "alarm" in calls(draft)

        for minutes in (10, 30, 90):  # asked about, not seen there, and then given up instead of sent
            deliver(draft, at=LATER + timedelta(minutes=minutes))
        assert (submission_of(draft).state, case_of(draft).state) == ("not_done", "closed")
        assert asp.ledger()["dossiers"] == []

    def test_while_it_is_under_way_lets_nothing_be_tried_again(
        self, draft: str, lozova: AtDesk, asp: Running, unreachable: Callable[[], AbstractContextManager[None]]
    ) -> None:
        complete_and_submit(draft, to=lozova)

        def withdraw_before_it_is_written_down() -> datetime:
            assert revoke(draft, lozova).was_sent
            return NOON

        with unreachable():
            deliver(draft, ended=withdraw_before_it_is_written_down)
        assert submission_of(draft).state == "queued"

        deliver(draft, at=LATER)
        assert (submission_of(draft).state, case_of(draft).state) == ("not_done", "closed")
        assert asp.ledger()["dossiers"] == []

    def test_of_a_sent_file_says_that_it_was_sent_and_sends_nothing_after_it(
        self, draft: str, lozova: AtDesk, asp: Running, asked_before: Callable[[], int]
    ) -> None:
        complete_and_submit(draft, to=lozova)
        deliver(draft)
        reads = asked_before()

        assert revoke(draft, lozova) == Withdrawn(number=draft, was_sent=True)

        self.nothing_more_happens(draft, lozova, asp)
        assert case_of(draft).state == "with_institution"
        assert "alarm" in calls(draft)
        assert len(asp.ledger()["dossiers"]) == 1
        assert asked_before() == reads

    def test_of_a_sent_file_keeps_missing_papers_here(self, draft: str, lozova: AtDesk, asp: Running) -> None:
        complete_and_submit(draft, to=lozova)
        deliver(draft)
        decide(asp, draft, "ask-papers", papers=["kinship_proof"], reason="The link is not proven")
        ask(draft)
        assert case_of(draft).state == "papers_missing"
        revoke(draft, lozova)
        scan(draft, "kinship_proof", to=lozova)

        with pytest.raises(StepNotAllowed):
            send_papers(number=draft, command="papers", at_desk=lozova, at=LATER)

    def test_pressed_twice_is_one(self, signed: str, lozova: AtDesk) -> None:
        assert revoke(signed, lozova) == revoke(signed, lozova)
        assert len(_contents("revocation")) == len(journaled("documents.agreement.withdrawn"))

    def test_needs_a_reason(self, signed: str, lozova: AtDesk) -> None:
        with pytest.raises(ReasonMissing):
            revoke_agreement(number=signed, reason="  ", at_desk=lozova, at=LATER)
        assert case_of(signed).state == "draft"


class TestWithdrawalOfABooking:
    """The person agreed on paper to be booked, and takes that back: the place is free again."""

    @pytest.fixture
    def booked(self, lozova: AtDesk, exchange: Running) -> str:
        number = ask_for(BOOKING, visit=come(DENIS, to=lozova), to=lozova)
        tell(number, to=lozova, service="id_card")
        sign(number, to=lozova)
        with transaction():
            slot = book_appointment.offer(number=number, at_desk=lozova, at=NOON)[0].slots[0]
        wanted = Wanted(offered_id=slot.offered_id, starts_at=slot.starts_at)
        book_appointment.book(number=number, wanted=wanted, at_desk=lozova, at=NOON)
        return number

    def test_cancels_the_appointment(self, booked: str, lozova: AtDesk) -> None:
        assert revoke(booked, lozova) == Withdrawn(number=booked, was_sent=False)

        [appointment] = all_of(Appointment, case__number=booked)
        assert (appointment.state, appointment.occupancy_id is not None) == ("cancelled", True)
        assert all_of(Occupancy, pk=appointment.occupancy_id)[0].is_released
        assert len(journaled("appointments.appointment.cancelled")) == 1
        assert journaled("documents.agreement.withdrawn") != []
        assert calls(booked) == []
        assert case_of(booked).state == "done"
        assert timeline(booked)[-1] == "agreement-withdrawn"

    def test_pressed_twice_is_one(self, booked: str, lozova: AtDesk) -> None:
        first = revoke(booked, lozova)

        assert revoke(booked, lozova) == first
        assert len(journaled("appointments.appointment.cancelled")) == 1

    def test_too_late_for_the_office_asks_a_person_to_call_it(
        self, booked: str, lozova: AtDesk, as_owner: Owner
    ) -> None:
        with as_owner():
            OfferedService.objects.update(cancel_until_hours=24)
        [appointment] = all_of(Appointment, case__number=booked)
        [place] = all_of(Occupancy, pk=appointment.occupancy_id)
        last_hour = place.starts_at - timedelta(minutes=30)

        revoke_agreement(number=booked, reason=REASON, at_desk=lozova, at=last_hour)

        assert all_of(Appointment, case__number=booked)[0].state == "confirmed"
        assert calls(booked) == ["alarm"]

    def test_after_it_began_changes_nothing(self, booked: str, lozova: AtDesk) -> None:
        [appointment] = all_of(Appointment, case__number=booked)
        [place] = all_of(Occupancy, pk=appointment.occupancy_id)

        with pytest.raises(StepNotAllowed):
            revoke_agreement(number=booked, reason=REASON, at_desk=lozova, at=place.starts_at)

        assert all_of(Appointment, case__number=booked)[0].state == "confirmed"


def _contents(kind: str) -> list[dict[str, str]]:
    return [{"content_sha256": one.content_sha256} for one in all_of(AgreementContent, kind=kind)]
