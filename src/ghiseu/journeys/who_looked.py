"""Who looked at my data: for the person at the desk, everything that the journal of any centre says about them.

In it is what was done while they stood there for somebody else; whom for is not told anew.

The person has a right to dates and purposes, not to the names of employees (Court of Justice, C-579/21); so an operator
is told by role and number, and the name stays in the journal.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings

from ghiseu.foundation import clock
from ghiseu.foundation.access import ActingContext, Assurance, Channel, rows_about, transaction
from ghiseu.foundation.audit import Event, declare, journal
from ghiseu.foundation.audit.models import JournalRecord
from ghiseu.foundation.crypto import blind_indexes
from ghiseu.journeys.make_papers import institution_name
from ghiseu.journeys.paper_words import say
from ghiseu.journeys.plain_events import KEPT_BY, in_language, plain_event
from ghiseu.journeys.plain_purposes import plain_purpose, service_in
from ghiseu.modules.catalogue import queries as catalogue
from ghiseu.modules.catalogue.package import Package
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.centres.models import Assignment, Centre, Role
from ghiseu.modules.visits.models import Visit
from ghiseu.modules.visits.queries import acting_in

# The person's right of access to their own data, and to the record of who read it.
LEGAL_BASIS = "Legea 195/2024"
REASON = "who looked, asked by the person"
LOOKS_BACK = timedelta(days=731)
SHOWN, PRINTED = "journeys.looks.shown", "journeys.looks.printed"
_IDENTIFIED = {Assurance.DOCUMENT_SEEN, Assurance.DOCUMENT_READ}
_COLUMNS = (
    "at", "event", "centre_id", "operator_id", "object_type", "channel", "legal_basis", "legal_reason",
    "visit_number", "case_number",
)  # fmt: skip
_FOR_ANOTHER = ("{} (ați venit pentru altcineva)", "{} (вы пришли за другого)", "{} (You came for somebody else.)")
_OPERATOR = ("operator nr. {}", "оператор № {}", "operator no. {}")
_LEAD = ("șef de centru, operator nr. {}", "начальник центра, оператор № {}", "head of the centre, operator no. {}")
_BY_ITSELF = ("sistemul, pentru operatorul nr. {}", "система, за оператора № {}", "the system, for operator no. {}")

declare(
    Event(name=SHOWN, meaning="The person was shown who looked at their data", reads=True),
    Event(name=PRINTED, meaning="The person was given a paper that says who looked at their data", reads=True),
)


class IdentityNotSeen(Exception):
    """No identity document was seen in this visit: nobody is told about a person whose number was only typed."""


@dataclass(frozen=True, kw_only=True)
class LookLine:
    """One kind of act of one operator in one visit, however often it was repeated. Texts are in one language.

    `operator` is role and number, never a name; `number` that of the case, or of the visit where there was none.
    """

    first_at: datetime
    last_at: datetime
    count: int
    institution: str
    centre: str
    operator: str
    what: str
    purpose: str
    legal_basis: str
    number: str


def who_looked(
    *, visit: Visit, at_desk: AtDesk, language: str, at: datetime, is_printed: bool = False
) -> list[LookLine]:
    """Return what happened to the data of the visit's person in 24 months, newest first; the asking is in it.

    Raises IdentityNotSeen and SubjectIsActor. May be repeated; each time is an event.
    """
    if visit.assurance not in _IDENTIFIED:
        raise IdentityNotSeen
    person = visit.person
    with transaction():
        acting = acting_in(visit, at_desk=at_desk, subject=person, legal_basis=LEGAL_BASIS, legal_reason=REASON)
        journal.record(PRINTED if is_printed else SHOWN, acting=acting, at=at, object_type="journal")
        rows, for_others = _rows_about(acting, since=at - LOOKS_BACK)
        groups: dict[tuple[object, ...], list[JournalRecord]] = defaultdict(list)
        for row in rows:
            groups[(row.sequence in for_others, *_alike(row))].append(row)
        words = _Words.of(rows, language=language, at_desk=at_desk, at=at)
        lines = [words.line(same, for_another=key[0] is True) for key, same in groups.items()]
        return sorted(lines, key=lambda one: one.last_at, reverse=True)


def _rows_about(acting: ActingContext, *, since: datetime) -> tuple[list[JournalRecord], frozenset[int]]:
    """Return the person's rows of all centres, newest first, and which of them are of acts for somebody else.

    What is sealed in them stays sealed.
    """
    indexes = blind_indexes(acting.subject_idnp or acting.subject_document, purpose="person")
    with rows_about(indexes):
        own = JournalRecord.objects.filter(subject_index__in=indexes, at__gte=since).only(*_COLUMNS)
        for_others = frozenset(journal.of_representative(indexes, since=since))
        others = JournalRecord.objects.filter(sequence__in=for_others).only(*_COLUMNS)
        found = [*own.order_by("-sequence"), *others.order_by("-sequence")]
    return sorted(found, key=lambda row: (row.at, row.sequence), reverse=True), for_others


def _alike(row: JournalRecord) -> tuple[object, ...]:
    return (
        row.centre_id, row.operator_id, row.channel, row.event, row.object_type.partition(":")[0], row.visit_number,
        row.case_number, row.legal_basis, row.legal_reason,
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class _Words:
    """What rows are called in one language."""

    language: str
    centres: Mapping[int, Centre]
    leads: tuple[Assignment, ...]
    packages: Mapping[str, Package]

    @classmethod
    def of(cls, rows: Iterable[JournalRecord], *, language: str, at_desk: AtDesk, at: datetime) -> "_Words":
        """Read what is needed to name these rows."""
        many = list(rows)
        centres = {row.centre_id for row in many}
        operators = {row.operator_id for row in many if row.operator_id is not None}
        leads = Assignment.objects.filter(role=Role.CENTRE_LEAD, centre_id__in=centres, operator_id__in=operators)
        return cls(
            language=language,
            centres=Centre.objects.in_bulk(centres),
            leads=tuple(leads.order_by("id")),
            packages=_packages(
                {service_in(row.legal_reason) for row in many} - {""}, on=clock.today(at_desk.time_zone, at=at)
            ),
        )

    def line(self, same: list[JournalRecord], *, for_another: bool) -> LookLine:
        """Return the line of rows that are alike, the newest first."""
        row = same[0]
        what = plain_event(row.event, row.object_type, self.language)
        return LookLine(
            first_at=same[-1].at,
            last_at=row.at,
            count=len(same),
            institution=self._institution(row),
            centre=self._centre(row),
            operator=self._operator(row),
            what=in_language(_FOR_ANOTHER, self.language).format(what) if for_another else what,
            purpose=plain_purpose(row.legal_reason, packages=self.packages, language=self.language),
            legal_basis=row.legal_basis,
            number=row.case_number or row.visit_number,
        )

    def _centre(self, row: JournalRecord) -> str:
        known = self.centres.get(row.centre_id)
        return f"{say('centre', self.language)} {known.name}" if known else str(row.centre_id)

    def _institution(self, row: JournalRecord) -> str:
        """Return whose register was read or whose matter it is; without either it is the centre's own doing."""
        if row.event == "applicants.person.read":
            register = row.object_type.partition(".")[0]
            return institution_name(KEPT_BY.get(register, register), self.language)
        code = service_in(row.legal_reason)
        if not code:
            return self._centre(row)
        package = self.packages.get(code)
        return institution_name(package.institution if package else code.partition(".")[0], self.language)

    def _operator(self, row: JournalRecord) -> str:
        if row.channel == Channel.WORKER:
            return in_language(_BY_ITSELF, self.language).format(row.operator_id)
        known = self.centres.get(row.centre_id)
        on = clock.today(known.time_zone if known else settings.TIME_ZONE, at=row.at)
        leads = any(
            (one.operator_id, one.centre_id) == (row.operator_id, row.centre_id) and one.is_in_force(on)
            for one in self.leads
        )
        return in_language(_LEAD if leads else _OPERATOR, self.language).format(row.operator_id)


def _packages(codes: set[str], *, on: date) -> dict[str, Package]:
    found = {}
    for code in codes:
        try:
            found[code] = catalogue.present_package(code, on=on)
        except catalogue.NoSuchService:  # withdrawn since; the row still names it
            continue
    return found
