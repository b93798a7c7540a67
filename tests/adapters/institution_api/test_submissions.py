"""The adapter against a running institution: what is done, once, and how each fault ends."""

import hashlib
import io
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from pyhanko.keys import load_certs_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from tests.adapters.institution_api.conftest import EUGENIA, acting_for, api_of, paper, parcel_of

from ghiseu.adapters.institution_api import InstitutionApi, Limits
from ghiseu.foundation.outcomes import (
    OutcomeUnknown,
    Refused,
    TryLater,
    UnusableAnswer,
    WrongSubject,
)
from ghiseu.modules.submissions.ports import ProviderRecord, Repeatability
from simulators.common.process import Running

NUMBER = "GH-2026-000001"
ANA = "2099060102227"
Decide = Callable[..., None]


def effects(institution: Running, kind: str = "dossier.opened") -> list[dict[str, object]]:
    return [row for row in institution.ledger()["effects"] if row["kind"] == kind]


def found(api: InstitutionApi) -> ProviderRecord:
    record = api.find(NUMBER, subject_idnp=EUGENIA, acting=acting_for())
    assert record is not None
    return record


def wait_for_status(api: InstitutionApi, status: str) -> ProviderRecord:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        record = found(api)
        if record.status == status:
            return record
        time.sleep(0.1)
    raise AssertionError(f"never became {status}")


class TestDeliver:
    def test_opens_a_dossier_with_its_files_and_the_whole_acting_context(self, asp, asp_api):
        record = asp_api.deliver(parcel_of(files=(paper(),)), acting=acting_for())

        assert record.provider_number.startswith("ASP-SC-")
        assert (record.number, record.status, record.subject_idnp) == (NUMBER, "submitted", EUGENIA)
        (dossier,) = asp.ledger()["dossiers"]
        assert '"actor":{"idnp":"2099240108887"}' in str(dossier["acting"])
        (attachment,) = asp.ledger()["attachments"]
        assert attachment["name"] == "Buletin ș.pdf"
        assert attachment["sha256"] == paper().sha256

    def test_carries_our_trace(self, asp, asp_api):
        asp_api.deliver(parcel_of(), acting=acting_for())

        (call,) = asp.ledger()["calls"]
        assert str(call["correlation"]).startswith("00-0af7651916cd43dd8448eb211c80319c-")

    def test_answers_with_the_same_record_however_often_it_is_repeated(self, asp, asp_api):
        parcel = parcel_of(files=(paper(),))

        records = [asp_api.deliver(parcel, acting=acting_for()) for _ in range(3)]

        assert records[0] == records[1] == records[2]
        assert len(effects(asp)) == 1

    def test_opens_one_dossier_when_many_deliver_at_once(self, asp, asp_api):
        with ThreadPoolExecutor(8) as pool:
            jobs = [pool.submit(asp_api.deliver, parcel_of(), acting=acting_for()) for _ in range(16)]
            numbers = {job.result().provider_number for job in jobs}

        assert len(numbers) == 1
        assert len(effects(asp)) == 1

    def test_is_refused_when_the_number_holds_another_content(self, asp, asp_api):
        asp_api.deliver(parcel_of(), acting=acting_for())

        with pytest.raises(Refused) as refused:
            asp_api.deliver(parcel_of(answers={"term": "5"}), acting=acting_for())

        assert refused.value.code == "number-taken"
        assert len(effects(asp)) == 1

    def test_is_refused_when_a_file_is_not_what_its_hash_says(self, asp, asp_api):
        spoiled = replace(paper(), content=b"other bytes")

        with pytest.raises(Refused) as refused:
            asp_api.deliver(parcel_of(files=(spoiled,)), acting=acting_for())

        assert refused.value.code == "hash-differs"
        assert effects(asp) == []

    def test_is_refused_when_the_acting_context_is_about_another(self, asp, asp_api):
        with pytest.raises(Refused) as refused:
            asp_api.deliver(parcel_of(), acting=acting_for(ANA))

        assert refused.value.code == "subject-differs"
        assert effects(asp) == []

    def test_serves_a_person_without_a_number_by_their_document(self, asp, asp_api):
        acting = acting_for("", document="passport X1234567")

        record = asp_api.deliver(parcel_of(subject_idnp=""), acting=acting)

        assert record.subject_idnp == ""
        assert asp.ledger()["dossiers"][0]["subject_document"] == "passport X1234567"

    def test_declares_that_it_is_idempotent_by_key(self, asp_api):
        assert asp_api.repeatability is Repeatability.IDEMPOTENT_BY_KEY


