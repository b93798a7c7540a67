"""MDelivery: the settings that it needs, and the port that it serves."""

from django.conf import settings

from ghiseu.adapters.mdelivery.pages import MDeliveryPages
from ghiseu.adapters.mdelivery.parties import known
from ghiseu.config.platforms.place import limits
from ghiseu.foundation.wire.platforms import platforms
from ghiseu.modules.custody.ports import COURIERS, couriers


def connect() -> None:
    """Serve the couriers' page when its address is set."""
    if not settings.MDELIVERY_PAGE_URL:
        return
    adapter = MDeliveryPages(
        url=settings.MDELIVERY_PAGE_URL, service=settings.MDELIVERY_SERVICE_ID, known=known(), limits=limits()
    )
    couriers.serve(COURIERS, adapter)
    platforms.serve("MDelivery", adapter)
