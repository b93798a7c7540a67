"""The paper on its way to the door: ordered and packed here, chosen at MDelivery, and where it is now."""

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from ghiseu.channels.desk import pages, words
from ghiseu.channels.desk.pages import desk_page
from ghiseu.channels.desk.session import DeskRequest
from ghiseu.foundation import clock
from ghiseu.foundation.money import Money
from ghiseu.foundation.ports import PortNotServed
from ghiseu.foundation.states import StepNotAllowed
from ghiseu.journeys import deliver_paper
from ghiseu.journeys.load_case import OpenedCase
from ghiseu.journeys.show_case import open_and_show
from ghiseu.modules.cases.states import CaseState
from ghiseu.modules.custody import deliveries
from ghiseu.modules.custody.delivery_states import PaperState
from ghiseu.modules.custody.models import PaperDelivery
from ghiseu.modules.custody.ports import COURIERS, couriers

STATES = {
    PaperState.ORDERED: (gettext_lazy("address and courier not chosen yet"), "warning"),
    PaperState.AWAITING_PAYMENT: (gettext_lazy("chosen, not paid yet"), "warning"),
    PaperState.PAID: (gettext_lazy("paid"), "good"),
    PaperState.READY: (gettext_lazy("packed, the courier is called"), "good"),
    PaperState.AWAITING_PICKUP: (gettext_lazy("the courier is on the way to us"), "good"),
    PaperState.DELIVERING: (gettext_lazy("with the courier"), "good"),
    PaperState.DELIVERED: (gettext_lazy("delivered"), "good"),
    PaperState.CONFIRMED: (gettext_lazy("delivered, confirmed by the person"), "good"),
    PaperState.PROBLEM: (gettext_lazy("the courier could not deliver it"), "bad"),
    PaperState.RETURNING: (gettext_lazy("on its way back"), "warning"),
    PaperState.RETURNED: (gettext_lazy("came back, on the shelf"), "bad"),
    PaperState.CANCELLED: (gettext_lazy("called off"), "muted"),
    PaperState.EXPIRED: (gettext_lazy("not chosen in time"), "muted"),
}
TO_CHOOSE = (PaperState.ORDERED, PaperState.AWAITING_PAYMENT)
TO_PACK = (*TO_CHOOSE, PaperState.PAID)


def shown(file: OpenedCase) -> dict[str, object]:
    """Return the line of the case page: where the paper is, and the address of its own page; nothing without one."""
    found = deliveries.of_case(file.case) if file.case.delivery == deliver_paper.TO_THE_DOOR else None
    if found is None and not deliver_paper.is_offered(file.case):
        return {}
    words_of, tone = STATES[PaperState(found.state)] if found else (_("not ordered yet"), "warning")
    return {"words": words_of, "tone": tone, "href": reverse("desk:delivery", args=[file.case.number])}


@require_http_methods(["GET", "POST"])
@desk_page()
def page(request: DeskRequest, number: str) -> HttpResponse:
    """Show where the paper is; order its delivery, note that it is packed, call it off."""
    at = clock.now()
    fault, status = "", 200
    if request.method == "POST":
        acts = {
            "order": deliver_paper.order_delivery,
            "packed": deliver_paper.pack_paper,
            "call-off": deliver_paper.cancel_delivery,
        }
        try:
            acts.get(request.POST.get("act", ""), open_and_show)(number=number, at_desk=request.at_desk, at=at)
            return HttpResponseRedirect(reverse("desk:delivery", args=[number]))
        except deliver_paper.NotOffered:
            fault, status = _("The delivery to the door is not offered for this case."), 409
        except StepNotAllowed:
            fault, status = _("This is not possible any more, or not yet. Look where the paper is."), 409
    file = open_and_show(number=number, at_desk=request.at_desk, at=at)
    return pages.render(request, "desk/delivery.html", _context(request, file) | {"fault": fault}, status=status)


def _context(request: DeskRequest, file: OpenedCase) -> dict[str, object]:
    found, language = deliveries.of_case(file.case), pages.page_language()
    state = PaperState(found.state) if found else None
    case_state = CaseState(file.case.state)
    return {
        "case": file.case,
        "name": file.package.name(language),
        "state": words.STATES[case_state],
        "tone": words.STATE_TONES[case_state],
        "delivery": found,
        "where": STATES[state][0] if state else "",
        "where_tone": STATES[state][1] if state else "",
        "cost": Money(amount=found.cost, currency="MDL") if found and found.cost is not None else None,
        "may_order": found is None and deliver_paper.is_offered(file.case),
        "choose_url": _page_there(found, file, language) if state in TO_CHOOSE else "",
        "may_pack": case_state is CaseState.RESULT_READY and found is not None and _packs(found),
        "may_call_off": found is not None and found.can_move_to(PaperState.CANCELLED),
        "last_day": clock.today(request.at_desk.time_zone, at=found.accepted_until) if found else None,
    }


def _packs(found: PaperDelivery) -> bool:
    return found.packed_at is None and found.state in TO_PACK


def _page_there(found: PaperDelivery | None, file: OpenedCase, language: str) -> str:
    """Return the address where address and courier are chosen, empty when MDelivery is not connected any more."""
    back = settings.PUBLIC_URL + reverse("desk:delivery", args=[file.case.number])
    try:
        return couriers.get(COURIERS).page(file.case.number, language=language, return_url=back) if found else ""
    except PortNotServed:
        return ""
