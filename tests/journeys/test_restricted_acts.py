"""What is done at a desk on a case that is restricted is refused, as its page is; the lead goes on."""

import ast
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from tests.support.counter import (
    NOON,
    all_of,
    ask_for,
    case_of,
    change,
    come,
    complete_and_submit,
    deliver,
    hand,
    place,
    scan,
    submission_of,
    timeline,
)

from ghiseu.foundation.access import transaction
from ghiseu.journeys import book_appointment, citizen_screen, end_case, load_case, mind_work, resume_case
from ghiseu.journeys.complete_papers import send_papers
from ghiseu.journeys.load_case import CaseIsRestricted
from ghiseu.journeys.mind_work import CallAnswer
from ghiseu.journeys.revoke_agreement import revoke_agreement
from ghiseu.modules.cases import operations as cases
from ghiseu.modules.cases.models import CallReason, CallTask
from ghiseu.modules.cases.states import Outcome
from ghiseu.modules.centres.at_desk import AtDesk
from simulators.common.process import Running

BIRTH = "asp.civil.extract-birth"
SERVICES = [BIRTH]
EUGENIA, ILINCA = "2099010100376", "2099310101017"
# Who reads a case without standing at a desk, or restricts it.
WITHOUT_DESK = {"load_case.py", "restrict_case.py", "look_under_grant.py", "deliver_paper.py"}


@pytest.fixture
def restricted(lozova: AtDesk, asp: Running, exchange: Running) -> str:
    """Bring Eugenia's request to the institution; then it is restricted, with a call to make."""
    visit = come(EUGENIA, to=lozova)
    number = ask_for(BIRTH, visit=visit, to=lozova)
    complete_and_submit(number, to=lozova)
    deliver(number)
    with transaction():
        cases.ask_to_call(case_of(number), CallReason.ALARM, at=NOON)
    change(case_of(number), restricted_at=NOON, restricted_by_id=1, restriction_reason="objection 14")
    return number


def note_call(number: str, at_desk: AtDesk) -> None:
    [task] = all_of(CallTask, case__number=number)
    mind_work.note_call(task_id=task.pk, answer=CallAnswer.TOLD, note="told", at_desk=at_desk, at=NOON)


ACTS: dict[str, Callable[[str, AtDesk], object]] = {
    "end": lambda number, desk: end_case.end_case(number=number, outcome=Outcome.GONE, at_desk=desk, at=NOON),
    "hand over": lambda number, desk: hand(number, case_of(number).visit, to=desk),
    "note a call": note_call,
    "ask the institution again": lambda number, desk: mind_work.ask_delivery_again(
        number=submission_of(number).number, at_desk=desk, at=NOON
    ),
    "go on after an alarm": lambda number, desk: resume_case.give_up(
        number=number, reason="looked at", at_desk=desk, at=NOON
    ),
    "scan": lambda number, desk: scan(number, "kinship_proof", to=desk),
    "send papers": lambda number, desk: send_papers(number=number, command=str(uuid4()), at_desk=desk, at=NOON),
    "cancel the appointment": lambda number, desk: book_appointment.cancel(
        number=number, reason="asked", at_desk=desk, at=NOON
    ),
    "show on the screen": lambda number, desk: citizen_screen.put_on_screen(number=number, at_desk=desk, at=NOON),
    "withdraw": lambda number, desk: revoke_agreement(number=number, reason="asked", at_desk=desk, at=NOON),
}


@pytest.mark.parametrize("act", ACTS)
def test_is_refused_to_an_operator(act: str, restricted: str, lozova: AtDesk) -> None:
    before = timeline(restricted)

    with pytest.raises(CaseIsRestricted):
        ACTS[act](restricted, lozova)

    assert timeline(restricted) == before
    assert case_of(restricted).state == "with_institution"
    assert [one.done_at for one in all_of(CallTask, case__number=restricted)] == [None]


def test_is_done_by_the_centre_lead(restricted: str) -> None:
    note_call(restricted, place(ILINCA))

    assert [one.done_at for one in all_of(CallTask, case__number=restricted)] == [NOON]


def test_finds_its_case_by_one_function_that_looks_whether_it_is_restricted() -> None:
    src = Path(load_case.__file__).parents[1]
    files = [*(src / "journeys").glob("*.py"), *(src / "channels" / "desk").glob("*.py")]

    direct = {path.name for path in files if "case_numbered" in _names(path)}

    assert direct == WITHOUT_DESK


def _names(path: Path) -> set[str]:
    return {one.id for one in ast.walk(ast.parse(path.read_text())) if isinstance(one, ast.Name)}
