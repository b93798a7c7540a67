"""The citizen presses "I agree" or "something is wrong" on the screen that faces them; the operator cannot do it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ghiseu.foundation.access import ActingContext, Channel, transaction
from ghiseu.journeys.confirm_request import How, keep_agreed, texts_of
from ghiseu.journeys.load_case import OpenedCase, acting_on, concerns, load_case
from ghiseu.journeys.make_papers import language_of
from ghiseu.modules.cases import agreeing
from ghiseu.modules.cases import operations as cases
from ghiseu.modules.cases.agreeing_models import ScreenOrder
from ghiseu.modules.cases.models import EvidenceMethod
from ghiseu.modules.cases.states import EDITABLE_STATES
from ghiseu.modules.cases.timeline import tell
from ghiseu.modules.centres import screens
from ghiseu.modules.centres.screen_models import CitizenScreen
from ghiseu.modules.visits.queries import visit_of

# Against a touch by accident and a second tap; nobody has read the text by then.
SHOWN_AT_LEAST = timedelta(seconds=3)


class NothingIsAsked(Exception):
    """The screen shows no request that could be agreed to: the visit ended, or the operator took it off."""


class ShownTextIsStale(Exception):
    """What was pressed is not the text of now, or the screen did not show it all the time. It is shown anew."""


class TouchedTooSoon(Exception):
    """The text was on the screen for less than three seconds."""


@dataclass(frozen=True, kw_only=True)
class Touch:
    """What the browser sent: which request it showed, and the hash of its text."""

    order: str
    text_sha256: str


@dataclass(frozen=True, kw_only=True)
class _Asked:
    file: OpenedCase
    order: ScreenOrder
    acting: ActingContext


def _find(screen: CitizenScreen, touch: Touch, *, reason: str, at: datetime) -> _Asked:
    """Return what the screen shows, if that is what was touched. Raises NothingIsAsked. The case is locked."""
    at_desk = screens.at_work(screen, at=at)
    visit = visit_of(at_desk) if at_desk is not None else None
    if at_desk is None or visit is None:
        raise NothingIsAsked
    order = agreeing.order_on(screen_id=screen.pk, visit_id=visit.pk)
    if order is None or str(order.pk) != touch.order or not concerns(order.case, visit):
        raise NothingIsAsked
    cases.locked(order.case_id)
    file = load_case(number=order.case.number, at_desk=at_desk, at=at)
    if file.case.state not in EDITABLE_STATES:
        raise NothingIsAsked
    acting = acting_on(file.case, at_desk=at_desk, package=file.package, reason=reason, visit=visit)
    return _Asked(file=file, order=order, acting=replace(acting, channel=Channel.CITIZEN))


def agree(screen: CitizenScreen, touch: Touch, *, at: datetime) -> None:
    """Keep the touch as evidence of the request and of the agreement. The same touch again changes nothing.

    Raises NothingIsAsked, NotReady, ShownTextIsStale, TouchedTooSoon.
    """
    with transaction():
        asked = _find(screen, touch, reason="request agreed on the citizen's screen", at=at)
        texts, shown = texts_of(asked.file), agreeing.newest_shown(asked.order)
        hashes = {touch.text_sha256, texts.request_sha256, shown.text_sha256 if shown is not None else ""}
        if shown is None or len(hashes) != 1 or screens.is_silent(screen, at=at):
            raise ShownTextIsStale
        if at - shown.shown_at < SHOWN_AT_LEAST:
            raise TouchedTooSoon
        own = texts_of(asked.file, language=language_of(asked.file))
        details = {
            "shown_at": shown.shown_at.isoformat(timespec="seconds"),
            "seconds_shown": str(int((at - shown.shown_at).total_seconds())),
            "shown_in": own.language,
            "shown_sha256": own.request_sha256,
            "shown_agreement_sha256": own.agreement_sha256,
            "covered": "idnp",
        }
        how = How(method=EvidenceMethod.CITIZEN_TOUCH, screen_id=screen.pk, details=details)
        keep_agreed(asked.file, texts=texts, how=how, acting=asked.acting, at=at)
        if asked.order.agreed_at is None or asked.order.wrong_at is not None:
            tell(asked.file.case, "request-touched", at=at, by_id=asked.acting.operator_id)
        agreeing.note_agreed(asked.order, at=at)


def object_to(screen: CitizenScreen, touch: Touch, *, at: datetime) -> None:
    """Tell the operator that the person says something is wrong. Nothing else changes. Raises NothingIsAsked."""
    with transaction():
        asked = _find(screen, touch, reason="request said to be wrong", at=at)
        agreeing.note_wrong(asked.order, acting=asked.acting, at=at)
