"""Asking the owner of a register for a correction, and what came of it."""

from dataclasses import dataclass
from datetime import date, datetime

from ghiseu.foundation.access import ActingContext, require_transaction
from ghiseu.foundation.audit import journal
from ghiseu.modules.privacy.models import CorrectionRequest, CorrectionState
from ghiseu.modules.visits.models import Visit

# How many open requests one page of the centre's list shows.
AT_ONCE = 100


class SomethingMissing(Exception):
    """A request names the field, what the person says and the paper that shows it. `field` is what is missing."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


@dataclass(frozen=True, kw_only=True)
class Wrong:
    """What is wrong, as told: in which register, which field, what it says, what is right, and what shows it."""

    register: str
    field: str
    register_says: str
    person_says: str
    evidence: str


def ask(
    *, visit: Visit, wrong: Wrong, number: str, due_on: date, acting: ActingContext, at: datetime
) -> CorrectionRequest:
    """Keep the request of the visit's person. The same request in the same visit is kept once.

    Raises SomethingMissing, NoTransaction.
    """
    require_transaction()
    for name in ("field", "person_says", "evidence"):
        if not getattr(wrong, name).strip():
            raise SomethingMissing(name)
    for known in CorrectionRequest.objects.filter(visit=visit, register=wrong.register, field=wrong.field.strip()):
        if known.person_says == wrong.person_says.strip():
            return known
    asked = CorrectionRequest.objects.create(
        centre_id=visit.centre_id,
        number=number,
        visit=visit,
        person=visit.person,
        register=wrong.register,
        field=wrong.field.strip(),
        register_says=wrong.register_says.strip(),
        person_says=wrong.person_says.strip(),
        evidence=wrong.evidence.strip(),
        language=visit.language,
        asked_at=at,
        asked_by_id=acting.operator_id,
        answer_due_on=due_on,
    )
    _note("privacy.correction.asked", asked, acting=acting, at=at)
    return asked


def end(number: str, *, to: CorrectionState, answer: str, acting: ActingContext, at: datetime) -> CorrectionRequest:
    """Keep what the owner of the register answered. The same answer again changes nothing.

    Raises CorrectionRequest.DoesNotExist, StepNotAllowed, SomethingMissing, NoTransaction.
    """
    require_transaction()
    if not answer.strip():
        raise SomethingMissing("answer")
    request = CorrectionRequest.objects.select_for_update(of=("self",)).get(number=number)
    if (request.state, request.answer) == (to, answer.strip()):
        return request
    event = request.move_to(to)
    request.ended_at, request.ended_by_id, request.answer = at, acting.operator_id, answer.strip()
    request.save(update_fields=["state", "ended_at", "ended_by_id", "answer"])
    _note(event, request, acting=acting, at=at)
    return request


def destroy(request: CorrectionRequest, *, acting: ActingContext, at: datetime) -> None:
    """Take out what the person said and what was answered; number, register and dates stay. Raises NoTransaction."""
    require_transaction()
    request.destroyed_at = at
    request.field = request.register_says = request.person_says = request.evidence = request.answer = ""
    request.save(update_fields=["destroyed_at", "field", "register_says", "person_says", "evidence", "answer"])
    _note("privacy.correction.destroyed", request, acting=acting, at=at)


def note_reading(event: str, request: CorrectionRequest, *, acting: ActingContext, at: datetime) -> None:
    """Put into the journal that the request was shown or printed. Raises NoTransaction."""
    _note(event, request, acting=acting, at=at)


def numbered(number: str) -> CorrectionRequest:
    """Return the request with its person and visit, as long as it is kept. Raises CorrectionRequest.DoesNotExist."""
    return CorrectionRequest.objects.select_related("person", "visit").get(number=number, destroyed_at=None)


def person_of(number: str) -> int | None:
    """Return whose request it is, as the key of the person; None when the centre has none of this number."""
    found: int | None = CorrectionRequest.objects.filter(number=number).values_list("person_id", flat=True).first()
    return found


def of_centre() -> list[CorrectionRequest]:
    """Return the requests of the scope's centre that are kept: those that wait first, the earliest due at the top."""
    waiting = CorrectionRequest.objects.filter(state=CorrectionState.ASKED).order_by("answer_due_on", "id")
    kept = CorrectionRequest.objects.filter(destroyed_at=None)
    ended = kept.exclude(state=CorrectionState.ASKED).order_by("-ended_at", "-id")
    found = list(waiting[:AT_ONCE])
    return found + list(ended[: AT_ONCE - len(found)])


def _note(event: str, request: CorrectionRequest, *, acting: ActingContext, at: datetime) -> None:
    journal.record(event, acting=acting, at=at, object_type=f"{request.register}.correction", object_id=request.number)
