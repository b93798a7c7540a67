"""Opening and ending visits."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError

from ghiseu.foundation.access import ActingContext, Assurance, require_transaction, transaction
from ghiseu.foundation.audit import journal
from ghiseu.modules.applicants.models import Person
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.mandates.models import Mandate
from ghiseu.modules.visits.models import IdentifiedBy, Visit, VisitOutcome, VisitState
from ghiseu.modules.visits.numbering import next_number


class DeskHasOpenVisit(Exception):
    """Another visit is open at this desk; it has to be ended first."""


@dataclass(frozen=True, kw_only=True)
class Identification:
    """How the person was identified. The assurance follows from this and from nothing else."""

    by: IdentifiedBy
    machine_read: bool = False
    document_note: str = ""
    document_says: Mapping[str, str] = field(default_factory=dict)

    @property
    def assurance(self) -> Assurance:
        if self.by == IdentifiedBy.NOT_SEEN:
            return Assurance.NONE
        return Assurance.DOCUMENT_READ if self.machine_read else Assurance.DOCUMENT_SEEN


def open_visit(
    *, at_desk: AtDesk, person: Person, identification: Identification, language: str, year: int, at: datetime
) -> Visit:
    """Open the one visit of this desk. Raises DeskHasOpenVisit, NoTransaction."""
    require_transaction()
    number = next_number(centre_code=at_desk.centre_code, year=year)
    try:
        with transaction():
            return Visit.objects.create(
                centre_id=at_desk.centre_id,
                desk_id=at_desk.desk_id,
                operator_id=at_desk.operator_id,
                number=number,
                person=person,
                identified_by=identification.by,
                assurance=identification.assurance,
                document_note=identification.document_note,
                document_says=json.dumps(dict(identification.document_says)) if identification.document_says else "",
                language=language,
                opened_at=at,
            )
    except IntegrityError as error:
        if "visits_one_open_visit_per_desk" in str(error):
            raise DeskHasOpenVisit from error
        raise


def flag_relative(*, visit: Visit, acting: ActingContext, at: datetime) -> None:
    """Mark that the person is a relative of the operator. Safe to repeat."""
    require_transaction()
    if visit.is_relative_of_operator:
        return
    visit.is_relative_of_operator = True
    visit.save(update_fields=["is_relative_of_operator"])
    journal.record("visits.visit.relative-flagged", acting=acting, at=at)


def act_for(*, visit: Visit, mandate: Mandate | None, acting: ActingContext, at: datetime) -> None:
    """From now on the person at the desk acts for the mandate's subject, or (None) for themselves again."""
    require_transaction()
    visit.mandate = mandate
    visit.save(update_fields=["mandate"])
    if mandate is None:
        journal.record("visits.visit.acting-for-oneself", acting=acting, at=at)
        return
    journal.record("visits.visit.acting-for", acting=acting, at=at, object_type="mandate", object_id=str(mandate.pk))


def end_visit(*, visit: Visit, outcome: VisitOutcome, acting: ActingContext, at: datetime) -> Visit:
    """End the visit. Ending an ended visit changes nothing. Raises NoTransaction."""
    require_transaction()
    locked = Visit.objects.select_for_update(of=("self",)).get(pk=visit.pk)
    if locked.state == VisitState.ENDED:
        return locked
    event = locked.move_to(VisitState.ENDED)
    locked.ended_at, locked.outcome = at, outcome
    locked.save(update_fields=["state", "ended_at", "outcome"])
    journal.record(event, acting=acting, at=at, outcome=outcome)
    return locked
