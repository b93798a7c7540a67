from io import BytesIO

import pikepdf
import pytest
from tests.modules.documents import samples

from ghiseu.modules.documents.sheets import scans_as_pdf
from ghiseu.modules.documents.signatures import check_signature, page_count, trust_anchors


@pytest.fixture(scope="module")
def authority():
    return samples.certificate("Authority", is_authority=True)


@pytest.fixture(scope="module")
def signed(authority):
    return samples.signed_pdf(samples.certificate("Agency Seal", issuer=authority))


@pytest.fixture
def trust(authority, tmp_path):
    (tmp_path / "agency.pem").write_bytes(samples.pem(authority))
    return trust_anchors(tmp_path)


class TestCheckSignature:
    def test_is_valid_when_a_pinned_authority_vouches_for_the_signer(self, signed, trust):
        report = check_signature(signed, trust=trust)

        assert (report.verdict, report.covers_all) == ("valid", True)
        assert report.signer == "Agency Seal"
        assert report.signed_at

    def test_is_unknown_when_nobody_vouches_for_the_signer(self, signed):
        report = check_signature(signed, trust=())

        assert (report.verdict, report.covers_all) == ("unknown", True)

    def test_is_broken_when_one_byte_changed(self, signed, trust):
        at = signed.index(b"/MediaBox")
        changed = signed[: at + 12] + bytes([signed[at + 12] ^ 1]) + signed[at + 13 :]

        assert check_signature(changed, trust=trust).verdict == "broken"

    def test_is_not_valid_when_something_was_added_after_the_signature(self, signed, trust):
        with pikepdf.open(BytesIO(signed)) as document:
            page = document.pages[0].objgen[0]
        size = int(signed.rpartition(b"/Size ")[2].split(b"\n")[0].split(b"/")[0])
        start = len(signed)
        added = signed + b"\n%d 0 obj\n<</Type/Page/MediaBox[0 0 9 9]>>\nendobj\n" % page
        table = b"xref\n%d 1\n%010d 00000 n \n" % (page, start + 1)
        before = signed.rpartition(b"startxref")[2].split()[0]
        trailer = b"trailer\n<</Size %d/Prev %s/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, before, len(added))

        report = check_signature(added + table + trailer, trust=trust)

        assert report.verdict == "broken"

    def test_says_unsigned_for_a_plain_document(self, trust):
        assert check_signature(samples.pdf(), trust=trust).verdict == "unsigned"

    @pytest.mark.parametrize("content", [b"", b"%PDF-1.7\nnonsense", b"PK\x03\x04"])
    def test_says_broken_for_what_cannot_be_read(self, content, trust):
        assert check_signature(content, trust=trust).verdict == "broken"

    def test_trusts_nobody_when_no_folder_is_named(self):
        assert list(trust_anchors("")) == []


class TestPageCount:
    def test_counts_pages_and_says_one_for_what_cannot_be_read(self):
        assert (page_count(samples.pdf(pages=3)), page_count(b"%PDF-nonsense")) == (3, 1)


class TestScansAsPdf:
    def test_joins_the_pages_in_their_order(self):
        joined = scans_as_pdf([samples.pdf(pages=2), samples.pdf(pages=1)])

        assert page_count(joined) == 3
