import hashlib
from datetime import timedelta

import pytest
from tests.modules.documents import samples
from tests.modules.documents.conftest import AT

from ghiseu.foundation.access import NoTransaction, transaction
from ghiseu.foundation.audit.models import JournalRecord
from ghiseu.foundation.store import FolderStore, StoreFull, document_stores
from ghiseu.modules.documents import queries, sealed_files, uploads
from ghiseu.modules.documents.intake import FileNotTaken, Reason
from ghiseu.modules.documents.models import LARGEST_UPLOAD, Document, DocumentKind, Origin, UploadState
from ghiseu.modules.documents.uploads import ChunkDamaged, FileDiffers, FileToCome, UploadNotOpen, WrongOffset

PIECE = 500


def sha256(content):
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def scan():
    return samples.pdf(pages=12)


def file_to_come(content, **changes):
    facts = {
        "file_name": "scan.pdf",
        "size": len(content),
        "sha256": sha256(content),
        "kind": DocumentKind.ATTACHMENT,
        "title": "Identity card",
        "attachment_id": "identity",
    }
    return FileToCome(**{**facts, **changes})


def begin(opened, content, **changes):
    with opened.working(), transaction():
        return uploads.begin_upload(
            case=opened.case, file=file_to_come(content, **changes), acting=opened.acting, at=AT
        )


def send(opened, upload, content, *, offset, at=AT):
    with opened.working(), transaction():
        return uploads.receive_chunk(key=upload.key, offset=offset, content=content, sha256=sha256(content), at=at)


def send_all(opened, upload, content, *, start=0):
    for offset in range(start, len(content), PIECE):
        send(opened, upload, content[offset : offset + PIECE], offset=offset)


def finish(opened, upload):
    with opened.working():
        with transaction():
            upload.refresh_from_db()
        kept = uploads.check_upload(upload)
        with transaction():
            return uploads.finish_upload(key=upload.key, kept=kept, acting=opened.acting, at=AT)


