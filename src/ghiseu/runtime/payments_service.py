"""The server of MPay's endpoint as a program of its own, so that payments go on while the desk is being upgraded."""

import sys
from collections.abc import Mapping

from ghiseu.runtime.plan import HERE, Plan
from ghiseu.runtime.supervisor import Service

NAME = "payments"


def payments(plan: Plan, environment: Mapping[str, str]) -> Service:
    """Return the server: one worker, replaced when it dies, with threads enough for notices that come at once."""
    options = {
        "--interface": "wsgi", "--host": plan.bind, "--port": str(plan.payments_port), "--workers": "1",
        "--blocking-threads": environment.get("PAYMENTS_THREADS", "4"), "--backpressure": "128",
        "--workers-kill-timeout": "10", "--http1-header-read-timeout": "10000",
        "--log-config": str(HERE / "payments_logging.json"),
    }  # fmt: skip
    listed = [part for option in options.items() for part in option]
    target = ("--respawn-failed-workers", "ghiseu.runtime.payments:application")
    return Service(
        name=NAME,
        command=(sys.executable, "-m", "granian", *listed, *target),
        environment={**environment, "GHISEU_PROCESS": NAME},
        log=plan.log(NAME),
        grace=20.0,
    )
