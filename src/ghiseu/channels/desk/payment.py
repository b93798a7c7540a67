"""What is to be paid, by which key and where; the case wakes by itself when the money comes."""

from datetime import timedelta

from django.conf import settings
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
from ghiseu.foundation.outcomes import OutsideError
from ghiseu.foundation.ports import PortNotServed
from ghiseu.foundation.states import StepNotAllowed
from ghiseu.journeys import make_papers
from ghiseu.journeys.collect_payment import PriceUnknown, issue_order
from ghiseu.journeys.fetch_payment_note import NothingToPay, fetch_payment_note
from ghiseu.journeys.load_case import NoSuchCase, OpenedCase, load_case
from ghiseu.journeys.show_case import open_and_show
from ghiseu.modules.cases.states import CaseState
from ghiseu.modules.centres.models import Role
from ghiseu.modules.documents.papers import Size, render
from ghiseu.modules.payments import queries
from ghiseu.modules.payments.models import OPEN_ORDERS, PaymentOrder, PaymentOrderState
from ghiseu.modules.payments.ports import THE_ONE, Terminal, invoices, pay_pages


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
    context = {**_context(file, order), **_at_mpay(number, order)}
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


def _at_mpay(number: str, order: PaymentOrder | None) -> dict[str, object]:
    """Return where a browser pays the open order, and whether MPay makes a note of its own."""
    found: dict[str, object] = {"mpay_note_url": "", "pay_form": None, "terminal_form": None}
    if order is None or order.state not in OPEN_ORDERS:
        return found
    if THE_ONE in invoices.keys():  # noqa: SIM118 - a port is no mapping
        found["mpay_note_url"] = reverse("desk:mpay-note", args=[number])
    if THE_ONE in pay_pages.keys():  # noqa: SIM118 - a port is no mapping
        there = pay_pages.get(THE_ONE)
        back = settings.PUBLIC_URL + reverse("desk:payment", args=[number])
        found["pay_form"] = there.pay(order_key=order.key, return_url=back)
        found["terminal_form"] = there.pay_at_terminal(order_key=order.key) if settings.MPAY_TERMINALS else None
    return found


@require_GET
@desk_page(asks_outside=True)
def mpay_note(request: DeskRequest, number: str) -> HttpResponse:
    """Return the payment note that MPay makes, to be printed."""
    try:
        content = fetch_payment_note(number=number, at_desk=request.at_desk, at=clock.now())
    except NoSuchCase:
        return no_such_case(request)
    except (NothingToPay, PortNotServed):
        return HttpResponseRedirect(reverse("desk:payment", args=[number]))
    except OutsideError:
        return pages.refuse(
            request,
            status=502,
            title=_("MPay gives no note now"),
            cause=_("The order itself is not touched."),
            next_step=_("Print our own payment note: the key on it is all that the person needs."),
            back_url=reverse("desk:payment", args=[number]),
        )
    return as_pdf(content, f"{number}-mpay.pdf")


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


@require_GET
@desk_page(Role.CENTRE_LEAD)
def terminal(request: DeskRequest) -> HttpResponse:
    """Show the form by which a computer tells MPay, once, which bank's terminal stands beside it."""
    form = None
    if settings.MPAY_TERMINALS and THE_ONE in pay_pages.keys():  # noqa: SIM118 - a port is no mapping
        here = Terminal(
            organisation=request.at_desk.centre_name,
            idno=request.at_desk.centre_idno,
            address=request.at_desk.centre_address,
            desk=request.at_desk.desk_name,
            number="",
            bank="",
            internet_address="",
        )
        form = pay_pages.get(THE_ONE).set_terminal_up(here)
    labels = {
        "OrganizationName": _("Organisation"),
        "OrganizationIdno": _("Number of the organisation (IDNO)"),
        "OfficeAddress": _("Address"),
        "Counter": _("Desk"),
        "TerminalId": _("Number on the terminal"),
        "VendorName": _("Bank of the terminal"),
        "IntendedIp": _("Internet address of this computer"),
    }
    return pages.render(request, "desk/terminal.html", {"form": form, "labels": labels})
