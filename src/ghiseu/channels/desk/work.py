"""The work list of a centre: what waits, for whom, since when; calls to make; deliveries that are stuck."""

from contextlib import suppress
from datetime import timedelta

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from ghiseu.channels.desk import pages, reach, words
from ghiseu.channels.desk.pages import desk_page
from ghiseu.channels.desk.session import DeskRequest
from ghiseu.channels.desk.witnessing import WITNESS_LIST
from ghiseu.foundation import clock
from ghiseu.foundation.jobs.hold import deliveries_paused
from ghiseu.foundation.states import StepNotAllowed
from ghiseu.foundation.ui.parts import Tab
from ghiseu.journeys.agree_aloud import ends_at
from ghiseu.journeys.make_papers import institution_of_route
from ghiseu.journeys.mind_work import ask_delivery_again, note_call
from ghiseu.journeys.show_case import show_calls, show_rows
from ghiseu.modules.cases import agreeing
from ghiseu.modules.cases import queries as cases
from ghiseu.modules.cases.agreeing_models import WitnessTask
from ghiseu.modules.cases.models import CallReason, CallTask
from ghiseu.modules.cases.queries import WorkList
from ghiseu.modules.centres.models import Role
from ghiseu.modules.submissions import queries as submissions
from ghiseu.modules.submissions.models import Submission
from ghiseu.modules.submissions.operations import WAITING

CALLS, DELIVERIES = "calls", "deliveries"
REASONS = {
    CallReason.NO_CHANNEL: gettext_lazy("no phone and no e-mail: tell when they come"),
    CallReason.RESULT_READY: gettext_lazy("the result is here"),
    CallReason.REFUSED: gettext_lazy("the institution refused"),
    CallReason.PAPERS_MISSING: gettext_lazy("papers are missing"),
    CallReason.PAYMENT_EXPIRED: gettext_lazy("the payment order expired"),
    CallReason.ALARM: gettext_lazy("something does not fit: look at the case"),
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
    calls = cases.calls_due(centre_id=centre_id, on=today)
    stuck = submissions.stuck(at=at)
    witnesses = agreeing.witnesses_wanted(centre_id=centre_id, at=at)
    context: dict[str, object] = {"states": words.STATES, "tones": words.STATE_TONES}
    context["is_lead"] = request.at_desk.has_role(Role.CENTRE_LEAD)
    if chosen == CALLS:
        context["calls"] = [_call(task) for task in show_calls(calls[:50], at_desk=request.at_desk, at=at)]
    elif chosen == WITNESS_LIST:
        context["witnesses"] = [_witness(one) for one in witnesses]
    elif chosen == DELIVERIES:
        context["deliveries"] = [_delivery(one) for one in stuck[:50]]
        context["paused"] = deliveries_paused() is not None
    else:
        which = WorkList(chosen) if chosen in set(WorkList) else WorkList.DRAFTS
        chosen = str(which)
        shown = cases.work_list(
            which, centre_id=centre_id, language=pages.page_language(), before=request.GET.get("before", "")
        )
        context["rows"] = show_rows(shown.rows, at_desk=request.at_desk, at=at)
        context["older"] = f"{reverse('desk:work')}?list={which}&before={shown.older}" if shown.older else ""
        context["day_label"] = _("Papers until") if which is WorkList.PAPERS else _("Expected by")
    reach.name(request, _named(context), visit=pages.open_visit(request))
    context["tabs"] = tabs = _tabs(chosen, counts, calls=calls.count(), stuck=stuck.count(), witnesses=len(witnesses))
    context["chosen_label"] = next(tab.label for tab in tabs if tab.current)
    return pages.render(request, "desk/work.html", context)


def _named(context: dict[str, object]) -> list[str]:
    """Return the numbers of the cases that the list leads to."""
    rows = context.get("rows")
    listed = [row.number for row in rows] if isinstance(rows, list) else []
    for which, key in (("calls", "number"), ("deliveries", "case")):
        lines = context.get(which)
        listed += [str(line[key]) for line in lines] if isinstance(lines, list) else []
    return listed


def _tabs(chosen: str, counts: dict[WorkList, int], *, calls: int, stuck: int, witnesses: int) -> list[Tab]:
    names = [(str(which), str(words.WORK_LISTS[which]), counts[which]) for which in WorkList]
    names += [(CALLS, _("People to call"), calls), (DELIVERIES, _("Deliveries stuck"), stuck)]
    names += [(WITNESS_LIST, _("Witness wanted"), witnesses)]
    return [
        Tab(
            label=label,
            href=f"{reverse('desk:work')}?list={name}",
            count=count,
            current=name == chosen,
            key=str(index),  # a digit alone: there are nine lists, and no field has the focus here
        )
        for index, (name, label, count) in enumerate(names, start=1)
    ]


def _call(task: CallTask) -> dict[str, object]:
    person = task.case.applicant
    return {
        "id": task.pk,
        "person": person.full_name,
        "phone": person.phone,
        "relative": person.contact_relative,
        "reason": REASONS[CallReason(task.reason)],
        "number": task.case.number,
        "due": task.due_on,
        "note": task.note,
    }


def _witness(task: WitnessTask) -> dict[str, object]:
    """Return a line that says where a witness is wanted, and not for whom."""
    return {
        "id": task.pk,
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
def call(request: DeskRequest, task: int) -> HttpResponse:
    """Note how a call went."""
    at = clock.now()
    again = clock.today(request.at_desk.time_zone, at=at) + timedelta(days=2)
    reached = request.POST.get("reached") == "yes"
    try:
        note_call(
            task_id=task,
            note=request.POST.get("note", "").strip(),
            try_again_on=None if reached else again,
            at_desk=request.at_desk,
            at=at,
        )
    except CallTask.DoesNotExist:
        return pages.no_case_here(request)
    return HttpResponseRedirect(f"{reverse('desk:work')}?list={CALLS}")


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
