"""What the settings name of MPay is served, and nothing else."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.platform_place import certificate_of

from ghiseu.config.platforms import mpay, place
from ghiseu.foundation import clock
from ghiseu.foundation.wire.certificates import NotThere
from ghiseu.foundation.wire.platforms import platforms
from ghiseu.modules.payments.ports import THE_ONE, invoices, pay_pages
from simulators.common.authority import authority_in

PORTS = (invoices, pay_pages, platforms)


@pytest.fixture(autouse=True)
def nothing_served(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Begin with empty ports, and let the rest of the run have its own again."""
    for port in PORTS:
        monkeypatch.setattr(port, "_served", {})
    place.tls.cache_clear()
    yield
    place.tls.cache_clear()


def served() -> list[list[str]]:
    return [port.keys() for port in PORTS]


class TestMPay:
    def test_that_is_not_named_is_not_offered(self, settings) -> None:
        settings.MPAY_URL = settings.MPAY_API_URL = ""

        mpay.connect()

        assert served() == [[], [], []]

    def test_with_its_page_only_is_paid_at(self, settings) -> None:
        settings.MPAY_URL, settings.MPAY_API_URL = "https://mpay.example.md", ""

        mpay.connect()

        assert served() == [[], [THE_ONE], ["MPay"]]

    def test_with_its_system_port_is_asked_for_papers(self, settings, tmp_path: Path) -> None:
        authority_in(tmp_path, at=clock.now())
        ours = certificate_of(tmp_path)
        settings.SYSTEM_KEY, settings.SYSTEM_CERTIFICATE = str(ours.key), str(ours.certificate)
        settings.PLATFORM_TRUST = str(ours.trust)
        settings.MPAY_URL, settings.MPAY_API_URL = "", "https://mpay.example.md:8443"

        mpay.connect()

        assert served() == [[THE_ONE], [], ["MPay"]]

    def test_without_our_certificate_still_is_paid_at(self, settings) -> None:
        settings.SYSTEM_KEY = settings.SYSTEM_CERTIFICATE = settings.PLATFORM_TRUST = "/nowhere"
        settings.MPAY_URL, settings.MPAY_API_URL = "https://mpay.example.md", "https://mpay.example.md:8443"

        with pytest.raises(NotThere):
            mpay.connect()

        assert served() == [[], [THE_ONE], ["MPay"]]
