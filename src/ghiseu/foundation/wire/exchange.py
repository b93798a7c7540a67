"""One HTTP exchange with a system outside, and how it can end.

A writing call that leaves us and brings nothing readable back is OutcomeUnknown: a 5xx may follow a done deed.
A reading call changes nothing there, so the same endings are TryLater or UnusableAnswer.
"""

import ssl
import time
from collections.abc import Callable, Collection
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
    """What came back; the names of `headers` are in small letters."""

    status: int
    media_type: str
    body: bytes
    headers: dict[str, str]

    @property
    def is_done(self) -> bool:
        return self.status in (httpx.codes.OK, httpx.codes.CREATED)


class Exchange:
    """Sends requests to one system outside. May be used from many threads; one per process and system."""

    def __init__(self, name: str, *, url: str, limits: Limits, tls: ssl.SSLContext | None = None) -> None:
        """`name` stands in the reasons of errors ("MPower"); `url` is what every path goes below.

        `tls` is our side of the handshake (`system_certificate.client_context`); None is the machine's default.
        """
        self.name = name
        self._limits = limits
        self._client = httpx.Client(
            base_url=url.rstrip("/") + "/",
            verify=tls if tls is not None else True,
            timeout=httpx.Timeout(limits.answer, connect=limits.connect),
            follow_redirects=False,
            trust_env=False,
        )

    def request(self, method: str, path: str, **parts: object) -> httpx.Request:
        """Build a request for a path below the address; `parts` are those of httpx (json, params, headers, ...)."""
        build: Callable[..., httpx.Request] = self._client.build_request
        return build(method, path.lstrip("/"), **parts)

    def write(self, request: httpx.Request, *, also: Collection[int] = ()) -> Answer:
        """Send a request that may change something there; `also` are statuses from 500 on that carry an answer.

        Raises TryLater when it never left, OutcomeUnknown when it left and no whole answer came.
        """
        answer = self._send(request, limit=MAX_RECORD_BYTES, lost=OutcomeUnknown, too_large=OutcomeUnknown)
        if answer.status == httpx.codes.TOO_MANY_REQUESTS:
            raise TryLater(f"{self.name} asks to slow down")
        if _says_nothing(answer.status) and answer.status not in also:
            raise OutcomeUnknown(f"{self.name} answers with status {answer.status}")
        return answer

    def read(self, request: httpx.Request, *, limit: int = MAX_RECORD_BYTES, also: Collection[int] = ()) -> Answer:
        """Send a request that changes nothing; `also` as for write. Raises TryLater, UnusableAnswer."""
        answer = self._send(request, limit=limit, lost=TryLater, too_large=UnusableAnswer)
        is_answer = answer.status in also or not _says_nothing(answer.status)
        if answer.status == httpx.codes.TOO_MANY_REQUESTS or not is_answer:
            raise TryLater(f"{self.name} answers with status {answer.status}")
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
            raise TryLater(f"{self.name} was never reached{_about_certificates(error)}") from error
        except (httpx.TransportError, httpx.DecodingError, _TooLate) as error:
            raise lost(f"no whole answer of {self.name} came{_about_certificates(error)}") from error
        except _TooLarge as error:
            raise too_large(f"the answer of {self.name} is too large") from error
        media_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Answer(status=response.status_code, media_type=media_type, body=body, headers=headers)


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


def _about_certificates(error: BaseException) -> str:
    """Return what the handshake said, for the administrator; empty when certificates are not the cause."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f": its certificate is not accepted ({cause.verify_message})"
        if isinstance(cause, ssl.SSLError):
            return ": it broke the handshake off, look at our certificate"
        cause = cause.__cause__ or cause.__context__
    return ""
