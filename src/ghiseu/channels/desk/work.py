"""The work list of a centre: what waits, for whom, since when; calls to make; deliveries that are stuck."""

from contextlib import suppress
from datetime import datetime

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from ghiseu.channels.desk import pages, reach, words
from ghiseu.channels.desk.calling import CALL_LIST, REASONS
from ghiseu.channels.desk.pages import desk_page
from ghiseu.channels.desk.session import DeskRequest
from ghiseu.channels.desk.signing import SIGNATURE_LIST
from ghiseu.channels.desk.witnessing import WITNESS_LIST
from ghiseu.foundation import clock
from ghiseu.foundation.jobs.hold import deliveries_paused
from ghiseu.foundation.states import StepNotAllowed
from ghiseu.foundation.ui.parts import Tab
from ghiseu.journeys.agree_aloud import ends_at
from ghiseu.journeys.make_papers import institution_of_route
from ghiseu.journeys.mind_work import ask_delivery_again
from ghiseu.journeys.show_case import covers_call, show_calls, show_rows
from ghiseu.journeys.sign_request import is_connected
from ghiseu.modules.cases import agreeing
from ghiseu.modules.cases import queries as cases
from ghiseu.modules.cases.agreeing_models import WitnessTask
from ghiseu.modules.cases.models import CallReason, CallTask
from ghiseu.modules.cases.queries import WorkList
from ghiseu.modules.centres.models import Role
from ghiseu.modules.payments import queries as payments
from ghiseu.modules.signatures import queries as signatures
from ghiseu.modules.signatures.models import SignatureRequest
from ghiseu.modules.submissions import queries as submissions
from ghiseu.modules.submissions.models import Submission
from ghiseu.modules.submissions.operations import WAITING

CALLS, DELIVERIES = CALL_LIST, "deliveries"
OTHER_LISTS = {
    CALLS: gettext_lazy("People to call"),
    DELIVERIES: gettext_lazy("Deliveries stuck"),
    WITNESS_LIST: gettext_lazy("Witness wanted"),
    SIGNATURE_LIST: gettext_lazy("Signature awaited"),
}
DELIVERY_STATES = {
    "queued": gettext_lazy("tried again later"),
    "unknown": gettext_lazy("no answer yet; the institution is being asked"),
    "held": gettext_lazy("needs a person"),
    "sending": gettext_lazy("being sent"),
}


@require_GET
@desk_page()
def page(request: DeskRequest) -> HttpResponse:
    """Show one list; the tabs count all of them."""
    at = clock.now()
    centre_id = request.at_desk.centre_id
    today = clock.today(request.at_desk.time_zone, at=at)
    chosen = request.GET.get("list", WorkList.DRAFTS)
    counts = cases.counts(centre_id=centre_id)
    is_lead = request.at_desk.has_role(Role.CENTRE_LEAD)
    calls = cases.calls_due(centre_id=centre_id, on=today, is_lead=is_lead)
    stuck = submissions.stuck(at=at)
    witnesses = agreeing.witnesses_wanted(centre_id=centre_id, at=at)
    context: dict[str, object] = {"states": words.STATES, "tones": words.STATE_TONES, "is_lead": is_lead}
    unsigned = signatures.waiting(centre_id=centre_id) if is_connected() else []
    context["has_terminals"] = settings.MPAY_TERMINALS
    context["money_waits"] = payments.unsettled_count(centre_id=centre_id)
    if chosen == CALLS:
        context["calls"] = [
            {"id": task.pk, "number": task.case.number, "reached_as": "", "is_covered": True}
            if covers_call(task, at_desk=request.at_desk)
            else _call(task)
            for task in show_calls(calls[:50], at_desk=request.at_desk, at=at)
        ]
    elif chosen == WITNESS_LIST:
        context["witnesses"] = [_witness(one) for one in witnesses]
    elif chosen == SIGNATURE_LIST:
        context["unsigned"] = [_unsigned(one) for one in unsigned]
    elif chosen == DELIVERIES:
        context["deliveries"] = [_delivery(one) for one in stuck[:50]]
        context["paused"] = deliveries_paused() is not None
    else:
        which = WorkList(chosen) if chosen in set(WorkList) else WorkList.DRAFTS
        chosen = str(which)
        context |= _rows_of(request, which, at=at)
    reach.name(request, _named(context), visit=pages.open_visit(request))
    others = {CALLS: calls.count(), DELIVERIES: stuck.count(), WITNESS_LIST: len(witnesses)}
    if is_connected() or chosen == SIGNATURE_LIST:
        others[SIGNATURE_LIST] = len(unsigned)
    context["tabs"] = tabs = _tabs(chosen, counts, others)
    context["chosen_label"] = next(tab.label for tab in tabs if tab.current)
    return pages.render(request, "desk/work.html", context)


