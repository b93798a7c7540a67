"""The LegalLog port over MLog's REST interface (guide "MLog" of the e-Governance Agency)."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NoReturn
from urllib.parse import quote
from uuid import uuid4

import httpx
from cryptography.hazmat.primitives import hashes

from ghiseu.adapters.mlog import jws, wire
from ghiseu.foundation.audit.ports import LegalEvent, Message, Receipt
from ghiseu.foundation.outcomes import OutcomeUnknown, OutsideError, Refused, TryLater, UnusableAnswer
from ghiseu.foundation.wire.certificates import NotThere, NotUsable, read_rsa_key
from ghiseu.foundation.wire.exchange import Answer, Exchange, Limits
from ghiseu.foundation.wire.platforms import Finding, Level, findings_about_ours
from ghiseu.foundation.wire.system_certificate import SystemCertificate

# Every search is itself an event of MLog and says on which act it stands (Government Decision on MLog).
SEARCH_BASIS = "HG 708/2014"
AROUND = timedelta(seconds=2)
NOT_KNOWN = (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN)
# Only these speak of the message; any other refusal is of an address or a right that somebody has to put right.
ABOUT_THE_MESSAGE = (httpx.codes.BAD_REQUEST, httpx.codes.REQUEST_ENTITY_TOO_LARGE, httpx.codes.UNPROCESSABLE_ENTITY)
RENEW = "order a new system certificate, register it for MLog and set GHISEU_SYSTEM_CERTIFICATE"


class MLog:
    """MLog for systems: `POST /register`, `GET /query/{uid}`, `GET /query`. May be used from many threads.

    `register` is not to be repeated blindly: the guide is silent about copies. It is queryable instead: `find` asks by
    our own event id. `find` and `registered` may be repeated; every one of them is an event of MLog. All messages are
    about many people at once, or nobody: they are this installation's own acts.
    """

    def __init__(
        self, *, url: str, certificate: SystemCertificate, limits: Limits | None = None, asks_by_path: bool = True
    ) -> None:
        """`asks_by_path` asks `/query/{uid}` as the guide does, else `/query?uid=` as the older library does.

        Raises NotThere, NotUsable for our key or certificate.
        """
        self._certificate = certificate
        self._asks_by_path = asks_by_path
        tls = certificate.client_context()
        self._exchange = Exchange("MLog", url=url, limits=limits or Limits(), tls=tls)

    def write(self, events: Sequence[LegalEvent]) -> Message:
        """Return as many of the events as one message takes, one JSON object on a line."""
        return wire.message(events)

    def register(self, text: str) -> Receipt:
        """Sign the lines as one JWS and post them.

        Raises TryLater (also: MLog does not know our certificate, our key cannot be read), Refused (400, 413),
        OutcomeUnknown.
        """
        body = self._signed(text)
        request = self._exchange.request(
            "POST", "register", content=body.encode("ascii"), headers={"Content-Type": "application/json"}
        )
        answer = self._exchange.write(request)
        if answer.status in range(400, 500):
            _decline(answer.status)
        try:
            told = wire.read_object(answer.body)
            status = wire.status_in(told, otherwise=answer.status)
            if status in range(400, 500):
                _decline(status)
            if status >= httpx.codes.INTERNAL_SERVER_ERROR:
                raise OutcomeUnknown(f"MLog's answer says status {status}")
            return Receipt(uid=wire.uid_in(told), raw=answer.body.decode(errors="replace"))
        except UnusableAnswer as error:
            raise OutcomeUnknown(error.reason) from error

    def registered(self, uid: str) -> frozenset[str]:
        """Return the ids of the events registered under this number. Raises TryLater, Refused, UnusableAnswer."""
        said = {"legal_basis": SEARCH_BASIS}
        if self._asks_by_path:
            request = self._exchange.request("GET", f"query/{quote(uid, safe='')}", params=said)
        else:
            request = self._exchange.request("GET", "query", params={"uid": uid, **said})
        found = self._found(self._exchange.read(request))
        if any(one.uid not in {"", uid} for one in found):
            raise UnusableAnswer("MLog answers about another UID than the one asked for")
        return frozenset(one.id for one in found if one.id)

    def find(self, event_id: str, *, at: datetime) -> str:
        """Search by our id around the event's moment. Raises TryLater, Refused, UnusableAnswer."""
        asked = {
            "legal_basis": SEARCH_BASIS,
            "event_time_from": wire.written_moment(at - AROUND),
            "event_time_to": wire.written_moment(at + AROUND),
            "filter": f"event_id={event_id}",
            "page": "0",
            "page_size": str(wire.MOST_EVENTS),
        }
        found = self._found(self._exchange.read(self._exchange.request("GET", "query", params=asked)))
        ours = [one.uid for one in found if one.id == event_id]
        if (found and not ours) or not all(ours):
            raise UnusableAnswer("MLog's answer is not about the event asked for")
        return ours[0] if ours else ""

    def check(self, *, at: datetime) -> list[Finding]:
        """Return how the connection stands. MLog keeps the question as a search."""
        return [*self._our_findings(at=at), self._answers()]

    def close(self) -> None:
        """Close the connections."""
        self._exchange.close()

    def _signed(self, text: str) -> str:
        try:
            key, serial = read_rsa_key(str(self._certificate.key)), self._certificate.chain()[0].serial_number
            return jws.signed(text.encode(), key=key, serial=serial)
        except (NotThere, NotUsable, jws.KeyTooShort) as error:
            raise TryLater(f"our key cannot sign: {error}") from error

    def _found(self, answer: Answer) -> list[wire.Found]:
        if answer.status == httpx.codes.NOT_FOUND:
            return []
        if answer.status != httpx.codes.OK:
            _decline(answer.status)
        told = wire.read_object(answer.body)
        status = wire.status_in(told, otherwise=answer.status)
        if status == httpx.codes.NOT_FOUND:
            return []
        if status != httpx.codes.OK:
            _decline(status)
        return wire.events_in(told)

    def _our_findings(self, *, at: datetime) -> Iterator[Finding]:
        yield from findings_about_ours(self._certificate, at=at, next_step=RENEW)
        try:
            read_rsa_key(str(self._certificate.key))
        except (NotThere, NotUsable) as error:
            yield Finding(level=Level.ERROR, fact=f"{error} cannot be used", next_step=RENEW)

    def _answers(self) -> Finding:
        """Ask for a number that nobody has."""
        try:
            self.registered(str(uuid4()))
        except OutsideError as error:
            return Finding(level=Level.ERROR, fact=error.reason, next_step=self._next_step(error))
        return Finding(level=Level.OK, fact="MLog answers")

    def _next_step(self, error: OutsideError) -> str:
        if not isinstance(error, Refused | TryLater) or "does not know" not in error.reason:
            return "look at GHISEU_MLOG_URL and the way there; events wait and are shipped later"
        try:
            fingerprint = self._certificate.chain()[0].fingerprint(hashes.SHA256()).hex()
        except (NotThere, NotUsable):
            return RENEW
        return f"have the certificate with SHA-256 fingerprint {fingerprint} registered for MLog and MPass"


def _decline(status: int) -> NoReturn:
    if status in NOT_KNOWN:
        raise TryLater("MLog does not know our certificate")
    if status == httpx.codes.REQUEST_ENTITY_TOO_LARGE:
        raise Refused("MLog finds the message too long", code=str(status))
    if status in ABOUT_THE_MESSAGE:
        raise Refused(f"MLog declines with status {status}", code=str(status))
    raise TryLater(f"MLog answers with status {status}")