class TestFaultsOfDeliver:
    @pytest.mark.parametrize("mode", ["after_commit_timeout", "cut_answer", "garbage", "5xx_after_commit"])
    def test_a_done_deed_without_a_readable_answer_is_unknown_then_found_and_done_once(self, asp, asp_api, mode):
        asp.behave(mode, times=1, seconds=0.1)

        with pytest.raises(OutcomeUnknown):
            asp_api.deliver(parcel_of(), acting=acting_for())

        assert found(asp_api).status == "submitted"
        asp_api.deliver(parcel_of(), acting=acting_for())
        assert len(effects(asp)) == 1

    @pytest.mark.parametrize("mode", ["before_commit_timeout", "5xx", "down_until"])
    def test_an_undone_deed_without_an_answer_is_unknown_then_not_seen_then_done_once(self, asp, asp_api, mode):
        asp.behave(mode, times=1, seconds=0.1)

        with pytest.raises(OutcomeUnknown):
            asp_api.deliver(parcel_of(), acting=acting_for())

        assert effects(asp) == []
        assert asp_api.find(NUMBER, subject_idnp=EUGENIA, acting=acting_for()) is None
        asp_api.deliver(parcel_of(), acting=acting_for())
        assert len(effects(asp)) == 1

    def test_a_slow_institution_is_given_up_at_the_time_limit_and_has_done_it(self, asp):
        api = api_of(asp, limits=Limits(connect=1.0, answer=0.3))
        asp.behave("slow", times=1, seconds=1.0, operations=["deliver"])
        began = time.monotonic()

        with pytest.raises(OutcomeUnknown):
            api.deliver(parcel_of(), acting=acting_for())

        assert time.monotonic() - began < 0.9
        time.sleep(1.0)
        assert found(api).status == "submitted"
        api.close()

    def test_an_answer_about_another_person_stops_the_case(self, asp, asp_api):
        asp.behave("wrong_subject", times=1)

        with pytest.raises(WrongSubject):
            asp_api.deliver(parcel_of(), acting=acting_for())

    def test_an_institution_that_is_not_there_was_never_reached(self):
        api = InstitutionApi("asp", url="http://127.0.0.1:9")

        with pytest.raises(TryLater):
            api.deliver(parcel_of(), acting=acting_for())
        with pytest.raises(TryLater):
            api.find(NUMBER, subject_idnp=EUGENIA, acting=acting_for())
        assert "never reached" in api.check()
        api.close()


class TestFind:
    @pytest.mark.parametrize("mode", ["after_commit_timeout", "cut_answer", "5xx", "5xx_after_commit"])
    def test_is_asked_again_later_when_no_answer_comes(self, asp, asp_api, mode):
        asp_api.deliver(parcel_of(), acting=acting_for())
        asp.behave(mode, times=1, seconds=0.1)

        with pytest.raises(TryLater):
            found(asp_api)

        assert found(asp_api).number == NUMBER

    def test_does_not_take_a_log_in_page_for_an_answer(self, asp, asp_api):
        asp_api.deliver(parcel_of(), acting=acting_for())
        asp.behave("garbage", times=1)

        with pytest.raises(UnusableAnswer):
            found(asp_api)

    def test_does_not_take_a_404_of_some_machine_between_for_never_seen(self, asp):
        elsewhere = InstitutionApi("asp", url=f"{asp.url}/elsewhere")

        with pytest.raises(UnusableAnswer):
            found(elsewhere)
        elsewhere.close()

    def test_notices_that_the_record_speaks_of_another_person(self, asp, asp_api):
        asp_api.deliver(parcel_of(), acting=acting_for())
        asp.behave("wrong_subject", times=1)

        with pytest.raises(WrongSubject):
            found(asp_api)

    def test_a_call_about_another_person_learns_nothing(self, asp_api):
        asp_api.deliver(parcel_of(), acting=acting_for())

        with pytest.raises(WrongSubject):
            asp_api.find(NUMBER, subject_idnp=ANA, acting=acting_for(ANA))


