"""The metric that tells how long each certificate of the settings still holds."""

import math
from datetime import UTC, datetime, timedelta

import pytest

from ghiseu.config.certificates import LEFT, NAMES, certificates, measure
from simulators.common.authority import authority_in

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.fixture
def named(settings, tmp_path):
    for name in NAMES:
        setattr(settings, name, "")
    pair = authority_in(tmp_path, at=AT).product
    settings.SYSTEM_CERTIFICATE = str(pair.certificate)
    return pair.load()


def left(setting: str) -> float:
    return {one.labels["setting"]: one.value for one in LEFT.collect()[0].samples}[setting]


def test_counts_down_to_the_end_and_below(named):
    end = named.not_valid_after_utc

    measure(at=end - timedelta(days=14))
    before = left("SYSTEM_CERTIFICATE")
    measure(at=end + timedelta(hours=1))

    assert before == timedelta(days=14).total_seconds()
    assert left("SYSTEM_CERTIFICATE") == -3600


def test_says_that_a_file_cannot_be_read(named, settings, tmp_path):
    settings.MPAY_CERTIFICATE = str(tmp_path / "gone.pem")

    measure(at=AT)

    assert math.isnan(left("MPAY_CERTIFICATE"))
    assert [name for name, _ in certificates()] == ["SYSTEM_CERTIFICATE", "MPAY_CERTIFICATE"]
