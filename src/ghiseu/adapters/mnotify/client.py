"""The Messages port over MNotify's REST interface.

Source: guide of MNotify, "API reference". Base `https://mnotify.gov.md:8443`; the singular `/api/Notification` of the
samples and of the library is used, not the plural of one table.
"""

import ssl
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NoReturn

import httpx
import orjson

from ghiseu.adapters.mnotify import wire
from ghiseu.adapters.mnotify.checks import Checks
from ghiseu.adapters.mnotify.wire import Listed, Status
from ghiseu.foundation.access import ActingContext
from ghiseu.foundation.outcomes import OutcomeUnknown, Refused, TryLater, UnusableAnswer, WrongSubject
from ghiseu.foundation.wire.exchange import Answer, Exchange, Limits
from ghiseu.foundation.wire.platforms import Finding
from ghiseu.foundation.wire.system_certificate import SystemCertificate
from ghiseu.modules.notifications.ports import Accepted, CannotTell, Outgoing, Progress

# With attachments the guide allows 10 MB; ours carry none, and no text of ours comes near this.
MAX_ANSWER_BYTES = 512 * 1024
A_PAGE = 100
MOST_PAGES = 20
MOST_ASKED = 200
# Clocks there and here may differ; a line of the list this much earlier than our first try may still be ours.
CLOCKS_DIFFER = timedelta(minutes=10)
NO_DECISION = (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN, httpx.codes.NOT_FOUND, httpx.codes.METHOD_NOT_ALLOWED)


