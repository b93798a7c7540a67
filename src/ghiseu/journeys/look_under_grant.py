"""Support reads one case of a centre under a grant: first the journal says so, and nothing can be changed."""

from dataclasses import dataclass
from datetime import datetime

from ghiseu.foundation.access import ActingContext, Assurance, Channel, reading, scoped_to, transaction
from ghiseu.foundation.audit import journal
from ghiseu.foundation.wire import correlation_id
from ghiseu.journeys.load_case import NoSuchCase, case_numbered, package_of
from ghiseu.modules.cases.models import Case, CaseEvent
from ghiseu.modules.centres import grants
from ghiseu.modules.centres.grant_models import AccessGrant
from ghiseu.modules.centres.models import Operator
from ghiseu.modules.submissions.models import Attempt


@dataclass(frozen=True, kw_only=True)
class Read:
    """What support needs to find out why a case stands still. No identifier and nothing that was typed."""

    grant_id: int
    ends_at: datetime | None
    number: str
    service: str
    state: str
    holder: str
    institution: str
    institution_number: str
    opened_at: datetime
    changed_at: datetime
    events: tuple[tuple[datetime, str], ...]
    attempts: tuple[tuple[datetime, str, str], ...]


def look(*, case_number: str, operator_id: int, language: str, at: datetime) -> Read:
    """Return the case as it stands; the journal of its centre has the reading with the grant's number before.

    Raises NoSuchCentre, NotInForce, NoSuchCase, SubjectIsActor.
    """
    with transaction():
        operator = Operator.objects.get(pk=operator_id)
        scope = grants.scope_of(case_number, operator_id=operator_id)
    with scoped_to(scope):
        with transaction():
            grant = grants.in_force(case_number=case_number, scope=scope, at=at)
            case = case_numbered(case_number)
            if case.restricted_at is not None:  # kept for those who answer for the data, not for support
                raise NoSuchCase(case_number)
            journal.record(
                "cases.case.shown-under-grant",
                acting=_acting(case, operator, grant),
                at=at,
                object_type="case",
                object_id=case.number,
                details={"grant": grant.pk},
            )
        with reading():
            return _read(case_numbered(case_number), grant, language=language)


def _acting(case: Case, operator: Operator, grant: AccessGrant) -> ActingContext:
    package, centre = package_of(case), case.centre
    return ActingContext(
        subject_idnp=case.holder.idnp,
        subject_document=case.holder.document,
        identified_by=case.visit.identified_by,
        assurance=Assurance(case.visit.assurance),
        operator_idnp=operator.idnp,
        operator_id=operator.pk,
        centre_id=centre.pk,
        centre_code=centre.code,
        legal_entity_idno=centre.idno,
        legal_basis=package.legal_basis[0].act,
        legal_reason=f"{package.code}: support, access grant {grant.pk}",
        channel=Channel.SUPPORT,
        language=case.visit.language,
        visit_number=case.visit.number,
        case_number=case.number,
        correlation_id=correlation_id(),
    )


def _read(case: Case, grant: AccessGrant, *, language: str) -> Read:
    events = CaseEvent.objects.filter(case=case).order_by("-id").values_list("at", "key")[:50]
    tries = Attempt.objects.filter(submission__case=case).order_by("-id").values_list("started_at", "kind", "outcome")
    return Read(
        grant_id=grant.pk,
        ends_at=grant.ends_at,
        number=case.number,
        service=package_of(case).name(language),
        state=case.state,
        holder=case.holder.full_name,
        institution=case.institution,
        institution_number=case.institution_number,
        opened_at=case.opened_at,
        changed_at=case.changed_at,
        events=tuple(events),
        attempts=tuple(tries[:50]),
    )
