"""Whose data an incident touched: read from the journals of the centres, one after the other, never kept anywhere."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Min, Q, QuerySet

from ghiseu.foundation.access import ActingContext, Assurance, Channel, Scope, scoped_to, transaction
from ghiseu.foundation.audit import declared, journal
from ghiseu.foundation.audit.models import JournalRecord
from ghiseu.foundation.crypto import blind_indexes
from ghiseu.foundation.spreadsheet import as_csv
from ghiseu.foundation.wire import correlation_id
from ghiseu.journeys.mind_incident import centres_of, note
from ghiseu.modules.applicants.models import Person
from ghiseu.modules.centres.models import Centre, Operator
from ghiseu.modules.privacy.models import Incident
from ghiseu.modules.visits.models import Visit

LEGAL_BASIS = "Legea 195/2024"
REASON = "people affected by an incident"
EXPORTED = "privacy.affected.exported"
READINGS = "readings"
SHOWN = 20
# The kinds of acts that an incident may be about, besides all of them: by the beginning of their events.
KINDS_OF_ACTS = {
    READINGS: (),
    "people": ("applicants.", "visits.", "mandates."),
    "cases": ("cases.", "submissions.", "custody."),
    "documents": ("documents.",),
    "payments": ("payments.",),
    "appointments": ("appointments.",),
    "exports": ("journeys.",),
}
HEAD = ("name", "idnp_or_document", "phone", "email", "language", "centre", "first_act", "last_act", "acts", "number")


@dataclass(frozen=True, kw_only=True)
class Affected:
    """One person at one centre: who, how to reach them, and what the journal has of the incident about them."""

    subject: str
    name: str
    phone: str
    email: str
    language: str
    centre: str
    first_at: datetime
    last_at: datetime
    acts: int
    visit_number: str
    case_number: str

    @property
    def number(self) -> str:
        return self.case_number or self.visit_number


@dataclass(frozen=True, kw_only=True)
class Counted:
    """How many people and acts, by centre and by language of their papers.

    `subjects` are the identifiers of those with the newest acts, at most 20, to be masked.
    """

    people: int
    acts: int
    by_centre: tuple[tuple[str, int], ...]
    by_language: tuple[tuple[str, int], ...]
    subjects: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class _Group:
    """What the journal of one centre has about one person: how many acts, the newest, the language of papers."""

    acts: int
    newest: int
    language: str


def count_affected(*, incident_id: int, by_id: int, at: datetime) -> Counted:
    """Return how many people the incident touched; the journals of their centres say that they were counted.

    The database counts; only the identifiers that are shown are opened, and those of people under an earlier index key
    or without IDNP. Between a change of keys and its end (`keys reseal`) a person of two centres may count twice.
    Raises Incident.DoesNotExist.
    """
    with transaction():
        incident = Incident.objects.get(pk=incident_id)
        centres = centres_of(incident.centre_code)
    people: dict[bytes, tuple[_Group, Centre]] = {}
    by_centre, acts = [], 0
    for centre in centres:
        groups = _count_in_centre(incident, centre, by_id=by_id)
        if groups:
            by_centre.append((centre.name, len(groups)))
            note("privacy.affected.counted", incident, centres=[centre], by_id=by_id, at=at, people=len(groups))
        acts += sum(one.acts for one in groups.values())
        people.update({index: (one, centre) for index, one in groups.items()})
    newest = sorted(people.values(), key=lambda one: one[0].newest, reverse=True)[:SHOWN]
    return Counted(
        people=len(people),
        acts=acts,
        by_centre=tuple(by_centre),
        by_language=tuple(sorted(Counter(one.language for one, _ in people.values()).items())),
        subjects=_identifiers([(one.newest, centre) for one, centre in newest], by_id=by_id),
    )


def _count_in_centre(incident: Incident, centre: Centre, *, by_id: int) -> dict[bytes, _Group]:
    """Return what one centre has, by the index of the person."""
    with scoped_to(Scope(centre_id=centre.pk, operator_id=by_id)), transaction():
        rows = _rows(incident, centre).order_by().values_list("subject_index")
        counts = rows.annotate(acts=Count("pk"), newest=Max("sequence"))
        grouped = {bytes(index or b""): (acts, newest) for index, acts, newest in counts}
        known = Person.objects.filter(centre_id=centre.pk, idnp_index__in=list(grouped))
        languages = {bytes(index or b""): word for index, word in known.values_list("idnp_index", "language")}
        found = {
            index: _Group(acts=acts, newest=newest, language=languages[index])
            for index, (acts, newest) in grouped.items()
            if index in languages
        }
        _add_others([one for index, one in grouped.items() if index not in languages], centre, to=found)
        return found


def _add_others(others: list[tuple[int, int]], centre: Centre, *, to: dict[bytes, _Group]) -> None:
    """Add people whom the index alone does not find, as number of acts and newest row. Opens their identifiers."""
    subjects = _subjects_of([newest for _, newest in others], centre)
    people = _people(set(subjects.values()))
    for acts, newest in others:
        subject = subjects[newest]
        present, *earlier = blind_indexes(subject, purpose="person")
        index = next((key for key in earlier if key in to), present)
        person, before = people.get(subject), to.get(index)
        language = person.language if person else "ro"
        to[index] = _Group(
            acts=acts + (before.acts if before else 0),
            newest=max(newest, before.newest if before else 0),
            language=before.language if before else language,
        )


def _subjects_of(sequences: Iterable[int], centre: Centre) -> dict[int, str]:
    """Return the identifiers in these rows of the centre's journal. Call it inside a transaction in its scope."""
    rows = JournalRecord.objects.filter(centre_id=centre.pk, sequence__in=list(sequences))
    return dict(rows.values_list("sequence", "subject_idnp"))


