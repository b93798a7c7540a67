"""MSign: people sign documents with their own electronic signature."""

from pathlib import Path

from django.conf import settings

from ghiseu.adapters.msign import MSign, Place
from ghiseu.config.platforms import place
from ghiseu.foundation.wire.platforms import platforms
from ghiseu.modules.signatures.ports import MSIGN, signing


def connect() -> None:
    """Serve signing when both addresses are named."""
    if not (settings.MSIGN_URL and settings.MSIGN_PAGE_URL):
        return
    where = Place(
        service_url=settings.MSIGN_URL, page_url=settings.MSIGN_PAGE_URL, trust=Path(settings.MSIGN_TRUST or "-")
    )
    adapter = MSign(where, limits=place.limits(), tls=place.tls(), certificate=place.system_certificate())
    signing.serve(MSIGN, adapter)
    platforms.serve("MSign", adapter)
