"""The port of the government's event platform: news that something changed, at least once, kept for five days there."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from ghiseu.foundation.ports import Port

KEPT_THERE = timedelta(days=5)


@dataclass(frozen=True, kw_only=True)
class Event:
    """One event. `source` and `event_id` together name it for ever; `subject` is what it is about.

    `offset` is the place in the consumer's stream. `fault` says why it cannot be read (poison), else it is empty and
    the names are not. `raw` is the JSON text as it came.
    """

    event_id: str
    source: str
    type: str
    subject: str
    offset: str
    raw: str
    fault: str = ""


class EventFeed(Protocol):
    """A consumer of events. Reading and confirming may be repeated: what is not confirmed comes again."""

    def open(self) -> str:
        """Ask for a consumer and return its address, to be kept; may take half a minute there.

        Raises TryLater, OutcomeUnknown (an unused consumer ends there by itself), Refused, UnusableAnswer.
        """
        ...

    def next(self, consumer: str) -> tuple[Event, ...]:
        """Return the events that wait, in order; none when nothing came in a while.

        Raises NotFoundThere when the consumer is gone, TryLater, Refused, UnusableAnswer.
        """
        ...

    def confirm(self, consumer: str, *, offset: str) -> None:
        """Say that everything up to this place is kept here. Raises as `next`."""
        ...

    def set_aside(self, consumer: str, event: Event) -> None:
        """Give an event that cannot be read to the platform's store of dead events. Raises as `next`."""
        ...


event_feeds: Port[EventFeed] = Port("event feeds")