def _identifiers(shown: Iterable[tuple[int, Centre]], *, by_id: int) -> tuple[str, ...]:
    by_centre: dict[Centre, list[int]] = defaultdict(list)
    for sequence, centre in shown:
        by_centre[centre].append(sequence)
    found: set[str] = set()
    for centre, sequences in by_centre.items():
        with scoped_to(Scope(centre_id=centre.pk, operator_id=by_id)), transaction():
            found |= set(_subjects_of(sequences, centre).values())
    return tuple(sorted(found))


def export_affected(*, incident_id: int, by_id: int, at: datetime) -> bytes:
    """Return the list as a table for a spreadsheet; each person's journal says that they stand on it.

    The officer is left out: nobody handles their own matter. Raises Incident.DoesNotExist.
    """
    with transaction():
        incident = Incident.objects.get(pk=incident_id)
        officer = Operator.objects.get(pk=by_id)
        centres = centres_of(incident.centre_code)
    found: list[Affected] = []
    for centre in centres:
        rows = [one for one in _in_centre(incident, centre, by_id=by_id) if one.subject != officer.idnp]
        with scoped_to(Scope(centre_id=centre.pk, operator_id=by_id)), transaction():
            journal.record_each(
                EXPORTED,
                shown=[(_acting(one, centre, officer), str(incident.pk)) for one in rows],
                object_type="incident",
                at=at,
            )
        found += rows
    return as_csv(head=HEAD, rows=[_cells(one) for one in found])


def events_of(acts: str) -> list[str]:
    """Return the events of a kind of acts; the list itself and what was asked by the person are no incident."""
    about_people = [one for one in declared() if one.has_subject and one.name != EXPORTED]
    if acts == READINGS:
        return [one.name for one in about_people if one.reads]
    beginnings = KINDS_OF_ACTS.get(acts, ("",))
    return [one.name for one in about_people if one.name.startswith(beginnings)]


def _in_centre(incident: Incident, centre: Centre, *, by_id: int) -> list[Affected]:
    """Return the people of one centre, by the moment of the last act, newest first."""
    with scoped_to(Scope(centre_id=centre.pk, operator_id=by_id)), transaction():
        grouped = list(
            _rows(incident, centre)
            .order_by()
            .values("subject_index")
            .annotate(first_at=Min("at"), last_at=Max("at"), acts=Count("pk"), newest=Max("sequence"))
        )
        wanted = [one["newest"] for one in grouped]
        newest = JournalRecord.objects.filter(centre_id=centre.pk).in_bulk(wanted)
        people = _people({newest[one["newest"]].subject_idnp for one in grouped})
        joined: dict[str, Affected] = {}
        for one in sorted(grouped, key=lambda group: group["newest"], reverse=True):
            row = newest[one["newest"]]
            person = people.get(row.subject_idnp)
            known = joined.get(row.subject_idnp)  # met under another key of the index
            joined[row.subject_idnp] = Affected(
                subject=row.subject_idnp,
                name=person.full_name if person else "",
                phone=person.phone if person else "",
                email=person.email if person else "",
                language=person.language if person else "ro",
                centre=centre.name,
                first_at=min(one["first_at"], known.first_at) if known else one["first_at"],
                last_at=max(one["last_at"], known.last_at) if known else one["last_at"],
                acts=one["acts"] + (known.acts if known else 0),
                visit_number=row.visit_number,
                case_number=row.case_number,
            )
        return list(joined.values())


def _rows(incident: Incident, centre: Centre) -> "QuerySet[JournalRecord]":
    # The centre is named besides its policy: beside that of the person's own rows the policy finds no index.
    rows = JournalRecord.objects.filter(
        centre_id=centre.pk,
        has_subject=True,
        at__gte=incident.from_at,
        at__lte=incident.to_at,
        event__in=events_of(incident.acts),
    )
    if incident.operator_number is not None:
        rows = rows.filter(operator_id=incident.operator_number)
    if incident.desk_number is not None:
        there = Visit.objects.filter(desk_id=incident.desk_number, opened_at__lte=incident.to_at)
        still = there.filter(Q(ended_at=None) | Q(ended_at__gte=incident.from_at))
        rows = rows.filter(visit_number__in=still.values("number"))
    return rows


def _people(subjects: Iterable[str]) -> dict[str, Person]:
    """Return the people of the scope's centre by IDNP or document."""
    wanted = list(subjects)
    by_idnp = [index for one in wanted for index in blind_indexes(one, purpose="person")]
    by_document = [index for one in wanted for index in blind_indexes(one, purpose="document")]
    found = Person.objects.filter(Q(idnp_index__in=by_idnp) | Q(document_index__in=by_document))
    return {one.idnp or one.document: one for one in found}


def _acting(one: Affected, centre: Centre, officer: Operator) -> ActingContext:
    is_idnp = len(one.subject) == 13 and one.subject.isdecimal()  # noqa: PLR2004 - digits of an IDNP
    return ActingContext(
        subject_idnp=one.subject if is_idnp else "",
        subject_document="" if is_idnp else one.subject,
        identified_by="",
        assurance=Assurance.NONE,
        operator_idnp=officer.idnp,
        operator_id=officer.pk,
        centre_id=centre.pk,
        centre_code=centre.code,
        legal_entity_idno=centre.idno,
        legal_basis=LEGAL_BASIS,
        legal_reason=REASON,
        channel=Channel.SUPPORT,
        language=officer.language,
        visit_number=one.visit_number,
        case_number=one.case_number,
        correlation_id=correlation_id(),
    )


def _cells(one: Affected) -> tuple[str | int | datetime, ...]:
    return (
        one.name, one.subject, one.phone, one.email, one.language, one.centre, one.first_at, one.last_at, one.acts,
        one.number,
    )  # fmt: skip
