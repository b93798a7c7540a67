"""A month of ordinary work at three counters, made from a seed, as rows of the journal, people and register readings.

What makes it hard on purpose: villages where many share the operators' surnames, families read together, people who
only want to know something, some without a document, people who ask again and again, visits after closing time, and now
and then a colleague or a relative who is served for good reason.
"""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ghiseu.foundation.audit.models import JournalRecord
from ghiseu.foundation.crypto import blind_index
from ghiseu.modules.applicants.models import Person, Reading, ReadingOutcome
from ghiseu.modules.centres.models import Centre, Operator

READ, FOUND, SHOWN, OPENED = (
    "applicants.person.read", "applicants.person.found", "cases.case.shown", "documents.document.opened",
)  # fmt: skip
CASE_BEGUN, CASE_SENT = "cases.case.opened", "cases.case.submitted"
VILLAGERS = 900
COMMON = [
    "Rusu", "Munteanu", "Ceban", "Moraru", "Lungu", "Popa", "Guțu", "Cojocaru", "Sîrbu", "Botnaru", "Ursu", "Balan",
    "Cazacu", "Negru", "Croitoru", "Olaru", "Țurcanu", "Bejenaru", "Grosu", "Plămădeală", "Kolev", "Codreanu",
]  # fmt: skip
CLOSES = {"LOZ": time(17), "TVA": time(17), "BLG": time(17)}


@dataclass(kw_only=True)
class Villager:
    """Somebody who may come to the centre."""

    idnp: str
    surname: str
    family: list[str] = field(default_factory=list)
    case: str = ""

    @property
    def index(self) -> bytes:
        return blind_index(self.idnp, purpose="person")


@dataclass(kw_only=True)
class Counters:
    """Work at one centre: its people, its operators, and the rows that it leaves."""

    centre: Centre
    operators: list[Operator]
    dice: random.Random
    villagers: list[Villager] = field(default_factory=list)
    rows: list[JournalRecord] = field(default_factory=list)
    visits: int = 0
    rare: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        weights = [1 / (rank + 2) for rank in range(len(COMMON))]
        names = self.dice.sample(COMMON, len(COMMON))
        for number in range(VILLAGERS):
            surname = self.dice.choices(names, weights)[0]
            self.villagers.append(Villager(idnp=f"20999{self.centre.pk:02}{number:06}", surname=surname))
        for group in range(0, VILLAGERS - 4, 4):
            several = self.villagers[group : group + 4]
            for one in several:
                one.family = [other.idnp for other in several if other is not one]

    def people(self) -> list[Person]:
        """Return the villagers as rows."""
        return [self.person(one) for one in self.villagers]

    def person(self, one: Villager) -> Person:
        """Return a person whom the population register named."""
        return Person(
            centre=self.centre, idnp=one.idnp, idnp_index=one.index, surname=one.surname, given_name="N.",
            first_seen_at=datetime(2026, 1, 1, tzinfo=ZoneInfo("UTC")),
        )  # fmt: skip

    def reading(self, person: Person, family: dict[str, str]) -> Reading:
        """Return what the population register said about a person; `family` is relation by IDNP."""
        rows = [{"relation": relation, "idnp": idnp} for idnp, relation in family.items()]
        return Reading(
            centre=self.centre, person=person, register="RSP", operation="person", outcome=ReadingOutcome.ANSWERED,
            facts=json.dumps({"family": rows}), read_at=person.first_seen_at, visit_number="V", legal_basis="HG",
            legal_reason="identification", operator_id=self.operators[0].pk,
        )  # fmt: skip

    def row(self, event: str, who: Villager, *, by: Operator, at: datetime, visit: str, **other: str) -> JournalRecord:
        """Write one event about a person."""
        made = JournalRecord(
            centre_id=self.centre.pk, at=at, event=event, operator_id=by.pk, operator_idnp=by.idnp,
            subject_index=who.index, subject_idnp=who.idnp, has_subject=True,
            assurance=other.get("assurance", "document-seen"), channel="desk", legal_basis="HG 322/2021",
            legal_reason="identification at the desk", visit_number=visit, case_number=other.get("case", ""),
            correlation_id="drill",
        )  # fmt: skip
        self.rows.append(made)
        return made

    def next_visit(self) -> str:
        """Return the number of the next visit."""
        self.visits += 1
        return f"{self.centre.code}-V-{self.visits}"

    def day_of(self, day: date, operator: Operator) -> None:
        """Let one operator work one day: visit after visit, from opening to closing and sometimes beyond."""
        zone = ZoneInfo(self.centre.time_zone)
        now = datetime.combine(day, time(8, self.dice.randrange(5, 40)), tzinfo=zone)
        closes = datetime.combine(day, CLOSES[self.centre.code], tzinfo=zone)
        stays = timedelta(minutes=self.dice.choices([0, 25, 50, 80], [86, 7, 5, 2])[0])
        while now < closes + stays:
            now = self.visit(operator, now)
            now += timedelta(minutes=self.dice.randrange(6, 40))
            if time(12) <= now.timetz().replace(tzinfo=None) < time(13):
                now = datetime.combine(day, time(13, self.dice.randrange(0, 15)), tzinfo=zone)

    def visit(self, operator: Operator, at: datetime) -> datetime:
        """Let one person be served; return when they leave."""
        who, number = self.dice.choice(self.villagers), self.next_visit()
        kind = self.dice.choices(
            ["case", "information", "again", "no document", "search", "several times"], [58, 22, 12, 2, 5, 1]
        )[0]
        at += timedelta(minutes=1)
        seen = "none" if kind == "no document" else "document-seen"
        self.row(READ, who, by=operator, at=at, visit=number, assurance=seen)
        if kind == "case":
            return self._case(who, operator, at, number)
        if kind == "again":
            asked = next((one for one in self.dice.sample(self.villagers, 30) if one.case), who)
            for minute in (1, 3):
                self.row(SHOWN, asked, by=operator, at=at + timedelta(minutes=minute), visit=number, case=asked.case)
            return at + timedelta(minutes=5)
        if kind == "search":
            for one in self.dice.sample(self.villagers, self.dice.randrange(2, 8)):
                self.row(FOUND, one, by=operator, at=at, visit=number, case=one.case or f"{self.centre.code}-0")
            return at + timedelta(minutes=4)
        if kind == "several times":
            self.rare["asked on"] = self.rare.get("asked on", 0) + 1
            self.row(READ, who, by=operator, at=at + timedelta(minutes=2), visit=number)
            return at + timedelta(minutes=3)
        return at + timedelta(minutes=self.dice.randrange(2, 9))

    def _case(self, who: Villager, operator: Operator, at: datetime, visit: str) -> datetime:
        who.case = f"{self.centre.code}-{self.visits}"
        family = [one for one in self.villagers if one.idnp in who.family]
        for other in family[: self.dice.choices([0, 1, 3], [80, 12, 8])[0]]:
            at += timedelta(seconds=40)
            self.row(READ, other, by=operator, at=at, visit=visit)
        for event in (CASE_BEGUN, READ, READ, SHOWN, OPENED, CASE_SENT):
            at += timedelta(minutes=self.dice.randrange(1, 4))
            self.row(event, who, by=operator, at=at, visit=visit, case=who.case)
        return at


def working_days(*, until: date, count: int) -> Iterator[date]:
    """Yield so many working days that end with `until`, the first one first."""
    found: list[date] = []
    day = until
    while len(found) < count:
        if day.weekday() < 5:
            found.append(day)
        day -= timedelta(days=1)
    yield from reversed(found)
