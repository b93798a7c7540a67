"""A colleague at another desk says that they heard the person agree to what was read aloud."""

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from ghiseu.channels.desk import pages
from ghiseu.channels.desk.pages import Refusal, desk_page
from ghiseu.channels.desk.session import DeskRequest
from ghiseu.foundation import clock
from ghiseu.journeys import agree_aloud
from ghiseu.journeys.agree_aloud import NotAWitness
from ghiseu.journeys.citizen_screen import covered
from ghiseu.journeys.lacking import NotReady
from ghiseu.modules.cases.agreeing_models import WitnessTask

WITNESS_LIST = "witness"
WHY_NOT = {
    "same-operator": gettext_lazy("You read it yourself. The witness is a colleague."),
    "same-desk": gettext_lazy("The witness confirms at another desk than the one where it was read."),
    "relative": gettext_lazy("The person is a relative of yours. Another colleague has to witness."),
    "done": gettext_lazy("A witness has confirmed it already."),
    "over": gettext_lazy("The quarter of an hour is over, or the visit has ended."),
    "lacks": gettext_lazy("An answer was taken out after it was read. The operator who read it completes it first."),
    "changed": gettext_lazy("The text changed after it was read. It has to be read aloud again."),
}


@require_http_methods(["GET", "POST"])
@desk_page()
def page(request: DeskRequest, witnessing: int) -> HttpResponse:
    """Show the text that was read aloud, and take the colleague's word that the person agreed."""
    at = clock.now()
    try:
        if request.method == "POST":
            text = request.POST.get("text_sha256", "")
            agree_aloud.witness(task_id=witnessing, text_sha256=text, at_desk=request.at_desk, at=at)
            return HttpResponseRedirect(f"{reverse('desk:work')}?list={WITNESS_LIST}")
        task, file, texts = agree_aloud.show_task(task_id=witnessing, at_desk=request.at_desk, at=at)
    except WitnessTask.DoesNotExist:
        return pages.no_case_here(request)
    except NotAWitness as refused:
        return pages.refuse_with(request, _refusal(refused.why))
    except NotReady:
        return pages.refuse_with(request, _refusal("lacks"))
    context = {
        "task": task,
        "until": agree_aloud.ends_at(task),
        "name": file.package.name(pages.page_language()),
        "person": task.visit.person.full_name,
        "heard": covered(texts.request),
        "agreement": texts.agreement,
        "language": texts.language,
        "relation_unknown": agree_aloud.is_relation_unknown(task, file),
    }
    return pages.render(request, "desk/witness.html", context)


def _refusal(why: str) -> Refusal:
    return Refusal(
        status=409,
        title=_("You cannot witness this"),
        cause=WHY_NOT[why],
        next_step=_("Nothing was changed."),
        back="desk:work",
    )
