"""What an administrator is told about certificates, from 30 days before their end."""

from datetime import UTC, datetime, timedelta

import pytest

from ghiseu.foundation.wire.platforms import Level, findings_about
from simulators.common.authority import authority_in

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days", "level", "fact"),
    [
        (-1, Level.ERROR, "ended on"),
        (0, Level.WARNING, "ends in 0 days"),
        (29, Level.WARNING, "ends in 29 days"),
        (31, Level.OK, "ends on"),
        (800, Level.ERROR, "begins only on"),
    ],
)
def test_says_how_long_a_certificate_holds(tmp_path, days, level, fact):
    certificate = authority_in(tmp_path, at=AT).product.load()
    at = certificate.not_valid_after_utc - timedelta(days=days, hours=1)

    (found,) = findings_about("ours", [certificate], at=at, next_step="Order a new one.")

    assert found.level is level
    assert fact in found.fact
    assert bool(found.next_step) is (level is not Level.OK)
