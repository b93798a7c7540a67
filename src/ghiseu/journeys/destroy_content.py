"""When the time to keep a case is over its content goes: number, service, dates, hashes and the journal are left."""

from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from django.db.models import Q

from ghiseu.foundation.access import ActingContext, Channel, SubjectIsActor, transaction
from ghiseu.foundation.audit import journal
from ghiseu.foundation.crypto import CannotOpen
from ghiseu.foundation.crypto.months import destroy_key_of
from ghiseu.foundation.store import the_store
from ghiseu.journeys.keep_until import is_over, rules, without_content
from ghiseu.journeys.load_case import acting_on, package_of
from ghiseu.modules.applicants.models import NameKey, Person, Reading
from ghiseu.modules.appointments.models import Appointment
from ghiseu.modules.cases import operations as cases
from ghiseu.modules.cases.models import CallTask, Case, CaseEvent, CaseField, Evidence
from ghiseu.modules.centres.models import Operator
from ghiseu.modules.centres.queries import former_place
from ghiseu.modules.custody.models import HandOver
from ghiseu.modules.documents.models import AgreementContent, Document, UploadSession
from ghiseu.modules.mandates.models import Mandate
from ghiseu.modules.submissions.models import Attempt, IncomingAnswer, Submission
from ghiseu.modules.visits.models import Visit, VisitState

log = structlog.get_logger()
# A night's work; what is left over waits for the next one.
AT_ONCE = 500
# No package keeps a case for less; what ended later is not even looked at.
_SHORTEST = timedelta(days=1)


def destroy_due(*, at: datetime) -> int:
    """Destroy the content of the cases of the scope's centre whose time is over; return how many. May be repeated."""
    with transaction():
        ended = Case.objects.filter(destroyed_at=None, restricted_at=None, ended_at__lt=at - _SHORTEST)
        by, candidates = rules(), without_content(ended).order_by("ended_at", "id")
        due = [case.pk for case in candidates.iterator() if is_over(case, by=by, at=at)][:AT_ONCE]
    return sum(_destroy_or_say(case_id, at=at) for case_id in due)


def _destroy_or_say(case_id: int, *, at: datetime) -> bool:
    """Destroy one case; one that cannot be journaled stays for a person to look at and does not hold up the others."""
    try:
        return destroy(case_id, at=at)
    except (SubjectIsActor, CannotOpen) as error:
        with transaction():
            number = Case.objects.values_list("number", flat=True).get(pk=case_id)
        log.warning("retention.not_destroyed", case_number=number, reason=type(error).__name__)
        return False


def destroy(case_id: int, *, at: datetime) -> bool:
    """Destroy the content of one case if its time is over; tell whether it was done. Opens its own transaction."""
    with transaction():
        case = cases.locked(case_id)
        if not is_over(case, by={case.package_id: package_of(case).retention.months}, at=at):
            return False
        acting = _acting(case)
        case.destroyed_at = at
        case.answers, case.overrides, case.missing_papers = {}, {}, []
        case.institution_reason = case.institution_number = case.alarm = case.delivery = case.public_code = ""
        case.save()  # first: the database lets what only grows be emptied from now on
        files = _take_out_documents(case)
        _take_out_values(case)
        _take_out_deliveries(case)
        destroy_key_of(case.pk)
        for person in {case.holder_id: case.holder, case.applicant_id: case.applicant}.values():
            _forget_unless_needed(person, at=at)
        journal.record(
            "cases.content.destroyed",
            acting=acting,
            at=at,
            object_type="case",
            object_id=case.number,
            details={"files": len(files)},
        )
    # Only now: a file that is gone while its row still needs it could not be had back.
    for sha256 in files:
        the_store().remove(sha256)
    return True


def _acting(case: Case) -> ActingContext:
    opener = former_place(operator=Operator.objects.get(pk=case.opened_by_id), desk=case.visit.desk)
    acting = acting_on(
        case, at_desk=opener, package=package_of(case), reason="the time to keep it was over", visit=case.visit
    )
    return replace(acting, channel=Channel.WORKER)


def _take_out_values(case: Case) -> None:
    CaseField.objects.filter(case=case).delete()
    CaseEvent.objects.filter(case=case).delete()
    Evidence.objects.filter(case=case).update(text="", details={})
    CallTask.objects.filter(case=case).update(note="")
    HandOver.objects.filter(case=case).update(to_name="", to_idnp="", identification_number="")
    for reading in Reading.objects.filter(case_number=case.number).defer("facts").order_by("id"):
        _empty_reading(reading)


def _take_out_documents(case: Case) -> list[str]:
    """Empty what the rows say in words; return the sealed files, which nobody else names."""
    files = Document.objects.filter(case=case).exclude(stored_sha256="").order_by("id")
    found = list(files.values_list("stored_sha256", flat=True))
    Document.objects.filter(case=case).update(title="", file_name="", signature_report={})
    UploadSession.objects.filter(case=case).update(title="", file_name="")
    AgreementContent.objects.filter(case=case).update(content="")
    return found


def _take_out_deliveries(case: Case) -> None:
    Submission.objects.filter(case=case).update(payload="", acting="", files=[])
    IncomingAnswer.objects.filter(submission__case=case).update(record="")
    Attempt.objects.filter(submission__case=case).update(note="")


def _forget_unless_needed(person: Person, *, at: datetime) -> None:
    """Empty what the centre knows of a person whom no case, visit, mandate or appointment needs any more.

    The number stays: rows that are left, and the journal, are about somebody.
    """
    if _is_needed(person, at=at):
        return
    person.surname = person.given_name = person.phone = person.email = person.contact_relative = ""
    person.birth_date = person.deceased_on = person.register_read_at = None
    person.save()
    NameKey.objects.filter(person=person).delete()
    for reading in Reading.objects.filter(person=person).defer("facts").order_by("id"):
        _empty_reading(reading)
    for visit in Visit.objects.filter(person=person).order_by("id"):
        visit.document_note = visit.document_says = ""
        visit.save(update_fields=["document_note", "document_says"])


def _is_needed(person: Person, *, at: datetime) -> bool:
    kept = Case.objects.filter(destroyed_at=None)
    if kept.filter(holder=person).exists() or kept.filter(applicant=person).exists():
        return True
    if Visit.objects.filter(person=person, state=VisitState.OPEN).exists():
        return True
    if Appointment.objects.filter(person=person, occupancy__ends_at__gte=at).exists():
        return True
    # One without an end would be needed for ever; whoever comes again on it shows it again.
    mandates = Mandate.objects.filter(Q(subject=person) | Q(representative=person), valid_until__isnull=False)
    return any(one.is_in_force(at.date()) for one in mandates.order_by("id"))


def _empty_reading(reading: Reading) -> None:
    reading.facts, reading.parameters = "", {}
    reading.save(update_fields=["facts", "parameters"])
