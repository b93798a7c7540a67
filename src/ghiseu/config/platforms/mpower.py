"""MPower: is somebody allowed to act for another."""

from django.conf import settings

from ghiseu.adapters.mpower import MPower
from ghiseu.config.platforms import place
from ghiseu.foundation.wire.platforms import platforms
from ghiseu.modules.mandates.ports import REGISTRY, powers


def connect() -> None:
    """Serve the registry of powers when it is named."""
    if not settings.MPOWER_URL:
        return
    adapter = MPower(
        url=settings.MPOWER_URL, limits=place.limits(), tls=place.tls(), certificate=place.system_certificate()
    )
    powers.serve(REGISTRY, adapter)
    platforms.serve("MPower", adapter)
