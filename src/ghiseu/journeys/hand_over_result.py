"""The result (or the refusal) is given to a named person on a stated identification, and the case ends."""

from dataclasses import dataclass
from datetime import datetime

from ghiseu.foundation import clock
from ghiseu.foundation.access import transaction
from ghiseu.foundation.audit import journal
from ghiseu.journeys import check_power
from ghiseu.journeys.deliver_paper import call_off_when_handed
from ghiseu.journeys.load_case import acting_on, case_for, package_of
from ghiseu.modules.cases import commands
from ghiseu.modules.cases import operations as cases
from ghiseu.modules.cases.models import Case
from ghiseu.modules.cases.states import CaseState, Outcome
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.custody.models import HandOver
from ghiseu.modules.mandates import powers
from ghiseu.modules.mandates.models import Mandate, Occasion
from ghiseu.modules.visits.models import IdentifiedBy, Visit


class NotTheirs(Exception):
    """The person at the desk is neither the holder nor somebody with a mandate for the holder in force today."""


class NotIdentified(Exception):
    """A result is only given to somebody whose document was seen."""


@dataclass(frozen=True, kw_only=True)
class Handing:
    """One hand-over: which documents (hashes), how many copies, and the command id of the press."""

    documents: tuple[str, ...]
    copies: int
    command: str


def hand_over(*, number: str, visit: Visit, handing: Handing, at_desk: AtDesk, at: datetime) -> Case:
    """Hand the result to the person of this visit and end the case. The same command again changes nothing.

    A power of the registry of powers must have been confirmed there today. Raises NoSuchCase, NotTheirs,
    NotIdentified, StepNotAllowed, PowerDoesNotHold, PowerNotKnown. Call it outside a transaction.
    """
    _require_power(number, visit, at_desk=at_desk, at=at)
    with transaction():
        case = case_for(number, at_desk=at_desk)
        _require_entitled(case, visit, at_desk=at_desk, at=at)
        locked = cases.locked(case.pk)
        acting = acting_on(case, at_desk=at_desk, package=package_of(case), reason="result handed over")

        def do() -> dict[str, str]:
            refused = locked.state == CaseState.REFUSED
            _write_down(case, visit, handing, at_desk=at_desk, at=at)
            cases.move(
                locked,
                CaseState.DONE,
                acting=acting,
                at=at,
                tell_as="handed-over",
                outcome=Outcome.REFUSAL_HANDED_OVER if refused else Outcome.RESULT_HANDED_OVER,
            )
            call_off_when_handed(case, acting=acting, at=at)
            locked.call_tasks.filter(done_at=None).update(done_at=at, done_by_id=at_desk.operator_id)
            journal.record(
                "custody.result.handed-over", acting=acting, at=at, object_type="case", object_id=case.number
            )
            return {"number": case.number}

        commands.once(command=handing.command, name="hand-over", acting=acting, at=at, do=do)
        return locked


def _require_power(number: str, visit: Visit, *, at_desk: AtDesk, at: datetime) -> None:
    """Ask the registry of powers about the mandate that the person relies on, unless it was confirmed today."""
    with transaction():
        case = case_for(number, at_desk=at_desk)
        handed = case.state not in {CaseState.RESULT_READY, CaseState.REFUSED}
        mandates = [] if handed or visit.person_id == case.holder_id else _in_force(case, visit, at_desk, at)
        if not mandates or any(powers.stands_today(one, zone=at_desk.time_zone, at=at) for one in mandates):
            return
        acting = acting_on(case, at_desk=at_desk, package=package_of(case), reason="power checked before handing over")
    check_power.renew(
        mandate_id=mandates[0].pk, occasion=Occasion.HAND_OVER, acting=acting, zone=at_desk.time_zone, at=at
    )


def _require_entitled(case: Case, visit: Visit, *, at_desk: AtDesk, at: datetime) -> None:
    if visit.identified_by == IdentifiedBy.NOT_SEEN:
        raise NotIdentified(case.number)
    if visit.person_id == case.holder_id:
        return
    if not _in_force(case, visit, at_desk, at):
        raise NotTheirs(case.number)


def _in_force(case: Case, visit: Visit, at_desk: AtDesk, at: datetime) -> list[Mandate]:
    """Return the mandates for the holder that the person relies on, those of this visit first."""
    mandates = [_mandate(case, visit), case.mandate if visit.person_id == case.applicant_id else None]
    today = clock.today(at_desk.time_zone, at=at)
    return [one for one in mandates if one is not None and one.is_in_force(today)]


def _mandate(case: Case, visit: Visit) -> Mandate | None:
    return visit.mandate if visit.mandate and visit.mandate.subject_id == case.holder_id else None


def _write_down(case: Case, visit: Visit, handing: Handing, *, at_desk: AtDesk, at: datetime) -> None:
    HandOver.objects.create(
        centre_id=case.centre_id,
        case=case,
        document_sha256=handing.documents[0] if handing.documents else "",
        to_name=visit.person.full_name,
        to_idnp=visit.person.idnp or visit.person.document,
        identification=visit.identified_by,
        identification_number=visit.document_note,
        mandate=_mandate(case, visit),
        copies=handing.copies,
        handed_at=at,
        handed_by_id=at_desk.operator_id,
        command=handing.command,
    )
