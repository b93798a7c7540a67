"""Our side of IMSign against a server that keeps its contract, and that misbehaves."""

import hashlib
from datetime import UTC, datetime

import httpx
import pytest
from tests.adapters.msign.conftest import Act, connect
from tests.support.acting import EUGENIA, acting_for

from ghiseu.adapters.msign import MSign
from ghiseu.foundation.outcomes import NotFoundThere, OutcomeUnknown, Refused, TryLater, UnusableAnswer
from ghiseu.modules.signatures.ports import Content, ContentType, SignedContent, SignOrder, SignStatus
from simulators.common.process import Running

ACTING = acting_for(EUGENIA)
CORRELATION = "5b6f2e0a-53a1-4a86-9a53-000000000001"


def order(content: bytes, **given: object) -> SignOrder:
    kept: dict[str, object] = {
        "content_type": ContentType.PDF,
        "contents": (Content(content=content, correlation=CORRELATION, name="request.pdf"),),
        "signer_idnp": EUGENIA,
        "short_description": "LOZ-2026-000001",
        "description": "A request",
        "reason": "Request to an institution",
    }
    return SignOrder(**{**kept, **given})  # type: ignore[arg-type]  # the test names the members


def digest() -> SignOrder:
    contents = (Content(content=hashlib.sha1(b"a file").digest(), correlation=CORRELATION),)
    return order(b"", content_type=ContentType.HASH, contents=contents)


def requests(simulator: Running) -> list[dict[str, object]]:
    return simulator.ledger()["requests"]


class TestPost:
    def test_asks_for_one_signature_of_the_expected_person(self, adapter: MSign, simulator: Running, pdf: bytes):
        posted = adapter.post(order(pdf), acting=ACTING)

        (row,) = requests(simulator)
        (content,) = simulator.ledger()["contents"]
        assert (row["id"], row["kind"], row["signer"], row["status"]) == (posted.request_id, "Pdf", EUGENIA, "Pending")
        assert content["content"] == {"bytes": len(pdf), "sha256": hashlib.sha256(pdf).hexdigest()}
        assert (content["correlation"], content["name"]) == (CORRELATION, "request.pdf")
        assert posted.request_id.encode() in posted.received
        assert EUGENIA.encode() in posted.sent

    def test_cuts_what_is_longer_than_the_guide_allows(self, adapter: MSign, simulator: Running, pdf: bytes):
        adapter.post(order(pdf, short_description="ș" * 100, description="a" * 600, reason="b" * 300), acting=ACTING)

        (row,) = requests(simulator)
        assert (len(str(row["short_description"])), len(str(row["description"])), len(str(row["reason"]))) == (
            90,
            512,
            255,
        )

    def test_asks_for_several_contents_at_once(self, adapter: MSign, simulator: Running, pdf: bytes, tell: Act):
        both = tuple(Content(content=pdf, correlation=f"part-{one}", name=f"{one}.pdf") for one in "ab")
        posted = adapter.post(order(pdf, contents=both), acting=ACTING)

        tell("sign", posted.request_id)

        answer = adapter.ask(posted.request_id, acting=ACTING)
        assert [one.correlation for one in answer.signatures] == ["part-a", "part-b"]
        assert all(one.signature.startswith(pdf) for one in answer.signatures)

    @pytest.mark.parametrize("signer", ["2099999999999", "not-a-number"])
    def test_TC_FUNCT_04_a_signer_who_is_nobody_is_refused(self, adapter: MSign, simulator: Running, pdf, signer):
        with pytest.raises(Refused) as refused:
            adapter.post(order(pdf, signer_idnp=signer), acting=acting_for(signer))

        assert refused.value.code == "InvalidParameter"
        assert requests(simulator) == []

    def test_refuses_to_ask_somebody_who_is_no_party_of_the_act(self, adapter: MSign, simulator: Running, pdf: bytes):
        with pytest.raises(ValueError, match="party"):
            adapter.post(order(pdf, signer_idnp="2099050101850"), acting=ACTING)

        assert simulator.ledger()["calls"] == []

    def test_a_file_that_is_no_pdf_is_refused(self, adapter: MSign, simulator: Running):
        with pytest.raises(Refused):
            adapter.post(order(b"no document"), acting=ACTING)

        assert requests(simulator) == []

    @pytest.mark.parametrize("mode", ["before_commit_timeout", "after_commit_timeout", "slow"])
    def test_without_an_answer_in_time_the_outcome_is_unknown(self, impatient: MSign, simulator: Running, pdf, mode):
        simulator.behave(mode, times=1, seconds=2)

        with pytest.raises(OutcomeUnknown):
            impatient.post(order(pdf), acting=ACTING)

    @pytest.mark.parametrize("mode", ["garbage", "cut_answer", "5xx", "5xx_after_commit"])
    def test_an_answer_that_says_nothing_leaves_the_outcome_unknown(self, adapter, simulator, pdf, mode):
        simulator.behave(mode, times=1)

        with pytest.raises(OutcomeUnknown):
            adapter.post(order(pdf), acting=ACTING)

        assert len(requests(simulator)) == (0 if mode == "5xx" else 1)

    def test_a_request_that_was_written_twice_there_is_one_for_us(self, adapter, simulator, pdf):
        simulator.behave("duplicate", times=1)

        posted = adapter.post(order(pdf), acting=ACTING)

        assert len(requests(simulator)) == 2
        assert adapter.ask(posted.request_id, acting=ACTING).status is SignStatus.PENDING

    def test_a_certificate_that_ended_there_stops_everything_before_it_leaves(self, simulator, pdf):
        simulator.reset()
        simulator.behave("expired_certificate", times=1)
        fresh = connect(simulator)

        with pytest.raises(TryLater, match="certificate is not accepted"):
            fresh.post(order(pdf), acting=ACTING)

        assert requests(simulator) == []
        fresh.close()


