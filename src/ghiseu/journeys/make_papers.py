"""Papers of a case: values gathered here, drawn by the documents module. Nothing is asked outside."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from ghiseu.foundation.money import Money
from ghiseu.journeys.ask_status import StatusTold
from ghiseu.journeys.confirm_request import plain, texts_of
from ghiseu.journeys.load_case import OpenedCase
from ghiseu.journeys.make_slip import slip as slip
from ghiseu.journeys.paper_parts import LANGUAGES as LANGUAGES
from ghiseu.journeys.paper_parts import contacts_of as contacts_of
from ghiseu.journeys.paper_parts import institution_name as institution_name
from ghiseu.journeys.paper_parts import institution_of_route as institution_of_route
from ghiseu.journeys.paper_parts import language_of as language_of
from ghiseu.journeys.paper_parts import local
from ghiseu.journeys.paper_parts import office_of as office_of
from ghiseu.journeys.paper_words import say, source_name
from ghiseu.modules.applicants.models import Person
from ghiseu.modules.appointments.models import Appointment
from ghiseu.modules.cases.models import Case
from ghiseu.modules.cases.states import CaseState, Outcome
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.documents.models import Document, DocumentKind
from ghiseu.modules.documents.papers.kinds import (
    AppointmentSlipPaper,
    AttachedPaper,
    Both,
    ConsentGiven,
    HandedItem,
    HandOverSheetPaper,
    Party,
    PaymentNotePaper,
    PortalValue,
    RequestField,
    RequestPaper,
    ResultReceiptPaper,
    StatusAnswerPaper,
)
from ghiseu.modules.documents.queries import attachment_counts, results_of
from ghiseu.modules.payments.models import PaymentOrder
from ghiseu.modules.visits.models import Visit


def _party(person: Person) -> Party:
    return Party(
        name=person.full_name, number=person.idnp or person.document, born_on=person.birth_date, phone=person.phone
    )


def request_paper(file: OpenedCase, *, at_desk: AtDesk, at: datetime) -> RequestPaper:
    """Return the request to be read and signed by hand; the hash at its foot is of the exact text agreed to."""
    language, package, judged = language_of(file), file.package, file.judged

    def both(key: str) -> Both:
        return Both(ro=package.text(key, "ro"), own=package.text(key, language))

    scanned, case = attachment_counts(file.case), file.case
    acts = "; ".join(basis.act for basis in package.legal_basis)
    return RequestPaper(
        language=language,
        office=office_of(at_desk, language),
        made_at=local(at, at_desk),
        case_number=case.number,
        service=Both(ro=package.name("ro"), own=package.name(language)),
        institution=Both(
            ro=institution_name(package.institution, "ro"), own=institution_name(package.institution, language)
        ),
        text=both("request"),
        text_sha256=texts_of(file).request_sha256,
        applicant=_party(case.holder),
        representative=_party(case.applicant) if case.applicant_id != case.holder_id else None,
        mandate=both(f"roles.{case.role}") if case.mandate_id else None,
        fields=_request_fields(file, language),
        attachments=tuple(
            AttachedPaper(title=both(f"attachments.{need.id}.name"), pages=scanned.get(need.id, need.count))
            for need in judged.evaluation.attachments
            if need.certain
        ),
        consents=tuple(ConsentGiven(text=both(f"consents.{one.id}"), is_given=True) for one in package.consents),
        legal_basis=Both(ro=acts, own=acts),
        read_aloud_in=case.readback_language,
    )


def _request_fields(file: OpenedCase, language: str) -> tuple[RequestField, ...]:
    fields = []
    for state in file.judged.evaluation.fields:
        if not state.visible or state.value in (None, "", [], {}):
            continue
        stored = file.values.get(state.field.id)
        remark = None
        if stored and stored.is_disputed:
            said = f"{plain(stored.disputed)} ({stored.evidence})"
            remark = Both(ro=f"{say('says', 'ro')} {said}", own=f"{say('says', language)} {said}")
        source = file.judged.register_of(state)
        key = state.field.label_key
        fields.append(
            RequestField(
                label=Both(ro=file.package.text(key, "ro"), own=file.package.text(key, language)),
                value=_shown(file, state.field.id, plain(state.value), language),
                source=Both(ro=source_name(source, "ro"), own=source_name(source, language)),
                remark=remark,
            )
        )
    return tuple(fields)


def _shown(file: OpenedCase, field_id: str, value: str, language: str) -> str:
    """Return the words of a choice instead of its code, and a date as people write it."""
    offered = {
        option.value: option.text
        for state in file.judged.evaluation.fields
        if state.field.id == field_id
        for option in state.options
    }
    if value in offered:
        return file.package.text(offered[value], language)
    try:
        return f"{date.fromisoformat(value):%d.%m.%Y}"
    except ValueError:
        return value


def payment_note(file: OpenedCase, order: PaymentOrder, *, at_desk: AtDesk, at: datetime) -> PaymentNotePaper:
    """Return the paper with which anybody can pay the order: key, amount, expiry, where."""
    language = language_of(file)
    return PaymentNotePaper(
        language=language,
        office=office_of(at_desk, language),
        made_at=local(at, at_desk),
        case_number=file.case.number,
        service=file.package.name(language),
        payee=institution_name(file.package.institution, language),
        order_key=order.key,
        amount=Money(amount=order.remaining.amount, currency=order.currency),
        expires_on=local(order.expires_at - timedelta(seconds=1), at_desk).date(),
        where=tuple(say(one, language) for one in ("terminal", "bank", "post", "card")),
        call=contacts_of(file, at_desk, language),
    )


def receipt(file: OpenedCase, visit: Visit, *, at_desk: AtDesk, at: datetime) -> ResultReceiptPaper:
    """Return the receipt that the person signs when a result is handed over."""
    language = language_of(file)
    same = visit.person_id == file.case.holder_id
    return ResultReceiptPaper(
        language=language,
        office=office_of(at_desk, language),
        made_at=local(at, at_desk),
        case_number=file.case.number,
        service=file.package.name(language),
        items=tuple(
            HandedItem(
                title=result_title(file, one, language), pages=one.page_count, number=file.case.institution_number
            )
            for one in results_of(file.case)
        ),
        received_by=_party(visit.person),
        identification=f"{say('seen', language)} {visit.document_note}".strip(),
        for_person=None if same else _party(file.case.holder),
    )


def document_title(file: OpenedCase, document: Document, language: str) -> str:
    """Return what a document of the case is called, in this language as far as the package names it."""
    if document.kind == DocumentKind.RESULT:
        return result_title(file, document, language)
    key = f"attachments.{document.attachment_id}.name"
    return file.package.text(key, language) if file.package.has_text(key) else document.title


def result_title(file: OpenedCase, document: Document, language: str) -> str:
    """Return what the institution's document is, in this language, and the name of its file."""
    name = say("decision", language) if _was_refused(file.case) else file.package.text("result.name", language)
    return name if document.title.strip() in {"", name} else f"{name} ({document.title})"


