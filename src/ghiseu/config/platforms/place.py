"""What the connections to the platforms' system ports share: our certificate and the time limits."""

import ssl
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from ghiseu.foundation.wire.exchange import Limits
from ghiseu.foundation.wire.system_certificate import SystemCertificate


def limits() -> Limits:
    """Return how long a platform may take."""
    return Limits(connect=settings.CONNECT_LIMIT, answer=settings.PLATFORM_LIMIT)


def system_certificate() -> SystemCertificate:
    """Return our system certificate, as the settings name it."""
    return SystemCertificate(
        key=Path(settings.SYSTEM_KEY),
        certificate=Path(settings.SYSTEM_CERTIFICATE),
        trust=Path(settings.PLATFORM_TRUST),
    )


@lru_cache(maxsize=1)
def tls() -> ssl.SSLContext:
    """Return our side of every handshake, made once for each process. Raises NotThere, NotUsable."""
    return system_certificate().client_context()
