"""What one centre keeps about one person, as plain values. Called in the scope of that centre."""

import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import cast

from ghiseu.foundation.crypto import blind_indexes
from ghiseu.journeys.confirm_request import plain
from ghiseu.journeys.load_case import package_of
from ghiseu.journeys.make_papers import institution_name
from ghiseu.modules.applicants.models import Person, Reading
from ghiseu.modules.appointments.models import Appointment
from ghiseu.modules.cases.models import CallTask, Case, CaseField, Evidence
from ghiseu.modules.catalogue.package import Field, Package
from ghiseu.modules.custody.models import HandOver, PaperDelivery
from ghiseu.modules.documents.models import Document, SharedResult
from ghiseu.modules.mandates.models import Mandate
from ghiseu.modules.notifications.models import Message
from ghiseu.modules.payments.models import PaymentOrder
from ghiseu.modules.privacy.models import CorrectionRequest
from ghiseu.modules.submissions.models import Submission
from ghiseu.modules.visits.models import Visit

Json = str | int | bool | None | list["Json"] | dict[str, "Json"]
Row = dict[str, Json]


def known_person(*, idnp: str, document: str) -> Person | None:
    """Return the person as the scope's centre knows them."""
    if idnp:
        return Person.objects.filter(idnp_index__in=blind_indexes(idnp, purpose="person")).first()
    return Person.objects.filter(document_index__in=blind_indexes(document, purpose="document")).first()


def kept_about(person: Person, *, language: str, reads_restricted: bool) -> Row:
    """Return everything but recipients and look-ups. Of matters of others only that the person applied for them.

    A restricted case is read by those who answer for the data; to others only that it is there.
    """
    own = Case.objects.select_related("package").filter(holder=person).order_by("id")
    others = Case.objects.select_related("package").filter(applicant=person).exclude(holder=person).order_by("id")
    return {
        "person": _person(person),
        "visits": [*map(_visit, Visit.objects.filter(person=person).order_by("id"))],
        "mandates": [*_mandates(person)],
        "cases": [_case(one, language=language, reads_restricted=reads_restricted) for one in own],
        "cases_for_others": [_case_head(one, package_of(one), language) for one in others],
        "appointments": [*_appointments(person)],
        "readings": [_reading(one, person.idnp) for one in Reading.objects.filter(person=person).order_by("id")],
        "corrections": [_correction(one) for one in CorrectionRequest.objects.filter(person=person).order_by("id")],
    }


def recipients_at(person: Person, *, language: str) -> list[Row]:
    """Return who received something about the person from the scope's centre, oldest first."""
    found: list[Row] = []
    sent_files = Submission.objects.defer("payload", "acting").filter(case__holder=person).exclude(state="not_done")
    for sent in sent_files.order_by("id"):
        name = institution_name(sent.institution, language)
        found.append(_recipient("institution", name, sent.created_at, sent.number, sent.payload_sha256))
    for order in PaymentOrder.objects.filter(case__holder=person).order_by("id"):
        found.append(_recipient("payment", "MPay", order.issued_at, order.key, ""))
    in_mdocs = SharedResult.objects.select_related("document").defer("acting", "exchanged").exclude(store_id="")
    for stored in in_mdocs.filter(case__holder=person).order_by("id"):
        found.append(_recipient("platform", "MDocs", stored.asked_at, stored.number, stored.document.sha256))
    own = Case.objects.filter(applicant=person).order_by("id").values_list("id", flat=True)
    told = Message.objects.defer("recipient", "request", "answer").filter(case_id__in=list(own), sent_at__isnull=False)
    for message in told.order_by("id"):
        found.append(_recipient("platform", "MNotify", message.sent_at, message.case_number, ""))
    at_the_door = PaperDelivery.objects.select_related("case").defer("acting").filter(case__holder=person)
    for carried in at_the_door.order_by("id"):
        found.append(_recipient("platform", "MDelivery", carried.ordered_at, carried.case.number, ""))
    for handed in HandOver.objects.select_related("case").filter(case__holder=person).order_by("id"):
        found.append(_recipient("person", handed.to_name, handed.handed_at, handed.case.number, handed.document_sha256))
    return found