class TestAsk:
    def test_tells_that_nobody_signed_yet(self, adapter: MSign, pdf: bytes):
        posted = adapter.post(order(pdf), acting=ACTING)

        answer = adapter.ask(posted.request_id, acting=ACTING)

        assert (answer.status, answer.signatures) == (SignStatus.PENDING, ())

    def test_TC_FUNCT_01_brings_the_signed_document(self, adapter: MSign, pdf: bytes, tell: Act):
        posted = adapter.post(order(pdf), acting=ACTING)
        tell("sign", posted.request_id)

        first, again = (adapter.ask(posted.request_id, acting=ACTING) for _ in range(2))

        (signature,) = first.signatures
        assert first.status is SignStatus.SUCCESS
        assert signature.correlation == CORRELATION
        assert signature.signature.startswith(pdf)
        assert len(signature.signature) > len(pdf)
        assert first == again

    def test_TC_FUNCT_01_brings_the_signature_of_a_hash(self, adapter: MSign, tell: Act):
        posted = adapter.post(digest(), acting=ACTING)
        tell("sign", posted.request_id)

        (signature,) = adapter.ask(posted.request_id, acting=ACTING).signatures

        assert b"QualifyingProperties" in signature.signature
        assert signature.certificate

    @pytest.mark.parametrize(("language", "said"), [("ro", "anulată"), ("ru", "отменено"), ("en", "cancelled")])
    def test_TC_FUNCT_02_tells_that_the_person_cancelled(self, adapter, pdf, tell, language, said):
        posted = adapter.post(order(pdf), acting=ACTING)
        tell("cancel", posted.request_id)

        answer = adapter.ask(posted.request_id, acting=acting_for(EUGENIA, language=language))

        assert answer.status is SignStatus.FAILURE
        assert said in answer.message
        assert [one.signature for one in answer.signatures] == [b""]

    def test_tells_that_the_time_is_over(self, adapter: MSign, pdf: bytes, tell: Act):
        posted = adapter.post(order(pdf), acting=ACTING)
        tell("expire", posted.request_id)

        assert adapter.ask(posted.request_id, acting=ACTING).status is SignStatus.EXPIRED

    def test_tells_that_the_request_was_removed(self, adapter: MSign, pdf: bytes, tell: Act):
        posted = adapter.post(order(pdf), acting=ACTING)
        tell("forget", posted.request_id)

        with pytest.raises(NotFoundThere):
            adapter.ask(posted.request_id, acting=ACTING)

    @pytest.mark.parametrize("mode", ["cut_answer", "5xx", "5xx_after_commit"])
    def test_is_asked_again_when_no_answer_came(self, adapter, simulator, pdf, mode):
        posted = adapter.post(order(pdf), acting=ACTING)
        simulator.behave(mode, times=1)

        with pytest.raises(TryLater):
            adapter.ask(posted.request_id, acting=ACTING)

        assert adapter.ask(posted.request_id, acting=ACTING).status is SignStatus.PENDING

    def test_is_asked_again_when_it_is_slow(self, impatient: MSign, simulator: Running, pdf: bytes):
        posted = impatient.post(order(pdf), acting=ACTING)
        simulator.behave("slow", times=1, seconds=2)

        with pytest.raises(TryLater):
            impatient.ask(posted.request_id, acting=ACTING)

    def test_does_not_believe_a_page_instead_of_an_answer(self, adapter, simulator, pdf):
        posted = adapter.post(order(pdf), acting=ACTING)
        simulator.behave("garbage", times=1)

        with pytest.raises(UnusableAnswer):
            adapter.ask(posted.request_id, acting=ACTING)


