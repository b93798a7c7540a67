"""Looking at a case leaves a trace: who looked, in which visit, and that another operator sees it."""

from datetime import datetime

from ghiseu.foundation.access import require_transaction
from ghiseu.foundation.audit import journal
from ghiseu.journeys.load_case import OpenedCase, acting_on
from ghiseu.modules.cases import queries
from ghiseu.modules.centres.at_desk import AtDesk


def show_case(file: OpenedCase, *, at_desk: AtDesk, at: datetime) -> None:
    """Write into the journal that the case is shown, and note who has it on screen. Raises NoTransaction."""
    require_transaction()
    acting = acting_on(file.case, at_desk=at_desk, package=file.package, reason="case shown at the desk")
    journal.record("cases.case.shown", acting=acting, at=at, object_type="case", object_id=file.case.number)
    queries.note_presence(file.case, operator_id=at_desk.operator_id, at=at)
