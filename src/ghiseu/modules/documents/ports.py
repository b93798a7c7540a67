"""What the documents need of the outside."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ghiseu.foundation.access import ActingContext
from ghiseu.foundation.ports import Port

PLATFORM = "platform"


class Seal(Protocol):
    """Seals documents in the platform's name. Sealing may be repeated: nothing is left behind by an attempt."""

    def seal(self, content: bytes, *, described: str) -> bytes:
        """Return the tagged PDF with the platform's seal and a time stamp over the whole of it.

        `described` is what a screen reader says of the seal. Takes about 300 ms and the time stamp server's time: call
        it in the worker, outside a transaction. Raises TryLater (the server is silent), Refused (it declined),
        UnusableAnswer (its token is not for these bytes, or nobody trusted vouches for it).
        """
        ...

    def check(self) -> str:
        """Return what is wrong with key, certificates or server, or an empty text."""
        ...


seals: Port[Seal] = Port("seals")


@dataclass(frozen=True, kw_only=True)
class ToStore:
    """A document for the government's store. `number` is ours, made once, at most 50 signs; `blob_id` are its bytes."""

    number: str
    name: str
    blob_id: str
    kept_until: datetime


@dataclass(frozen=True, kw_only=True)
class Stored:
    """The id that the store gave, and what was sent and answered word for word, to be kept beside it."""

    id: str
    sent: str
    answered: str


class DocumentSharing(Protocol):
    """The government's document store: a document lies there once and is shown to a person for a time.

    What is stored belongs to the legal entity of `acting`. Every call may end in TryLater, Refused; writing ones in
    OutcomeUnknown, reading ones in UnusableAnswer.
    """

    def keep_bytes(self, content: bytes, *, media_type: str, document_type: str, acting: ActingContext) -> Stored:
        """Send the bytes. Cannot be asked about: a repeat leaves bytes there that no document names and nobody sees."""
        ...

    def publish(self, document: ToStore, *, at: datetime, acting: ActingContext) -> Stored:
        """Make the document of bytes that are there. After an unknown outcome `find` first: a repeat makes another."""
        ...

    def find(self, number: str, *, acting: ActingContext) -> str:
        """Return the id of our document with this number, empty when the store has none."""
        ...

    def share(
        self, document_id: str, *, person_idnp: str, begins_at: datetime, ends_at: datetime, acting: ActingContext
    ) -> Stored:
        """Let the person read the document. After an unknown outcome `find_share` first."""
        ...

    def find_share(self, document_id: str, *, person_idnp: str, acting: ActingContext) -> str:
        """Return the id of the share with this person, empty when there is none."""
        ...

    def keep_until(self, document_id: str, until: datetime, *, acting: ActingContext) -> Stored:
        """Set the day on which the store lets go of the document. May be repeated."""
        ...

    def withdraw(self, document_id: str, share_id: str, *, acting: ActingContext) -> Stored:
        """End the share; one that is gone already is done. May be repeated."""
        ...


document_sharing: Port[DocumentSharing] = Port("document sharing")
STORE = "mdocs"
