"""My data here: everything that is kept about the person at the desk, in all centres, for them to take along.

Other centres are read one after the other, each in its own scope, and only those that the journal names for this
person: whoever is known anywhere stands in that centre's journal from the first visit on, and the journal loses
nothing. So no table needs a second, wider policy, and what a centre is not named for is not even asked.
"""

import json
from datetime import datetime

from ghiseu.foundation.access import ActingContext, Scope, rows_about, scoped_to, transaction
from ghiseu.foundation.audit import Event, declare, journal
from ghiseu.foundation.audit.models import JournalRecord
from ghiseu.foundation.crypto import blind_indexes
from ghiseu.journeys.load_case import READS_RESTRICTED
from ghiseu.journeys.my_data_reading import Json, Row, kept_about, known_person, moment, recipients_at
from ghiseu.journeys.who_looked import IdentityNotSeen, LookLine, who_looked
from ghiseu.modules.applicants.models import Person
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.centres.models import Centre
from ghiseu.modules.visits.models import Visit
from ghiseu.modules.visits.queries import acting_in

FORMAT = "ghiseu-my-data/1"
LEGAL_BASIS = "Legea 195/2024"
REASON = "own data, asked by the person"
EXPORTED = "journeys.data.exported"
_IDENTIFIED = {"document-seen", "document-read"}

declare(Event(name=EXPORTED, meaning="The person was given a copy of everything kept about them", reads=True))


def my_data(*, visit: Visit, at_desk: AtDesk, language: str, form: str, at: datetime) -> Row:
    """Return the person's data as docs/interfaces/my-data.schema.json has it; `form` is paper or file.

    Each time is an export in the journal, with the number of centres read. Texts are in `language`.
    Raises IdentityNotSeen and SubjectIsActor.
    """
    if visit.assurance not in _IDENTIFIED:
        raise IdentityNotSeen
    person = visit.person
    with transaction():
        acting = acting_in(visit, at_desk=at_desk, subject=person, legal_basis=LEGAL_BASIS, legal_reason=REASON)
        centres = _centres_of(acting)
        journal.record(
            EXPORTED, acting=acting, at=at, object_type="person", details={"form": form, "centres": len(centres)}
        )
        kept: list[Json] = []
        recipients: list[Row] = []
        for centre in centres:
            with scoped_to(Scope(centre_id=centre.pk, operator_id=at_desk.operator_id)), transaction():
                known = known_person(idnp=person.idnp, document=person.document)
                kept += _kept_in(centre, known, language=language, at_desk=at_desk) if known else []
                recipients += recipients_at(known, language=language) if known else []
        looks = who_looked(visit=visit, at_desk=at_desk, language=language, at=at)
    return {
        "format": FORMAT,
        "made_at": moment(at),
        "made_in": {"code": at_desk.centre_code, "name": at_desk.centre_name},
        "visit": visit.number,
        "language": language,
        "legal_basis": LEGAL_BASIS,
        "person": {"name": person.full_name, "idnp": person.idnp, "document": person.document},
        "centres": kept,
        "recipients": [*sorted(recipients, key=lambda one: str(one["at"]))],
        "look_ups": [_look_up(one) for one in looks],
    }


def as_file(data: Row) -> bytes:
    """Return the file to be given to the person: JSON in UTF-8, indented, so that a person can read it too."""
    return json.dumps(data, ensure_ascii=False, indent=2).encode() + b"\n"


def _kept_in(centre: Centre, known: Person, *, language: str, at_desk: AtDesk) -> list[Json]:
    is_here = centre.pk == at_desk.centre_id
    named: Row = {"code": centre.code, "name": centre.name}
    return [
        named | kept_about(known, language=language, reads_restricted=is_here and at_desk.has_role(*READS_RESTRICTED))
    ]


def _centres_of(acting: ActingContext) -> list[Centre]:
    """Return the centres whose journal names the person, and the present one, by name."""
    indexes = blind_indexes(acting.subject_idnp or acting.subject_document, purpose="person")
    with rows_about(indexes):
        rows = JournalRecord.objects.filter(subject_index__in=indexes).order_by("centre_id")
        named = set(rows.values_list("centre_id", flat=True).distinct())
    return list(Centre.objects.filter(pk__in=named | {acting.centre_id}).order_by("name", "id"))


def _look_up(one: LookLine) -> Row:
    return {
        "first_at": moment(one.first_at),
        "last_at": moment(one.last_at),
        "count": one.count,
        "what": one.what,
        "why": one.purpose,
        "institution": one.institution,
        "centre": one.centre,
        "operator": one.operator,
        "legal_basis": one.legal_basis,
        "number": one.number,
    }
