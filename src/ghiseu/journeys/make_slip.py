"""The slip that goes home: what happens next, where the result is given, and a day only where we can name one."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.conf import settings

from ghiseu.foundation.money import Money
from ghiseu.journeys.load_case import OpenedCase
from ghiseu.journeys.paper_parts import contact_meanwhile, contacts_of, institution_name, language_of, local, office_of
from ghiseu.journeys.paper_words import say
from ghiseu.modules.cases.states import CaseState, Outcome
from ghiseu.modules.catalogue.package import Certainty, Kind, RouteKind
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.centres.models import CentreKind
from ghiseu.modules.centres.queries import opening_day
from ghiseu.modules.documents.papers.kinds import SlipPaper, Step
from ghiseu.modules.documents.papers.words import amount_in_figures
from ghiseu.modules.documents.queries import results_of

# Ways of delivery by which the person comes to this centre, and those that come to the person by themselves.
AT_THIS_CENTRE = frozenset({"cups_print", "slip", "screen"})
COMES_BY_ITSELF = frozenset({"mcabinet", "notice_mcabinet", "email", "mdelivery"})
AT_A_MISSION = "mission"
MISSIONS = (CentreKind.EMBASSY, CentreKind.CONSULATE)
NOT_RECEIVED = (CaseState.AWAITING_PAYMENT, CaseState.SENDING)
ORDER_KEY, ORDER_AMOUNT, ORDER_WAY = "order_key", "amount", "way"


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """Where the result is given. `words` are of the package, in the citizen's language; empty means nobody knows."""

    words: str
    at_this_centre: bool
    by_itself: bool


def slip(file: OpenedCase, *, at_desk: AtDesk, at: datetime, is_copy: bool = False) -> SlipPaper:
    """Return what the citizen takes home: both numbers, what happens next and by when, whom to call.

    Of a payment order it is the sheet to pay with. Call it inside a transaction.
    """
    language, case = language_of(file), file.case
    delivery = delivery_of(file, at_desk, language)
    come_back = _come_back(file, delivery, at_desk)
    calls = contact_meanwhile if case.state == CaseState.SENDING else contacts_of
    return SlipPaper(
        language=language,
        heading=_heading(file, language),
        office=office_of(at_desk, language),
        made_at=local(at, at_desk),
        is_copy=is_copy,
        case_number=case.number,
        institution_number=case.institution_number,
        service=file.package.name(language),
        institution=institution_name(file.package.institution, language),
        person=case.applicant.full_name,
        filed_on=local(case.submitted_at or at, at_desk).date(),
        steps=_steps(file, delivery, language),
        call=calls(file, at_desk, language),
        status_url=f"{settings.PUBLIC_URL}/s/{case.public_code}",
        come_back_on=come_back,
        come_back_note=_doubt(file, language) if come_back else "",
        order_key=_typed(file, ORDER_KEY) if is_payment(file) else "",
        price=_price(file, language),
        bring=tuple(
            file.package.text(f"attachments.{one}.name", language)
            for one in case.missing_papers
            if file.package.has_text(f"attachments.{one}.name")
        ),
        notes=tuple(
            file.package.text(f"notes.{note.id}", language)
            for note in file.judged.evaluation.notes
            if note.at == "slip"
        ),
    )


def is_payment(file: OpenedCase) -> bool:
    """Tell whether the person only pays an order of somebody else: nothing is asked for and no result comes."""
    return file.package.kind is Kind.PAYMENT


def delivery_of(file: OpenedCase, at_desk: AtDesk, language: str) -> Delivery:
    """Return where the result of the case is given: as chosen, or the only way that the package knows."""
    known = [one.id for one in file.package.deliveries]
    asked = file.package.field("delivery") is not None
    chosen = _typed(file, "delivery") if asked else (known[0] if len(known) == 1 else "")
    if chosen not in known:
        return Delivery(words="", at_this_centre=False, by_itself=False)
    here = chosen in AT_THIS_CENTRE or (chosen == AT_A_MISSION and at_desk.centre_kind in MISSIONS)
    words = file.package.text(f"deliveries.{chosen}", language)
    return Delivery(words=words, at_this_centre=here, by_itself=chosen in COMES_BY_ITSELF)


def _typed(file: OpenedCase, field_id: str) -> str:
    """Return the value of a visible field as text, or an empty text."""
    found = (one.value for one in file.judged.evaluation.fields if one.field.id == field_id and one.visible)
    value = next(found, None)
    return value if isinstance(value, str) else ""