class TestUpload:
    def test_becomes_a_document_of_the_case(self, lozova, store, scan):
        upload = begin(lozova, scan)
        send_all(lozova, upload, scan)

        document = finish(lozova, upload)

        assert (document.kind, document.origin, document.page_count) == ("attachment", Origin.DESK, 12)
        assert document.received_sha256 == sha256(scan)
        with lozova.working():
            assert sha256(sealed_files.get(document)) == document.sha256
        assert document.file_name == "scan.pdf"

    def test_leaves_a_line_in_the_journal_at_its_begin_and_its_end(self, lozova, scan):
        upload = begin(lozova, scan)
        send_all(lozova, upload, scan)
        finish(lozova, upload)

        with lozova.working(), transaction():
            events = list(JournalRecord.objects.order_by("sequence").values_list("event", flat=True))

        assert events == ["documents.upload.begun", "documents.upload.finished", "documents.document.added"]

    @pytest.mark.parametrize("tenth", range(1, 10))
    def test_goes_on_where_the_line_broke(self, lozova, scan, tenth):
        cut = len(scan) * tenth // 10
        first = begin(lozova, scan)
        send(lozova, first, scan[:cut], offset=0)

        again = begin(lozova, scan)
        assert (again.key, again.received_bytes) == (first.key, cut)
        send_all(lozova, again, scan, start=cut)

        assert finish(lozova, again).page_count == 12

    def test_takes_the_same_piece_again_without_harm(self, lozova, scan):
        upload = begin(lozova, scan)
        send(lozova, upload, scan[:PIECE], offset=0)

        assert send(lozova, upload, scan[:PIECE], offset=0) == PIECE
        send_all(lozova, upload, scan, start=PIECE)
        assert finish(lozova, upload).page_count == 12

    def test_gives_the_same_document_when_it_is_finished_twice(self, lozova, scan):
        upload = begin(lozova, scan)
        send_all(lozova, upload, scan)

        first, second = finish(lozova, upload), finish(lozova, upload)

        assert first.pk == second.pk
        with lozova.working(), transaction():
            assert Document.objects.count() == 1

    @pytest.mark.parametrize("offset", [PIECE + 1, 2 * PIECE, 1])
    def test_says_where_to_go_on_when_a_piece_does_not_fit(self, lozova, scan, offset):
        upload = begin(lozova, scan)
        send(lozova, upload, scan[:PIECE], offset=0)

        with pytest.raises(WrongOffset) as caught:
            send(lozova, upload, b"x", offset=offset)

        assert caught.value.expected == PIECE

    def test_says_where_to_go_on_when_it_is_finished_too_early(self, lozova, scan):
        upload = begin(lozova, scan)
        send(lozova, upload, scan[:PIECE], offset=0)

        with pytest.raises(WrongOffset) as caught:
            finish(lozova, upload)

        assert caught.value.expected == PIECE

    def test_refuses_a_piece_that_changed_on_its_way(self, lozova, scan):
        upload = begin(lozova, scan)

        with lozova.working(), transaction(), pytest.raises(ChunkDamaged):
            uploads.receive_chunk(key=upload.key, offset=0, content=b"abX", sha256=sha256(b"abc"), at=AT)

    def test_refuses_more_than_was_declared(self, lozova, scan):
        upload = begin(lozova, scan)

        with pytest.raises(ChunkDamaged):
            send(lozova, upload, scan + b"x", offset=0)

    def test_refuses_a_whole_with_one_wrong_byte_and_keeps_nothing(self, lozova, store, scan):
        upload = begin(lozova, scan)
        send_all(lozova, upload, scan[:-1] + bytes([scan[-1] ^ 1]))

        with pytest.raises(FileDiffers):
            finish(lozova, upload)

        assert not store.contains(sha256(scan))
        with lozova.working(), transaction():
            assert Document.objects.count() == 0

    def test_refuses_a_hostile_file_and_ends(self, lozova, tmp_path):
        hostile = samples.pdf(change=samples.ACTIVE["program to launch"])
        upload = begin(lozova, hostile)
        send_all(lozova, upload, hostile)

        with pytest.raises(FileNotTaken) as caught:
            finish(lozova, upload)
        with lozova.working(), transaction():
            uploads.refuse_upload(key=upload.key, acting=lozova.acting, at=AT)
            uploads.refuse_upload(key=upload.key, acting=lozova.acting, at=AT)
            upload.refresh_from_db()

        assert caught.value.reason == Reason.ACTIVE
        assert upload.state == UploadState.REFUSED
        assert list((tmp_path / "documents").glob("??/??/*")) == []
        with pytest.raises(UploadNotOpen):
            send(lozova, upload, b"x", offset=0)

    @pytest.mark.parametrize(
        ("size", "reason"),
        [
            (0, Reason.EMPTY),
            (LARGEST_UPLOAD + 1, Reason.TOO_LARGE),
            (2 << 30, Reason.TOO_LARGE),
        ],
    )
    def test_is_refused_before_the_first_byte_by_its_size(self, lozova, size, reason):
        with pytest.raises(FileNotTaken) as caught:
            begin(lozova, b"", size=size)

        assert caught.value.reason == reason

    def test_is_refused_before_the_first_byte_when_the_disk_is_full(self, lozova, scan, tmp_path):
        full = FolderStore(tmp_path / "documents", reserve=1 << 60)

        with document_stores.serving("documents", full), pytest.raises(StoreFull):
            begin(lozova, scan)

    def test_is_listed_while_it_is_on_its_way(self, lozova, scan):
        upload = begin(lozova, scan)

        with lozova.working(), transaction():
            assert queries.open_uploads(lozova.case) == [upload]


class TestWithoutTransaction:
    @pytest.mark.django_db(transaction=True)
    def test_nothing_is_begun(self):
        with pytest.raises(NoTransaction):
            uploads.begin_upload(case=None, file=file_to_come(b"x"), acting=None, at=AT)


class TestExpiry:
    def test_ends_what_did_not_arrive_in_time_and_removes_its_pieces(self, lozova, scan, as_worker):
        upload = begin(lozova, scan)
        send(lozova, upload, scan[:PIECE], offset=0)
        late = AT + uploads.LIFETIME + timedelta(minutes=1)

        with lozova.working(), as_worker(), transaction():
            assert uploads.expire_uploads(at=late) == 1
        with pytest.raises(UploadNotOpen):
            send(lozova, upload, scan[PIECE : 2 * PIECE], offset=PIECE, at=late)

        assert uploads.folder_of(upload.key).is_dir()
        assert uploads.remove_pieces(at=AT + timedelta(days=3650)) == 1
        assert not uploads.folder_of(upload.key).exists()

    def test_refuses_pieces_after_its_end_even_before_the_sweep(self, lozova, scan):
        upload = begin(lozova, scan)

        with pytest.raises(UploadNotOpen):
            send(lozova, upload, scan[:PIECE], offset=0, at=AT + uploads.LIFETIME)


class TestAnotherCentre:
    def test_sees_neither_the_upload_nor_the_document(self, lozova, open_case, scan):
        upload = begin(lozova, scan)
        send_all(lozova, upload, scan)
        finish(lozova, upload)

        elsewhere = open_case("BAR")

        with pytest.raises(UploadNotOpen):
            send(elsewhere, upload, b"x", offset=0)
        with elsewhere.working(), transaction():
            assert Document.objects.count() == 0
            assert queries.referenced_hashes() == set()
