"""What the screen that faces the citizen shows now: who is looking, what was read and why, what would be sent.

Nothing is shown without an open visit and an operator at work at the desk.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import partial

from ghiseu.foundation import clock
from ghiseu.foundation.access import transaction
from ghiseu.foundation.identifiers import idnp
from ghiseu.foundation.money import Money
from ghiseu.journeys.confirm_request import Texts, needs_paper, texts_of
from ghiseu.journeys.lacking import require_answered, unanswered
from ghiseu.journeys.load_case import (
    ContentNotShown,
    OpenedCase,
    acting_on,
    case_for,
    concerns,
    load_case,
    visit_here,
)
from ghiseu.journeys.make_papers import institution_name, language_of, request_paper
from ghiseu.journeys.plain_events import KEPT_BY, plain_event
from ghiseu.journeys.plain_purposes import plain_purpose, service_in
from ghiseu.modules.applicants.models import Reading, ReadingOutcome
from ghiseu.modules.applicants.queries import TOLD, newest_reading, readings_of_visit
from ghiseu.modules.cases import agreeing
from ghiseu.modules.cases.agreeing_models import ScreenOrder, ShownText
from ghiseu.modules.cases.fields import CaseIsNotEditable
from ghiseu.modules.cases.models import Evidence, EvidenceKind
from ghiseu.modules.cases.queries import version_of
from ghiseu.modules.cases.states import EDITABLE_STATES
from ghiseu.modules.catalogue import queries as catalogue
from ghiseu.modules.centres import screens
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.centres.screen_models import CitizenScreen
from ghiseu.modules.visits.models import Visit
from ghiseu.modules.visits.queries import visit_of

READINGS = 5
_AFRESH = 30  # seconds after which a screen is judged anew although nothing was written
_DIGITS = re.compile(r"(?<!\d)\d{13}(?!\d)")
_LAST_SHOWN = 3


class NoScreenHere(Exception):
    """No citizen's screen is bound to this desk."""


class Shows(StrEnum):
    """What the screen is about."""

    VISIT = "visit"  # who is looking, and what was read
    ASK = "ask"  # what would be sent; the person may agree
    AGREED = "agreed"
    SENT = "sent"


@dataclass(frozen=True, kw_only=True)
class ReadingLine:
    """One question to a register, in the citizen's language."""

    at: datetime
    what: str
    keeper: str
    why: str
    was_answered: bool


@dataclass(frozen=True, kw_only=True)
class DataLine:
    """One value that would be sent, and where it comes from."""

    label: str
    value: str
    source: str
    remark: str


@dataclass(frozen=True, kw_only=True)
class AskedText:
    """A request on the screen. Texts are as the person sees them: identifiers covered but for their end.

    `exact` is the text in the state language whose hash is `text_sha256`; `own` the agreement in the citizen's.
    """

    order: int
    number: str
    service: str
    institution: str
    rows: tuple[DataLine, ...]
    papers: tuple[str, ...]
    exact: str
    agreement: str
    own: str
    text_sha256: str
    price: Money | None
    has_price: bool
    day: date | None
    is_day_sure: bool
    has_changed: bool
    is_wrong: bool
    signs_on_paper: bool


@dataclass(frozen=True, kw_only=True)
class OnScreen:
    """Everything that the screen shows now."""

    shows: Shows
    language: str
    operator: int
    centre: str
    desk: str
    person: str
    person_idnp: str
    acts_for: str
    readings: tuple[ReadingLine, ...]
    asked: AskedText | None


def covered(text: str) -> str:
    """Return the text with each personal number covered but for its last three digits."""
    return _DIGITS.sub(lambda found: _cover(found[0]), text)


def _cover(number: str) -> str:
    return "•" * (len(number) - _LAST_SHOWN) + number[-_LAST_SHOWN:] if idnp.is_valid(number) else number


def mark(screen: CitizenScreen, *, at: datetime) -> str:
    """Return what differs when the screen may have to change; it costs little and says nothing of what is shown.

    A screen asks every few seconds, and while this stays the same nothing is judged anew. What hangs on something else
    (another register's day, a price of tomorrow) is on the screen within half a minute. Call it inside a transaction.
    """
    screens.note_seen(screen, at=at)
    at_desk = screens.at_work(screen, at=at)
    visit = visit_of(at_desk) if at_desk is not None else None
    if at_desk is None or visit is None:
        return _hash(())
    order = agreeing.order_on(screen_id=screen.pk, visit_id=visit.pk)
    ordered: tuple[object, ...] = ()
    visits = [visit.number]
    if order is not None:
        ordered = (order.pk, order.wrong_at, order.agreed_at, *version_of(order.case_id))
        visits.append(order.case.visit.number)
    half_minute = int(at.timestamp()) // _AFRESH
    here = (at_desk.operator_id, at_desk.desk_id, visit.pk, visit.language, visit.mandate_id)
    return _hash((*here, newest_reading(visits), *ordered, half_minute))


def _hash(facts: tuple[object, ...]) -> str:
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:32]


def look(screen: CitizenScreen, *, at: datetime) -> OnScreen | None:
    """Return what the screen shows, None for nothing; note that it was shown. Call it inside a transaction."""
    screens.note_seen(screen, at=at)
    at_desk = screens.at_work(screen, at=at)
    visit = visit_of(at_desk) if at_desk is not None else None
    if at_desk is None or visit is None:
        return None
    order = agreeing.order_on(screen_id=screen.pk, visit_id=visit.pk)
    file = _shown_file(order, at_desk=at_desk, at=at) if order is not None else None
    if order is None or file is None or not concerns(file.case, visit) or _has_gaps(file):
        return _on_screen(visit, at_desk, shows=Shows.VISIT, language=visit.language, asked=None, at=at)
    shown = agreeing.note_shown(order, text_sha256=texts_of(file).request_sha256, at=at)
    asked = _asked(file, order, shown, at_desk=at_desk, at=at)
    shows = _state(file, order, texts_of(file))
    return _on_screen(visit, at_desk, shows=shows, language=language_of(file), asked=asked, at=at)


