"""MNotify is connected when its address is set, and is not offered otherwise."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from tests.support.platform_place import certificate_of

from ghiseu.config.platforms import mnotify, place
from ghiseu.foundation.wire.platforms import Level, platforms
from ghiseu.modules.notifications.ports import MNOTIFY, messages


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    kept = [(port, dict(port._served)) for port in (messages, platforms)]
    place.tls.cache_clear()
    yield
    place.tls.cache_clear()
    for port, served in kept:
        port._served = served


def test_is_connected_by_its_address_and_our_certificate(platform, platform_folder, settings):
    ours = certificate_of(platform_folder)
    settings.SYSTEM_KEY, settings.SYSTEM_CERTIFICATE = str(ours.key), str(ours.certificate)
    settings.PLATFORM_TRUST, settings.MNOTIFY_URL = str(ours.trust), platform.running.system_url

    mnotify.connect()

    found = platforms.get("MNotify").check(at=datetime.now(UTC))  # noqa: TID251 - certificates are of today
    assert {one.level for one in found} == {Level.OK}
    assert messages.keys() == [MNOTIFY]


def test_is_not_offered_without_an_address(settings):
    settings.MNOTIFY_URL = ""

    mnotify.connect()

    assert messages.keys() == []
    assert "MNotify" not in set(platforms.keys())
