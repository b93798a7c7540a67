"""The person agrees with their electronic signature: asked for once, checked by ourselves, and kept."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from pytest_django.fixtures import Settings
from tests.support import counter
from tests.support.counter import all_of, case_of, change, journaled, opened, timeline
from tests.support.signing import act, served, sign_so

from ghiseu.foundation import clock
from ghiseu.foundation.access import Assurance, transaction
from ghiseu.journeys import confirm_request, destroy_content, find_signature, sign_request, signing_jobs
from ghiseu.journeys.confirm_request import SignedScan, signed_text_stands, texts_of
from ghiseu.journeys.lacking import NotReady
from ghiseu.journeys.load_case import NobodyIsHere
from ghiseu.journeys.sign_request import CannotSign
from ghiseu.journeys.submit_case import what_lacks
from ghiseu.modules.cases.fields import CaseIsNotEditable
from ghiseu.modules.cases.models import Evidence
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.documents.bundle_models import AgreementContent
from ghiseu.modules.documents.models import Document
from ghiseu.modules.documents.queries import frozen_files
from ghiseu.modules.documents.sealed_files import get
from ghiseu.modules.mandates.models import Mandate, MandateKind
from ghiseu.modules.signatures.models import SignatureRequest, SigningMessage
from ghiseu.modules.signatures.operations import LIVES, content_of
from ghiseu.modules.signatures.ports import MSIGN, signing
from ghiseu.modules.visits.models import Visit
from simulators.common.process import Running, running

BIRTH = "asp.civil.extract-birth"
EUGENIA, VASILE, DARIA = "2099010100376", "2099050101850", "2099040101480"
SERVICES = [BIRTH]


@pytest.fixture(scope="module")
def msign_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running("msign", data=Path(tmp_path_factory.mktemp("msign"))) as started:
        yield started


@pytest.fixture
def msign(msign_process: Running, settings: Settings) -> Iterator[Running]:
    msign_process.reset()
    settings.MSIGN_TRUST = str(msign_process.folder / "trust")
    with served(msign_process):
        yield msign_process


@pytest.fixture
def present(lozova: AtDesk, exchange: Running) -> Visit:
    return counter.come(EUGENIA, to=lozova, at=clock.now())


@pytest.fixture
def number(lozova: AtDesk, present: Visit, msign: Running) -> str:
    made = counter.ask_for(BIRTH, visit=present, to=lozova, at=clock.now())
    counter.scan_all(made, to=lozova, at=clock.now())
    return made


def begin(number: str, to: AtDesk) -> SignatureRequest:
    asked = sign_request.begin(number=number, at_desk=to, at=clock.now())
    return newest(asked.key)


def newest(key: UUID) -> SignatureRequest:
    return all_of(SignatureRequest, key=key)[0]


def ask(request: SignatureRequest, *, later: timedelta = timedelta()) -> SignatureRequest:
    """Let the worker ask, in its own database role."""
    with counter.as_worker():
        find_signature.find_out(request.pk, at=clock.now() + later)
    return newest(request.key)


def agreements(number: str) -> list[Evidence]:
    return all_of(Evidence, case__number=number, method="electronic_signature")


def stands(number: str, to: AtDesk) -> bool:
    file = opened(number, to=to, at=clock.now())
    with transaction():
        return signed_text_stands(file)


class TestTheSignature:
    def test_TC_FUNCT_01_lets_the_file_go(self, number: str, lozova: AtDesk, msign: Running):
        request = begin(number, lozova)
        act(msign, request.platform_id, "sign")

        ended = ask(request)

        assert (ended.state, ended.why) == ("signed", "")
        assert [one.kind for one in agreements(number)] == ["explicit_request", "processing_consent"]
        with transaction():
            assert what_lacks(opened(number, to=lozova, at=clock.now())) == []
        assert timeline(number)[-1] == "request-signed-electronically"

    def test_is_kept_as_a_document_that_goes_to_the_institution(self, number: str, lozova: AtDesk, msign: Running):
        request = begin(number, lozova)
        act(msign, request.platform_id, "sign")
        ended = ask(request)

        (document,) = all_of(Document, case__number=number, kind="signed_request")
        with transaction():
            content, sent = get(document), frozen_files(case_of(number))
        assert document.sha256 == ended.signed_sha256 == agreements(number)[0].document_sha256
        assert content.startswith(content_of(ended))
        assert document.signature_report["verdict"] == "valid"
        assert [one["sha256"] for one in sent if one["attachment_id"] == "signed_request"] == [document.sha256]

    def test_goes_into_the_sealed_evidence(self, number: str, lozova: AtDesk, msign: Running):
        request = begin(number, lozova)
        act(msign, request.platform_id, "sign")
        ended = ask(request)

        facts = [json.loads(one.content) for one in all_of(AgreementContent, case__number=number)]
        (document,) = all_of(Document, case__number=number, kind="signed_request")
        assert {one["method"] for one in facts} == {"electronic_signature"}
        assert all(one["scan"] == {"sha256": document.sha256, "document": str(document.key)} for one in facts)
        assert all(one["details"]["sent_sha256"] == ended.content_sha256 for one in facts)
        assert all(len(one["details"]["certificate_sha256"]) == 64 for one in facts)

    def test_raises_nobodys_assurance(self, number: str, lozova: AtDesk, msign: Running, present: Visit):
        before = counter.again(present).assurance
        request = begin(number, lozova)
        act(msign, request.platform_id, "sign")
        ask(request)

        assert counter.again(present).assurance == before != Assurance.AUTHENTICATED
        facts = json.loads(all_of(AgreementContent, case__number=number)[0].content)
        assert facts["acting"]["assurance"] == before

    def test_is_journaled_and_its_messages_are_kept(self, number: str, lozova: AtDesk, msign: Running):
        request = begin(number, lozova)
        act(msign, request.platform_id, "sign")
        ask(request)

        for step in ("asked", "posted", "signed"):
            (record,) = journaled(f"signatures.request.{step}", object_id=str(request.key))
            assert record.details["sha256"] == request.content_sha256
        posted, brought, verified = all_of(SigningMessage, request=request)
        assert (posted.operation, brought.operation, verified.operation) == (
            "PostSignRequest",
            "GetSignResponse",
            "VerifySignatures",
        )
        assert EUGENIA in posted.sent
        assert "Success" in brought.received
        assert "PNOMD" in verified.received or EUGENIA in verified.received

    def test_is_counted_once_however_often_it_is_asked_about(self, number: str, lozova: AtDesk, msign: Running):
        request = begin(number, lozova)
        act(msign, request.platform_id, "sign")

        for _ in range(3):
            ask(request)
        sign_request.come_back(request.key, at=clock.now())

        assert len(agreements(number)) == 2
        assert len(all_of(Document, case__number=number, kind="signed_request")) == 1
        assert len(journaled("signatures.request.signed", object_id=str(request.key))) == 1

    def test_stands_for_one_on_paper_that_was_scanned_before(self, number: str, lozova: AtDesk, msign: Running):
        request = begin(number, lozova)
        act(msign, request.platform_id, "sign")
        ask(request)

        printed = counter.print_request(number, to=lozova, at=clock.now())
        scan = SignedScan(document_sha256="0" * 64, request_sha256=printed)
        confirm_request.record_signed(number=number, scan=scan, at_desk=lozova, at=clock.now())

        assert stands(number, lozova)
        assert all_of(Evidence, case__number=number, kind="explicit_request")[-1].method == "hand_signature"


class TestWhatDoesNotCount:
    @pytest.mark.parametrize(
        ("how", "why"),
        [
            ("other_bytes", "other-document"),
            ("changed_before", "changed-content"),
            ("changed_after", "changed-after"),
            ("broken", "broken"),
            ("unknown_authority", "not-trusted"),
            ("ended_certificate", "not-trusted"),
        ],
    )
    def test_a_wrong_signature_is_kept_apart_and_shown(self, number, lozova, msign, how, why):
        sign_so(msign, how)
        request = begin(number, lozova)
        act(msign, request.platform_id, "sign")

        ended = ask(request)

        assert (ended.state, ended.why) == ("unverifiable", why)
        assert agreements(number) == []
        assert all_of(Document, case__number=number, kind="signed_request") == []
        assert timeline(number)[-1] == "signature-not-accepted"
        assert counter.calls(number) == ["alarm"]
        assert not stands(number, lozova)

    def test_the_signature_of_another_person(self, number: str, lozova: AtDesk, msign: Running):
        request = begin(number, lozova)
        act(msign, request.platform_id, "sign", who=VASILE)

        ended = ask(request)

        assert (ended.state, ended.why) == ("unverifiable", "other-signer")
        assert agreements(number) == []

    def test_one_that_msign_itself_says_is_not_valid(self, number: str, lozova: AtDesk, msign: Running):
        request = begin(number, lozova)
        act(msign, request.platform_id, "sign")
        msign.behave("wrong_subject", operations=["verify"])

        ended = ask(request)

        assert (ended.state, ended.why) == ("unverifiable", "not-valid")
        assert agreements(number) == []

    def test_the_answer_of_another_request(self, number: str, lozova: AtDesk, msign: Running):
        other = begin(number, lozova)
        act(msign, other.platform_id, "sign")
        sign_request.give_up(number=number, at_desk=lozova, at=clock.now())
        request = begin(number, lozova)
        change(request, platform_id=other.platform_id)

        ended = ask(request)

        assert (ended.state, ended.why) == ("unverifiable", "other-document")
        assert agreements(number) == []

    def test_one_of_a_text_that_changed_meanwhile(self, number: str, lozova: AtDesk, msign: Running):
        request = begin(number, lozova)
        act(msign, request.platform_id, "sign")
        counter.tell(number, to=lozova, at=clock.now(), applicant_phone="+37369123456")

        ended = ask(request)

        assert (ended.state, ended.why) == ("outdated", "text-changed")
        assert agreements(number) == []
        again = begin(number, lozova)
        assert again.pk != request.pk
        act(msign, again.platform_id, "sign")
        assert ask(again).state == "signed"

    def test_TC_FUNCT_02_a_request_that_the_person_cancelled(self, number: str, lozova: AtDesk, msign: Running):
        request = begin(number, lozova)
        act(msign, request.platform_id, "cancel")

        ended = ask(request)

        assert (ended.state, ended.why) == ("failed", "not-signed")
        assert "anulată" in ended.message
        assert timeline(number)[-1] == "signature-failed"
        assert agreements(number) == []
        assert begin(number, lozova).pk != request.pk

    def test_a_request_that_expired_there(self, number: str, lozova: AtDesk, msign: Running):
        request = begin(number, lozova)
        act(msign, request.platform_id, "expire")

        assert ask(request).state == "expired"
        assert timeline(number)[-1] == "signature-expired"

    def test_a_request_that_was_removed_there(self, number: str, lozova: AtDesk, msign: Running):
        request = begin(number, lozova)
        act(msign, request.platform_id, "forget")

        ended = ask(request)

        assert (ended.state, ended.why) == ("failed", "not-there")

    def test_one_that_was_cancelled_here_however_it_is_signed_there(self, number, lozova, msign):
        request = begin(number, lozova)
        sign_request.give_up(number=number, at_desk=lozova, at=clock.now())
        act(msign, request.platform_id, "sign")

        ended = ask(request)

        assert ended.state == "cancelled"
        assert agreements(number) == []


class TestAsking:
    def test_sends_what_was_written_down_before(self, number: str, lozova: AtDesk, msign: Running):
        request = begin(number, lozova)

        (sent,) = msign.ledger()["contents"]
        (row,) = msign.ledger()["requests"]
        assert sent["content"]["sha256"] == request.content_sha256
        assert (row["signer"], row["id"]) == (EUGENIA, request.platform_id)
        file = opened(number, to=lozova, at=clock.now())
        assert request.text_sha256 == texts_of(file).request_sha256

    def test_TC_FUNCT_03_pressed_again_it_is_the_same_request(self, number: str, lozova: AtDesk, msign: Running):
        first, second = (sign_request.begin(number=number, at_desk=lozova, at=clock.now()) for _ in range(2))

        assert first == second
        assert len(msign.ledger()["requests"]) == 1

    def test_for_another_text_gives_the_earlier_one_up(self, number: str, lozova: AtDesk, msign: Running):
        request = begin(number, lozova)
        counter.tell(number, to=lozova, at=clock.now(), applicant_phone="+37369123456")

        again = begin(number, lozova)

        assert (newest(request.key).state, again.state) == ("cancelled", "pending")
        assert again.content_sha256 != request.content_sha256

    def test_TC_FUNCT_04_a_signer_whom_msign_does_not_know_is_told(self, number, lozova, msign):
        change(case_of(number).applicant, idnp="2099010109999")

        with pytest.raises(CannotSign) as refused:
            sign_request.begin(number=number, at_desk=lozova, at=clock.now())

        (request,) = all_of(SignatureRequest)
        assert (refused.value.why, request.state) == ("refused", "failed")
        assert "2099010109999" not in {row["signer"] for row in msign.ledger()["requests"]}

    @pytest.mark.parametrize(
        ("mode", "there"), [("garbage", 1), ("cut_answer", 1), ("5xx", 0), ("5xx_after_commit", 1)]
    )
    def test_without_an_answer_nothing_is_waited_for(self, number, lozova, msign, mode, there):
        msign.behave(mode, times=1)

        with pytest.raises(CannotSign) as refused:
            sign_request.begin(number=number, at_desk=lozova, at=clock.now())

        assert (refused.value.why, all_of(SignatureRequest)[0].state) == ("no-answer", "failed")
        assert len(msign.ledger()["requests"]) == there
        assert begin(number, lozova).state == "pending"

    @pytest.mark.parametrize("mode", ["before_commit_timeout", "after_commit_timeout", "slow"])
    def test_an_answer_that_does_not_come_in_time_is_not_waited_for(self, number, lozova, msign, mode):
        msign.behave(mode, times=1, seconds=2)

        with served(msign, answer=0.7), pytest.raises(CannotSign) as refused:
            sign_request.begin(number=number, at_desk=lozova, at=clock.now())

        assert (refused.value.why, all_of(SignatureRequest)[0].state) == ("no-answer", "failed")

    def test_needs_the_person_at_the_desk(self, number: str, lozova: AtDesk, msign: Running, present: Visit):
        counter.leave(present, to=lozova, at=clock.now())

        with pytest.raises(NobodyIsHere):
            sign_request.begin(number=number, at_desk=lozova, at=clock.now())

    def test_needs_a_complete_request(self, lozova: AtDesk, present: Visit, msign: Running):
        made = counter.ask_for(BIRTH, visit=present, to=lozova, at=clock.now())
        if not all_of(Document, case__number=made):
            change(case_of(made), answers={})
        file = opened(made, to=lozova, at=clock.now())
        with transaction():
            is_complete = not what_lacks(file) or what_lacks(file) == ["request", "agreement"]

        if is_complete:
            pytest.skip("this service needs no paper")
        with pytest.raises(NotReady):
            sign_request.begin(number=made, at_desk=lozova, at=clock.now())

    def test_is_not_possible_for_a_file_that_was_sent(self, number: str, lozova: AtDesk, msign: Running, asp: Running):
        counter.sign(number, to=lozova, at=clock.now())
        counter.submit(number, to=lozova, at=clock.now())

        with pytest.raises(CaseIsNotEditable):
            sign_request.begin(number=number, at_desk=lozova, at=clock.now())

    def test_is_not_offered_when_msign_is_not_connected(self, lozova: AtDesk, present: Visit):
        made = counter.ask_for(BIRTH, visit=present, to=lozova, at=clock.now())

        with transaction():
            assert not sign_request.is_offered(case_of(made))


class TestComingBack:
    def test_is_only_a_reason_to_ask(self, number: str, lozova: AtDesk, msign: Running):
        request = begin(number, lozova)

        assert sign_request.come_back(request.key, at=clock.now()) == number
        assert newest(request.key).state == "pending"

        act(msign, request.platform_id, "sign")
        sign_request.come_back(request.key, at=clock.now())
        assert newest(request.key).state == "signed"

    def test_with_a_key_of_nobody_leads_nowhere(self, lozova: AtDesk, msign: Running):
        assert sign_request.come_back(uuid4(), at=clock.now()) is None
        assert msign.ledger()["calls"] == []


class TestTwoAtOnce:
    def test_count_the_signature_once(self, number: str, lozova: AtDesk, msign: Running, monkeypatch):
        """While one asks, a second one asks and writes down what it heard."""
        request = begin(number, lozova)
        act(msign, request.platform_id, "sign")
        adapter, asked = signing.get(MSIGN), []
        once = adapter.verify

        def meanwhile(*given: object, **named: object) -> object:
            asked.append(given)
            if len(asked) == 1:
                find_signature.find_out(request.pk, at=clock.now())
            return once(*given, **named)

        monkeypatch.setattr(adapter, "verify", meanwhile)
        find_signature.find_out(request.pk, at=clock.now())

        assert (len(asked), newest(request.key).state) == (2, "signed")
        assert len(agreements(number)) == 2
        assert len(all_of(Document, case__number=number, kind="signed_request")) == 1

    def test_ask_for_one_signature(self, number: str, lozova: AtDesk, msign: Running, monkeypatch):
        """While the first press waits for MSign, a second press gives it up and asks anew."""
        adapter, pressed = signing.get(MSIGN), []
        once = adapter.post

        def meanwhile(*given: object, **named: object) -> object:
            pressed.append(given)
            if len(pressed) == 1:
                sign_request.begin(number=number, at_desk=lozova, at=clock.now())
            return once(*given, **named)

        monkeypatch.setattr(adapter, "post", meanwhile)
        with pytest.raises(CannotSign) as refused:
            sign_request.begin(number=number, at_desk=lozova, at=clock.now())

        assert refused.value.why == "asked-anew"
        assert [one.state for one in all_of(SignatureRequest)] == ["cancelled", "pending"]


class TestAfterTheCaseIsDestroyed:
    def test_nothing_of_it_can_be_read(self, number: str, lozova: AtDesk, msign: Running):
        request = begin(number, lozova)
        act(msign, request.platform_id, "sign")
        ask(request)
        change(case_of(number), state="closed", outcome="withdrawn", ended_at=clock.now())

        with counter.as_worker():
            assert destroy_content.destroy(case_of(number).pk, at=clock.now() + timedelta(days=366 * 20))

        left = newest(request.key)
        assert (left.signer_idnp, left.content, left.acting, left.message) == ("", "", "", "")
        assert {(one.sent, one.received) for one in all_of(SigningMessage)} == {("", "")}
        assert left.content_sha256 == request.content_sha256


class TestForAnother:
    def test_the_representative_signs_on_the_mandate(self, lozova: AtDesk, exchange: Running, msign: Running):
        visit = counter.come(VASILE, to=lozova, at=clock.now())
        counter.act_for(visit, DARIA, MandateKind.GUARDIAN, to=lozova, at=clock.now())
        made = counter.ask_for(BIRTH, visit=counter.again(visit), to=lozova, at=clock.now())
        counter.scan_all(made, to=lozova, at=clock.now())
        request = begin(made, lozova)
        act(msign, request.platform_id, "sign")

        assert (request.signer_idnp, ask(request).state) == (VASILE, "signed")
        taken = all_of(Evidence, case__number=made, kind="explicit_request")[-1]
        assert (taken.method, taken.details["by"]) == ("guardian", "electronic_signature")


class TestWhoNeverComesBack:
    def test_is_asked_about_until_it_is_known(self, number: str, lozova: AtDesk, msign: Running):
        request = begin(number, lozova)

        waiting = ask(request)
        assert waiting.state == "pending"
        assert waiting.next_ask_at is not None

        act(msign, request.platform_id, "sign")
        assert ask(request).state == "signed"

    def test_expires_here_when_nobody_signs(self, number: str, lozova: AtDesk, msign: Running):
        request = begin(number, lozova)

        ended = ask(request, later=LIVES)

        assert (ended.state, ended.why) == ("expired", "too-late")
        act(msign, request.platform_id, "sign")
        assert ask(request, later=LIVES).state == "expired"
        assert agreements(number) == []

    @pytest.mark.parametrize("mode", ["5xx", "cut_answer", "garbage"])
    def test_waits_on_while_msign_says_nothing(self, number: str, lozova: AtDesk, msign: Running, mode: str):
        request = begin(number, lozova)
        act(msign, request.platform_id, "sign")
        msign.behave(mode)

        assert ask(request).state == "pending"
        assert ask(request, later=LIVES).state == "pending"

        msign.behave("normal")
        assert ask(request).state == "signed"

    def test_is_given_up_when_msign_is_silent_for_days(self, number: str, lozova: AtDesk, msign: Running):
        request = begin(number, lozova)
        msign.behave("5xx")

        ended = ask(request, later=2 * LIVES + timedelta(minutes=1))

        assert (ended.state, ended.why) == ("expired", "no-answer")

    def test_is_not_waited_for_after_the_file_was_sent(self, number, lozova, msign, asp):
        request = begin(number, lozova)
        counter.sign(number, to=lozova, at=clock.now())
        counter.submit(number, to=lozova, at=clock.now())

        ended = ask(request)

        assert (ended.state, ended.why) == ("cancelled", "sent-otherwise")

    def test_is_over_when_the_post_was_never_written_down(self, number: str, lozova: AtDesk, msign: Running):
        request = begin(number, lozova)
        change(request, state="asked", platform_id="")

        assert ask(request).state == "asked"
        assert ask(request, later=timedelta(minutes=20)).state == "failed"

    def test_is_found_by_the_timed_job(self, number: str, lozova: AtDesk, msign: Running, monkeypatch):
        request = begin(number, lozova)
        change(request, next_ask_at=clock.now() - timedelta(seconds=1))
        queued: list[dict[str, object]] = []
        monkeypatch.setattr(signing_jobs, "defer", lambda job, **given: queued.append(given))

        signing_jobs.sweep()

        assert [one["arguments"]["request_id"] for one in queued] == [request.pk]


class TestTheOperatorsOwnSignature:
    def test_is_kept_beside_the_act_of_sending(self, number: str, lozova: AtDesk, msign: Running):
        asked = sign_request.begin_for_operator(number=number, at_desk=lozova, at=clock.now())
        request = newest(asked.key)
        act(msign, request.platform_id, "sign")

        ended = ask(request)

        (act_of_operator,) = all_of(Evidence, case__number=number, kind="operator_act", method="electronic_signature")
        assert (ended.state, request.signer_idnp) == ("signed", lozova.operator_idnp)
        assert (act_of_operator.method, act_of_operator.document_sha256) == (
            "electronic_signature",
            ended.signed_sha256,
        )
        assert not stands(number, lozova)


class TestWhoSigns:
    """Who is here signs, for themselves or on a mandate in force; not whoever opened the case."""

    @pytest.fixture
    def for_daria(self, lozova: AtDesk, present: Visit, msign: Running) -> str:
        """Let Eugenia, who is here, open a case for Daria on a power."""
        at = clock.now()
        counter.act_for(present, DARIA, MandateKind.NOTARISED_POWER, to=lozova, paper="N-77", at=at)
        made = counter.ask_for(BIRTH, visit=present, to=lozova, at=at)
        counter.scan_all(made, to=lozova, at=at)
        return made

    def sealed(self, number: str) -> list[dict[str, object]]:
        return [
            one
            for one in (json.loads(row.content) for row in all_of(AgreementContent, case__number=number))
            if one["kind"] == "explicit_request"
        ]

    def test_is_the_holder_when_they_came_themselves(
        self, for_daria: str, lozova: AtDesk, msign: Running, present: Visit
    ):
        counter.leave(present, to=lozova, at=clock.now())
        counter.come(DARIA, to=lozova, at=clock.now())

        request = begin(for_daria, lozova)
        act(msign, request.platform_id, "sign")

        assert (request.signer_idnp, ask(request).state) == (DARIA, "signed")
        assert [(one["present"]["idnp"], one["mandate"]) for one in self.sealed(for_daria)] == [(DARIA, None)]

    def test_is_the_representative_and_the_record_names_their_mandate(
        self, for_daria: str, lozova: AtDesk, msign: Running
    ):
        request = begin(for_daria, lozova)
        act(msign, request.platform_id, "sign")

        assert (request.signer_idnp, ask(request).state) == (EUGENIA, "signed")
        [said] = self.sealed(for_daria)
        assert (said["method"], said["present"]["idnp"], said["mandate"]["kind"]) == (
            "guardian",
            EUGENIA,
            "notarised_power",
        )

    def test_does_not_count_when_the_mandate_ended_meanwhile(self, for_daria: str, lozova: AtDesk, msign: Running):
        request = begin(for_daria, lozova)
        act(msign, request.platform_id, "sign")
        counter.change(all_of(Mandate)[0], revoked_on=clock.now().date())

        assert ask(request).state == "outdated"
        assert self.sealed(for_daria) == []
