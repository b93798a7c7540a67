"""Which key seals what, that a key is made once, and what opens when a key is gone."""

import base64
import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date
from pathlib import Path
from threading import Barrier
from uuid import UUID

import pytest
from bench.raw import captured
from django.db import connection
from tests.support.journals import ask_owner

from ghiseu.foundation.access import Scope, scoped_to, transaction
from ghiseu.foundation.crypto import (
    CannotOpen,
    Owner,
    change_keyring,
    configured_keyring,
    forget_keys,
    load_keyring,
    open_sealed,
    open_value,
    seal,
    seal_value,
    with_new_keys,
)
from ghiseu.foundation.crypto.models import CommonDataKey, DataKey
from ghiseu.foundation.crypto.months import months_over, with_months, without_months
from ghiseu.foundation.crypto.sealing import OF_A_CENTRE, OF_NO_CENTRE, data_key_named_by

HERE, THERE = Scope(centre_id=1), Scope(centre_id=2)
CENTRE, CASE = Owner(centre_id=1), Owner(centre_id=1, case_id=7)
WRITERS = 8


class Regretted(Exception):
    """Somebody changed their mind."""


def sealed_for(owner: Owner, *, scope: Scope = HERE) -> bytes:
    with scoped_to(scope), transaction():
        return seal_value(b"plain", place="t.c", owner=owner)


def opened(sealed: bytes, *, scope: Scope = HERE) -> bytes:
    with scoped_to(scope), transaction():
        return open_value(sealed, place="t.c")


