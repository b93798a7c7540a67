"""Money that came and fits no order: the centre lead counts it for one, or it is given back when a second agrees."""

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from ghiseu.channels.desk import pages, reach
from ghiseu.channels.desk.pages import desk_page
from ghiseu.channels.desk.session import DeskRequest
from ghiseu.foundation import clock
from ghiseu.foundation.identifiers.numbers import InvalidNumber, parse_order_key
from ghiseu.foundation.states import StepNotAllowed
from ghiseu.foundation.ui.parts import FieldError
from ghiseu.journeys import settle_payment
from ghiseu.journeys.settle_payment import DoesNotFit, NoSuchOrder, NotForYou, ReasonMissing, SamePerson
from ghiseu.modules.centres.models import Role
from ghiseu.modules.payments.models import UnassignedPayment, UnassignedState

WHY = {
    "amount": gettext_lazy("more came than is due"),
    "currency": gettext_lazy("another currency came"),
    "payment-id": gettext_lazy("the payment was counted elsewhere"),
    "not-payable": gettext_lazy("the order was cancelled or paid already"),
}
STATES = {
    UnassignedState.WAITING: gettext_lazy("waits"),
    UnassignedState.PART_ASSIGNED: gettext_lazy("a part is counted, the rest waits"),
    UnassignedState.ASSIGNED: gettext_lazy("counted"),
    UnassignedState.REFUND_ASKED: gettext_lazy("somebody else has to agree"),
    UnassignedState.REFUND_AGREED: gettext_lazy("to be given back"),
}


@require_GET
@desk_page()
def page(request: DeskRequest) -> HttpResponse:
    """List what waits, the oldest first, and what was settled lately."""
    return _page(request)


def _page(
    request: DeskRequest, *, fault: FieldError | None = None, payment: int = 0, status: int = 200
) -> HttpResponse:
    waiting, settled = settle_payment.show_unassigned(at_desk=request.at_desk)
    reach.name(request, [one.case_number for one in (*waiting, *settled)], visit=pages.open_visit(request))
    context = {
        "waiting": waiting,
        "settled": settled,
        "why": WHY,
        "states": STATES,
        "is_lead": request.at_desk.has_role(Role.CENTRE_LEAD),
        "fault": fault,
        "faulty": payment,
    }
    return pages.render(request, "desk/settling.html", context, status=status)


@require_POST
@desk_page()
def settle(request: DeskRequest, payment: int) -> HttpResponse:
    """Do what the pressed key says: `assign`, `refund`, `agree` or `decline`."""
    try:
        _act(request, payment)
    except UnassignedPayment.DoesNotExist:
        return pages.no_case_here(request)
    except NotForYou:
        return pages.refuse_with(request, pages.OTHER_ROLE)
    except (NoSuchOrder, DoesNotFit, ReasonMissing, SamePerson) as why:
        return _page(request, fault=_fault(why), payment=payment, status=422)
    except StepNotAllowed:
        pass  # somebody was quicker; the list shows where it stands
    return HttpResponseRedirect(reverse("desk:settling"))


def _act(request: DeskRequest, payment: int) -> None:
    at, at_desk, act = clock.now(), request.at_desk, request.POST.get("act", "")
    if act == "assign":
        settle_payment.assign(payment=payment, order_key=_key(request), at_desk=at_desk, at=at)
    elif act == "refund":
        settle_payment.ask_refund(payment=payment, reason=request.POST.get("reason", ""), at_desk=at_desk, at=at)
    elif act == "agree":
        settle_payment.agree_refund(payment=payment, at_desk=at_desk, at=at)
    elif act == "decline":
        settle_payment.decline_refund(payment=payment, at_desk=at_desk, at=at)


def _key(request: DeskRequest) -> str:
    """Return the key as we print it, however it was typed; what is no key of ours finds no order."""
    typed = request.POST.get("order_key", "").strip()
    try:
        return parse_order_key(typed)
    except InvalidNumber:
        return typed


def _fault(why: Exception) -> FieldError:
    if isinstance(why, NoSuchOrder):
        return FieldError(
            cause=_("No order of this centre has this key."), next_step=_("Read the key from the payment note.")
        )
    if isinstance(why, DoesNotFit):
        return FieldError(
            cause=_("The order takes nothing of this money: another currency, or nothing is due."),
            next_step=_("Choose another order, or have the money given back."),
        )
    if isinstance(why, SamePerson):
        return FieldError(
            cause=_("Whoever asked does not agree as well."), next_step=_("Let a colleague sign in and agree.")
        )
    return FieldError(cause=_("Nothing is written."), next_step=_("Write why the money is given back."))
