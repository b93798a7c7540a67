"""Reading visits, and the acting context that every act inside one carries."""

from ghiseu.foundation.access import ActingContext, Assurance, Channel
from ghiseu.foundation.wire import correlation_id
from ghiseu.modules.applicants.models import Person
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.visits.models import Visit, VisitState


def open_visit_at(desk_id: int) -> Visit | None:
    """Return the visit that is open at the desk, with its person and mandate."""
    return (
        Visit.objects.select_related("person", "mandate__subject", "operator")
        .filter(desk_id=desk_id, state=VisitState.OPEN)
        .first()
    )


def acting_in(
    visit: Visit,
    *,
    at_desk: AtDesk,
    subject: Person,
    legal_basis: str,
    legal_reason: str,
    case_number: str = "",
) -> ActingContext:
    """Return who acts for whom in this visit. Raises SubjectIsActor when the operator is the subject."""
    stands_in = subject.pk != visit.person_id
    mandate = visit.mandate if visit.mandate and visit.mandate.subject_id == subject.pk else None
    return ActingContext(
        subject_idnp=subject.idnp,
        subject_document=subject.document,
        identified_by=visit.identified_by,
        assurance=Assurance(visit.assurance),
        operator_idnp=at_desk.operator_idnp,
        operator_id=at_desk.operator_id,
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
