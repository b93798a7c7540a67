"""Every platform that the settings name is wired, or says why it is not; nothing stops the start."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from ghiseu.config.platforms import every, place
from ghiseu.foundation.wire.platforms import Level, platforms
from ghiseu.modules.applicants.ports import registers
from ghiseu.modules.mandates.ports import powers
from ghiseu.modules.notifications.ports import messages
from ghiseu.modules.signatures.ports import signing

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
ADDRESSES = {
    "MPower": ("MPOWER_URL",),
    "MSign": ("MSIGN_URL", "MSIGN_PAGE_URL"),
    "MNotify": ("MNOTIFY_URL",),
    "MLog": ("MLOG_URL",),
    "MDocs": ("MDOCS_URL",),
    "MConnect Events": ("MEVENTS_URL",),
    "MPay": ("MPAY_API_URL",),
}
PORTS = (platforms, registers, powers, messages, signing)


@pytest.fixture(autouse=True)
def unserved() -> Iterator[None]:
    """Let nothing that is wired here stay wired."""
    kept = [(port, dict(port._served)) for port in PORTS]
    for port in PORTS:
        port._served.clear()
    place.tls.cache_clear()
    yield
    for port, served in kept:
        port._served.clear()
        port._served.update(served)
    place.tls.cache_clear()


@pytest.mark.parametrize("name", ADDRESSES)
def test_a_certificate_that_lacks_is_told_and_stops_no_start(settings: Settings, tmp_path: Path, name: str):
    for setting in ADDRESSES[name]:
        setattr(settings, setting, "https://localhost:9/api")
    settings.SYSTEM_KEY = settings.SYSTEM_CERTIFICATE = settings.PLATFORM_TRUST = str(tmp_path / "none.pem")

    every.connect()

    (found,) = platforms.get(name).check(at=AT)
    assert found.level is Level.ERROR
    assert "none.pem" in found.fact
    assert "docs/howto/install.md" in found.next_step


def test_a_setting_that_nobody_understands_is_told(settings: Settings, tmp_path: Path):
    settings.MDOCS_URL, settings.MDOCS_FORM = "https://localhost:9/api", "newest"

    every.connect()

    (found,) = platforms.get("MDocs").check(at=AT)
    assert found.level is Level.ERROR


def test_nothing_named_wires_nothing(settings: Settings):
    every.connect()

    assert platforms.keys() == []
