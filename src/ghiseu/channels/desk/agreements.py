"""What the person agreed to: whether it is sealed, the record to print, and the way to withdraw it."""

from datetime import datetime

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from ghiseu.channels.desk import pages, words
from ghiseu.channels.desk.pages import Refusal, desk_page
from ghiseu.channels.desk.session import DeskRequest
from ghiseu.foundation import clock
from ghiseu.foundation.states import StepNotAllowed
from ghiseu.foundation.ui.parts import Field, FieldError, Kind, failing_fields
from ghiseu.journeys.load_case import NobodyIsHere, NoSuchCase, OpenedCase
from ghiseu.journeys.revoke_agreement import ReasonMissing, lies_ahead, may_withdraw_here, revoke_agreement
from ghiseu.journeys.show_case import open_and_show
from ghiseu.modules.cases.models import EvidenceKind
from ghiseu.modules.cases.states import OPEN_STATES, CaseState
from ghiseu.modules.documents import bundles
from ghiseu.modules.documents.bundles import Standing

KINDS = {
    EvidenceKind.EXPLICIT_REQUEST: gettext_lazy("Request to the institution"),
    EvidenceKind.PROCESSING_CONSENT: gettext_lazy("Processing of data"),
    EvidenceKind.MANDATE: gettext_lazy("Mandate"),
}


NOBODY_TO_WITHDRAW = Refusal(
    status=409,
    title=gettext_lazy("Nobody who may withdraw it is here"),
    cause=gettext_lazy("The record would say that somebody stood at this desk who did not."),
    next_step=gettext_lazy("Open a visit of the person, or of somebody with a mandate in force, and withdraw then."),
)


def listed(file: OpenedCase, *, at: datetime) -> dict[str, object]:
    """Return the agreements of the case for its page, and whether they may be withdrawn at this moment."""
    rows = bundles.standing(file.case)
    held = any(not one.is_withdrawn and one.kind in bundles.WITHDRAWABLE for one in rows)
    return {
        "records": [_record(file.case.number, one) for one in rows],
        "may_withdraw": held and (file.case.state in OPEN_STATES or lies_ahead(file.case, at=at) is not None),
    }


def _record(number: str, one: Standing) -> dict[str, object]:
    papers = [
        {"label": label, "href": reverse("desk:document", args=[number, key])}
        for label, key in ((_("Print the record"), one.record_key), (_("Print the withdrawal"), one.withdrawal_key))
        if key
    ]
    waits = not one.record_key or (one.is_withdrawn and not one.withdrawal_key)
    state, tone = (_("waits for the seal"), "warning") if waits else (_("sealed"), "good")
    if one.is_withdrawn:
        state, tone = ", ".join((_("withdrawn"), state)), "bad"
    return {"name": KINDS[one.kind], "state": state, "tone": tone, "papers": papers}


@require_http_methods(["GET", "POST"])
@desk_page()
def page(request: DeskRequest, number: str) -> HttpResponse:
    """Say what withdrawing means for this case, ask for the reason, and withdraw."""
    at = clock.now()
    try:
        file = open_and_show(number=number, at_desk=request.at_desk, at=at)
    except NoSuchCase:
        return pages.no_case_here(request)
    missing = None
    if request.method == "POST":
        try:
            revoke_agreement(number=number, reason=request.POST.get("reason", ""), at_desk=request.at_desk, at=at)
            return HttpResponseRedirect(reverse("desk:case", args=[number]))
        except ReasonMissing:
            missing = FieldError(
                cause=_("Nothing is written."), next_step=_("Write the person's reason, or that none was given.")
            )
        except StepNotAllowed:
            return HttpResponseRedirect(reverse("desk:case", args=[number]))
        except NobodyIsHere:
            return pages.refuse_with(request, NOBODY_TO_WITHDRAW)
    reason = Field(kind=Kind.TEXTAREA, name="reason", label=_("Why it is withdrawn"), error=missing, autofocus=True)
    state = CaseState(file.case.state)
    context = {
        "case": file.case,
        "name": file.package.name(pages.page_language()),
        "state": words.STATES[state],
        "tone": words.STATE_TONES[state],
        "was_sent": state not in {CaseState.DRAFT, CaseState.AWAITING_PAYMENT, CaseState.SENDING},
        "may_be_sent": state is CaseState.SENDING,
        "booked": lies_ahead(file.case, at=at),
        "ended": state not in OPEN_STATES,
        "nobody_here": "" if may_withdraw_here(file.case, at_desk=request.at_desk, at=at) else NOBODY_TO_WITHDRAW,
        "reason": reason,
        "errors": failing_fields([reason]),
    }
    return pages.render(request, "desk/withdraw.html", context, status=422 if missing else 200)