def _shown_file(order: ScreenOrder, *, at_desk: AtDesk, at: datetime) -> OpenedCase | None:
    """Return the case that is on the screen; None when it was restricted or destroyed since."""
    try:
        return load_case(number=order.case.number, at_desk=at_desk, at=at)
    except ContentNotShown:
        return None


def _has_gaps(file: OpenedCase) -> bool:
    """Tell whether an answer was taken out after the request was put on the screen: nobody agrees to that."""
    return file.case.state in EDITABLE_STATES and bool(unanswered(file))


def _state(file: OpenedCase, order: ScreenOrder, texts: Texts) -> Shows:
    if file.case.state not in EDITABLE_STATES:
        return Shows.SENT
    touched = touched_text(file)
    agreed = order.agreed_at is not None and order.wrong_at is None
    return Shows.AGREED if agreed and touched == texts.request_sha256 else Shows.ASK


def touched_text(file: OpenedCase) -> str:
    """Return the hash of the text that was last agreed to on a screen; empty when none was."""
    rows = Evidence.objects.filter(case=file.case, kind=EvidenceKind.EXPLICIT_REQUEST, screen__isnull=False)
    newest = rows.order_by("-id").first()
    return newest.text_sha256 if newest is not None else ""


def _on_screen(
    visit: Visit, at_desk: AtDesk, *, shows: Shows, language: str, asked: AskedText | None, at: datetime
) -> OnScreen:
    on = clock.today(at_desk.time_zone, at=at)
    line = partial(_reading, language=language, on=on)
    return OnScreen(
        shows=shows,
        language=language,
        operator=at_desk.operator_id,
        centre=at_desk.centre_name,
        desk=at_desk.desk_name,
        person=visit.person.full_name,
        person_idnp=covered(visit.person.idnp),
        acts_for=visit.mandate.subject.full_name if visit.mandate else "",
        readings=tuple(line(one) for one in readings_of_visit(visit.number, most=READINGS)),
        asked=asked,
    )


def _reading(reading: Reading, *, language: str, on: date) -> ReadingLine:
    code = service_in(reading.legal_reason)
    try:
        packages = {code: catalogue.present_package(code, on=on)} if code else {}
    except catalogue.NoSuchService:  # withdrawn since; the row still says why
        packages = {}
    return ReadingLine(
        at=reading.read_at,
        what=plain_event("applicants.person.read", f"{reading.register}.{reading.operation}", language),
        keeper=institution_name(KEPT_BY.get(reading.register, reading.register), language),
        why=plain_purpose(reading.legal_reason, packages=packages, language=language),
        was_answered=ReadingOutcome(reading.outcome) in TOLD,
    )


def _asked(file: OpenedCase, order: ScreenOrder, shown: ShownText, *, at_desk: AtDesk, at: datetime) -> AskedText:
    language, paper, quote = language_of(file), request_paper(file, at_desk=at_desk, at=at), file.judged.quote
    exact, own = texts_of(file), texts_of(file, language=language)
    return AskedText(
        order=order.pk,
        number=file.case.number,
        service=paper.service.own,
        institution=paper.institution.own,
        rows=tuple(
            DataLine(
                label=one.label.own,
                value=covered(one.value),
                source=one.source.own,
                remark=covered(one.remark.own) if one.remark else "",
            )
            for one in paper.fields
        ),
        papers=tuple(one.title.own for one in paper.attachments),
        exact=covered(exact.request),
        agreement=exact.agreement,
        own=own.agreement if language != exact.language else "",
        text_sha256=exact.request_sha256,
        price=quote.total,
        has_price=bool(file.package.terms) or quote.total is not None,
        day=quote.date,
        is_day_sure=quote.date_certainty == "sure",
        has_changed=order.shown_texts.exclude(pk=shown.pk).exists(),
        is_wrong=order.wrong_at is not None and shown.shown_at <= order.wrong_at,
        signs_on_paper=needs_paper(file.package),
    )


def put_on_screen(*, number: str, at_desk: AtDesk, at: datetime) -> ScreenOrder:
    """Put the request on the citizen's screen of this desk, for the visit that is open. May be repeated.

    Raises NoSuchCase, CaseIsNotEditable, NoScreenHere, NobodyIsHere, NotReady.
    """
    with transaction():
        case = case_for(number, at_desk=at_desk)
        if case.state not in EDITABLE_STATES:
            raise CaseIsNotEditable(number)
        screen = screens.screen_of_desk(at_desk.desk_id)
        if screen is None:
            raise NoScreenHere
        visit = visit_here(case, at_desk=at_desk)
        file = load_case(number=number, at_desk=at_desk, at=at)
        require_answered(file)
        acting = acting_on(case, at_desk=at_desk, package=file.package, reason="request shown on the citizen's screen")
        return agreeing.put_on_screen(case=case, visit_id=visit.pk, screen_id=screen.pk, acting=acting, at=at)


def take_off_screen(*, at_desk: AtDesk, at: datetime) -> None:
    """Take the request off the citizen's screen of this desk. Safe to repeat."""
    with transaction():
        screen = screens.screen_of_desk(at_desk.desk_id)
        if screen is not None:
            agreeing.take_off(screen_id=screen.pk, at=at)
