"""The questions that the settings name go by SOAP, over the connection that the settings name; the others do not."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.adapters.mconnect.conftest import acting_for
from tests.support.platform_place import certificate_of

from ghiseu.adapters.mconnect import data_service
from ghiseu.config.environment import SettingNotUsable
from ghiseu.config.platforms import mconnect, place
from ghiseu.foundation.wire.platforms import platforms
from ghiseu.modules.applicants.ports import RegisterQuestion, registers
from simulators.common.process import Running, running

GET_PERSON = Path(data_service.__file__).parent / "services" / "get_person.yaml"
EUGENIA = "2099010100376"


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running("mconnect", data=tmp_path_factory.mktemp("simulators")) as started:
        yield started


@pytest.fixture(autouse=True)
def named(monkeypatch: pytest.MonkeyPatch, settings, platform: Running) -> Iterator[None]:
    """Name this platform in the settings, with empty ports; the rest of the run has its own again."""
    for port in (registers, platforms):
        monkeypatch.setattr(port, "_served", {})
    ours = certificate_of(platform.folder.parent)
    settings.SYSTEM_KEY, settings.SYSTEM_CERTIFICATE = str(ours.key), str(ours.certificate)
    settings.PLATFORM_TRUST = str(ours.trust)
    settings.MCONNECT_URL = platform.system_url
    settings.MCONNECT_CERTIFICATE = str(platform.folder / "certificate.pem")
    settings.MCONNECT_CERTIFICATE_NEXT = ""
    place.tls.cache_clear()
    platform.reset()
    yield
    place.tls.cache_clear()


def operations_read(platform: Running) -> list[object]:
    """Return which operations the platform wrote down for a read of the person and of the household."""
    served = registers.get("mconnect")
    for operation in ("person", "household"):
        question = RegisterQuestion(register="RSP", operation=operation, subject_idnp=EUGENIA)
        assert served.read(question, acting=acting_for(EUGENIA)).subject_idnp == EUGENIA
    return [row["operation"] for row in platform.ledger()["reads"]]


class TestMConnect:
    def test_is_asked_in_json_unless_told_otherwise(self, settings, platform: Running) -> None:
        settings.MCONNECT_SOAP = {}

        mconnect.connect()

        assert operations_read(platform) == ["person", "household"]

    def test_is_asked_by_soap_what_the_settings_name(self, settings, platform: Running) -> None:
        settings.MCONNECT_SOAP = {"RSP/person": str(GET_PERSON)}

        mconnect.connect()

        assert operations_read(platform) == ["GetPerson", "household"]

    def test_is_not_asked_by_soap_without_its_certificate(self, settings) -> None:
        settings.MCONNECT_SOAP = {"RSP/person": str(GET_PERSON)}
        settings.MCONNECT_CERTIFICATE = ""

        with pytest.raises(SettingNotUsable, match="GHISEU_MCONNECT_CERTIFICATE"):
            mconnect.connect()

        assert registers.keys() == []