def _rows_of(request: DeskRequest, which: WorkList, *, at: datetime) -> dict[str, object]:
    """Return a page of the cases of one list."""
    before = request.GET.get("before", "")
    shown = cases.work_list(which, centre_id=request.at_desk.centre_id, language=pages.page_language(), before=before)
    return {
        "rows": show_rows(shown.rows, at_desk=request.at_desk, at=at),
        "older": f"{reverse('desk:work')}?list={which}&before={shown.older}" if shown.older else "",
        "day_label": _("Papers until") if which is WorkList.PAPERS else _("Expected by"),
    }


def _named(context: dict[str, object]) -> list[str]:
    """Return the numbers of the cases, and the names of the tasks, that the list leads to."""
    rows = context.get("rows")
    listed = [row.number for row in rows] if isinstance(rows, list) else []
    ways = (
        ("calls", "number"),
        ("calls", "reached_as"),
        ("deliveries", "case"),
        ("witnesses", "reached_as"),
        ("unsigned", "number"),
    )
    for which, key in ways:
        lines = context.get(which)
        listed += [str(line[key]) for line in lines] if isinstance(lines, list) else []
    return listed


def _tabs(chosen: str, counts: dict[WorkList, int], others: dict[str, int]) -> list[Tab]:
    names = [(str(which), str(words.WORK_LISTS[which]), counts[which]) for which in WorkList]
    names += [(name, str(OTHER_LISTS[name]), count) for name, count in others.items()]
    return [
        Tab(
            label=label,
            href=f"{reverse('desk:work')}?list={name}",
            count=count,
            current=name == chosen,
            key=str(index % 10),  # a digit alone: there are ten lists at most, and no field has the focus here
        )
        for index, (name, label, count) in enumerate(names, start=1)
    ]


def _unsigned(one: SignatureRequest) -> dict[str, object]:
    """Return a line that says which case waits for a signature, and not whose."""
    return {"number": one.case.number, "desk": one.desk.name, "at": one.asked_at, "until": one.expires_at}


def _call(task: CallTask) -> dict[str, object]:
    return {
        "id": task.pk,
        "is_covered": False,
        "reached_as": reach.of_call(task.pk),
        "person": task.case.applicant.full_name,
        "reason": REASONS[CallReason(task.reason)],
        "number": task.case.number,
        "due": task.due_on,
        "unanswered": task.unanswered,
    }


def _witness(task: WitnessTask) -> dict[str, object]:
    """Return a line that says where a witness is wanted, and not for whom."""
    return {
        "id": task.pk,
        "reached_as": reach.of_witness(task.pk),
        "by": task.asked_by.full_name,
        "desk": task.visit.desk.name,
        "at": task.asked_at,
        "until": ends_at(task),
    }


def _delivery(one: Submission) -> dict[str, object]:
    return {
        "number": one.number,
        "case": one.case.number,
        "institution": institution_of_route(one.institution, pages.page_language()),
        "state": DELIVERY_STATES.get(one.state, one.state),
        "since": one.created_at,
        "next": one.next_try_at,
        "tries": one.fence,
        "held": one.state == "held",
        "waits": one.state in WAITING,
    }


@require_POST
@desk_page()
def ask_again(request: DeskRequest, number: str) -> HttpResponse:
    """Have the institution asked again about a delivery that needs a person."""
    # It may have moved on meanwhile; the list shows where it stands.
    with suppress(StepNotAllowed):
        try:
            ask_delivery_again(number=number, at_desk=request.at_desk, at=clock.now())
        except Submission.DoesNotExist:
            return pages.no_case_here(request)
    return HttpResponseRedirect(f"{reverse('desk:work')}?list={DELIVERIES}")
