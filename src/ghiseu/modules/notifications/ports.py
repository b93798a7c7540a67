"""Messages of the state to its citizens, by the platform that knows how each of them is reached."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from ghiseu.foundation.access import ActingContext
from ghiseu.foundation.ports import Port

MNOTIFY = "mnotify"


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """One message: `event` is one of ours, the recipient an IDNP, each text by language; "ro" is always there.

    The body may hold HTML. `variables` are what the texts were filled with, for templates that the platform holds.
    """

    event: str
    recipient: str
    subject: Mapping[str, str]
    short: Mapping[str, str]
    body: Mapping[str, str]
    variables: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """The platform took the message under this id of its own. `request` and `answer` are the raw texts."""

    notification_id: str
    request: str
    answer: str


class Stage(StrEnum):
    """How far a message is, of what the platform says in more words."""

    UNDER_WAY = "under_way"
    TRANSMITTED = "transmitted"  # given to a channel; whether it arrived is not told
    REACHED = "reached"
    NOT_REACHED = "not_reached"


@dataclass(frozen=True, kw_only=True)
class Progress:
    """`status` is the platform's own word, `answer` its raw text."""

    stage: Stage
    status: str
    answer: str


class CannotTell(Exception):
    """The platform's list does not show whether the message is in it. `why` is an English fact."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Messages(Protocol):
    """Sends messages to citizens. Sending has no key: the same message sent twice arrives twice.

    What became of a message can be looked up in the platform's list of what we sent, within limits (`find`).
    """

    def send(self, message: Outgoing, *, acting: ActingContext) -> Accepted:
        """Send the message. Never to be repeated after OutcomeUnknown before `find` has said no.

        Raises TryLater, Refused, OutcomeUnknown.
        """
        ...

    def find(
        self, message: Outgoing, *, since: datetime, known: Collection[str], acting: ActingContext
    ) -> Accepted | None:
        """Return the message if the platform took it at or after `since`, None when it surely did not.

        `known` are ids that belong to other messages. May be repeated. Raises CannotTell, TryLater, UnusableAnswer.
        """
        ...

    def progress(self, notification_id: str, *, recipient: str, acting: ActingContext) -> Progress:
        """Return how far the message is. May be repeated. Raises TryLater, UnusableAnswer, WrongSubject."""
        ...


messages: Port[Messages] = Port("messages")
