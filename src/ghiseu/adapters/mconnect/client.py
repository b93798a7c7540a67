"""Asks the registers through the exchange platform.

Reading changes nothing there, so whatever ends without an answer is `TryLater`; it may be repeated freely.
"""

import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass

import httpx
import structlog

from ghiseu.adapters.mconnect import wire
from ghiseu.adapters.mconnect.breaker import Breaker
from ghiseu.foundation.access import ActingContext
from ghiseu.foundation.outcomes import NotFoundThere, Refused, TryLater, UnusableAnswer
from ghiseu.modules.applicants.ports import RegisterAnswer, RegisterQuestion

LARGEST_ANSWER = 1024 * 1024
_SHORTEST_WAIT = 0.001  # 0 would mean: do not wait even for what has come
_BUSY = (httpx.codes.REQUEST_TIMEOUT, httpx.codes.TOO_MANY_REQUESTS)

logger = structlog.get_logger(__name__)


class _TooSlow(Exception):
    """The answer dripped in until the time was up."""


@dataclass(frozen=True, kw_only=True)
class _Answer:
    """What came back, before anything in it is believed."""

    status: int
    media_type: str
    content: bytes


class _Remaining(dict[str, float]):
    """The request extension "timeout" of httpx, which looks a limit up when each phase of a call begins.

    Every phase gets what is left of the whole, so that the phases together do not exceed it.
    """

    def __init__(self, *, connect: float, total: float) -> None:
        super().__init__()
        self._connect = connect
        self._ends = time.monotonic() + total

    def get(self, phase: str, _default: object = None, /) -> float:
        """Return the seconds that the phase (pool, connect, write, read) may take, less with every look."""
        left = max(self._ends - time.monotonic(), _SHORTEST_WAIT)
        return min(self._connect, left) if phase == "connect" else left

    def are_spent(self) -> bool:
        """Tell whether the time is up."""
        return time.monotonic() >= self._ends


class MConnectRegisters:
    """Serves the port `Registers`. One per process: it holds the connections and remembers who is down."""

    def __init__(
        self,
        *,
        url: str,
        connect_seconds: float = 2.0,
        total_seconds: float = 4.0,
        seconds: Callable[[], float] = time.monotonic,
        tls: ssl.SSLContext | None = None,
        connections: int = 20,
    ) -> None:
        """`url` is the platform's address, `tls` our client certificate.

        `seconds` is a clock that only goes forward: it tells how long a register has been resting.
        """
        self._url = url.rstrip("/")
        self._connect_seconds = connect_seconds
        self._total_seconds = total_seconds
        self._breaker = Breaker(seconds=seconds)
        self._client = httpx.Client(
            base_url=self._url,
            verify=tls if tls is not None else True,
            follow_redirects=False,
            trust_env=False,
            limits=httpx.Limits(max_connections=connections, max_keepalive_connections=connections),
        )

    def read(self, question: RegisterQuestion, *, acting: ActingContext) -> RegisterAnswer:
        """Ask one register about one subject. May be repeated.

        Raises NotFoundThere, TryLater, Refused (also for the operator's own record), UnusableAnswer,
        WrongSubject.
        """
        if question.subject_idnp == acting.operator_idnp:
            raise Refused("operators do not read their own record", code="own_record")
        if not self._breaker.may_call(question.register):
            raise TryLater(f"{question.register} did not answer a moment ago")
        try:
            return _read(self._ask(question, acting), question)
        except UnusableAnswer as error:
            logger.warning(
                "register.answer.unusable",
                register=question.register,
                operation=question.operation,
                reason=error.reason,
            )
            raise

    def check(self) -> str:
        """Return an empty text when configured and answering, else the fault in one English sentence."""
        if not self._url:
            return "The address of the exchange platform is not set."
        try:
            answer = self._client.get("/healthz", timeout=self._connect_seconds)
        except httpx.HTTPError as error:
            return f"The exchange platform does not answer ({type(error).__name__})."
        if answer.status_code != httpx.codes.OK:
            return f"The exchange platform answers with status {answer.status_code}."
        return ""

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _ask(self, question: RegisterQuestion, acting: ActingContext) -> _Answer:
        """Make the call and tell the breaker how it went. Raises TryLater, UnusableAnswer."""
        register = question.register
        try:
            answer = self._exchange(question, acting)
        except httpx.PoolTimeout as error:
            raise TryLater("too many reads at once") from error  # our own fault, not the register's
        except (httpx.TimeoutException, _TooSlow) as error:
            self._breaker.kept_waiting(register)
            raise TryLater(f"{register} did not answer in time") from error
        except httpx.DecodingError as error:
            raise UnusableAnswer("the answer cannot be decoded") from error
        except httpx.TransportError as error:
            self._breaker.failed_fast(register)
            raise TryLater(f"{register} gave no answer ({type(error).__name__})") from error
        if answer.status >= httpx.codes.INTERNAL_SERVER_ERROR or answer.status in _BUSY:
            self._breaker.failed_fast(register)
            raise TryLater(f"{register} answers with status {answer.status}")
        self._breaker.answered(register)
        return answer

    def _exchange(self, question: RegisterQuestion, acting: ActingContext) -> _Answer:
        limits = _Remaining(connect=self._connect_seconds, total=self._total_seconds)
        with self._client.stream(
            "POST",
            wire.path(question),
            content=wire.body(question),
            headers=wire.headers(acting),
            extensions={"timeout": limits},
        ) as response:
            content = bytearray()
            for piece in response.iter_bytes():
                content += piece
                if limits.are_spent():
                    raise _TooSlow
                if len(content) > LARGEST_ANSWER:
                    raise UnusableAnswer("the answer is too large")
            media_type = response.headers.get("content-type", "")
            return _Answer(status=response.status_code, media_type=media_type, content=bytes(content))


def _read(answer: _Answer, question: RegisterQuestion) -> RegisterAnswer:
    """Return the answer. Raises NotFoundThere, Refused, UnusableAnswer, WrongSubject."""
    if answer.status == httpx.codes.OK:
        return wire.read_answer(answer.content, media_type=answer.media_type, question=question)
    if answer.status < httpx.codes.BAD_REQUEST:
        raise UnusableAnswer(f"an answer of status {answer.status} is not in the contract")
    given = wire.read_object(answer.content, media_type=answer.media_type)
    code, message = str(given.get("code", "")), str(given.get("message", ""))
    if answer.status != httpx.codes.NOT_FOUND:
        raise Refused(message or f"status {answer.status}", code=code)
    if code != wire.NO_SUCH_RECORD:
        raise UnusableAnswer("nothing answers at this address")
    raise NotFoundThere(f"{question.register} has no such record")
