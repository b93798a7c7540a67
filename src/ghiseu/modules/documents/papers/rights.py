"""Papers about people's rights over their data: a copy of it, a correction asked for, a letter after an incident."""

from dataclasses import dataclass
from datetime import date

from ghiseu.modules.documents.papers.kinds import Both, Contact, Paper, Party


@dataclass(frozen=True, kw_only=True)
class KeptValue:
    """One value with what it is called, both in the language of the paper."""

    label: str
    value: str


@dataclass(frozen=True, kw_only=True)
class KeptThing:
    """One thing that is kept: a visit, a request, a paper. `title` may be empty."""

    title: str
    values: tuple[KeptValue, ...]


@dataclass(frozen=True, kw_only=True)
class KeptSection:
    """Things of one kind under one heading."""

    title: str
    things: tuple[KeptThing, ...]


@dataclass(frozen=True, kw_only=True)
class MyDataPaper(Paper):
    """Everything that is kept about a person, for them. `number` is that of the visit."""

    TEMPLATE = "my_data.typ"

    number: str
    person: str
    legal_basis: str
    sections: tuple[KeptSection, ...]
    call: tuple[Contact, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CorrectionPaper(Paper):
    """The request to the owner of a register, to be signed by hand. An unknown address is left to be written."""

    TEMPLATE = "correction.typ"

    number: str
    person: Party
    owner: Both
    owner_address: str
    register: Both
    field: str
    register_says: str
    person_says: str
    evidence: str
    legal_basis: Both
    answer_due_on: date


@dataclass(frozen=True, kw_only=True)
class BreachLetterPaper(Paper):
    """The draft of a letter to the people whose data an incident touched. An empty `told` is left to be written."""

    TEMPLATE = "breach_letter.typ"

    from_day: date
    to_day: date
    told: str
    call: tuple[Contact, ...] = ()
