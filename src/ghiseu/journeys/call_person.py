"""One call to make, on screen: whom, how they are reached, and the one sentence to say. Each look leaves a trace."""

from dataclasses import dataclass
from datetime import date, datetime

from ghiseu.foundation.access import ActingContext, SubjectIsActor, require_transaction
from ghiseu.foundation.audit import journal
from ghiseu.journeys.load_case import CaseIsRestricted, cases_numbered, package_of
from ghiseu.journeys.mind_work import require_caller
from ghiseu.journeys.show_case import covers_call
from ghiseu.journeys.tell_person import facts_of
from ghiseu.modules.appointments.queries import of_case
from ghiseu.modules.cases.models import CallReason, CallTask, Case
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.notifications.texts import language_of, spoken
from ghiseu.modules.visits.queries import acting_in


@dataclass(frozen=True, kw_only=True)
class CallToMake:
    """What the caller sees. Without phone and relative nobody can be called; `sentence` is in `language`."""

    id: int
    number: str
    person: str
    phone: str
    relative: str
    email: str
    reason: str
    sentence: str
    language: str
    due: date
    note: str
    unanswered: int
    is_done: bool


def open_call(*, task_id: int, at_desk: AtDesk, at: datetime) -> CallToMake:
    """Return the call with what to say, and note in the journal that it was looked at.

    Raises CallTask.DoesNotExist, CallIsForTheLead, CaseIsRestricted, SubjectIsActor,
    NoTransaction.
    """
    require_transaction()
    task = CallTask.objects.select_related("case").get(pk=task_id)
    require_caller(task, at_desk=at_desk)
    if covers_call(task, at_desk=at_desk):
        raise CaseIsRestricted(task.case.number)
    case = cases_numbered([task.case.number])[task.case.number]
    person, acting = case.applicant, _acting(case, at_desk=at_desk)
    journal.record("cases.call.shown", acting=acting, at=at, object_type="call", object_id=str(task.pk))
    language = language_of(person.language)
    through_relative = not person.phone and bool(person.contact_relative)
    return CallToMake(
        id=task.pk,
        number=case.number,
        person=person.full_name,
        phone=person.phone,
        relative=person.contact_relative,
        email=person.email,
        reason=task.reason,
        sentence=_sentence(case, task, language=language, through_relative=through_relative),
        language=language,
        due=task.due_on,
        note=task.note,
        unanswered=task.unanswered,
        is_done=task.done_at is not None,
    )


def _acting(case: Case, *, at_desk: AtDesk) -> ActingContext:
    if case.holder.idnp == at_desk.operator_idnp:
        raise SubjectIsActor(case.number)
    return acting_in(
        case.visit,
        at_desk=at_desk,
        subject=case.applicant,  # whose name and phone stand there
        legal_basis=package_of(case).legal_basis[0].act,
        legal_reason=f"{case.package.code}: call list shown",
        case_number=case.number,
    )


def _sentence(case: Case, task: CallTask, *, language: str, through_relative: bool) -> str:
    booked = of_case(case.pk).filter(state="confirmed").first() if task.reason == CallReason.APPOINTMENT else None
    reason = CallReason(task.reason)
    if reason is CallReason.APPOINTMENT and booked is None:
        reason = CallReason.NO_CHANNEL  # it was cancelled meanwhile: only that they should come is left to be said
    values = facts_of(case, booked)
    return spoken(reason, language=language, through_relative=through_relative, values=values)
