import hashlib
import os
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest

from ghiseu.foundation import store as store_module
from ghiseu.foundation.store import BytesDamaged, FolderStore, NotStored, StoreFull, SweepLooksWrong

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def store(tmp_path):
    return FolderStore(tmp_path / "documents", reserve=0)


def age(root, sha256, *, hours):
    moment = (NOW - timedelta(hours=hours)).timestamp()
    os.utime(root / "documents" / sha256[:2] / sha256[2:4] / sha256, (moment, moment))


class TestPutAndGet:
    def test_returns_the_bytes_under_their_hash(self, store):
        sha256 = store.put(b"extras")

        assert sha256 == hashlib.sha256(b"extras").hexdigest()
        assert store.get(sha256) == b"extras"

    def test_takes_a_stream_longer_than_one_block(self, store):
        content = os.urandom(store_module.BLOCK + 7)

        sha256 = store.put(BytesIO(content))

        assert store.get(sha256) == content

    def test_keeps_one_file_when_the_same_bytes_come_again(self, store, tmp_path):
        store.put(b"extras")
        store.put(b"extras")

        assert len(list((tmp_path / "documents").glob("??/??/*"))) == 1

    def test_leaves_nothing_in_the_incoming_folder(self, store, tmp_path):
        store.put(b"extras")

        assert list((tmp_path / "documents" / "incoming").iterdir()) == []

    def test_refuses_bytes_that_changed_on_the_disk(self, store, tmp_path):
        sha256 = store.put(b"extras")
        file = tmp_path / "documents" / sha256[:2] / sha256[2:4] / sha256
        file.chmod(0o600)
        file.write_bytes(b"eXtras")

        with pytest.raises(BytesDamaged):
            store.get(sha256)

    def test_heals_a_damaged_file_when_its_bytes_come_again(self, store, tmp_path):
        sha256 = store.put(b"extras")
        file = tmp_path / "documents" / sha256[:2] / sha256[2:4] / sha256
        file.chmod(0o600)
        file.write_bytes(b"")

        store.put(b"extras")

        assert store.get(sha256) == b"extras"

    @pytest.mark.parametrize("name", ["0" * 64, "../../etc/passwd", "", "A" * 64])
    def test_says_not_stored_for_what_it_does_not_have(self, store, name):
        with pytest.raises(NotStored):
            store.get(name)


class TestRoom:
    def test_refuses_before_writing_when_the_disk_is_nearly_full(self, tmp_path):
        store = FolderStore(tmp_path / "documents", reserve=1 << 60)

        with pytest.raises(StoreFull):
            store.put(b"extras")

        assert [path for path in (tmp_path / "documents").rglob("*") if path.is_file()] == []

    def test_leaves_nothing_when_a_stream_runs_out_of_room(self, tmp_path):
        store = FolderStore(tmp_path / "documents", reserve=1 << 60)

        with pytest.raises(StoreFull):
            store.put(BytesIO(b"extras"))

        assert list((tmp_path / "documents" / "incoming").iterdir()) == []

    def test_leaves_nothing_when_the_stream_breaks(self, store, tmp_path):
        class Broken(BytesIO):
            def read(self, size=-1):
                raise ConnectionResetError

        with pytest.raises(ConnectionResetError):
            store.put(Broken())

        assert [path for path in (tmp_path / "documents").rglob("*") if path.is_file()] == []


class TestSweep:
    def test_removes_only_old_files_that_nobody_names(self, store, tmp_path):
        named, orphan, fresh = store.put(b"named"), store.put(b"orphan"), store.put(b"fresh")
        age(tmp_path, named, hours=25)
        age(tmp_path, orphan, hours=25)
        age(tmp_path, fresh, hours=23)

        removed = store.sweep(referenced={named}, at=NOW)

        assert removed == [orphan]
        assert (store.contains(named), store.contains(orphan), store.contains(fresh)) == (True, False, True)

    def test_spares_an_old_orphan_that_was_put_again(self, store, tmp_path):
        orphan = store.put(b"orphan")
        age(tmp_path, orphan, hours=25)

        store.put(b"orphan")

        assert store.sweep(referenced=set(), at=NOW) == []

    def test_removes_what_a_crash_left_in_the_incoming_folder(self, store, tmp_path):
        left_over = tmp_path / "documents" / "incoming" / "half"
        left_over.parent.mkdir(parents=True)
        left_over.write_bytes(b"ha")
        os.utime(left_over, (0, 0))

        store.sweep(referenced=set(), at=NOW)

        assert not left_over.exists()

    def test_removes_nothing_when_the_references_look_wrong(self, store, tmp_path):
        hashes = [store.put(str(number).encode()) for number in range(30)]
        for sha256 in hashes:
            age(tmp_path, sha256, hours=48)

        with pytest.raises(SweepLooksWrong):
            store.sweep(referenced=set(), at=NOW)

        assert all(store.contains(sha256) for sha256 in hashes)
