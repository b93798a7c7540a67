"""How MDelivery is known here, from the settings."""

from django.conf import settings

from ghiseu.adapters.mdelivery.caller import Known


def known() -> Known:
    """Return how MDelivery is known here, read anew."""
    return Known(
        is_behind_ingress=settings.BEHIND_INGRESS,
        serial=settings.MDELIVERY_SERIAL,
        client_id=settings.MDELIVERY_CLIENT_ID,
    )