def _recipient(kind: str, name: str, at: datetime | None, number: str, sha256: str) -> Row:
    return {"kind": kind, "name": name, "at": moment(at), "number": number, "sha256": sha256}


def moment(value: date | datetime | None) -> str | None:
    """Return a day or a moment as the file has it: ISO 8601, with its offset."""
    return value.isoformat() if value is not None else None


def _person(person: Person) -> Row:
    return {
        "name": person.full_name,
        "idnp": person.idnp,
        "document": person.document,
        "birth_date": moment(person.birth_date),
        "deceased_on": moment(person.deceased_on),
        "language": person.language,
        "phone": person.phone,
        "email": person.email,
        "contact_relative": person.contact_relative,
        "first_seen_at": moment(person.first_seen_at),
        "register_read_at": moment(person.register_read_at),
    }


def _visit(visit: Visit) -> Row:
    return {
        "number": visit.number,
        "opened_at": moment(visit.opened_at),
        "ended_at": moment(visit.ended_at),
        "outcome": visit.outcome,
        "identified_by": visit.identified_by,
        "document_note": visit.document_note,
        "document_says": parsed(visit.document_says),
    }


def _mandates(person: Person) -> list[Row]:
    given = Mandate.objects.select_related("representative").filter(subject=person).order_by("id")
    held = Mandate.objects.select_related("subject").filter(representative=person).order_by("id")
    return [_mandate(one, "given", one.representative) for one in given] + [
        _mandate(one, "held_by_person", one.subject) for one in held
    ]


def _mandate(one: Mandate, direction: str, other: Person) -> Row:
    return {
        "direction": direction,
        "other_name": other.full_name,
        "kind": one.kind,
        "evidence_number": one.evidence_number,
        "issued_by": one.issued_by,
        "issued_on": moment(one.issued_on),
        "valid_until": moment(one.valid_until),
        "revoked_on": moment(one.revoked_on),
        "recorded_at": moment(one.recorded_at),
        **_last_answer(one),
    }


def _last_answer(one: Mandate) -> Row:
    """Return what the registry of powers said last; every question to it stands among the look-ups."""
    check = one.power_checks.defer("raw").order_by("-id").first()
    if check is None:
        return {}
    return {"mpower_asked_at": moment(check.checked_at), "verdict": check.verdict, "power_type": check.type_name}


def _case_head(case: Case, package: Package, language: str) -> Row:
    return {
        "number": case.number,
        "service_code": case.service_code,
        "service": package.name(language),
        "institution": institution_name(case.institution, language),
        "state": case.state,
        "opened_at": moment(case.opened_at),
    }


def _case(case: Case, *, language: str, reads_restricted: bool) -> Row:
    package = package_of(case)
    row = _case_head(case, package, language) | {
        "is_restricted": case.restricted_at is not None,
        "content_destroyed": case.destroyed_at is not None,
    }
    if case.restricted_at is not None and not reads_restricted:
        return row | {"answers": {}, "fields": [], "documents": [], "evidence": [], "payments": [], "calls": []}
    return row | {
        "submitted_at": moment(case.submitted_at),
        "ended_at": moment(case.ended_at),
        "promised_on": moment(case.promised_on),
        "institution_number": case.institution_number,
        "institution_reason": case.institution_reason,
        "answers": cast(Json, case.answers),  # yes and no by precondition, as the operator typed them
        "fields": [_field(one, package, language) for one in CaseField.objects.filter(case=case).order_by("id")],
        "documents": [_document(one) for one in Document.objects.defer("file_name").filter(case=case).order_by("id")],
        "evidence": [_evidence(one) for one in Evidence.objects.filter(case=case).order_by("id")],
        "payments": [_payment(one) for one in PaymentOrder.objects.filter(case=case).order_by("id")],
        "calls": [_call(one) for one in CallTask.objects.filter(case=case).order_by("id")],
    }