class TestVerify:
    @pytest.fixture
    def signed(self, adapter: MSign, pdf: bytes, tell: Act) -> bytes:
        posted = adapter.post(order(pdf), acting=ACTING)
        tell("sign", posted.request_id)
        return adapter.ask(posted.request_id, acting=ACTING).signatures[0].signature

    def verify(self, adapter: MSign, signature: bytes) -> bool:
        asked = [SignedContent(signature=signature, correlation="one")]
        (found,) = adapter.verify(asked, content_type=ContentType.PDF, acting=ACTING).contents
        return found.is_valid

    def test_TC_FUNCT_05_a_good_signature_is_good(self, adapter: MSign, signed: bytes):
        asked = [SignedContent(signature=signed, correlation="one")]

        (found,) = adapter.verify(asked, content_type=ContentType.PDF, acting=ACTING).contents

        (signer,) = found.signers
        assert (found.is_valid, found.correlation, signer.is_valid) == (True, "one", True)
        assert EUGENIA in signer.subject
        assert signer.signed_at is not None

    def test_TC_FUNCT_06_a_changed_document_is_not_good(self, adapter: MSign, signed: bytes, pdf: bytes):
        place = len(pdf) // 2
        assert not self.verify(adapter, signed[:place] + bytes([signed[place] ^ 1]) + signed[place + 1 :])
        assert not self.verify(adapter, pdf)

    @pytest.mark.parametrize("how", ["changed_after", "broken", "unknown_authority", "ended_certificate"])
    def test_TC_FUNCT_06_a_wrong_signature_is_not_good(self, adapter: MSign, pdf: bytes, tell: Act, how: str):
        tell("signing", how=how)
        posted = adapter.post(order(pdf), acting=ACTING)
        tell("sign", posted.request_id)

        assert not self.verify(adapter, adapter.ask(posted.request_id, acting=ACTING).signatures[0].signature)

    def test_a_signed_hash_is_compared_with_the_hash(self, adapter: MSign, tell: Act):
        asked = digest()
        posted = adapter.post(asked, acting=ACTING)
        tell("sign", posted.request_id)
        signature = adapter.ask(posted.request_id, acting=ACTING).signatures[0].signature
        right, wrong = asked.contents[0].content, hashlib.sha1(b"another").digest()

        both = [SignedContent(signature=signature, correlation=str(n), content=c) for n, c in enumerate((right, wrong))]
        found = adapter.verify(both, content_type=ContentType.HASH, acting=ACTING).contents

        assert [one.is_valid for one in found] == [True, False]

    def test_is_asked_again_when_no_answer_came(self, adapter: MSign, simulator: Running, signed: bytes):
        simulator.behave("5xx", times=1)

        with pytest.raises(TryLater):
            self.verify(adapter, signed)


class TestCheck:
    def test_says_that_all_is_well(self, adapter: MSign):
        found = adapter.check(at=datetime.now(UTC))  # noqa: TID251 - certificates are judged by the machine's clock

        assert {one.level for one in found} == {"ok"}
        assert "MSign answers" in [one.fact for one in found]

    def test_says_when_it_does_not_answer_and_what_to_do(self, adapter: MSign, simulator: Running, monkeypatch):
        monkeypatch.setattr(adapter, "_path", "Another.svc")

        found = [one for one in adapter.check(at=datetime(2040, 1, 1, tzinfo=UTC)) if one.level == "error"]

        assert any("does not show its contract" in one.fact for one in found)
        assert any("certificate of ours ended" in one.fact for one in found)
        assert all(one.next_step for one in found)

    def test_says_when_nobody_is_trusted_to_issue_certificates(self, simulator, adapter, tmp_path, monkeypatch):
        place = type(adapter._place)(service_url="https://x/y", page_url="https://x", trust=tmp_path)
        monkeypatch.setattr(adapter, "_place", place)

        facts = [one.fact for one in adapter.check(at=datetime.now(UTC)) if one.level == "error"]  # noqa: TID251

        assert facts == ["nobody is trusted to issue certificates to people: every signature will be refused"]


def test_the_page_is_where_the_number_is(adapter: MSign, simulator: Running):
    assert adapter.page_of("abc") == f"{simulator.url}/abc"


def test_a_stranger_is_turned_away(simulator: Running):
    assert httpx.get(f"{simulator.url}/MSign.svc?singleWsdl").status_code == 404
