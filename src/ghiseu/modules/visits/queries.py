"""Reading visits, and the acting context that every act inside one carries."""

from ghiseu.foundation.access import ActingContext, Assurance, Channel
from ghiseu.foundation.wire import correlation_id
from ghiseu.modules.applicants.models import Person
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.mandates.models import Mandate
from ghiseu.modules.visits.models import Visit, VisitState


def open_visit_at(desk_id: int) -> Visit | None:
    """Return the visit that is open at the desk, with its person and mandate."""
    open_ones = Visit.objects.select_related("person", "mandate__subject", "operator").filter(
        desk_id=desk_id, state=VisitState.OPEN
    )
    # At most one by constraint. Asked for "the first", the database would walk through all that ever were.
    return next(iter(open_ones), None)


def visit_of(at_desk: AtDesk) -> Visit | None:
    """Return the visit that this operator has open at this desk; what a colleague left open there is not theirs."""
    found = open_visit_at(at_desk.desk_id)
    return found if found is not None and found.operator_id == at_desk.operator_id else None


def visit_acted_in(acting: ActingContext) -> Visit | None:
    """Return the visit that the act was done in, with its person."""
    return Visit.objects.select_related("person").filter(number=acting.visit_number).first()


def acting_in(
    visit: Visit,
    *,
    at_desk: AtDesk,
    subject: Person,
    on_mandate: Mandate | None = None,
    legal_basis: str,
    legal_reason: str,
    case_number: str = "",
) -> ActingContext:
    """Return who acts for whom in this visit. Raises SubjectIsActor when the operator is the subject.

    `on_mandate` is the one that a case was opened on; without it the visit's own, if it is for this subject.
    """
    stands_in = subject.pk != visit.person_id
    mandate = on_mandate or visit.mandate
    if mandate is not None and (not stands_in or mandate.subject_id != subject.pk):
        mandate = None
    return ActingContext(
        subject_idnp=subject.idnp,
        subject_document=subject.document,
        identified_by=visit.identified_by,
        assurance=Assurance(visit.assurance),
        operator_idnp=at_desk.operator_idnp,
        operator_id=at_desk.operator_id,
        operator_mpower_number=at_desk.operator_mpower_number,
        centre_id=at_desk.centre_id,
        centre_code=at_desk.centre_code,
        legal_entity_idno=at_desk.centre_idno,
        represented_by_idnp=(visit.person.idnp or visit.person.document) if stands_in else "",
        mandate=f"{mandate.kind}:{mandate.pk}" if mandate else "",
        legal_basis=legal_basis,
        legal_reason=legal_reason,
        channel=Channel.DESK,
        language=visit.language,
        visit_number=visit.number,
        case_number=case_number,
        correlation_id=correlation_id(),
    )
