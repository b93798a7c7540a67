"""Looking at a case leaves a trace: who looked, in which visit, and that another operator sees it."""

from collections.abc import Iterable
from datetime import datetime

from ghiseu.foundation.access import SubjectIsActor, require_transaction
from ghiseu.foundation.audit import journal
from ghiseu.journeys.load_case import OpenedCase, acting_on, cases_numbered, load_case, package_of
from ghiseu.modules.cases import queries
from ghiseu.modules.cases.models import CallTask
from ghiseu.modules.centres.at_desk import AtDesk


def open_and_show(*, number: str, at_desk: AtDesk, at: datetime) -> OpenedCase:
    """Load and judge a case for a page or a paper that shows it. Raises NoSuchCase, NoTransaction."""
    file = load_case(number=number, at_desk=at_desk, at=at)
    show_case(file, at_desk=at_desk, at=at)
    return file


def show_calls(tasks: Iterable[CallTask], *, at_desk: AtDesk, at: datetime) -> list[CallTask]:
    """Return the calls that may be shown, each person with an event in the journal. The operator's own are left out.

    Raises NoTransaction.
    """
    require_transaction()
    waiting, shown = list(tasks), []
    known = cases_numbered(task.case.number for task in waiting)
    for task in waiting:
        case = known[task.case.number]
        try:
            acting = acting_on(
                case, at_desk=at_desk, package=package_of(case), reason="call list shown", visit=case.visit
            )
        except SubjectIsActor:
            continue
        shown.append(task)
        journal.record("cases.call.shown", acting=acting, at=at, object_type="call", object_id=str(task.pk))
    return shown


def show_case(file: OpenedCase, *, at_desk: AtDesk, at: datetime) -> None:
    """Write into the journal that the case is shown, and note who has it on screen. Raises NoTransaction."""
    require_transaction()
    acting = acting_on(file.case, at_desk=at_desk, package=file.package, reason="case shown at the desk")
    journal.record("cases.case.shown", acting=acting, at=at, object_type="case", object_id=file.case.number)
    queries.note_presence(file.case, operator_id=at_desk.operator_id, at=at)