def _field(one: CaseField, package: Package, language: str) -> Row:
    field = package.field(one.field)
    return {
        "field": one.field,
        "label": package.text(field.label_key, language) if field else one.field,
        "value": parsed(one.value),
        "shown": _shown(one, field, package, language),
        "source": one.source,
        "read_at": moment(one.read_at),
        "changed_at": moment(one.changed_at),
        "is_disputed": one.is_disputed,
        "person_says": parsed(one.disputed_value),
        "evidence": one.evidence,
    }


def _shown(one: CaseField, field: Field | None, package: Package, language: str) -> str:
    """Return a value as the person saw it: the words of a choice, a day as it is written."""
    value = plain(parsed(one.value))
    offered = {option.value: option.text for option in field.options} if field else {}
    of_package = f"{field.options_from}.{value}" if field else ""
    if value in offered:
        return package.text(offered[value], language)
    if package.has_text(of_package):
        return package.text(of_package, language)
    try:
        return f"{date.fromisoformat(value):%d.%m.%Y}"
    except ValueError:
        return value


def _document(one: Document) -> Row:
    return {
        "kind": one.kind,
        "title": one.title,
        "sha256": one.sha256,
        "size": one.size,
        "page_count": one.page_count,
        "media_type": one.media_type,
        "created_at": moment(one.created_at),
        "withdrawn_at": moment(one.withdrawn_at),
    }


def _payment(one: PaymentOrder) -> Row:
    return {
        "number": one.key,
        "state": one.state,
        "amount": f"{one.amount} {one.currency}",
        "paid_amount": f"{one.paid_amount} {one.currency}",
        "issued_at": moment(one.issued_at),
        "paid_at": moment(one.paid_at),
    }


def _evidence(one: Evidence) -> Row:
    return {
        "kind": one.kind,
        "method": one.method,
        "taken_at": moment(one.taken_at),
        "language": one.language,
        "text": one.text,
        "text_sha256": one.text_sha256,
        "sha256": one.document_sha256,
    }


def _call(one: CallTask) -> Row:
    return {"kind": one.reason, "due_on": moment(one.due_on), "done_at": moment(one.done_at), "note": one.note}


def _appointments(person: Person) -> list[Row]:
    rows = Appointment.objects.select_related("occupancy__offered__office").filter(person=person).order_by("id")
    return [
        {
            "number": one.number,
            "state": one.state,
            "office": one.occupancy.offered.office.name,
            "starts_at": moment(one.occupancy.starts_at),
        }
        for one in rows
    ]


def _reading(one: Reading, own_idnp: str) -> Row:
    return {
        "register": one.register,
        "what": one.operation,
        "read_at": moment(one.read_at),
        "outcome": one.outcome,
        "why": one.legal_reason,
        "legal_basis": one.legal_basis,
        "number": one.case_number or one.visit_number,
        "facts": without_numbers_of_others(parsed(one.facts), own=own_idnp),
    }


def _correction(one: CorrectionRequest) -> Row:
    return {
        "number": one.number,
        "register": one.register,
        "field": one.field,
        "register_says": one.register_says,
        "person_says": one.person_says,
        "evidence": one.evidence,
        "state": one.state,
        "asked_at": moment(one.asked_at),
        "answer": one.answer,
        "ended_at": moment(one.ended_at),
    }


def parsed(text: str) -> Json:
    """Return the value that a sealed column holds as JSON text; nothing for an empty one."""
    return cast(Json, json.loads(text)) if text else None  # JSON has no other values


def without_numbers_of_others(value: Json, *, own: str) -> Json:
    """Return a register's facts with the numbers of other people masked; their names stay, the person knows them."""
    if isinstance(value, dict):
        return {key: _masked(key, inner, own) for key, inner in value.items()}
    if isinstance(value, list):
        return [without_numbers_of_others(one, own=own) for one in value]
    return value


def _masked(key: str, value: Json, own: str) -> Json:
    if isinstance(value, str) and key.endswith("idnp") and value != own:
        return f"{'•' * max(len(value) - 3, 0)}{value[-3:]}"
    return without_numbers_of_others(value, own=own)


def flat(values: Iterable[Json]) -> list[Row]:
    """Return the rows of a list of the file."""
    return [one for one in values if isinstance(one, dict)]
