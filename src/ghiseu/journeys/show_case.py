"""Looking at a case leaves a trace: who looked, in which visit, and that another operator sees it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from ghiseu.foundation.access import ActingContext, SubjectIsActor, require_transaction
from ghiseu.foundation.audit import journal
from ghiseu.journeys.load_case import READS_RESTRICTED, OpenedCase, acting_on, cases_numbered, load_case, package_of
from ghiseu.journeys.start_visit import LEGAL_BASIS
from ghiseu.modules.cases import queries
from ghiseu.modules.cases.models import CallTask, Case
from ghiseu.modules.cases.queries import Row
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.visits.queries import acting_in


def open_and_show(*, number: str, at_desk: AtDesk, at: datetime) -> OpenedCase:
    """Load and judge a case for a page or a paper that shows it. Raises NoSuchCase, NoTransaction."""
    file = load_case(number=number, at_desk=at_desk, at=at)
    show_case(file, at_desk=at_desk, at=at)
    return file


def covered(row: Row, *, at_desk: AtDesk) -> Row:
    """Return the line without the person and their service when the case is restricted and the reader not excepted."""
    if not row.is_restricted or at_desk.has_role(*READS_RESTRICTED):
        return row
    return replace(row, holder="", service="", institution_number="", is_covered=True)


def covers_call(task: CallTask, *, at_desk: AtDesk) -> bool:
    """Tell whether the line of this call may not say who is to be called: the case is restricted."""
    return task.case.restricted_at is not None and not at_desk.has_role(*READS_RESTRICTED)


def show_calls(tasks: Iterable[CallTask], *, at_desk: AtDesk, at: datetime) -> list[CallTask]:
    """Return the calls that may be shown, each person with one event in the journal. The operator's own are left out.

    Raises NoTransaction.
    """
    require_transaction()
    waiting, shown = list(tasks), []
    people: dict[int, tuple[ActingContext, str]] = {}
    known = cases_numbered(task.case.number for task in waiting)
    for task in waiting:
        case = known[task.case.number]
        if case.holder.idnp == at_desk.operator_idnp:
            continue
        try:
            acting = acting_in(
                case.visit,
                at_desk=at_desk,
                subject=case.applicant,  # whose name and phone stand there
                legal_basis=package_of(case).legal_basis[0].act,
                legal_reason=f"{case.package.code}: call list shown",
                case_number=case.number,
            )
        except SubjectIsActor:
            continue
        shown.append(task)
        if not covers_call(task, at_desk=at_desk):  # else nobody is shown
            people.setdefault(case.applicant_id, (acting, str(task.pk)))
    journal.record_each("cases.call.shown", shown=people.values(), object_type="call", at=at)
    return shown


def show_rows(rows: Iterable[Row], *, at_desk: AtDesk, at: datetime) -> list[Row]:
    """Return the lines that may be shown, each person with one event in the journal. The operator's own are left out.

    The line of a restricted case names nobody. Raises NoTransaction.
    """
    require_transaction()
    waiting, shown = list(rows), []
    people: dict[int, tuple[ActingContext, str]] = {}
    known = queries.named_on_a_list(row.id for row in waiting)
    for row in waiting:
        case = known[row.id]
        try:
            acting = _listing(case, at_desk=at_desk)
        except SubjectIsActor:
            continue
        line = covered(row, at_desk=at_desk)
        shown.append(line)
        if not line.is_covered:
            people.setdefault(case.holder_id, (acting, row.number))
    journal.record_each("cases.case.listed", shown=people.values(), object_type="case", at=at)
    return shown


def _listing(case: Case, *, at_desk: AtDesk) -> ActingContext:
    return acting_in(
        case.visit,
        at_desk=at_desk,
        subject=case.holder,
        on_mandate=case.mandate if case.visit.person_id == case.applicant_id else None,
        legal_basis=LEGAL_BASIS,
        legal_reason="work list shown",
        case_number=case.number,
    )


def show_case(file: OpenedCase, *, at_desk: AtDesk, at: datetime) -> None:
    """Write into the journal that the case is shown, and note who has it on screen. Raises NoTransaction."""
    require_transaction()
    acting = acting_on(file.case, at_desk=at_desk, package=file.package, reason="case shown at the desk")
    journal.record("cases.case.shown", acting=acting, at=at, object_type="case", object_id=file.case.number)
    queries.note_presence(file.case, operator_id=at_desk.operator_id, at=at)
