"""Where a person chooses address and courier, and what the administrator is told about the connection."""

from datetime import datetime
from urllib.parse import urlencode

from ghiseu.adapters.mdelivery import checks
from ghiseu.adapters.mdelivery.caller import Known
from ghiseu.foundation.wire.exchange import Limits
from ghiseu.foundation.wire.platforms import Finding

PATH = "/public/shipping"


class MDeliveryPages:
    """The browser's side of MDelivery. Nothing is called but its page, by `check`."""

    def __init__(self, *, url: str, service: str, known: Known, limits: Limits | None = None) -> None:
        """`url` is where browsers reach it, without a path; `service` is our service's number there."""
        self._url = url.rstrip("/")
        self._service = service
        self._known = known
        self._limits = limits or Limits()

    @property
    def service(self) -> str:
        """The number of our service there."""
        return self._service

    def page(self, order: str, *, language: str, return_url: str) -> str:
        """Return the address for this order. The guide spells one parameter `returUrl`; it goes in both spellings.

        That the person is signed in (`mpass`) is not claimed: at a desk it is the operator's browser.
        """
        asked = {"orderId": order, "serviceId": self._service, "lang": language}
        return f"{self._url}{PATH}?{urlencode({**asked, 'returUrl': return_url, 'returnUrl': return_url})}"

    def check(self, *, at: datetime) -> list[Finding]:
        """Return whether the page answers and whether MDelivery could call us. Never raises."""
        del at  # nothing here ends by itself
        return [checks.page_found(self._url, limits=self._limits), checks.caller_found(self._known)]
