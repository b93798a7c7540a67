import json
import os
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.support.disk import synced_folders

from ghiseu.foundation.crypto import (
    KeysFileDamaged,
    KeysFileMissing,
    KeysFileUnsafe,
    SelfTestFailed,
    blind_index,
    load_keyring,
    self_test,
    with_new_keys,
    write_keyring,
)
from ghiseu.foundation.crypto import self_test as self_test_module

__all__ = ["synced_folders"]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "private" / "keys.json"


class TestLoadKeyring:
    def test_makes_a_private_file_with_random_keys_at_first_start(self, path, tmp_path):
        keyring = load_keyring(path, create=True)
        other = load_keyring(tmp_path / "other.json", create=True)

        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert load_keyring(path, create=True) == keyring
        assert keyring.sealing.current_key != other.sealing.current_key
        assert keyring.sealing.current_key != keyring.index.current_key

    def test_gives_every_process_the_same_keys_when_many_start_at_once(self, path):
        with ThreadPoolExecutor(max_workers=8) as pool:
            keyrings = list(pool.map(lambda _: load_keyring(path, create=True), range(16)))

        assert all(keyring == keyrings[0] for keyring in keyrings)
        assert list(path.parent.iterdir()) == [path]

    def test_is_in_its_folder_after_a_power_cut(self, path, synced_folders):
        first = load_keyring(path, create=True)
        write_keyring(path, keyring=with_new_keys(first))

        assert synced_folders == [str(path.parent)] * 2

    def test_refuses_to_make_one_in_production(self, path):
        with pytest.raises(KeysFileMissing):
            load_keyring(path, create=False)

        assert not path.exists()

    @pytest.mark.parametrize("mode", [0o644, 0o604, 0o602, 0o620, 0o660])
    def test_refuses_a_file_that_others_may_read_or_change(self, path, mode):
        load_keyring(path, create=True)
        path.chmod(mode)

        with pytest.raises(KeysFileUnsafe):
            load_keyring(path, create=True)

    @pytest.mark.parametrize(
        "content",
        [
            "",
            "[]",
            "{}",
            '{"format": "other/1"}',
            '{"format": "ghiseu-keys/1", "sealing": {"current": "1", "keys": {"1": "c2hvcnQ="}}}',
            '{"format": "ghiseu-keys/1", "sealing": {"current": "1", "keys": {"1": "?"}}, "index": {}}',
            '{"format": "ghiseu-keys/1", "sealing": {"current": "2", "keys": {}}, "index": {}}',
        ],
    )
    def test_refuses_a_damaged_file_without_quoting_it(self, path, content):
        path.parent.mkdir()
        path.write_text(content)
        path.chmod(0o600)

        with pytest.raises(KeysFileDamaged) as caught:
            load_keyring(path, create=True)

        assert caught.value.__cause__ is None
        assert "c2hvcnQ" not in str(caught.value)


class TestRotation:
    def test_adds_current_keys_and_keeps_the_old_ones(self, path):
        first = load_keyring(path, create=True)
        write_keyring(path, keyring=with_new_keys(first))

        second = load_keyring(path, create=False)

        assert second.sealing.current == "2"
        assert second.sealing.keys["1"] == first.sealing.current_key
        assert second.index.keys["1"] == first.index.current_key
        assert stat.S_IMODE(path.stat().st_mode) == 0o600

    def test_keys_do_not_show_when_printed(self, path):
        keyring = load_keyring(path, create=True)

        assert repr(keyring.sealing.current_key) not in repr(keyring)
        assert json.loads(path.read_text())["sealing"]["keys"]["1"] not in repr(keyring)


class TestSelfTest:
    def test_passes_with_old_and_new_keys(self, path):
        keyring = with_new_keys(load_keyring(path, create=True))

        self_test(keyring)

        assert blind_index("a", purpose="p", keyring=keyring) != blind_index("a", purpose="q", keyring=keyring)

    @pytest.mark.parametrize("answer", ["_GCM_ANSWER", "_HMAC_ANSWER"])
    def test_fails_when_the_machine_computes_something_else(self, path, monkeypatch, answer):
        module = __import__("sys").modules["ghiseu.foundation.crypto.self_test"]
        monkeypatch.setattr(module, answer, b"\0" * 32)

        with pytest.raises(SelfTestFailed):
            self_test_module(load_keyring(path, create=True))


def test_the_file_of_another_user_is_not_made_readable(path):
    load_keyring(path, create=True)

    assert os.stat(path.parent).st_mode & 0o077 == 0
