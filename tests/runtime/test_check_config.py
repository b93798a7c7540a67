"""The table of the shared platforms that an administrator can act on."""

from datetime import UTC, datetime

import pytest

from ghiseu.foundation.wire.platforms import Finding, Level, platforms
from ghiseu.runtime.checks import platform_findings
from ghiseu.runtime.commands import _check_platforms

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)


class Ailing:
    """A connection with one line of each level."""

    def check(self, *, at: datetime) -> list[Finding]:
        assert at == AT
        return [
            Finding(level=Level.OK, fact="answers"),
            Finding(level=Level.WARNING, fact="certificate of ours ends in 6 days", next_step="Order the next one."),
            Finding(level=Level.ERROR, fact="does not answer (ConnectError)", next_step="Is the address right?"),
        ]


def test_prints_each_line_with_its_next_step_and_counts_the_faults(capsys: pytest.CaptureFixture[str]):
    with platforms.serving("MExample", Ailing()):
        found = [one for one in platform_findings(at=AT) if one[0] == "MExample"]

        faults = _check_platforms(found)

    printed = capsys.readouterr().out.splitlines()
    assert faults == 1
    assert printed == [
        "",
        "Shared platforms",
        "  ok     MExample         answers",
        "  SOON   MExample         certificate of ours ends in 6 days",
        "                          > Order the next one.",
        "  FAULT  MExample         does not answer (ConnectError)",
        "                          > Is the address right?",
    ]
