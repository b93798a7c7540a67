"""The result (or the refusal) is given to a named person on a stated identification, and the case ends."""

from dataclasses import dataclass
from datetime import datetime

from ghiseu.foundation import clock
from ghiseu.foundation.access import transaction
from ghiseu.foundation.audit import journal
from ghiseu.journeys.load_case import acting_on, case_numbered, package_of
from ghiseu.modules.cases import commands
from ghiseu.modules.cases import operations as cases
from ghiseu.modules.cases.models import Case
from ghiseu.modules.cases.states import CaseState, Outcome
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.custody.models import HandOver
from ghiseu.modules.mandates.models import Mandate
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

    Raises NoSuchCase, NotTheirs, NotIdentified, StepNotAllowed.
    """
    with transaction():
        case = case_numbered(number)
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
            locked.call_tasks.filter(done_at=None).update(done_at=at, done_by_id=at_desk.operator_id)
            journal.record(
                "custody.result.handed-over", acting=acting, at=at, object_type="case", object_id=case.number
            )
            return {"number": case.number}

        commands.once(command=handing.command, name="hand-over", acting=acting, at=at, do=do)
        return locked


def _require_entitled(case: Case, visit: Visit, *, at_desk: AtDesk, at: datetime) -> None:
    if visit.identified_by == IdentifiedBy.NOT_SEEN:
        raise NotIdentified(case.number)
    if visit.person_id == case.holder_id:
        return
    mandates = [case.mandate] if visit.person_id == case.applicant_id else []
    mandates.append(_mandate(case, visit))
    today = clock.today(at_desk.time_zone, at=at)
    if not any(mandate is not None and mandate.is_in_force(today) for mandate in mandates):
        raise NotTheirs(case.number)


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
