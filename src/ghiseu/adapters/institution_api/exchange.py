"""One HTTP exchange with an institution, and how it can end.

A writing call that leaves us and brings nothing readable back is OutcomeUnknown: by the contract a 5xx may
follow a done deed. A reading call changes nothing there, so the same endings are TryLater or UnusableAnswer.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

import httpx

from ghiseu.foundation.outcomes import OutcomeUnknown, OutsideError, TryLater, UnusableAnswer

MAX_RECORD_BYTES = 1024 * 1024
MAX_RESULT_BYTES = 25 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Seconds to connect, and seconds until the whole answer must be here."""

    connect: float = 3.0
    answer: float = 20.0


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came back."""

    status: int
    media_type: str
    body: bytes

    @property
    def is_done(self) -> bool:
        return self.status in (httpx.codes.OK, httpx.codes.CREATED)


class Exchange:
    """Sends requests of one institution's client. May be used from many threads."""

    def __init__(self, *, url: str, limits: Limits) -> None:
        self._limits = limits
        self._client = httpx.Client(
            base_url=f"{url.rstrip('/')}/v1/",
            timeout=httpx.Timeout(limits.answer, connect=limits.connect),
            follow_redirects=False,
            trust_env=False,
        )

    def request(self, method: str, path: str, **parts: object) -> httpx.Request:
        """Build a request for a path below /v1."""
        build: Callable[..., httpx.Request] = self._client.build_request
        return build(method, path, **parts)

    def write(self, request: httpx.Request) -> Answer:
        """Send a request that may change something there.

        Raises TryLater when it never left, OutcomeUnknown when it left and no whole answer came.
        """
        answer = self._send(request, limit=MAX_RECORD_BYTES, lost=OutcomeUnknown, too_large=OutcomeUnknown)
        if answer.status == httpx.codes.TOO_MANY_REQUESTS:
            raise TryLater("asked to slow down")
        if _says_nothing(answer.status):
            raise OutcomeUnknown(f"HTTP {answer.status}")
        return answer

    def read(self, request: httpx.Request, *, limit: int = MAX_RECORD_BYTES) -> Answer:
        """Send a request that changes nothing. Raises TryLater, UnusableAnswer."""
        answer = self._send(request, limit=limit, lost=TryLater, too_large=UnusableAnswer)
        if answer.status == httpx.codes.TOO_MANY_REQUESTS or _says_nothing(answer.status):
            raise TryLater(f"HTTP {answer.status}")
        return answer

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _send(
        self,
        request: httpx.Request,
        *,
        limit: int,
        lost: type[OutsideError],
        too_large: type[OutsideError],
    ) -> Answer:
        until = time.monotonic() + self._limits.answer
        try:
            response = self._client.send(request, stream=True)
            try:
                body = _read(response, limit=limit, until=until)
            finally:
                response.close()
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise TryLater("never reached the institution") from error
        except (httpx.TransportError, httpx.DecodingError, _TooLate) as error:
            raise lost("no whole answer came") from error
        except _TooLarge as error:
            raise too_large("the answer is too large") from error
        media_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        return Answer(status=response.status_code, media_type=media_type, body=body)


class _TooLarge(Exception):
    pass


class _TooLate(Exception):
    pass


def _read(response: httpx.Response, *, limit: int, until: float) -> bytes:
    """Return the body. A sender that drips bytes is cut off at the time limit too."""
    body = bytearray()
    for piece in response.iter_bytes():
        body += piece
        if len(body) > limit:
            raise _TooLarge
        if time.monotonic() > until:
            raise _TooLate
    return bytes(body)


def _says_nothing(status: int) -> bool:
    """Tell whether this status leaves open what happened there."""
    return status >= httpx.codes.INTERNAL_SERVER_ERROR or status in (
        httpx.codes.REQUEST_TIMEOUT,
        httpx.codes.TOO_EARLY,
    )
