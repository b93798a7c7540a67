"""MSign is offered when both of its addresses are named, and its check says what else lacks."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from ghiseu.config.platforms import msign, place
from ghiseu.foundation.wire.platforms import platforms
from ghiseu.journeys.sign_request import is_connected
from ghiseu.modules.signatures.ports import MSIGN, signing
from simulators.common.authority import authority_in

AT = datetime.now(UTC)  # noqa: TID251 - certificates are judged by the machine's clock


@pytest.fixture
def unserved() -> Iterator[None]:
    """Let nothing that is wired here stay wired."""
    kept = [(port, dict(port._served)) for port in (signing, platforms)]
    place.tls.cache_clear()
    yield
    for port, served in kept:
        port._served.clear()
        port._served.update(served)
    place.tls.cache_clear()


def name(settings: Settings, **values: str) -> None:
    for setting in ("MSIGN_URL", "MSIGN_PAGE_URL", "MSIGN_TRUST", "SYSTEM_KEY", "SYSTEM_CERTIFICATE", "PLATFORM_TRUST"):
        setattr(settings, setting, values.get(setting, ""))


@pytest.mark.parametrize("only", ["MSIGN_URL", "MSIGN_PAGE_URL", ""])
def test_is_not_offered_while_an_address_lacks(settings: Settings, unserved: None, only: str):
    name(settings, **({only: "https://localhost:9/MSign.svc"} if only else {}))

    msign.connect()

    assert not is_connected()
    assert "MSign" not in platforms.keys()  # noqa: SIM118 - a port is no mapping


def test_is_offered_with_both_addresses(settings: Settings, unserved: None, tmp_path: Path):
    authority = authority_in(tmp_path, at=AT)
    name(
        settings,
        MSIGN_URL="https://localhost:9/MSign.svc",
        MSIGN_PAGE_URL="https://localhost:9/",
        SYSTEM_KEY=str(authority.product.key),
        SYSTEM_CERTIFICATE=str(authority.product.certificate),
        PLATFORM_TRUST=str(authority.root),
    )

    msign.connect()

    assert is_connected()
    assert signing.get(MSIGN).page_of("7") == "https://localhost:9/7"
