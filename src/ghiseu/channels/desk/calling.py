"""One call to make: person, phone or relative, the sentence to say, and how it went."""

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from ghiseu.channels.desk import pages, reach
from ghiseu.channels.desk.pages import Refusal, desk_page
from ghiseu.channels.desk.session import DeskRequest
from ghiseu.foundation import clock
from ghiseu.journeys.call_person import open_call
from ghiseu.journeys.mind_work import CallAnswer, CallIsForTheLead, note_call
from ghiseu.modules.cases.models import CallReason, CallTask
from ghiseu.modules.centres.models import Role

CALL_LIST = "calls"
REASONS = {
    CallReason.NO_CHANNEL: gettext_lazy("no phone and no e-mail: tell when they come"),
    CallReason.RESULT_READY: gettext_lazy("the result is here"),
    CallReason.REFUSED: gettext_lazy("the institution refused"),
    CallReason.PAPERS_MISSING: gettext_lazy("papers are missing"),
    CallReason.PAYMENT_EXPIRED: gettext_lazy("the payment order expired"),
    CallReason.PAYMENT_MISSING: gettext_lazy("the payment is still missing"),
    CallReason.APPOINTMENT: gettext_lazy("the appointment: when and where"),
    CallReason.ALARM: gettext_lazy("something does not fit: look at the case"),
}
FOR_THE_LEAD = Refusal(
    status=403,
    title=gettext_lazy("The centre lead calls here"),
    cause=gettext_lazy("Nobody answered three times."),
    next_step=gettext_lazy("Nothing was changed."),
    back="desk:work",
)


@require_http_methods(["GET", "POST"])
@desk_page()
def page(request: DeskRequest, task: int) -> HttpResponse:
    """Show the call, and note how it went."""
    at, back = clock.now(), f"{reverse('desk:work')}?list={CALL_LIST}"
    try:
        if request.method == "POST":
            told = request.POST.get("answer", "")
            if told in set(CallAnswer):
                note = request.POST.get("note", "").strip()
                note_call(task_id=task, answer=CallAnswer(told), note=note, at_desk=request.at_desk, at=at)
            return HttpResponseRedirect(back)
        call = open_call(task_id=task, at_desk=request.at_desk, at=at)
    except CallTask.DoesNotExist:
        return pages.no_case_here(request)
    except CallIsForTheLead:
        return pages.refuse_with(request, FOR_THE_LEAD)
    if call.is_done:  # somebody else has told them meanwhile
        return HttpResponseRedirect(back)
    reach.name(request, [call.number], visit=pages.open_visit(request))
    context = {
        "call": call,
        "reason": REASONS[CallReason(call.reason)],
        "is_lead": request.at_desk.has_role(Role.CENTRE_LEAD),
        "back": back,
    }
    return pages.render(request, "desk/call.html", context)