class MNotify:
    """Sends messages by MNotify. Keeps its connections; may be used from many threads.

    Repeatability: `send` is neither idempotent nor keyed: POST has no key, and the same body twice is two messages.
    It is queryable within limits: the list of what we sent holds ids and moments only, and each status names
    recipients and subjects only as far as the platform fills them. So `find` says yes only for our recipient with our
    subject, no only when every line since our first try is accounted for as another's, and else that it cannot tell.
    `find` and `progress` change nothing and may be repeated.

    The guide mentions a check whether somebody has an active channel and documents no call for it: whom the platform
    cannot reach is learnt from the status Failed, or from a message that lies in MCabinet alone.
    """

    def __init__(
        self,
        *,
        url: str,
        limits: Limits,
        tls: ssl.SSLContext | None = None,
        certificate: SystemCertificate | None = None,
        templates: Mapping[str, str] | None = None,
    ) -> None:
        """`url` is without /api. `templates` are ids of templates that the platform holds, by our events."""
        self._exchange = Exchange("MNotify", url=url, limits=limits, tls=tls)
        self._templates = dict(templates or {})
        self._checks = Checks(exchange=self._exchange, certificate=certificate, templates=self._templates)

    def send(self, message: Outgoing, *, acting: ActingContext) -> Accepted:
        """POST the message. Never to be repeated after OutcomeUnknown before `find` has said no.

        Raises TryLater, Refused, OutcomeUnknown.
        """
        content = orjson.dumps(wire.notification(message, template=self._templates.get(message.event, "")))
        headers = {"Content-Type": "application/json", **_trace(acting)}
        request = self._exchange.request("POST", "api/Notification", content=content, headers=headers)
        answer = self._exchange.write(request)
        if not answer.is_done:
            _decline(answer)
        try:
            found = wire.read_id(answer.body)
        except UnusableAnswer as error:
            raise OutcomeUnknown(f"taken or not: {error.reason}") from error
        return Accepted(notification_id=found, request=content.decode(), answer=_text(answer))

    def find(
        self, message: Outgoing, *, since: datetime, known: Collection[str], acting: ActingContext
    ) -> Accepted | None:
        """Return the message if the platform took it at or after `since`, None when it surely did not.

        Raises CannotTell, TryLater, UnusableAnswer.
        """
        subjects = set(message.subject.values()) | self._filled_subjects(message, acting=acting)
        doubtful = 0
        listed = (line for line in self._listed(since=since - CLOCKS_DIFFER, acting=acting) if line.id not in known)
        for asked, line in enumerate(listed, start=1):
            if asked > MOST_ASKED:
                raise CannotTell("too much was sent at that time")
            answer = self._ask(line.id, acting=acting)
            status = wire.read_status(answer.body, notification_id=line.id)
            if message.recipient in status.recipients and status.subjects & subjects:
                return Accepted(notification_id=line.id, request="", answer=_text(answer))
            doubtful += _may_be(status, message.recipient)
        if doubtful:
            raise CannotTell(f"{doubtful} notifications of that time do not say whose they are")
        return None

    def progress(self, notification_id: str, *, recipient: str, acting: ActingContext) -> Progress:
        """Return how far the message is. Raises TryLater, UnusableAnswer, WrongSubject."""
        answer = self._ask(notification_id, acting=acting)
        status = wire.read_status(answer.body, notification_id=notification_id)
        if status.recipients and recipient not in status.recipients:
            raise WrongSubject("the status names another person")
        return Progress(stage=status.stage, status=status.word, answer=_text(answer))

    def check(self, *, at: datetime) -> list[Finding]:
        """Return settings, our certificate, whether MNotify answers, and whether each template can be filled."""
        return self._checks.run(at=at)

    def close(self) -> None:
        """Close the connections."""
        self._exchange.close()

    def _listed(self, *, since: datetime, acting: ActingContext) -> Iterator[Listed]:
        """Yield what we sent since then, the newest first. Raises CannotTell when the list may not be whole.

        The guide does not say whether pages are counted from 0 or from 1: the page without number comes first, and
        the one numbered 1 is either the same or the next.
        """
        page, number = self._page({}, acting=acting), 1
        for _ in range(MOST_PAGES):
            if any(later.created_at > earlier.created_at for earlier, later in pairwise(page)):
                raise CannotTell("the list is not in order")
            yield from (line for line in page if line.created_at >= since)
            if not page or page[-1].created_at < since:
                return
            before, page = page, self._page({"Page": str(number)}, acting=acting)
            if number == 1 and [one.id for one in page] == [one.id for one in before]:
                number, page = 2, self._page({"Page": "2"}, acting=acting)
            elif page and page[0].created_at > before[-1].created_at:
                raise CannotTell("the list changed while it was read")
            number += 1
        raise CannotTell("the list since then is too long")

    def _page(self, place: dict[str, str], *, acting: ActingContext) -> list[Listed]:
        asked = {**place, "ItemsPerPage": str(A_PAGE), "OrderField": "createdAt desc"}
        request = self._exchange.request("GET", "api/Notification", params=asked, headers=_trace(acting))
        return wire.read_list(_read(self._exchange.read(request, limit=MAX_ANSWER_BYTES)).body)

    def _ask(self, notification_id: str, *, acting: ActingContext) -> Answer:
        request = self._exchange.request("GET", f"api/Notification/{notification_id}", headers=_trace(acting))
        return _read(self._exchange.read(request, limit=MAX_ANSWER_BYTES))

    def _filled_subjects(self, message: Outgoing, *, acting: ActingContext) -> set[str]:
        """Return the subjects that the platform's own template gives, when the message was sent by one."""
        template = self._templates.get(message.event)
        if not template:
            return set()
        return set(self._checks.filled(template, message.variables, headers=_trace(acting))["subject"].values())


def _may_be(status: Status, recipient: str) -> bool:
    """Tell whether a notification without our subject could still be ours: it names nobody, or us and no subject."""
    if not status.recipients:
        return True
    return recipient in status.recipients and not status.subjects


def _read(answer: Answer) -> Answer:
    """Return the answer of a reading call. Raises TryLater, UnusableAnswer."""
    if answer.status in NO_DECISION[:2]:
        raise TryLater(f"MNotify does not know our certificate (status {answer.status})")
    if not answer.is_done:
        raise UnusableAnswer(f"MNotify answers with status {answer.status}")
    return answer


def _decline(answer: Answer) -> NoReturn:
    """End a sending that was not accepted. Nothing was sent.

    400 is the platform's own decision about the message. 401, 403 and the like turned the call away before it was
    looked at: somebody repairs the connection, and the same call is made again.
    """
    if answer.status in NO_DECISION:
        raise TryLater(f"MNotify turned the call away with status {answer.status}")
    if httpx.codes.is_client_error(answer.status):
        raise Refused(f"MNotify refused the message with status {answer.status}", code=str(answer.status))
    raise OutcomeUnknown(f"MNotify answers with status {answer.status}")


def _trace(acting: ActingContext) -> dict[str, str]:
    return {"X-Correlation-ID": acting.correlation_id}


def _text(answer: Answer) -> str:
    return answer.body.decode("utf-8", "replace")
