"""New keys while desks work: what was written before, meanwhile and after is read and found by everybody."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings
from tests.support.counter import LIDIA, NOON
from tests.support.two_centres import MARIA, CounterAtWork, Owner

from ghiseu.foundation.access import transaction
from ghiseu.foundation.crypto import (
    blind_index,
    change_keyring,
    configured_keyring,
    forget_keys,
    with_new_keys,
    write_keyring,
)
from ghiseu.foundation.crypto.models import CommonDataKey, DataKey
from ghiseu.journeys import change_keys
from ghiseu.modules.applicants.models import Person
from ghiseu.modules.applicants.operations import Names, know_person
from ghiseu.modules.applicants.queries import person_by_idnp
from ghiseu.modules.cases.models import CaseField
from ghiseu.modules.centres.models import Operator

EUGENIA = "2099010100376"


@pytest.fixture
def own_keys(tmp_path: Path, settings: Settings) -> Iterator[Path]:
    """Give this test a keys file of its own that opens what the others opened."""
    keyring = configured_keyring()
    settings.KEYS_FILE = tmp_path / "keys.json"
    write_keyring(settings.KEYS_FILE, keyring=keyring)
    configured_keyring.cache_clear()
    yield settings.KEYS_FILE
    configured_keyring.cache_clear()
    forget_keys()


def know(desk: CounterAtWork, idnp: str) -> Person:
    with desk.at_work():
        return know_person(
            centre_id=desk.at_desk.centre_id, idnp=idnp, document="", names=Names(), language="ro", at=NOON
        )


def write_field(desk: CounterAtWork, value: str) -> None:
    with desk.at_work():
        CaseField.objects.update_or_create(
            case=desk.case,
            field="reason",
            defaults={
                "centre_id": desk.case.centre_id,
                "value": value,
                "source": "operator",
                "changed_by_id": 1,
                "changed_at": NOON,
            },
        )


def read_field(desk: CounterAtWork) -> str:
    forget_keys()
    with desk.at_work():
        return CaseField.objects.get(case=desk.case, field="reason").value


def test_everything_is_read_and_found_before_meanwhile_and_after(
    own_keys: Path, lozova: CounterAtWork, tvardita: CounterAtWork, as_owner: Owner
) -> None:
    write_field(lozova, "before")
    write_field(tvardita, "there")
    old = configured_keyring()

    change_keyring(own_keys, with_new_keys)

    assert configured_keyring().index.current != old.index.current
    assert read_field(lozova) == "before"
    write_field(lozova, "meanwhile")
    assert know(lozova, MARIA).pk == lozova.case.holder_id
    new = know(lozova, EUGENIA)

    with as_owner():
        first = change_keys.reseal()
        again = change_keys.reseal()

    assert first.indexed >= 3  # Maria at both centres, and operators
    assert (first.left, again.indexed, again.left) == (0, 0, 0)
    assert read_field(lozova) == "meanwhile"
    assert read_field(tvardita) == "there"
    for desk, idnp, wanted in ((lozova, MARIA, lozova.case.holder_id), (lozova, EUGENIA, new.pk)):
        with desk.at_work():
            found = person_by_idnp(centre_id=desk.at_desk.centre_id, idnp=idnp)
            assert found is not None
            assert found.pk == wanted
            assert bytes(found.idnp_index or b"") == blind_index(idnp, purpose="person")
    assert Operator.objects.by_idnp(LIDIA) is not None
    assert know(lozova, MARIA).pk == lozova.case.holder_id


def test_no_data_key_is_left_under_the_earlier_key(
    own_keys: Path, lozova: CounterAtWork, tvardita: CounterAtWork, as_owner: Owner
) -> None:
    write_field(lozova, "before")
    change_keyring(own_keys, with_new_keys)
    current = configured_keyring().sealing.current

    with as_owner():
        change_keys.reseal()
        rows = list(DataKey.objects.order_by("id"))
        common = list(CommonDataKey.objects.order_by("id"))

    assert {row.wrapping_key for row in rows if row.case_id is None} == {current}
    assert {row.wrapping_key for row in rows if row.case_id is not None} <= set(configured_keyring().months)
    assert {row.wrapping_key for row in common} <= {current}
    assert read_field(lozova) == "before"


def test_a_round_that_was_stopped_is_begun_again(
    own_keys: Path, lozova: CounterAtWork, as_owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    know(lozova, EUGENIA)
    change_keyring(own_keys, with_new_keys)

    def stop(_: int) -> tuple[int, int]:
        raise KeyboardInterrupt

    with as_owner():
        with monkeypatch.context() as patched:
            patched.setattr(change_keys, "_people", stop)
            with pytest.raises(KeyboardInterrupt), transaction():
                change_keys.reseal()
        assert change_keys.reseal().indexed >= 2

    with lozova.at_work():
        assert person_by_idnp(centre_id=lozova.at_desk.centre_id, idnp=EUGENIA) is not None
