"""The registers of the state, asked one question at a time about one person or thing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from ghiseu.foundation.access import ActingContext
from ghiseu.foundation.ports import Port

FactValue = str | int | bool | None | list["FactValue"] | dict[str, "FactValue"]


@dataclass(frozen=True, kw_only=True)
class RegisterQuestion:
    """`register` is RSP, RSUD, CBI, CNAS, SC, CNDDCM or CNAM; `operation` one that it answers.

    `subject_idnp` is the person whose record it is; `parameters` narrows (a cadastral number, a name before marriage).
    """

    register: str
    operation: str
    subject_idnp: str
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class RegisterAnswer:
    """What the register holds. `facts` has the names that docs/howto/registers.md lists for the operation."""

    register: str
    operation: str
    subject_idnp: str
    facts: Mapping[str, FactValue]
    record_id: str
    read_at: datetime


class Registers(Protocol):
    """Reads state registers through the exchange platform. Reading changes nothing there and may be repeated."""

    def read(self, question: RegisterQuestion, *, acting: ActingContext) -> RegisterAnswer:
        """Ask one register.

        Raises NotFoundThere, TryLater (slow, down), Refused, UnusableAnswer, WrongSubject; never waits longer
        than the time limit of the settings.
        """
        ...


registers: Port[Registers] = Port("registers")
