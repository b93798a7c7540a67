"""Reading cases: the work list of a centre, a person's matters, the calls to make."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Sum

from ghiseu.modules.cases.models import CallTask, Case, CaseEvent, CaseField, Presence, PrintedRequest
from ghiseu.modules.cases.operations import PRESENT_FOR
from ghiseu.modules.cases.states import OPEN_STATES, CaseState

PAGE = 50


class WorkList(StrEnum):
    """The lists of the work page; deliveries that are stuck are asked of the submissions module."""

    DRAFTS = "drafts"
    PAYMENT = "payment"
    INSTITUTION = "institution"
    PAPERS = "papers"
    RESULTS = "results"
    ALARMS = "alarms"


_STATES = {
    WorkList.DRAFTS: (CaseState.DRAFT,),
    WorkList.PAYMENT: (CaseState.AWAITING_PAYMENT,),
    WorkList.INSTITUTION: (CaseState.SENDING, CaseState.WITH_INSTITUTION),
    WorkList.PAPERS: (CaseState.PAPERS_MISSING,),
    WorkList.RESULTS: (CaseState.RESULT_READY, CaseState.REFUSED),
    WorkList.ALARMS: (CaseState.STOPPED,),
}


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the work list."""

    id: int
    number: str
    holder: str
    service: str
    state: str
    changed_at: datetime
    promised_on: date | None
    respond_by: date | None
    institution_number: str
    is_restricted: bool
    is_covered: bool = False  # whoever reads the list may not know whose case it is


@dataclass(frozen=True, kw_only=True)
class Page:
    """At most 50 lines. `older` is the mark to give for the next page, empty at the end."""

    rows: list[Row]
    older: str


def work_list(which: WorkList, *, centre_id: int, language: str, before: str = "") -> Page:
    """Return a page of the list, newest change first; `before` is the mark of the page that came earlier."""
    newest: list[Row] = []
    # State by state, because only then the index gives the newest ones without reading all that wait.
    for state in _STATES[which]:
        cases = _before(before, Case.objects.filter(centre_id=centre_id, state=state))
        newest += [_row(values, language) for values in _values(cases.order_by("-changed_at", "-id")[: PAGE + 1])]
    found = sorted(newest, key=lambda row: (row.changed_at, row.id), reverse=True)
    rows = found[:PAGE]
    older = f"{rows[-1].changed_at.isoformat()}_{rows[-1].id}" if len(found) > PAGE else ""
    return Page(rows=rows, older=older)


def _before(mark: str, cases: QuerySet[Case]) -> QuerySet[Case]:
    if not mark:
        return cases
    moment, _, last = mark.partition("_")
    try:
        at, before_id = datetime.fromisoformat(moment), int(last)
    except ValueError:  # not a mark of ours: the list begins at its beginning
        return cases
    if at.tzinfo is None:
        return cases
    # The first condition lets the index begin here; the second leaves out what was changed in the same moment.
    return cases.filter(changed_at__lte=at).filter(Q(changed_at__lt=at) | Q(id__lt=before_id))


def named_on_a_list(ids: Iterable[int]) -> dict[int, Case]:
    """Return the cases by id with only what the journal says of a person shown on a list."""
    people = [f"{who}__{what}" for who in ("holder", "visit__person") for what in ("idnp", "document")]
    visit = [f"visit__{what}" for what in ("number", "identified_by", "assurance", "language", "person", "mandate")]
    mandates = [f"{whose}__{what}" for whose in ("mandate", "visit__mandate") for what in ("kind", "subject")]
    wanted = ("number", "holder", "applicant", "visit", "mandate", *people, *visit, *mandates)
    parts = Case.objects.select_related("holder", "mandate", "visit__person", "visit__mandate")
    return {case.pk: case for case in parts.filter(pk__in=list(ids)).only(*wanted)}


def counts(*, centre_id: int) -> dict[WorkList, int]:
    """Return how many cases stand in each list."""
    by_state = dict(
        Case.objects.filter(centre_id=centre_id, state__in=OPEN_STATES)
        .order_by("state")
        .values_list("state")
        .annotate(Count("id"))
    )
    return {which: sum(by_state.get(state, 0) for state in states) for which, states in _STATES.items()}


def untouched_drafts(*, since: datetime) -> QuerySet[Case]:
    """Return drafts of this centre in which nothing was chosen, typed, printed or signed from this moment on.

    Drafts about which somebody is to be called later than that are left out.
    """
    mine = OuterRef("pk")
    return Case.objects.filter(
        ~Exists(CaseField.objects.filter(case=mine, changed_at__gte=since)),
        ~Exists(CaseEvent.objects.filter(case=mine, at__gte=since)),
        ~Exists(PrintedRequest.objects.filter(case=mine, printed_at__gte=since)),
        ~Exists(CallTask.objects.filter(case=mine, done_at=None, due_on__gte=since.date())),
        state=CaseState.DRAFT,
        changed_at__lt=since,
    )