def _heading(file: OpenedCase, language: str) -> str:
    if is_payment(file):
        return say("pay-heading", language)
    return say("visit-heading", language) if file.package.route.kind is RouteKind.VISIT else ""


def _come_back(file: OpenedCase, delivery: Delivery, at_desk: AtDesk) -> date | None:
    """Return a day on which the centre is open, and only when the institution has the file and we give the result."""
    case = file.case
    if case.state != CaseState.WITH_INSTITUTION or case.promised_on is None or not delivery.at_this_centre:
        return None
    return opening_day(at_desk, case.promised_on)


def _doubt(file: OpenedCase, language: str) -> str:
    sure = file.judged.quote.date_certainty is Certainty.SURE
    return "" if sure else say("not-confirmed", language)


def _steps(file: OpenedCase, delivery: Delivery, language: str) -> tuple[Step, ...]:
    case = file.case
    if is_payment(file):
        return _paying(file, language)
    if case.state == CaseState.PAPERS_MISSING:
        return (Step(what=say("bring-papers", language), by=case.respond_by),)
    if case.state == CaseState.RESULT_READY:
        here = delivery.at_this_centre or results_of(case).exists()
        return (Step(what=say("result-here", language)) if here else _result(delivery, language),)
    if case.state == CaseState.REFUSED:
        return (Step(what=say("refused-here", language)), Step(what=case.institution_reason))
    if file.package.route.kind is RouteKind.VISIT:
        return (Step(what=say("take-there", language)), _counted(language), _result(delivery, language))
    if case.state in {CaseState.DONE, CaseState.CLOSED}:
        return (Step(what=say(_END.get(case.outcome, "ended"), language)),)
    return _under_way(file, delivery, language)


_END: dict[str, str] = {
    Outcome.RESULT_HANDED_OVER: "handed-over",
    Outcome.REFUSAL_HANDED_OVER: "refusal-handed-over",
    Outcome.ANSWERED: "answered",
}


def _under_way(file: OpenedCase, delivery: Delivery, language: str) -> tuple[Step, ...]:
    case = file.case
    steps = []
    if case.state == CaseState.AWAITING_PAYMENT:
        steps.append(Step(what=say("pay-first", language)))
    if case.state == CaseState.SENDING:
        steps.append(Step(what=say("we-send", language)))
    decides = say("institution-decides", language)
    if case.state in NOT_RECEIVED:
        steps += [Step(what=decides), _counted(language)]
    elif case.promised_on is None:
        steps += [Step(what=decides), Step(what=say("day-unknown", language))]
    else:
        steps.append(Step(what=decides, by=case.promised_on, note=_doubt(file, language)))
    if case.applicant.phone:
        steps.append(Step(what=say("we-call", language)))
    return (*steps, _result(delivery, language))


def _counted(language: str) -> Step:
    return Step(what=say("counted", language))


def _result(delivery: Delivery, language: str) -> Step:
    """Return where the result is given, in the package's words."""
    if not delivery.words:
        return Step(what=say("place-unknown", language))
    if delivery.at_this_centre:
        return Step(what=say("come-for-result", language))
    note = "" if delivery.by_itself else say("take-card", language)
    return Step(what=say("result-comes", language).format(way=delivery.words), note=note)


def _paying(file: OpenedCase, language: str) -> tuple[Step, ...]:
    way = _typed(file, ORDER_WAY)
    key = f"fields.{ORDER_WAY}.options.{way}"
    told = file.package.text(key, language) if way and file.package.has_text(key) else ""
    first = say("pay-so", language).format(way=told) if told else say("pay-anywhere", language)
    return (Step(what=first), Step(what=say("pay-not-here", language)))


def _price(file: OpenedCase, language: str) -> str:
    """Return the price as it was agreed, or that it is not known; of an order only what MPay showed."""
    if is_payment(file):
        typed = _typed(file, ORDER_AMOUNT)
        return amount_in_figures(Money(amount=Decimal(typed), currency="MDL"), language) if typed else ""
    quote, now = file.case.quote, file.judged.quote
    total = now.total
    if quote:
        total = Money(amount=Decimal(quote["total"]), currency=quote["currency"]) if quote["total"] else None
    if total is None:
        return say("price-unknown", language)
    words = say("price-free", language) if total.is_zero else amount_in_figures(total, language)
    sure = (quote["certainty"] if quote else now.certainty) == Certainty.SURE
    return words if sure else f"{words} ({say('price-unsure', language)})"
