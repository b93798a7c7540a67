"""Asks the registers through the exchange platform.

Reading changes nothing there, so whatever ends without an answer is `TryLater`; it may be repeated freely.
"""

import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

import httpx
import structlog

from ghiseu.adapters.mconnect.breaker import Breaker
from ghiseu.adapters.mconnect.envelope import Envelope
from ghiseu.adapters.mconnect.rest import Rest
from ghiseu.adapters.mconnect.soap import SoapService
from ghiseu.adapters.mconnect.speaking import Answer, Asked, Way
from ghiseu.foundation.access import ActingContext
from ghiseu.foundation.outcomes import OutsideError, Refused, TryLater, UnusableAnswer
from ghiseu.foundation.wire.certificates import NotThere, NotUsable
from ghiseu.foundation.wire.platforms import Finding, Level, findings_about, findings_about_ours
from ghiseu.modules.applicants.ports import RegisterAnswer, RegisterQuestion

LARGEST_ANSWER = 1024 * 1024
_SHORTEST_WAIT = 0.001  # 0 would mean: do not wait even for what has come

logger = structlog.get_logger(__name__)


class _TooSlow(Exception):
    """The answer dripped in until the time was up."""


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
        envelope: Envelope | None = None,
        services: Mapping[str, SoapService] | None = None,
        connections: int = 20,
    ) -> None:
        """`url` is the platform's address, `tls` our side of the handshake, `envelope` how both sides sign.

        Without an envelope plain JSON is sent and read: some sets of data are given out like that.
        `services` are the questions ("RSP/person") that go another way, as data services by SOAP.
        `seconds` is a clock that only goes forward: it tells how long a register has been resting.
        """
        self._url = url.rstrip("/")
        self._connect_seconds = connect_seconds
        self._total_seconds = total_seconds
        self._breaker = Breaker(seconds=seconds)
        self._envelope = envelope
        self._rest = Rest(envelope=envelope)
        self._services = dict(services or {})
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
        way: Way = self._services.get(f"{question.register}/{question.operation}") or self._rest
        asked = way.asked(question, acting=acting)
        try:
            answer = self._ask(question.register, asked)
            with self._noted(question.register):
                return way.read(answer, question)
        except UnusableAnswer as error:
            logger.warning(
                "register.answer.unusable",
                register=question.register,
                operation=question.operation,
                reason=error.reason,
            )
            raise

    def check(self, *, at: datetime) -> list[Finding]:
        """Return what is known at `at`: certificates, and whether the platform answers."""
        reach = "Is GHISEU_MCONNECT_URL right, is our certificate registered there, is the way out open?"
        if not self._url:
            return [Finding(level=Level.ERROR, fact="its address is not set", next_step="Set GHISEU_MCONNECT_URL.")]
        found = [*self._certificates(at=at)]
        found += [service.finding(name) for name, service in sorted(self._services.items())]
        try:
            answer = self._client.get("/healthz", timeout=self._connect_seconds)
        except httpx.HTTPError as error:
            fact = f"does not answer ({type(error).__name__})"
            return [*found, Finding(level=Level.ERROR, fact=fact, next_step=reach)]
        if answer.status_code != httpx.codes.OK:
            fact = f"answers with status {answer.status_code}"
            return [*found, Finding(level=Level.ERROR, fact=fact, next_step=reach)]
        return [*found, Finding(level=Level.OK, fact="answers")]

    def _certificates(self, *, at: datetime) -> Iterator[Finding]:
        if self._envelope is None:
            return
        yield from findings_about_ours(self._envelope.ours, at=at, next_step="Order the next system certificate.")
        try:
            yield from findings_about(
                "MConnect", self._envelope.certificates(), at=at, next_step="Ask MConnect for its next certificate."
            )
        except (NotThere, NotUsable) as error:
            yield Finding(level=Level.ERROR, fact=f"certificate: {error}", next_step="See docs/howto/install.md.")

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    @contextmanager
    def _noted(self, register: str) -> Iterator[None]:
        """Tell the breaker how the reading of an answer ends: whoever says "later" counts as failing fast."""
        try:
            yield
        except TryLater:
            self._breaker.failed_fast(register)
            raise
        except OutsideError:
            self._breaker.answered(register)
            raise
        self._breaker.answered(register)

    def _ask(self, register: str, asked: Asked) -> Answer:
        """Make the call and tell the breaker when nothing comes back. Raises TryLater, UnusableAnswer."""
        try:
            return self._exchange(asked)
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

    def _exchange(self, asked: Asked) -> Answer:
        limits = _Remaining(connect=self._connect_seconds, total=self._total_seconds)
        with self._client.stream(
            "POST",
            asked.address,
            content=asked.content,
            headers=dict(asked.headers),
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
            return Answer(status=response.status_code, media_type=media_type, content=bytes(content))
