"""While the index key changes, what was written under the earlier one is found as before."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings
from tests.support.counter import LIDIA, NOON
from tests.support.two_centres import MARIA, CounterAtWork, Owner

from ghiseu.config import demo
from ghiseu.foundation.crypto import blind_index, configured_keyring, with_new_keys, write_keyring
from ghiseu.modules.applicants.models import Person
from ghiseu.modules.applicants.operations import Names, know_person
from ghiseu.modules.applicants.queries import person_by_idnp
from ghiseu.modules.cases import operations
from ghiseu.modules.cases.models import OpenMatter
from ghiseu.modules.cases.operations import MatterIsOpenAlready
from ghiseu.modules.centres.models import Operator
from ghiseu.modules.centres.sign_in_models import OperatorSession


@pytest.fixture
def earlier(lozova: CounterAtWork, tmp_path: Path, settings: Settings) -> Iterator[bytes]:
    """Let Maria's matter be claimed, then make a new index key current; return Maria's index under the earlier one."""
    with lozova.at_work():
        operations.claim_matters(["a|1"], case_number=lozova.case.number, centre_name="Lozova", on=NOON.date())
        know_person(
            centre_id=lozova.at_desk.centre_id, idnp="", document="TR:U123", names=Names(), language="ro", at=NOON
        )
    index = blind_index(MARIA, purpose="person")
    rotated = with_new_keys(configured_keyring())
    settings.KEYS_FILE = str(tmp_path / "keys.json")
    write_keyring(tmp_path / "keys.json", keyring=rotated)
    configured_keyring.cache_clear()
    assert blind_index(MARIA, purpose="person") != index
    yield index
    configured_keyring.cache_clear()


@pytest.mark.parametrize(("idnp", "document"), [(MARIA, ""), ("", "TR:U123")])
def test_a_person_is_known_once(lozova: CounterAtWork, earlier: bytes, idnp: str, document: str) -> None:
    with lozova.at_work():
        known = Person.objects.count()

        person = know_person(
            centre_id=lozova.at_desk.centre_id, idnp=idnp, document=document, names=Names(), language="ro", at=NOON
        )

        assert Person.objects.count() == known
        assert (person.idnp, person.document) == (idnp, document)


def test_a_person_met_now_stands_under_the_present_key(lozova: CounterAtWork, earlier: bytes) -> None:
    with lozova.at_work():
        person = know_person(
            centre_id=lozova.at_desk.centre_id, idnp="2099010100376", document="", names=Names(), language="ro", at=NOON
        )

        assert bytes(person.idnp_index) == blind_index("2099010100376", purpose="person")
        found = person_by_idnp(centre_id=lozova.at_desk.centre_id, idnp=MARIA)
        assert found is not None
        assert bytes(found.idnp_index) == earlier


def test_an_operator_signs_in_and_is_not_listed_twice(lozova: CounterAtWork, earlier: bytes, as_owner: Owner) -> None:
    lidia = Operator.objects.by_idnp(LIDIA)
    assert lidia is not None
    known = Operator.objects.count()
    OperatorSession.objects.create(
        operator=lidia, key_hash="k", session_index="s", started_at=NOON, authenticated_at=NOON, last_seen_at=NOON
    )

    with as_owner():
        demo.load()

    assert Operator.objects.count() == known
    assert OperatorSession.objects.known_to_mpass_as(idnp=LIDIA, session_indexes=("s",)).count() == 1


def test_an_open_matter_stays_with_its_case(lozova: CounterAtWork, tvardita: CounterAtWork, earlier: bytes) -> None:
    with tvardita.at_work():
        seen = operations.find_open_matter(["a|1"])
        with pytest.raises(MatterIsOpenAlready):
            operations.claim_matters(["a|1"], case_number=tvardita.case.number, centre_name="T", on=NOON.date())
        operations.note_matters(["a|1"], case_number=tvardita.case.number, centre_name="T", on=NOON.date())

    assert seen is not None
    assert seen.case_number == lozova.case.number
    with lozova.at_work():
        operations.claim_matters(["a|1"], case_number=lozova.case.number, centre_name="Lozova", on=NOON.date())
        assert OpenMatter.objects.count() == 1
        operations.release_matters(case_number=lozova.case.number, keep=["a|1"])
        assert OpenMatter.objects.count() == 1
        operations.release_matters(case_number=lozova.case.number)
        assert OpenMatter.objects.count() == 0
