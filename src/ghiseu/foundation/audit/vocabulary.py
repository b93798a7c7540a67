"""The closed list of events that the journal may hold. Every module declares its own in `audit_events.py`."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Event:
    """`name` is noun.thing.happened; `meaning` a sentence for an inspector.

    `has_subject` is False only for acts that concern no citizen; `reads` marks a reading of personal data.
    """

    name: str
    meaning: str
    has_subject: bool = True
    reads: bool = False


class UnknownEvent(Exception):
    """Somebody tried to record an event that no module declared."""


_declared: dict[str, Event] = {}


def declare(*events: Event) -> None:
    """Add events to the vocabulary. Declaring the same event again changes nothing."""
    for event in events:
        if _declared.setdefault(event.name, event) != event:
            raise UnknownEvent(f"{event.name} is declared twice with different meanings")


def event_named(name: str) -> Event:
    """Return the declared event. Raises UnknownEvent."""
    try:
        return _declared[name]
    except KeyError as error:
        raise UnknownEvent(name) from error


def declared() -> list[Event]:
    """Return every event, by name."""
    return [_declared[name] for name in sorted(_declared)]
