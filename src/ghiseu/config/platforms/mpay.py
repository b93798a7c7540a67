"""MPay: it calls us, browsers pay there, and its papers about our orders are asked for at its system port."""

from django.conf import settings

from ghiseu.adapters.mpay.checks import MPayConnection
from ghiseu.adapters.mpay.client import MPayInvoices
from ghiseu.adapters.mpay.pages import MPayPages
from ghiseu.config.platforms import place
from ghiseu.foundation.wire.platforms import platforms
from ghiseu.modules.payments.ports import THE_ONE, invoices, pay_pages


def connect() -> None:
    """Serve the pages when MPay is named, its papers when its system port is, and the check in either case.

    Raises NotThere, NotUsable when our certificate for the system port is wanting; the pages are served all the same.
    """
    if settings.MPAY_URL:
        pay_pages.serve(THE_ONE, MPayPages(url=settings.MPAY_URL, service_id=settings.MPAY_SERVICE_ID))
        platforms.serve("MPay", MPayConnection(invoices=None))
    if settings.MPAY_API_URL:
        asked = MPayInvoices(
            url=settings.MPAY_API_URL,
            service_id=settings.MPAY_SERVICE_ID,
            limits=place.limits(),
            tls=place.tls(),
        )
        invoices.serve(THE_ONE, asked)
        platforms.serve("MPay", MPayConnection(invoices=asked))
