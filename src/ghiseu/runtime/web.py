"""What the web server loads in each of its workers."""

import os
import signal

from ghiseu.foundation import log
from ghiseu.runtime import hardening, leash

# A worker of the server that lost its parent would keep the port.
leash.die_with(os.getppid(), by=signal.SIGKILL)
hardening.refuse_build_secret()
log.configure(service="web")

from ghiseu.config.wsgi import application  # noqa: E402 - logging is set up before anything logs

hardening.refuse_open_installation()

__all__ = ["application"]
