"""What is to be paid, by which key and where; the case wakes by itself when the money comes."""

from datetime import timedelta

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render as bare_render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ghiseu.channels.desk import pages, words
from ghiseu.channels.desk.case_page import no_such_case
from ghiseu.channels.desk.check_page import as_pdf
from ghiseu.channels.desk.pages import desk_page
from ghiseu.channels.desk.session import DeskRequest
from ghiseu.foundation import clock
from ghiseu.foundation.states import StepNotAllowed
from ghiseu.journeys import make_papers
from ghiseu.journeys.collect_payment import PriceUnknown, issue_order
from ghiseu.journeys.load_case import NoSuchCase, OpenedCase, load_case
from ghiseu.journeys.show_case import open_and_show
from ghiseu.modules.cases.states import CaseState
from ghiseu.modules.documents.papers import Size, render
from ghiseu.modules.payments import queries
from ghiseu.modules.payments.models import PaymentOrder, PaymentOrderState


@require_GET
@desk_page()
def page(request: DeskRequest, number: str) -> HttpResponse:
    """Show key, amount and expiry of the order, and honestly whether the money came.

    `note=1` is the paper; `state=1` returns only how it stands, for the page that waits.
    """
    at = clock.now()
    opens = load_case if request.GET.get("state") else open_and_show  # the page asks by itself where it stands
    try:
        file = opens(number=number, at_desk=request.at_desk, at=at)
    except NoSuchCase:
        return no_such_case(request)
    order = queries.newest_order(file.case)
    if order is not None and request.GET.get("note"):
        size = Size.LARGE if request.GET.get("size") == "large" else Size.NORMAL
        note = make_papers.payment_note(file, order, at_desk=request.at_desk, at=at)
        return as_pdf(render(note, size=size), f"{number}-payment.pdf")
    context = _context(file, order)
    if request.GET.get("state"):
        return bare_render(request, "desk/payment_state.html", context)
    return pages.render(request, "desk/payment.html", context)


def _context(file: OpenedCase, order: PaymentOrder | None) -> dict[str, object]:
    number, language = file.case.number, pages.page_language()
    acts = {one.id: one.act for one in file.package.legal_basis}
    return {
        "case": file.case,
        "name": file.package.name(language),
        "state": words.STATES[CaseState(file.case.state)],
        "tone": words.STATE_TONES[CaseState(file.case.state)],
        "order": order,
        "paid": order is not None and order.state == PaymentOrderState.PAID,
        "waiting": order is not None and order.state in {PaymentOrderState.ISSUED, PaymentOrderState.PARTLY_PAID},
        "price": file.judged.quote,
        "lines": [
            {
                "text": file.package.text(line.text_key, language) if line.text_key else file.package.name(language),
                "legal": acts.get(line.legal_basis, ""),
                "amount": line.amount,
            }
            for line in file.judged.quote.lines
        ],
        # The order runs until this moment; people are told the last whole day.
        "last_day": order.expires_at - timedelta(seconds=1) if order else None,
        "can_issue": file.case.state == CaseState.AWAITING_PAYMENT,
        "note_url": reverse("desk:payment", args=[number]) + "?note=1",
    }


@require_POST
@desk_page()
def issue(request: DeskRequest, number: str) -> HttpResponse:
    """Issue the order; pressed twice it is one order."""
    try:
        issue_order(number=number, at_desk=request.at_desk, at=clock.now())
    except NoSuchCase:
        return no_such_case(request)
    except PriceUnknown:
        return pages.refuse(
            request,
            status=422,
            title=_("The price is not known"),
            cause=_("No order was issued, because nobody could say for how much."),
            next_step=_("Ask the institution for the price and write it to your programme manager."),
        )
    except StepNotAllowed:
        return HttpResponseRedirect(reverse("desk:case", args=[number]))
    return HttpResponseRedirect(reverse("desk:payment", args=[number]))
