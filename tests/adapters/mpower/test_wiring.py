"""What the settings name is served; nothing named, nothing served."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from ghiseu.config.platforms import mpower, place
from ghiseu.foundation.wire.platforms import platforms
from ghiseu.modules.mandates.ports import REGISTRY, powers
from simulators.common.authority import authority_in

AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def unwired() -> Iterator[None]:
    """Start and end with nothing served."""
    place.tls.cache_clear()
    yield
    place.tls.cache_clear()
    powers._served.pop(REGISTRY, None)
    platforms._served.pop("MPower", None)


def test_nothing_named_serves_nothing(settings):
    settings.MPOWER_URL = ""

    mpower.connect()

    assert REGISTRY not in powers.keys()  # noqa: SIM118 - a port is no mapping


def test_what_is_named_is_served(settings, tmp_path):
    product = authority_in(tmp_path, at=AT)
    settings.MPOWER_URL = "https://127.0.0.1:9/clients-api"
    settings.SYSTEM_KEY, settings.SYSTEM_CERTIFICATE = map(str, (product.product.key, product.product.certificate))
    settings.PLATFORM_TRUST = str(product.root)

    mpower.connect()

    assert "MPower" in platforms.keys()  # noqa: SIM118 - a port is no mapping
    assert powers.get(REGISTRY) is platforms.get("MPower")
