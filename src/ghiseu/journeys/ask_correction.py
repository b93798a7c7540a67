"""The person says that a register is wrong, outside any case: asked of its owner on paper, minded until answered.

No register takes corrections over a wire here: the request is printed, signed and sent or carried.
"""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from ghiseu.foundation import clock
from ghiseu.foundation.access import ActingContext, Assurance, Channel, transaction
from ghiseu.foundation.wire import correlation_id
from ghiseu.journeys.make_papers import LANGUAGES, institution_name, office_of
from ghiseu.journeys.paper_words import source_name
from ghiseu.journeys.plain_events import KEPT_BY
from ghiseu.journeys.who_looked import IdentityNotSeen
from ghiseu.modules.catalogue import queries as catalogue
from ghiseu.modules.catalogue.models import Institution
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.documents.papers import Both, CorrectionPaper, Party
from ghiseu.modules.privacy import corrections
from ghiseu.modules.privacy.corrections import Wrong
from ghiseu.modules.privacy.incidents import month_after
from ghiseu.modules.privacy.models import CorrectionRequest, CorrectionState
from ghiseu.modules.visits.models import Visit
from ghiseu.modules.visits.numbering import next_number
from ghiseu.modules.visits.queries import acting_in

LEGAL_BASIS = "Legea 195/2024"
REASON = "register value disputed"
_IDENTIFIED = {Assurance.DOCUMENT_SEEN, Assurance.DOCUMENT_READ}


class NoSuchRegister(Exception):
    """We know no owner of this register."""


@dataclass(frozen=True, kw_only=True)
class Owner:
    """Who keeps a register. What is not known is empty; there is never more than a paper way to them."""

    name: str
    address: str
    phone: str
    website: str


def ask_correction(*, visit: Visit, wrong: Wrong, at_desk: AtDesk, at: datetime) -> CorrectionRequest:
    """Keep the request of the visit's person. Sent twice in a visit it is kept once.

    Raises IdentityNotSeen, NoSuchRegister, SomethingMissing, SubjectIsActor.
    """
    if visit.assurance not in _IDENTIFIED:
        raise IdentityNotSeen
    if wrong.register not in KEPT_BY:
        raise NoSuchRegister(wrong.register)
    with transaction():
        acting = acting_in(visit, at_desk=at_desk, subject=visit.person, legal_basis=LEGAL_BASIS, legal_reason=REASON)
        today = clock.today(at_desk.time_zone, at=at)
        return corrections.ask(
            visit=visit,
            wrong=wrong,
            number=next_number(centre_code=at_desk.centre_code, year=today.year),
            due_on=_month_later(today),
            acting=acting,
            at=at,
        )


def show_correction(*, number: str, at_desk: AtDesk, at: datetime) -> CorrectionRequest:
    """Return the request; the journal says that it was shown. Raises CorrectionRequest.DoesNotExist, SubjectIsActor."""
    with transaction():
        request = corrections.numbered(number)
        acting = _acting(request, at_desk=at_desk)
        corrections.note_reading("privacy.correction.shown", request, acting=acting, at=at)
        return request


def end_correction(
    *, number: str, to: CorrectionState, answer: str, at_desk: AtDesk, at: datetime
) -> CorrectionRequest:
    """Keep what the owner answered.

    Raises CorrectionRequest.DoesNotExist, StepNotAllowed, SomethingMissing, SubjectIsActor.
    """
    with transaction():
        acting = _acting(corrections.numbered(number), at_desk=at_desk)
        return corrections.end(number, to=to, answer=answer, acting=acting, at=at)


def correction_paper(*, number: str, at_desk: AtDesk, at: datetime) -> CorrectionPaper:
    """Return the request to be signed and sent; printing is in the journal.

    Raises CorrectionRequest.DoesNotExist, SubjectIsActor.
    """
    with transaction():
        request = corrections.numbered(number)
        acting = _acting(request, at_desk=at_desk)
        corrections.note_reading("privacy.correction.printed", request, acting=acting, at=at)
        language = request.language if request.language in LANGUAGES else "ro"
        owners = {one: owner_of(request.register, language=one) for one in {"ro", language}}
    person = request.person
    return CorrectionPaper(
        language=language,
        office=office_of(at_desk, language),
        made_at=at.astimezone(ZoneInfo(at_desk.time_zone)),
        number=request.number,
        person=Party(
            name=person.full_name,
            number=person.idnp or person.document,
            born_on=person.birth_date,
            phone=person.phone,
        ),
        owner=Both(ro=owners["ro"].name, own=owners[language].name),
        owner_address=owners["ro"].address,
        register=Both(ro=source_name(request.register, "ro"), own=source_name(request.register, language)),
        field=request.field,
        register_says=request.register_says,
        person_says=request.person_says,
        evidence=request.evidence,
        legal_basis=Both(ro=LEGAL_BASIS, own=LEGAL_BASIS),
        answer_due_on=request.answer_due_on,
    )


def owner_of(register: str, *, language: str) -> Owner:
    """Return who keeps the register and what is known of how to reach them."""
    code = KEPT_BY.get(register, register)
    try:
        contacts = catalogue.institution(code).contacts
    except Institution.DoesNotExist:
        contacts = {}
    return Owner(
        name=institution_name(code, language),
        address=str(contacts.get("address") or ""),
        phone=str(contacts.get("phone") or ""),
        website=str(contacts.get("website") or ""),
    )


def _month_later(day: date) -> date:
    return month_after(datetime(day.year, day.month, day.day)).date()  # noqa: DTZ001 - a day, of no clock


def _acting(request: CorrectionRequest, *, at_desk: AtDesk) -> ActingContext:
    """Return who minds the request now; the person need not be there, the visit is the one in which they asked."""
    return ActingContext(
        subject_idnp=request.person.idnp,
        subject_document=request.person.document,
        identified_by=request.visit.identified_by,
        assurance=Assurance(request.visit.assurance),
        operator_idnp=at_desk.operator_idnp,
        operator_id=at_desk.operator_id,
        centre_id=at_desk.centre_id,
        centre_code=at_desk.centre_code,
        legal_entity_idno=at_desk.centre_idno,
        legal_basis=LEGAL_BASIS,
        legal_reason=REASON,
        channel=Channel.DESK,
        language=request.language,
        visit_number=request.visit.number,
        correlation_id=correlation_id(),
    )