def restricted(*, centre_id: int) -> QuerySet[Case]:
    """Return the cases that are kept and shown to few, with nothing of their content; the newest first."""
    found = Case.objects.filter(centre_id=centre_id, restricted_at__isnull=False)
    return found.only("number", "restricted_at", "restriction_reason").order_by("-restricted_at", "-id")


def people_of(number: str) -> Case | None:
    """Return the case with nothing but whom it is about and who applied."""
    return Case.objects.filter(number=number).only("holder", "applicant").first()


def of_person(person_id: int, *, language: str) -> list[Row]:
    """Return the newest 20 cases about the person or applied for by them."""
    cases = Case.objects.filter(Q(holder_id=person_id) | Q(applicant_id=person_id)).order_by("-id")[:20]
    return [_row(values, language) for values in _values(cases)]


def of_people(person_ids: list[int], *, language: str) -> list[Row]:
    """Return the newest 50 cases of these people."""
    cases = Case.objects.filter(Q(holder_id__in=person_ids) | Q(applicant_id__in=person_ids)).order_by("-id")[:PAGE]
    return [_row(values, language) for values in _values(cases)]


def numbered(text: str, *, language: str) -> list[Row]:
    """Return the case with this number of ours or of an institution."""
    cases = Case.objects.filter(Q(number=text) | Q(institution_number=text)).order_by("-id")[:PAGE]
    return [_row(values, language) for values in _values(cases)]


def _values(cases: QuerySet[Case]) -> Iterable[Mapping[str, Any]]:  # Any: columns of several types
    return cases.values(
        "id",
        "number",
        "holder__surname",
        "holder__given_name",
        "package__names",
        "state",
        "changed_at",
        "promised_on",
        "respond_by",
        "institution_number",
        "restricted_at",
    )


def _row(values: Mapping[str, Any], language: str) -> Row:  # Any: columns of several types
    names = values["package__names"]
    return Row(
        id=values["id"],
        number=values["number"],
        holder=f"{values['holder__surname']} {values['holder__given_name']}".strip(),
        service=names.get(language) or names["ro"],
        state=values["state"],
        changed_at=values["changed_at"],
        promised_on=values["promised_on"],
        respond_by=values["respond_by"],
        institution_number=values["institution_number"],
        is_restricted=values["restricted_at"] is not None,
    )


def calls_due(*, centre_id: int, on: date, is_lead: bool) -> QuerySet[CallTask]:
    """Return the people to tell something, those due first. Whom nobody reached in three calls the lead alone sees.

    A first call may be made a day early; one that nobody answered waits for its day.
    """
    due = Q(due_on__lte=on) | Q(due_on__lte=on + timedelta(days=1), unanswered=0)
    waiting = CallTask.objects.filter(due, centre_id=centre_id, done_at=None)
    return (
        (waiting if is_lead else waiting.filter(unanswered__lt=CallTask.MOST_UNANSWERED))
        .select_related("case__applicant", "case__holder", "case__package")
        .order_by("due_on", "id")
    )


def version_of(case_id: int) -> tuple[object, ...]:
    """Return what differs as soon as something that was typed or chosen in the case differs. One query, no values."""
    written = Case.objects.annotate(count=Count("fields"), last=Max("fields__changed_at"), sum=Sum("fields__version"))
    told = ("state", "changed_at", "language", "readback_language", "term", "delivery", "answers", "mandate_id")
    kept = ("pays_despite_exemption", "overrides", "restricted_at", "destroyed_at")
    return tuple(written.values_list(*told, *kept, "count", "last", "sum").get(pk=case_id))


def has_call(task_id: int) -> bool:
    """Tell whether this centre has the call, made or not."""
    return CallTask.objects.filter(pk=task_id).exists()


def others_present(case: Case, *, operator_id: int, at: datetime) -> list[str]:
    """Return the names of other operators who have the case on screen now."""
    there = Presence.objects.filter(case=case, seen_at__gte=at - PRESENT_FOR).exclude(operator_id=operator_id)
    return [row.operator.full_name for row in there.select_related("operator").order_by("operator_id")]


def note_presence(case: Case, *, operator_id: int, at: datetime) -> None:
    """Remember that the operator has the case on screen. May be repeated."""
    Presence.objects.update_or_create(
        case=case, operator_id=operator_id, defaults={"centre_id": case.centre_id, "seen_at": at}
    )
