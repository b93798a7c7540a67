"""When the time to keep a case is over its content goes: number, service, dates, hashes and the journal are left.

So does, outside any case, what a request to correct a register says.
"""

from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from ghiseu.foundation.access import ActingContext, Channel, SubjectIsActor, transaction
from ghiseu.foundation.audit import journal
from ghiseu.foundation.crypto import CannotOpen
from ghiseu.foundation.crypto.months import destroy_key_of
from ghiseu.foundation.store import the_store
from ghiseu.journeys.ask_correction import LEGAL_BASIS
from ghiseu.journeys.forget_people import forget_unless_needed
from ghiseu.journeys.keep_until import WITHOUT_A_RULE, is_over, rules, without_content
from ghiseu.journeys.load_case import acting_on, package_of
from ghiseu.modules.applicants import operations as applicants
from ghiseu.modules.applicants.models import Reading
from ghiseu.modules.appointments import calendar_operations
from ghiseu.modules.cases import operations as cases
from ghiseu.modules.cases.models import CallTask, Case, CaseEvent, CaseField, Evidence
from ghiseu.modules.centres.models import Operator
from ghiseu.modules.centres.queries import former_place
from ghiseu.modules.custody.models import DeliveryNews, HandOver, PaperDelivery
from ghiseu.modules.documents.models import AgreementContent, Document, SharedResult, UploadSession
from ghiseu.modules.mandates import powers
from ghiseu.modules.notifications.models import Message
from ghiseu.modules.payments.models import UnassignedPayment
from ghiseu.modules.privacy import corrections
from ghiseu.modules.privacy.models import CorrectionRequest
from ghiseu.modules.signatures.models import SignatureRequest, SigningMessage
from ghiseu.modules.submissions.models import Attempt, IncomingAnswer, Submission
from ghiseu.modules.visits.queries import acting_in

log = structlog.get_logger()
# A night's work; what is left over waits for the next one.
AT_ONCE = 500
# No package keeps a case for less; what ended later is not even looked at.
_SHORTEST = timedelta(days=1)


def destroy_due(*, at: datetime) -> int:
    """Destroy what the scope's centre has kept long enough; return how many cases and requests. May be repeated."""
    with transaction():
        ended = Case.objects.filter(destroyed_at=None, restricted_at=None, ended_at__lt=at - _SHORTEST)
        by, candidates = rules(), without_content(ended).order_by("ended_at", "id")
        due = [case.pk for case in candidates.iterator() if is_over(case, by=by, at=at)][:AT_ONCE]
    return sum(_destroy_or_say(case_id, at=at) for case_id in due) + _destroy_corrections(at=at)


def _destroy_corrections(*, at: datetime) -> int:
    """Empty the requests to correct a register that were answered as long ago as cases without a rule are kept."""
    with transaction():
        ended = CorrectionRequest.objects.filter(destroyed_at=None, ended_at__lt=at - WITHOUT_A_RULE)
        due = list(ended.order_by("ended_at", "id").values_list("id", flat=True)[:AT_ONCE])
    return sum(_destroy_correction(request_id, at=at) for request_id in due)


def _destroy_correction(request_id: int, *, at: datetime) -> bool:
    with transaction():
        rows = CorrectionRequest.objects.select_for_update(of=("self",))
        request = rows.select_related("person", "visit__desk__centre").get(pk=request_id)
        if request.destroyed_at is not None:
            return False
        asker = former_place(operator=Operator.objects.get(pk=request.asked_by_id), desk=request.visit.desk)
        acting = acting_in(
            request.visit,
            at_desk=asker,
            subject=request.person,
            legal_basis=LEGAL_BASIS,
            legal_reason="the time to keep it was over",
        )
        corrections.destroy(request, acting=replace(acting, channel=Channel.WORKER), at=at)
        forget_unless_needed(request.person_id, at=at)
        return True


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
        case = cases.locked(case_id, destroyed_too=True)
        if not is_over(case, by={case.package_id: package_of(case).retention.months}, at=at):
            return False
        acting = _acting(case)
        case.destroyed_at = at
        case.answers, case.overrides, case.missing_papers = {}, {}, []
        case.institution_reason = case.institution_number = case.alarm = case.delivery = case.public_code = ""
        case.save()  # first: the database lets what only grows be emptied from now on
        files = _take_out_documents(case)
        _take_out_values(case)
        if case.mandate_id and not Case.objects.filter(mandate_id=case.mandate_id, destroyed_at=None).exists():
            powers.forget_answers(mandate_ids=[case.mandate_id])
        _take_out_deliveries(case)
        destroy_key_of(case.pk)
        for person_id in sorted({case.holder_id, case.applicant_id}):
            forget_unless_needed(person_id, at=at)
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
    UnassignedPayment.objects.filter(order__case=case).update(reason=None)
    PaperDelivery.objects.filter(case=case).update(acting="", carrier="", tracking="", to_tell="")
    DeliveryNews.objects.filter(delivery__case=case).update(raw="")
    HandOver.objects.filter(case=case).update(to_name="", to_idnp="", identification_number="")
    for reading in Reading.objects.filter(case_number=case.number).defer("facts").order_by("id"):
        applicants.empty(reading)


def _take_out_documents(case: Case) -> list[str]:
    """Empty what the rows say in words; return the sealed files, which nobody else names."""
    files = Document.objects.filter(case=case).exclude(stored_sha256="").order_by("id")
    found = list(files.values_list("stored_sha256", flat=True))
    Document.objects.filter(case=case).update(title="", file_name="", signature_report={})
    UploadSession.objects.filter(case=case).update(title="", file_name="")
    AgreementContent.objects.filter(case=case).update(content="")
    SharedResult.objects.filter(case=case).update(acting="", exchanged="", refusal="", next_try_at=None)
    return found


def _take_out_deliveries(case: Case) -> None:
    # Nothing of it is sent or asked about any more.
    Submission.objects.filter(case=case).update(payload="", acting="", files=[], next_try_at=None, next_poll_at=None)
    IncomingAnswer.objects.filter(submission__case=case).update(record="")
    SignatureRequest.objects.filter(case=case).update(signer_idnp="", content="", acting="", message="")
    SigningMessage.objects.filter(case=case).update(sent="", received="")
    calendar_operations.destroy_of(case)
    Attempt.objects.filter(submission__case=case).update(note="")
    Message.objects.filter(case_id=case.pk).update(recipient="", request="", answer="")