def _was_refused(case: Case) -> bool:
    return case.state == CaseState.REFUSED or case.outcome == Outcome.REFUSAL_HANDED_OVER


def portal_sheet(
    file: OpenedCase, values: list[tuple[str, str]], *, at_desk: AtDesk, at: datetime
) -> HandOverSheetPaper:
    """Return the values to carry to the institution's portal, for a desk whose screen cannot show both."""
    return HandOverSheetPaper(
        language=language_of(file),
        office=office_of(at_desk, language_of(file)),
        made_at=local(at, at_desk),
        case_number=file.case.number,
        service=file.package.name(language_of(file)),
        portal=institution_name(file.package.institution, language_of(file)),
        portal_address=file.package.route.portal,
        values=tuple(PortalValue(label=label, value=value) for label, value in values),
    )


def appointment_slip(file: OpenedCase, booked: Appointment, *, at_desk: AtDesk, at: datetime) -> AppointmentSlipPaper:
    """Return the confirmation for a person with nothing: place, day, hour, what to bring."""
    language = language_of(file)
    place = booked.occupancy
    office = place.offered.office
    return AppointmentSlipPaper(
        language=language,
        office=office_of(at_desk, language),
        made_at=local(at, at_desk),
        number=booked.number,
        person=file.case.holder.full_name,
        what_for=file.package.name(language),
        place=office.name,
        address=office.address,
        starts_at=place.starts_at.astimezone(ZoneInfo(office.time_zone)),
        bring=tuple(
            file.package.text(f"attachments.{need.id}.name", language) for need in file.judged.evaluation.attachments
        ),
        call=contacts_of(file, at_desk, language),
        notes=tuple(
            file.package.text(f"notes.{note.id}", language)
            for note in file.judged.evaluation.notes
            if note.at in {"slip", "result"}
        ),
    )


def status_paper(file: OpenedCase, told: StatusTold, *, at_desk: AtDesk, at: datetime) -> StatusAnswerPaper:
    """Return the institution's answer on paper, with what it means."""
    language = language_of(file)
    return StatusAnswerPaper(
        language=language,
        office=office_of(at_desk, language),
        made_at=local(at, at_desk),
        service=file.package.name(language),
        person=file.case.holder.full_name,
        institution=institution_name(file.package.institution, language),
        asked_at=local(told.asked_at, at_desk),
        answer=told.answer,
        meaning=told.meaning,
        call=contacts_of(file, at_desk, language),
    )
