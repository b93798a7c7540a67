import hashlib
from io import BytesIO

import httpx
import page
import pikepdf
import pytest
from asn1crypto import tsp
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from tests.support.trust import facts_of, seal_beside, unsealed

from ghiseu.foundation.outcomes import Refused, TryLater, UnusableAnswer
from ghiseu.modules.documents.signatures import check_signature, trust_anchors

RECORD = unsealed(facts_of())
SAID = "Sigiliul electronic"


def failures(content, profile):
    found = page.validate_pdf_bytes(content, profile=profile).failures
    return [str(one) for one in found if not one.rule_id.endswith("STREAM-LENGTH-001")]


class TestSealing:
    def test_keeps_the_document_archival_and_accessible(self, seal):
        sealed = seal.seal(RECORD, described=SAID)

        for profile in (page.ValidationProfile.PDF_A_3A, page.ValidationProfile.PDF_UA_1):
            assert failures(sealed, profile) == []

    def test_makes_a_seal_over_the_whole_that_others_can_check(self, seal, trust):
        sealed = seal.seal(RECORD, described=SAID)
        report = check_signature(sealed, trust=trust_anchors(trust.folder / "seal"))  # key.pem is read over

        assert (report.verdict, report.covers_all) == ("valid", True)

    def test_asks_for_one_stamp_and_gets_one_for_its_own_signature(self, seal, trust):
        seal.seal(RECORD, described=SAID)
        seal.seal(RECORD, described=SAID)

        tokens = trust.ledger()["tokens"]
        assert len(tokens) == 2
        assert all(one["imprint"] == one["stamped"] for one in tokens)

    def test_leaves_the_content_and_the_file_inside_as_they_were(self, seal):
        sealed = seal.seal(RECORD, described=SAID)

        with pikepdf.open(BytesIO(sealed)) as after, pikepdf.open(BytesIO(RECORD)) as before:
            assert list(after.attachments) == ["evidence.json"]
            inside = [one.attachments["evidence.json"].get_file().read_bytes() for one in (before, after)]
            assert inside[0] == inside[1]
            assert before.pages[0].Contents.read_bytes() == after.pages[0].Contents.read_bytes()


class TestWhatGoesWrong:
    @pytest.mark.parametrize("mode", ["5xx", "before_commit_timeout", "after_commit_timeout", "cut_answer"])
    def test_at_a_silent_server_is_tried_later(self, seal, trust, mode):
        trust.behave(mode)

        with pytest.raises(TryLater):
            seal.seal(RECORD, described=SAID)

    @pytest.mark.parametrize("mode", ["garbage", "wrong_subject"])
    def test_in_the_answer_makes_it_unusable(self, seal, trust, mode):
        trust.behave(mode)

        with pytest.raises(UnusableAnswer):
            seal.seal(RECORD, described=SAID)

    def test_with_a_slow_server_is_only_a_matter_of_time(self, seal, trust):
        trust.behave("slow", seconds=0.5)

        assert seal.seal(RECORD, described=SAID).startswith(b"%PDF-")

    def test_with_a_root_that_vouches_for_nobody_here_is_noticed_before_the_seal_is_given_away(
        self, trust, tmp_path_factory
    ):
        other = trust.folder / "seal" / "other.pem"
        other.write_bytes((trust.folder / "seal" / "certificate.pem").read_bytes())

        with seal_beside(trust, root="other.pem") as seal, pytest.raises(UnusableAnswer):
            seal.seal(RECORD, described=SAID)
        other.unlink()

    def test_without_a_key_waits_for_a_person_to_repair_it(self, trust):
        with seal_beside(trust) as seal:
            key = trust.folder / "seal" / "key.pem"
            aside = key.rename(key.with_suffix(".aside"))
            try:
                with pytest.raises(TryLater):
                    seal.seal(RECORD, described=SAID)
                assert "key.pem" in seal.check()
            finally:
                aside.rename(key)

    def test_is_told_by_the_check(self, seal, trust):
        assert seal.check() == ""

        trust.behave("5xx", times=1)
        assert "503" in seal.check()


class TestTimeStampServer:
    def ask(self, trust, content, content_type="application/timestamp-query"):
        return httpx.post(f"{trust.url}/tsa", content=content, headers={"Content-Type": content_type})

    def request(self, algorithm="sha256", **more):
        imprint = {
            "hash_algorithm": {"algorithm": algorithm},
            "hashed_message": hashlib.new(algorithm, b"x").digest(),
        }
        return tsp.TimeStampReq({"version": 1, "message_imprint": imprint, **more}).dump()

    def test_stamps_what_it_is_asked_and_repeats_the_nonce(self, trust):
        answer = tsp.TimeStampResp.load(self.ask(trust, self.request(nonce=77, cert_req=True)).content)

        token = answer["time_stamp_token"]["content"]
        said = token["encap_content_info"]["content"].parsed
        assert answer["status"]["status"].native == "granted"
        assert said["nonce"].native == 77
        assert said["message_imprint"]["hashed_message"].native == hashlib.sha256(b"x").digest()
        assert len(token["certificates"]) == 1

    def test_brings_no_certificate_unasked(self, trust):
        answer = tsp.TimeStampResp.load(self.ask(trust, self.request()).content)

        assert len(answer["time_stamp_token"]["content"]["certificates"]) == 0

    @pytest.mark.parametrize(("content", "fault"), [(b"x", "bad_data_format"), (None, "bad_alg")])
    def test_rejects_what_it_does_not_understand_or_trust(self, trust, content, fault):
        answer = tsp.PKIStatusInfo.load(self.ask(trust, content or self.request("sha1")).content[2:])

        assert answer["status"].native == "rejection"
        assert fault in answer["fail_info"].native

    def test_refuses_another_kind_of_message(self, trust):
        assert self.ask(trust, self.request(), "text/plain").status_code == 415

    def test_has_a_certificate_for_nothing_else(self, trust):
        pem = (trust.folder / "authority" / "server-certificate.pem").read_bytes()
        usage = x509.load_pem_x509_certificate(pem).extensions.get_extension_for_class(x509.ExtendedKeyUsage)

        assert usage.critical
        assert list(usage.value) == [ExtendedKeyUsageOID.TIME_STAMPING]

    def test_publishes_a_list_of_revoked_certificates_that_its_root_signed(self, trust):
        root = x509.load_pem_x509_certificate(httpx.get(f"{trust.url}/root.pem").content)
        revoked = x509.load_der_x509_crl(httpx.get(f"{trust.url}/root.crl").content)

        assert revoked.is_signature_valid(root.public_key())
        assert list(revoked) == []

    def test_shows_its_tokens_to_a_person(self, seal, trust):
        seal.seal(RECORD, described=SAID)

        shown = httpx.get(f"{trust.url}/control").text
        assert trust.ledger()["tokens"][0]["imprint"][:16] in shown

    def test_answers_refusal_as_refused(self, seal, trust, monkeypatch):
        monkeypatch.setattr("ghiseu.adapters.seal.stamping.QUERY", "text/plain")

        with pytest.raises(Refused):
            seal.seal(RECORD, described=SAID)

    def test_that_rejects_a_request_is_told_as_a_refusal(self, seal, monkeypatch):
        monkeypatch.setattr("ghiseu.adapters.seal.sealing.ALGORITHM", "sha224")

        with pytest.raises(Refused, match="rejection"):
            seal.seal(RECORD, described=SAID)
