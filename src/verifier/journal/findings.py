"""What a check can find, and how it is told."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Exit(IntEnum):
    """How a check ended."""

    CLEAN = 0
    FINDINGS = 1
    CANNOT_CHECK = 2


class CannotCheck(Exception):
    """The check could not be made; the text says why. It says nothing about what was to be checked."""


class Kind(StrEnum):
    ALTERED_ROW = "altered row"
    MISSING_ROW = "missing row"
    MISSING_TAIL = "missing tail"
    INSERTED_ROW = "inserted row"
    SWAPPED_ROWS = "swapped rows"
    RENUMBERED = "renumbered"
    ROW_WITHOUT_LINK = "row without link"
    CHANGED_LINK = "changed link"
    CHANGED_HEAD = "changed head"
    REWRITTEN_CHAIN = "rewritten chain"
    ALTERED_SEAL = "altered seal"
    MISSING_SEAL = "missing seal"
    CHANGED_ANCHOR_LINE = "changed anchor line"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that is not as it must be. `number` is the place in the chain of `centre`.

    Findings about seals have no centre; `number` is then that of the seal, or of the line in the anchor. A row that has
    no place in the chain has only its `sequence`.
    """

    kind: Kind
    text: str
    centre: int | None = None
    number: int | None = None
    sequence: int | None = None

    def __str__(self) -> str:
        where = []
        if self.centre is not None:
            where.append(f"centre {self.centre}")
        if self.number is not None:
            named = "line" if self.kind is Kind.CHANGED_ANCHOR_LINE else "number" if where else "seal"
            where.append(f"{named} {self.number}")
        if self.sequence is not None:
            where.append(f"sequence {self.sequence}")
        return f"{', '.join(where)}: {self.kind}: {self.text}"