@pytest.mark.django_db
class TestDataKeys:
    def test_are_one_for_a_centre_and_year_one_for_a_case_and_one_for_nobody(self) -> None:
        named = [data_key_named_by(sealed_for(owner)) for owner in (CENTRE, CASE, Owner(), CENTRE, CASE, Owner())]

        assert [one[0] for one in named if one] == [OF_A_CENTRE, OF_A_CENTRE, OF_NO_CENTRE] * 2
        assert named[:3] == named[3:]
        assert len(set(named)) == 3

    @pytest.mark.parametrize("owner", [CENTRE, CASE, Owner()])
    def test_open_what_they_sealed_also_in_another_process(self, owner: Owner) -> None:
        sealed = sealed_for(owner)

        forget_keys()

        assert opened(sealed) == b"plain"

    def test_lie_wrapped_and_a_case_under_the_key_of_a_month(self) -> None:
        sealed_for(CENTRE), sealed_for(CASE)

        with scoped_to(HERE), transaction():
            year, case = DataKey.objects.get(case_id=None), DataKey.objects.get(case_id=7)

        assert year.wrapping_key == configured_keyring().sealing.current
        assert case.wrapping_key in configured_keyring().months
        assert len(bytes(case.wrapped)) > 60

    def test_of_another_centre_are_not_seen(self) -> None:
        sealed = sealed_for(CENTRE)
        forget_keys()

        with pytest.raises(CannotOpen):
            opened(sealed, scope=THERE)

    def test_moved_to_the_row_of_another_do_not_open(self) -> None:
        sealed = sealed_for(CASE)
        sealed_for(Owner(centre_id=1, case_id=8))
        with scoped_to(HERE), transaction(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL ROLE ghiseu_worker")
            cursor.execute(
                "UPDATE crypto_datakey SET (wrapped, wrapping_key) = "
                "(SELECT wrapped, wrapping_key FROM crypto_datakey WHERE case_id = 8) WHERE case_id = 7"
            )
            cursor.execute("SET LOCAL ROLE ghiseu_web")
        forget_keys()

        with pytest.raises(CannotOpen):
            opened(sealed)

    def test_made_in_a_transaction_that_was_rolled_back_are_forgotten(self) -> None:
        with suppress(Regretted), scoped_to(HERE), transaction():
            seal_value(b"plain", place="t.c", owner=CASE)
            raise Regretted

        kept = sealed_for(CASE)
        forget_keys()

        assert opened(kept) == b"plain"

    def test_are_neither_asked_for_nor_read_twice(self) -> None:
        sealed = sealed_for(CASE)

        with scoped_to(HERE), transaction(), captured() as statements:
            for _ in range(3):
                open_value(seal_value(b"plain", place="t.c", owner=CASE), place="t.c")
            open_value(sealed, place="t.c")

        assert [text for text, _ in statements] == []

    def test_that_were_removed_open_nothing(self) -> None:
        sealed = sealed_for(CASE)
        with scoped_to(HERE), transaction(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL ROLE ghiseu_worker")
            cursor.execute("DELETE FROM crypto_datakey WHERE case_id = 7")
            cursor.execute("SET LOCAL ROLE ghiseu_web")
        forget_keys()

        with pytest.raises(CannotOpen):
            opened(sealed)

    def test_do_not_open_with_another_id_in_the_head(self) -> None:
        sealed = sealed_for(CASE)
        other = data_key_named_by(sealed_for(CENTRE))
        assert other is not None

        with pytest.raises(CannotOpen):
            opened(sealed[:2] + other[1].bytes + sealed[18:])
        with pytest.raises(CannotOpen):
            opened(sealed[:2] + UUID(int=1).bytes + sealed[18:])

    @pytest.mark.parametrize("rubbish", [b"", b"\x02", b"\x02\x10short", b"\x02\x05" + b"x" * 60, b"\x09" * 60])
    def test_do_not_open_rubbish(self, rubbish: bytes) -> None:
        with pytest.raises(CannotOpen):
            opened(rubbish)

    def test_are_not_needed_for_what_was_sealed_before_there_were_any(self) -> None:
        sealed = seal(b"plain", place="t.c", keyring=configured_keyring())

        assert opened(sealed) == b"plain"
        assert CommonDataKey.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_key_is_made_once_though_many_need_it_at_once() -> None:
    barrier = Barrier(WRITERS)

    def work(_: int) -> bytes:
        barrier.wait(timeout=30)
        try:
            return sealed_for(CENTRE)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=WRITERS) as pool:
        sealed = list(pool.map(work, range(WRITERS)))

    forget_keys()
    assert ask_owner("SELECT count(*) FROM crypto_datakey") == [(1,)]
    assert {opened(one) for one in sealed} == {b"plain"}


class TestKeysFile:
    def test_of_the_first_format_is_read_and_written_in_the_second(self, tmp_path: Path) -> None:
        path = tmp_path / "keys.json"
        key = base64.b64encode(b"k" * 32).decode()
        first = {"format": "ghiseu-keys/1"} | {
            kind: {"current": "1", "keys": {"1": key}} for kind in ("sealing", "index")
        }
        path.write_text(json.dumps(first))
        path.chmod(0o600)
        sealed = seal(b"plain", place="t.c", keyring=load_keyring(path, create=False))

        change_keyring(path, lambda keyring: with_months(with_new_keys(keyring), ["shred-2027-03"]))

        read = load_keyring(path, create=False)
        assert json.loads(path.read_text())["format"] == "ghiseu-keys/2"
        assert (read.sealing.current, list(read.months)) == ("2", ["shred-2027-03"])
        assert open_sealed(sealed, place="t.c", keyring=read) == b"plain"

    def test_is_read_again_when_it_was_replaced_and_kept_when_it_went_away(self, tmp_path: Path, settings) -> None:
        settings.KEYS_FILE = tmp_path / "keys.json"
        before = configured_keyring()

        change_keyring(settings.KEYS_FILE, with_new_keys)

        assert configured_keyring().sealing.current == "2"
        settings.KEYS_FILE.unlink()
        assert configured_keyring().sealing.keys["1"] == before.sealing.current_key

    def test_is_changed_by_one_at_a_time(self, tmp_path: Path) -> None:
        path = tmp_path / "keys.json"
        load_keyring(path, create=True)

        with ThreadPoolExecutor(max_workers=4) as pool:
            list(pool.map(lambda _: change_keyring(path, with_new_keys), range(8)))

        assert load_keyring(path, create=False).sealing.current == "9"

    def test_loses_only_the_months_that_are_over(self, tmp_path: Path) -> None:
        keyring = load_keyring(tmp_path / "keys.json", create=True)
        keyring = with_months(without_months(keyring, keyring.months), ["shred-2026-12", "shred-2027-01"])

        assert months_over(keyring, today=date(2026, 12, 31)) == []
        assert months_over(keyring, today=date(2027, 1, 1)) == ["shred-2026-12"]
        assert list(without_months(keyring, ["shred-2026-12"]).months) == ["shred-2027-01"]

    def test_takes_no_other_name_for_a_month(self, tmp_path: Path) -> None:
        keyring = load_keyring(tmp_path / "keys.json", create=True)

        with pytest.raises(ValueError, match="not the name"):
            with_months(keyring, ["1"])
