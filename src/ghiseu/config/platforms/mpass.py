"""MPass: sign-in. Its messages are read by the callbacks channel; here it only says how it is."""

from django.conf import settings

from ghiseu.adapters.mpass.checks import MPassConnection
from ghiseu.foundation.wire.platforms import platforms


def connect() -> None:
    """Serve the check when MPass is named."""
    if settings.MPASS_URL:
        platforms.serve("MPass", MPassConnection())
