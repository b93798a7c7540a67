"""How a file reaches the institution that decides, and how its answers come back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from ghiseu.foundation.access import ActingContext
from ghiseu.foundation.ports import Port
from ghiseu.modules.applicants.ports import FactValue


class Repeatability(StrEnum):
    """How a delivery may be repeated; every adapter declares one."""

    IDEMPOTENT_BY_KEY = "idempotent-by-key"
    QUERYABLE = "queryable"
    NEITHER = "neither"


@dataclass(frozen=True, kw_only=True)
class ParcelFile:
    """One attachment. `sha256` is lower-case hex of `content`."""

    attachment_id: str
    name: str
    media_type: str
    sha256: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class Parcel:
    """Frozen content of one submission. `number` is ours, made once; `payload` is canonical JSON text."""

    number: str
    institution: str
    service_code: str
    provider_service_code: str
    subject_idnp: str
    payload: str
    payload_sha256: str
    files: tuple[ParcelFile, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ResultFile:
    """A result document that waits at the institution."""

    document_id: str
    name: str
    media_type: str
    sha256: str


@dataclass(frozen=True, kw_only=True)
class ProviderRecord:
    """What the institution says of our submission now.

    `status` is the institution's own word, mapped by the service package; `sequence` grows with every change there.
    """

    number: str
    provider_number: str
    subject_idnp: str
    status: str
    sequence: int
    changed_at: datetime
    reason: str = ""
    missing_papers: tuple[str, ...] = ()
    respond_by: date | None = None
    results: tuple[ResultFile, ...] = ()
    details: Mapping[str, str] = field(default_factory=dict)


class Provider(Protocol):
    """One institution's intake."""

    repeatability: Repeatability

    def deliver(self, parcel: Parcel, *, acting: ActingContext) -> ProviderRecord:
        """Hand the parcel over. Safe to repeat only as `repeatability` says.

        Raises TryLater, Refused, OutcomeUnknown, UnusableAnswer, WrongSubject.
        """
        ...

    def find(self, number: str, *, subject_idnp: str, acting: ActingContext) -> ProviderRecord | None:
        """Return what the institution holds under our number, or None when it never saw it.

        Raises TryLater, UnusableAnswer, WrongSubject.
        """
        ...

    def supplement(
        self, number: str, files: tuple[ParcelFile, ...], *, key: str, acting: ActingContext
    ) -> ProviderRecord:
        """Send papers that the institution found missing; `key` makes the repeat harmless. Raises as deliver."""
        ...

    def fetch_result(self, number: str, document_id: str, *, acting: ActingContext) -> bytes:
        """Return the bytes of a result document. Raises TryLater, UnusableAnswer."""
        ...

    def check(self) -> str:
        """Return an empty text when configured and answering, else the fault in one English sentence."""
        ...


providers: Port[Provider] = Port("providers")


class Lookups(Protocol):
    """Asks an institution a question that opens no dossier. Asking changes nothing there and may be repeated."""

    def lookup(
        self,
        name: str,
        *,
        subject_idnp: str,
        acting: ActingContext,
        parameters: Mapping[str, str] | None = None,
    ) -> Mapping[str, FactValue]:
        """Return the facts of the answer, named as in docs/interfaces/institution.openapi.yaml.

        Raises NotFoundThere, TryLater, Refused, UnusableAnswer, WrongSubject.
        """
        ...


lookups: Port[Lookups] = Port("lookups")


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What changed at an institution. Ask again from `next_sequence`; records may repeat or come out of order."""

    records: tuple[ProviderRecord, ...]
    next_sequence: int


class News(Protocol):
    """How an institution's changes reach us when nobody asks about one dossier."""

    def changes(self, *, after_sequence: int, limit: int = 500) -> Changes:
        """Return dossiers that changed after this sequence. Raises TryLater, UnusableAnswer."""
        ...

    def read_push(self, raw: bytes, headers: Mapping[str, str], *, at: datetime | None = None) -> ProviderRecord:
        """Return the record of a pushed callback after its signature was verified over these bytes.

        With `at`, a certificate that is not valid then does not count. Raises UnusableAnswer.
        """
        ...


news: Port[News] = Port("news")
