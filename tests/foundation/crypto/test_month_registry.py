"""Two machines whose keys files came apart: the month has the key that was used first, and no other is used."""

import secrets
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.db import DatabaseError

from ghiseu.foundation import clock
from ghiseu.foundation.access import Scope, scoped_to, transaction
from ghiseu.foundation.crypto import Owner, configured_keyring, forget_keys, load_keyring, seal_value, write_keyring
from ghiseu.foundation.crypto.keys import KEY_BYTES
from ghiseu.foundation.crypto.models import DataKey, MonthKey
from ghiseu.foundation.crypto.month_names import coming_months
from ghiseu.foundation.crypto.month_registry import differing
from ghiseu.foundation.crypto.months import move_to_months, with_months
from ghiseu.journeys import end_months

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
MONTH, LATER = "shred-2027-02", "shred-2027-03"


@pytest.fixture
def files(tmp_path, settings, monkeypatch):
    """Give two machines with the same keys but for those of months; work is done on the first."""
    keyring = replace(configured_keyring(), months={})
    for name in ("first", "second"):
        write_keyring(tmp_path / name, keyring=with_months(keyring, coming_months(AT.date())))
    monkeypatch.setattr(clock, "now", lambda: AT)

    def work_on(name):
        settings.KEYS_FILE = tmp_path / name
        configured_keyring.cache_clear()
        forget_keys()
        return tmp_path / name

    work_on("first")
    with scoped_to(Scope(centre_id=1)):
        yield work_on
    configured_keyring.cache_clear()


def seal(case_id):
    with transaction():
        seal_value(b"x", place="a.b", owner=Owner(centre_id=1, case_id=case_id))
        return DataKey.objects.get(case_id=case_id).wrapping_key


class TestMonth:
    def test_has_the_key_that_was_used_first(self, files):
        assert seal(90_001) == MONTH

        files("second")

        assert seal(90_002) == configured_keyring().sealing.current  # opens everywhere
        assert differing({MONTH: configured_keyring().months[MONTH]}) == [MONTH]
        files("first")
        assert seal(90_003) == MONTH

    def test_takes_no_data_key_under_another_key(self, files, as_worker):
        seal(90_001)
        assert differing({LATER: configured_keyring().months[LATER]}) == []
        files("second")

        with as_worker(), transaction():
            assert move_to_months({90_001: LATER}) == 0

        files("first")
        with as_worker(), transaction():
            assert move_to_months({90_001: LATER}) == 1

    def test_is_noted_by_a_digest_that_nobody_changes(self, files, as_owner):
        seal(90_001)

        key = configured_keyring().months[MONTH]
        assert key not in bytes(MonthKey.objects.get(pk=MONTH).fingerprint)
        with pytest.raises(DatabaseError, match="never changed"), as_owner(), transaction():
            MonthKey.objects.update(fingerprint=b"0" * 32)


class TestNight:
    def test_notes_the_keys_it_makes_and_makes_none_that_another_machine_has(self, files, as_worker):
        second = files("second")
        write_keyring(second, keyring=replace(load_keyring(second, create=False), months={}))
        first = files("first")
        write_keyring(first, keyring=replace(load_keyring(first, create=False), months={}))
        with as_worker(), scoped_to(None):
            assert end_months.make_ahead(at=AT) is True
        assert MonthKey.objects.count() == len(configured_keyring().months) > 1

        files("second")
        with as_worker(), scoped_to(None):
            assert end_months.make_ahead(at=AT) is False

        assert dict(configured_keyring().months) == {}

    def test_drops_a_key_that_another_machine_made_in_the_same_moment(self, files, as_worker, monkeypatch):
        file = files("first")
        write_keyring(file, keyring=replace(load_keyring(file, create=False), months={}))
        monkeypatch.setattr(end_months.month_registry, "noted", lambda _names: set())
        assert differing({MONTH: secrets.token_bytes(KEY_BYTES)}) == []  # theirs

        with as_worker(), scoped_to(None):
            assert end_months.make_ahead(at=AT) is False

        assert MONTH not in configured_keyring().months
        assert LATER in configured_keyring().months

    def test_says_which_keys_differ(self, files, as_worker):
        seal(90_001)
        files("second")

        with as_worker(), scoped_to(None):
            assert end_months.run(at=AT).differing == (MONTH,)
