"""The registry of powers of representation: who may act for whom, for what, and whether that holds now."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Protocol

from ghiseu.foundation.access import ActingContext
from ghiseu.foundation.ports import Port

REGISTRY = "MPower"


class PowerState(IntEnum):
    """What became of a power, with the numbers of the registry; cancelled is withdrawn, given up or ended."""

    DRAFT = 1
    PENDING_ACCEPTANCE = 2
    PENDING_VALIDITY = 3
    VALID = 4
    SUSPENDED = 5
    CANCELLED = 6


@dataclass(frozen=True, kw_only=True)
class PowerParty:
    """One side of a power: thirteen digits of a person or an organisation, and the name as registered."""

    number: str
    name: str
    is_organisation: bool


@dataclass(frozen=True, kw_only=True)
class Power:
    """A power as the registry tells it. `code` is 16 digits, `type_code` 10 characters.

    Of a power that does not hold, `begins` says since when it does not, and `ends` is None; of one that holds,
    None is "without end". `raw` is the text of the answer, to be kept sealed.
    """

    code: str
    type_code: str
    type_name: str
    subject: PowerParty
    representative: PowerParty
    begins: datetime | None
    ends: datetime | None
    is_valid: bool
    provider_idno: str
    provider_name: str
    raw: str


@dataclass(frozen=True, kw_only=True)
class PowersQuestion:
    """Which powers of one party to list; both those given and those held, unless `given_to` or `given_by` says it.

    `page` counts from 1; a page beyond the last is empty.
    """

    party: str
    state: PowerState | None = None
    type_code: str = ""
    from_moment: datetime | None = None
    to_moment: datetime | None = None
    given_by: str = ""
    given_to: str = ""
    page: int = 1
    per_page: int = 20


@dataclass(frozen=True, kw_only=True)
class PowerBetween:
    """The power of one type between two parties: its code, empty when there is none, and whether it holds."""

    code: str
    is_valid: bool


class Powers(Protocol):
    """The registry of powers. Every call is a reading: it changes nothing there and may be repeated.

    All raise TryLater (no answer; ask again), Refused (the question or this system is not accepted),
    UnusableAnswer, and WrongSubject when the answer is about something else than was asked.
    """

    def is_valid(self, code: str, *, acting: ActingContext) -> bool:
        """Tell whether the power of this code holds now. Raises also NotFoundThere."""

    def details(self, code: str, *, acting: ActingContext) -> Power:
        """Return the power of this code. Raises also NotFoundThere."""

    def between(self, *, type_code: str, subject: str, representative: str, acting: ActingContext) -> PowerBetween:
        """Return the power of the type that `subject` gave to `representative` (numbers of 13 digits)."""

    def listed(self, question: PowersQuestion, *, acting: ActingContext) -> tuple[Power, ...]:
        """Return one page of the powers of a party, in the registry's order."""

    def paper(self, code: str, *, acting: ActingContext) -> bytes:
        """Return the PDF of the power. Raises also NotFoundThere."""


powers: Port[Powers] = Port("powers")
