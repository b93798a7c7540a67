"""MNotify serves the port of messages."""

from django.conf import settings

from ghiseu.adapters.mnotify import MNotify
from ghiseu.config.platforms import place
from ghiseu.foundation.wire.platforms import platforms
from ghiseu.modules.notifications.ports import MNOTIFY, messages


def connect() -> None:
    """Wire MNotify when its address is set. Raises NotThere, NotUsable."""
    if not settings.MNOTIFY_URL:
        return
    adapter = MNotify(
        url=settings.MNOTIFY_URL,
        limits=place.limits(),
        tls=place.tls(),
        certificate=place.system_certificate(),
        templates=settings.MNOTIFY_TEMPLATES,
    )
    messages.serve(MNOTIFY, adapter)
    platforms.serve("MNotify", adapter)
