"""Only the document that was sent, signed by the expected person and by nobody else, unchanged, counts."""

import hashlib
import re
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from pyhanko.pdf_utils.generic import NameObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from tests.modules.signatures.conftest import AT, Sign, document
from tests.support.acting import EUGENIA, LIDIA

from ghiseu.modules.signatures.verification import Expected, GoodSignature, NotOurSignature, ready_to_sign, require_ours
from simulators.msign.signing import How

SENT = document()


@pytest.fixture
def check(folder: Path):
    def checked(signed: bytes, *, sent: bytes = SENT, signer: str = EUGENIA, trust: str | Path = folder, at=AT):
        return require_ours(signed, expected=Expected(content=sent, signer_idnp=signer, trust=trust), at=at)

    return checked


def refused(check, signed: bytes, **given: object) -> str:
    with pytest.raises(NotOurSignature) as caught:
        check(signed, **given)
    return caught.value.why


class TestAGoodSignature:
    def test_names_who_signed_what_and_when(self, check, sign: Sign):
        signed = sign(SENT)

        found: GoodSignature = check(signed)

        assert found.document_sha256 == hashlib.sha256(signed).hexdigest()
        assert (found.is_time_stamped, found.issuer) == (True, "Test: root")
        assert found.signed_at == AT
        assert (len(found.certificate_sha256), found.certificate_serial != "") == (64, True)
        assert check(signed) == found

    def test_is_of_a_document_that_is_made_ready_the_same_way_each_time(self, sign: Sign):
        assert ready_to_sign(SENT) == ready_to_sign(SENT)


class TestWhatDoesNotCount:
    @pytest.mark.parametrize(
        ("how", "why"),
        [
            (How.OTHER_BYTES, "other-document"),
            (How.CHANGED_BEFORE, "changed-content"),
            (How.CHANGED_AFTER, "changed-after"),
            (How.BROKEN, "broken"),
            (How.UNKNOWN_AUTHORITY, "not-trusted"),
            (How.ENDED_CERTIFICATE, "not-trusted"),
        ],
    )
    def test_is_refused_for_what_is_wrong_with_it(self, check, sign: Sign, how: How, why: str):
        assert refused(check, sign(SENT, how=how)) == why

    def test_a_signature_of_somebody_else(self, check, sign: Sign):
        assert refused(check, sign(SENT, who=LIDIA)) == "other-signer"

    def test_a_number_that_only_begins_like_the_expected_one(self, check, sign: Sign):
        assert refused(check, sign(SENT), signer=EUGENIA[:-1]) == "other-signer"

    def test_a_signature_of_an_earlier_document(self, check, sign: Sign):
        assert refused(check, sign(document("Another request"))) == "other-document"

    def test_the_document_itself(self, check):
        assert refused(check, SENT) == "not-signed"

    @pytest.mark.parametrize("content", [b"", b"<html></html>", b"%PDF-1.7\n%%EOF"])
    def test_what_is_no_document(self, check, content: bytes):
        assert refused(check, content) in {"not-a-pdf", "broken", "not-signed"}

    def test_our_bytes_in_front_of_another_document(self, check, sign: Sign):
        """A reader goes by the end of the file: what stands in front is shown to nobody."""
        assert refused(check, SENT + sign(document("Another request"))) != ""

    def test_a_second_signature(self, check, sign: Sign):
        with_another = sign(sign(SENT), who=LIDIA, field="Second")

        assert refused(check, with_another) == "several-signatures"

    def test_an_update_without_a_change_of_the_page(self, check, sign: Sign):
        writer, written = IncrementalPdfFileWriter(BytesIO(sign(SENT))), BytesIO()
        writer.root["/PageMode"] = NameObject("/UseOutlines")
        writer.update_root()
        writer.write(written)

        assert refused(check, written.getvalue()) == "changed-after"

    @pytest.mark.parametrize("trust", ["", "/nowhere"])
    def test_anything_while_no_issuer_is_trusted(self, check, sign: Sign, trust: str):
        assert refused(check, sign(SENT), trust=trust) == "not-trusted"

    def test_a_certificate_that_has_ended_since(self, check, sign: Sign):
        assert refused(check, sign(SENT), at=AT + timedelta(days=4 * 365)) == "not-trusted"

    def test_one_byte_changed_anywhere_in_what_the_signature_covers(self, check, sign: Sign):
        signed = sign(SENT)
        begins, ends = covered(signed)
        places = [*range(0, begins, 97), *range(ends, len(signed), 31)]

        whys = {
            place: refused(check, signed[:place] + bytes([signed[place] ^ 1]) + signed[place + 1 :]) for place in places
        }

        assert len(whys) == len(places)


def covered(signed: bytes) -> tuple[int, int]:
    """Return where the value of the signature begins and ends: all that it does not cover."""
    found = re.search(rb"/ByteRange ?\[ ?0 (\d+) (\d+) ", signed)
    assert found is not None
    return int(found[1]), int(found[2])
