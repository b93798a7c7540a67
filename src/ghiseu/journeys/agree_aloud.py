"""For who can neither sign nor touch: the operator reads the text aloud, and a colleague who heard it says so."""

from datetime import datetime

from ghiseu.foundation.access import transaction
from ghiseu.foundation.audit import journal
from ghiseu.journeys.confirm_request import How, Texts, keep_agreed, texts_of
from ghiseu.journeys.lacking import require_answered
from ghiseu.journeys.load_case import OpenedCase, acting_on, case_for, load_case, visit_here
from ghiseu.journeys.start_visit import OwnMatter
from ghiseu.modules.applicants.models import Person
from ghiseu.modules.applicants.queries import family_of
from ghiseu.modules.cases import agreeing
from ghiseu.modules.cases import operations as cases
from ghiseu.modules.cases.agreeing_models import WitnessTask
from ghiseu.modules.cases.fields import CaseIsNotEditable
from ghiseu.modules.cases.models import EvidenceMethod
from ghiseu.modules.cases.states import EDITABLE_STATES
from ghiseu.modules.cases.timeline import tell
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.centres.models import Desk, Operator
from ghiseu.modules.centres.queries import former_place
from ghiseu.modules.visits.models import VisitState

REASON = "request read aloud before a witness"


class NotAWitness(Exception):
    """This person cannot witness it. `why` is same-operator, same-desk, relative, over, done or changed."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def ends_at(task: WitnessTask) -> datetime:
    """Return until when a witness may confirm."""
    return task.asked_at + agreeing.WITNESS_WITHIN


def ask_witness(*, number: str, at_desk: AtDesk, at: datetime) -> WitnessTask:
    """Note that the text was read aloud, and ask the centre's colleagues to witness. Pressed twice, asked once.

    Raises NoSuchCase, CaseIsNotEditable, NobodyIsHere, NotReady.
    """
    with transaction():
        case = cases.locked(case_for(number, at_desk=at_desk).pk)
        if case.state not in EDITABLE_STATES:
            raise CaseIsNotEditable(number)
        visit = visit_here(case, at_desk=at_desk)
        file = load_case(number=number, at_desk=at_desk, at=at)
        require_answered(file)
        acting = acting_on(case, at_desk=at_desk, package=file.package, reason=REASON)
        digest = texts_of(file).request_sha256
        return agreeing.ask_witness(case=case, visit_id=visit.pk, text_sha256=digest, acting=acting, at=at)


def show_task(*, task_id: int, at_desk: AtDesk, at: datetime) -> tuple[WitnessTask, OpenedCase, Texts]:
    """Return what the colleague heard, to be compared; that it was shown is in the journal.

    Call it inside a transaction. Raises WitnessTask.DoesNotExist, NotAWitness, NotReady, OwnMatter,
    SubjectIsActor.
    """
    task = agreeing.locked_task(task_id)
    file = load_case(number=task.case.number, at_desk=at_desk, at=at)
    texts = texts_of(file)
    _require_witness(task, file, texts, at_desk=at_desk, at=at)
    acting = acting_on(file.case, at_desk=at_desk, package=file.package, reason=REASON, visit=task.visit)
    journal.record("cases.witness.shown", acting=acting, at=at, object_type="witness", object_id=str(task.pk))
    return task, file, texts


def witness(*, task_id: int, text_sha256: str, at_desk: AtDesk, at: datetime) -> None:
    """Keep the spoken agreement as evidence: taken by the operator who read, heard by this colleague. Counts once.

    Raises WitnessTask.DoesNotExist, NotAWitness, NotReady, OwnMatter, SubjectIsActor.
    """
    with transaction():
        # The case before what belongs to it, as everywhere.
        cases.locked(WitnessTask.objects.values_list("case_id", flat=True).get(pk=task_id))
        task = agreeing.locked_task(task_id)
        file = load_case(number=task.case.number, at_desk=at_desk, at=at)
        texts = texts_of(file)
        _require_witness(task, file, texts, at_desk=at_desk, at=at)
        if text_sha256 != task.text_sha256:
            raise NotAWitness("changed")
        reader = former_place(
            operator=Operator.objects.get(pk=task.asked_by_id),
            desk=Desk.objects.select_related("centre").get(pk=task.visit.desk_id),
        )
        acting = acting_on(file.case, at_desk=reader, package=file.package, reason=REASON, visit=task.visit)
        details = {
            "read_at": task.asked_at.isoformat(timespec="seconds"),
            "witness_desk": at_desk.desk_name,
            "relation": "not checked" if is_relation_unknown(task, file) else "none in RSP",
        }
        method = EvidenceMethod.SPOKEN_BEFORE_WITNESS
        how = How(method=method, witness_id=at_desk.operator_id, details=details)
        keep_agreed(file, texts=texts, how=how, acting=acting, at=at)
        agreeing.close_witnessed(task, witness_id=at_desk.operator_id, at=at)
        tell(file.case, "request-spoken", at=at, by_id=at_desk.operator_id)


def _require_witness(task: WitnessTask, file: OpenedCase, texts: Texts, *, at_desk: AtDesk, at: datetime) -> None:
    """Refuse whoever read it, sits at the same desk, is concerned, or is a relative; and what no longer holds."""
    people = _people(task, file)
    if at_desk.operator_idnp in {one.idnp for one in people}:
        raise OwnMatter
    if task.asked_by_id == at_desk.operator_id:
        raise NotAWitness("same-operator")
    if task.visit.desk_id == at_desk.desk_id:
        raise NotAWitness("same-desk")
    if any(at_desk.operator_idnp in (family_of(one) or ()) for one in people):
        raise NotAWitness("relative")
    if task.done_at is not None:
        raise NotAWitness("done")
    if not _still_counts(task, file, at=at):
        raise NotAWitness("over")
    if task.text_sha256 != texts.request_sha256:
        raise NotAWitness("changed")
    require_answered(file)


def _still_counts(task: WitnessTask, file: OpenedCase, *, at: datetime) -> bool:
    is_here = task.visit.state == VisitState.OPEN
    return is_here and file.case.state in EDITABLE_STATES and agreeing.is_open(task, at=at)


def is_relation_unknown(task: WitnessTask, file: OpenedCase) -> bool:
    """Tell whether the register never told of the family of somebody concerned: then the evidence says so.

    Nobody is turned away for it, because who cannot sign would be served only while the register answers.
    Call it inside a transaction.
    """
    return any(family_of(one) is None for one in _people(task, file))


def _people(task: WitnessTask, file: OpenedCase) -> set[Person]:
    """Return whom the request is about, who applied, and who was there when it was read."""
    return {file.case.holder, file.case.applicant, task.visit.person}
