"""What the server of MPay's endpoint loads: /mpay/service, /livez and /readyz, and nothing else of the product."""

import os
import signal

from ghiseu.foundation import log
from ghiseu.runtime import hardening, leash

# A worker of the server that lost its parent would keep the port.
leash.die_with(os.getppid(), by=signal.SIGKILL)
# Before the settings are read: they say by it which addresses there are.
os.environ["GHISEU_PROCESS"] = "payments"
hardening.refuse_build_secret()
log.configure(service="payments")

from ghiseu.config.wsgi import application  # noqa: E402 - logging is set up before anything logs

hardening.refuse_open_installation()

__all__ = ["application"]
