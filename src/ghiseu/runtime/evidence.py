"""`ghiseu evidence verify`: runs the stand-alone verifier, which shares no code with the product."""

import os
import subprocess
import sys

from ghiseu.runtime import plan as plans


def command(file: str, *, trust: str | None) -> int:
    """Verify the record and say what it says. Returns 0 good, 1 not good, 2 cannot be read."""
    plan = plans.plan_of(os.environ, with_simulators=True)
    ours = plans.outside_settings(plan)["GHISEU_SEAL_TRUST"]
    root = trust or os.environ.get("GHISEU_SEAL_TRUST") or ours
    ended = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "verifier", "evidence", file, "--trust", root], check=False
    )
    return ended.returncode
