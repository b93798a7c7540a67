"""The state's log of legal events, which keeps what our journal says where we cannot change it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from ghiseu.foundation.ports import Port

LEGAL_LOG = "legal log"


@dataclass(frozen=True, kw_only=True)
class LegalEvent:
    """One event for the log. `id` is made once and never used for another event; empty texts are left out.

    `type` is made of words with dots between; one of personal data begins with `PersonalData.`. `legal_entity` is an
    IDNO, `user` the IDNP of who acted, `subject` the person whom it concerns. Of `others` every name is our own.
    """

    id: str
    at: datetime
    type: str
    correlation: str
    source: str
    message: str
    legal_entity: str = ""
    legal_basis: str = ""
    legal_reason: str = ""
    user: str = ""
    user_session: str = ""
    subject: str = ""
    subject_type: str = ""
    object: str = ""
    object_type: str = ""
    details: str = ""
    others: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Message:
    """What one call carries: the text, and how many events of those given stand in it."""

    text: str
    events: int


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """The log took a message to look at it later. `raw` is its answer as it came."""

    uid: str
    raw: str


class LegalLog(Protocol):
    """Takes events, and says later whether it registered them: to be taken is not to be registered."""

    def write(self, events: Sequence[LegalEvent]) -> Message:
        """Return as many events as go into one message, from the first, at least one. Calls nobody.

        What is too long of an event is cut by the log's own rule; no event is left out. The same events give the same
        text.
        """
        ...

    def register(self, text: str) -> Receipt:
        """Sign the text of a message and send it.

        Not to be repeated blindly: whether the log knows one event from its copy is not documented. After
        OutcomeUnknown ask by `find`. Raises TryLater (also while we are not known there), Refused, OutcomeUnknown.
        """
        ...

    def registered(self, uid: str) -> frozenset[str]:
        """Return the ids of the events that are registered under this number, none while it looks at them.

        May be repeated. Raises TryLater, Refused, UnusableAnswer.
        """
        ...

    def find(self, event_id: str, *, at: datetime) -> str:
        """Return the number under which the event of this id and moment is registered, empty when none is.

        May be repeated. Raises TryLater, Refused, UnusableAnswer.
        """
        ...


legal_logs: Port[LegalLog] = Port("legal logs")


def is_connected() -> bool:
    """Tell whether this installation has a legal log."""
    return LEGAL_LOG in legal_logs.keys()  # noqa: SIM118 - a port is no mapping