class TestDecision:
    def test_an_approval_brings_a_document_signed_by_the_institution(self, asp, asp_api, decide: Decide):
        asp_api.deliver(parcel_of(), acting=acting_for())

        decide(asp, "approve", NUMBER)
        record = wait_for_status(asp_api, "completed")
        pdf = asp_api.fetch_result(NUMBER, record.results[0].document_id, acting=acting_for())

        assert hashlib.sha256(pdf).hexdigest() == record.results[0].sha256
        anchors = list(load_certs_from_pemder([str(Path(asp.folder).parent / "trust" / "asp.pem")]))
        (signature,) = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
        status = validate_pdf_signature(signature, ValidationContext(trust_roots=anchors))
        assert status.bottom_line
        assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"

    def test_a_document_that_the_record_does_not_name_is_not_fetched(self, asp_api):
        asp_api.deliver(parcel_of(), acting=acting_for())

        with pytest.raises(UnusableAnswer):
            asp_api.fetch_result(NUMBER, "0123456789abcdef", acting=acting_for())

    def test_a_document_that_comes_as_a_log_in_page_is_not_taken(self, asp, asp_api, decide: Decide):
        asp_api.deliver(parcel_of(), acting=acting_for())
        decide(asp, "approve", NUMBER)
        record = wait_for_status(asp_api, "completed")
        asp.behave("garbage", times=1, operations=["result"])

        with pytest.raises(UnusableAnswer):
            asp_api.fetch_result(NUMBER, record.results[0].document_id, acting=acting_for())

    def test_a_refusal_comes_with_its_reason(self, asp, asp_api, decide: Decide):
        asp_api.deliver(parcel_of(), acting=acting_for())

        decide(asp, "refuse", NUMBER, reason="Actul nu a fost găsit.")

        record = found(asp_api)
        assert (record.status, record.reason) == ("rejected", "Actul nu a fost găsit.")
        assert record.results == ()

    def test_every_change_has_a_greater_sequence(self, asp, asp_api, decide: Decide):
        first = asp_api.deliver(parcel_of(), acting=acting_for())

        decide(asp, "examine", NUMBER)
        second = found(asp_api)

        assert second.status == "in_progress"
        assert second.sequence > first.sequence


class TestSupplement:
    def test_papers_that_were_asked_for_are_taken_once(self, asp, asp_api, decide: Decide):
        asp_api.deliver(parcel_of(), acting=acting_for())
        decide(asp, "ask-papers", NUMBER, papers=["kinship_proof"], reason="Lipsește dovada.")
        asked = found(asp_api)
        papers = (paper("kinship_proof", b"%PDF-1.7 kin"),)

        records = [asp_api.supplement(NUMBER, papers, key="S-1", acting=acting_for()) for _ in range(2)]

        assert asked.status == "papers_requested"
        assert asked.missing_papers == ("kinship_proof",)
        assert asked.respond_by == (asked.changed_at + timedelta(days=30)).date()
        assert records[0] == records[1]
        assert (records[0].status, records[0].missing_papers) == ("in_progress", ())
        assert len(effects(asp, "papers.received")) == 1

    def test_the_same_key_with_other_papers_is_refused(self, asp, asp_api, decide: Decide):
        asp_api.deliver(parcel_of(), acting=acting_for())
        decide(asp, "ask-papers", NUMBER, papers=["kinship_proof"])
        asp_api.supplement(NUMBER, (paper("kinship_proof"),), key="S-1", acting=acting_for())

        with pytest.raises(Refused) as refused:
            asp_api.supplement(NUMBER, (paper("kinship_proof", b"x"),), key="S-1", acting=acting_for())

        assert refused.value.code == "key-taken"

    def test_papers_that_nobody_asked_for_are_refused(self, asp_api):
        asp_api.deliver(parcel_of(), acting=acting_for())

        with pytest.raises(Refused) as refused:
            asp_api.supplement(NUMBER, (paper(),), key="S-1", acting=acting_for())

        assert refused.value.code == "papers-not-asked"

    def test_a_lost_answer_is_unknown_and_the_repeat_is_harmless(self, asp, asp_api, decide: Decide):
        asp_api.deliver(parcel_of(), acting=acting_for())
        decide(asp, "ask-papers", NUMBER, papers=["kinship_proof"])
        papers = (paper("kinship_proof"),)
        asp.behave("after_commit_timeout", times=1, seconds=0.1, operations=["supplement"])

        with pytest.raises(OutcomeUnknown):
            asp_api.supplement(NUMBER, papers, key="S-1", acting=acting_for())
        asp_api.supplement(NUMBER, papers, key="S-1", acting=acting_for())

        assert len(effects(asp, "papers.received")) == 1


class TestChanges:
    def test_tell_many_dossiers_in_the_order_of_their_changes(self, asp, asp_api, decide: Decide):
        for count in range(3):
            asp_api.deliver(parcel_of(f"GH-{count}"), acting=acting_for())
        decide(asp, "refuse", "GH-0", reason="nu")

        page = asp_api.changes(after_sequence=0, limit=2)
        rest = asp_api.changes(after_sequence=page.next_sequence)

        assert [record.number for record in page.records] == ["GH-1", "GH-2"]
        assert [(record.number, record.status) for record in rest.records] == [("GH-0", "rejected")]
        assert asp_api.changes(after_sequence=rest.next_sequence).records == ()

    def test_may_repeat_and_come_backwards(self, asp, asp_api):
        for count in range(2):
            asp_api.deliver(parcel_of(f"GH-{count}"), acting=acting_for())

        asp.behave("duplicate", times=1)
        twice = asp_api.changes(after_sequence=0)
        asp.behave("reorder", times=1)
        backwards = asp_api.changes(after_sequence=0)

        assert [record.number for record in twice.records] == ["GH-0", "GH-1", "GH-0", "GH-1"]
        assert [record.number for record in backwards.records] == ["GH-1", "GH-0"]
