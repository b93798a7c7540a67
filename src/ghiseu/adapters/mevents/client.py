"""A consumer at MConnect Events: opened once, read by long polling, confirmed by offset.

All calls may be repeated: an unused consumer ends there by itself, what is not confirmed comes again, a confirmation
or a dead event told twice changes nothing. The calls are about no citizen.
"""

import ssl
from datetime import datetime
from urllib.parse import urlsplit

import httpx

from ghiseu.adapters.mevents import wire
from ghiseu.foundation.outcomes import NotFoundThere, OutsideError, Refused, UnusableAnswer
from ghiseu.foundation.wire.exchange import Answer, Exchange, Limits
from ghiseu.foundation.wire.platforms import Finding, Level, findings_about_ours
from ghiseu.foundation.wire.system_certificate import SystemCertificate
from ghiseu.modules.submissions.event_feed import Event

NAME = "MConnect Events"
LARGEST_BATCH = 1024 * 1024  # the platform's own limit of a request
GROUP = "ghiseu"


class MConnectEvents:
    """Reads events. One per process; it holds the connections."""

    def __init__(
        self, *, url: str, limits: Limits, tls: ssl.SSLContext | None = None, ours: SystemCertificate | None = None
    ) -> None:
        """`url` is the platform's address, `tls` our side of the handshake, `ours` what is shown in it."""
        self._exchange = Exchange(NAME, url=url, limits=limits, tls=tls)
        self._origin = _origin(url)
        self._ours = ours

    def open(self) -> str:
        """Create a consumer and return the path of its address.

        Raises TryLater, OutcomeUnknown, Refused, UnusableAnswer.
        """
        asked = {"events": "true", "test": "false", "dead": "false", "group": GROUP}
        answer = self._exchange.write(self._exchange.request("POST", "ce/consumers", params=asked))
        _require_agreed(answer)
        address = urlsplit(answer.headers.get("location", ""))
        if address.netloc and _origin(address.geturl()) != self._origin:
            raise UnusableAnswer("the consumer's address is at another system")
        if not address.path.strip("/"):
            raise UnusableAnswer("the consumer has no address")
        return address.path.rstrip("/")

    def next(self, consumer: str) -> tuple[Event, ...]:
        """Return what waits, in order; empty when nothing came.

        Raises NotFoundThere, TryLater, Refused, UnusableAnswer.
        """
        request = self._exchange.request("GET", f"{consumer}/events", params={"confirm": "false"})
        answer = self._exchange.read(request, limit=LARGEST_BATCH * 2)
        _require_agreed(answer)
        return () if answer.status == httpx.codes.NO_CONTENT else wire.read_batch(answer.body)

    def confirm(self, consumer: str, *, offset: str) -> None:
        """Confirm everything up to the offset. Raises NotFoundThere, TryLater, Refused."""
        request = self._exchange.request("POST", f"{consumer}/confirm", params={"offset": offset})
        _require_agreed(self._exchange.read(request))

    def set_aside(self, consumer: str, event: Event) -> None:
        """Report an event that cannot be read. Raises NotFoundThere, TryLater, Refused."""
        headers = {"Content-Type": "application/cloudevents+json"}
        request = self._exchange.request("POST", f"{consumer}/dead", content=event.raw.encode(), headers=headers)
        _require_agreed(self._exchange.read(request))

    def check(self, *, at: datetime) -> list[Finding]:
        """Return what is known at `at`: our certificate, and whether the platform knows us."""
        renew = "Order the next system certificate."
        found = [*findings_about_ours(self._ours, at=at, next_step=renew)] if self._ours else []
        try:
            answer = self._exchange.read(self._exchange.request("GET", "ce/tools/my-settings"))
            _require_agreed(answer)
        except OutsideError as error:
            step = "Is GHISEU_MEVENTS_URL right, and are we registered there as a consumer?"
            return [*found, Finding(level=Level.ERROR, fact=error.reason, next_step=step)]
        return [*found, Finding(level=Level.OK, fact="answers")]

    def close(self) -> None:
        """Close the connections."""
        self._exchange.close()


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc


def _require_agreed(answer: Answer) -> None:
    """Raise NotFoundThere for a consumer that is gone, Refused for anything else but a success."""
    if answer.status == httpx.codes.NOT_FOUND:
        raise NotFoundThere(f"{NAME}: the consumer is gone")
    if not httpx.codes.is_success(answer.status):
        raise Refused(f"{NAME} answers with status {answer.status}", code=str(answer.status))
