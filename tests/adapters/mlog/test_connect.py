"""MLog is served when its address is set, and not at all otherwise."""

import pytest
from tests.support.platform_place import certificate_of

from ghiseu.adapters.mlog import MLog
from ghiseu.config.platforms import mlog as connection
from ghiseu.foundation.audit import ports
from ghiseu.foundation.audit.ports import LEGAL_LOG, legal_logs
from ghiseu.foundation.wire.certificates import NotThere
from ghiseu.foundation.wire.platforms import platforms


@pytest.fixture(autouse=True)
def as_before():
    yield
    for port, key in ((legal_logs, LEGAL_LOG), (platforms, "MLog")):
        port._served.pop(key, None)


@pytest.fixture
def named(settings, there):
    """Name the simulator in the settings."""
    files = certificate_of(there.folder.parent)
    settings.MLOG_URL = there.system_url
    settings.SYSTEM_KEY, settings.SYSTEM_CERTIFICATE = str(files.key), str(files.certificate)
    settings.PLATFORM_TRUST = str(files.trust)
    return settings


def test_without_an_address_nothing_is_connected(settings):
    settings.MLOG_URL = ""
    connection.connect()

    assert not ports.is_connected()
    assert "MLog" not in platforms.keys()  # noqa: SIM118 - a port is no mapping


def test_with_an_address_log_and_check_are_served(named):
    connection.connect()

    assert ports.is_connected()
    assert isinstance(legal_logs.get(LEGAL_LOG), MLog)
    assert isinstance(platforms.get("MLog"), connection.WithDebt)


def test_without_our_certificate_the_file_is_named(named, tmp_path):
    named.SYSTEM_CERTIFICATE = str(tmp_path / "none.pem")

    with pytest.raises(NotThere, match="none"):
        connection.connect()
