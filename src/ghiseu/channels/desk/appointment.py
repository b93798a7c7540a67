"""An appointment: nearest office and earliest place first; booked, moved or cancelled by one key."""

from collections.abc import Callable
from datetime import UTC, datetime

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ghiseu.channels.desk import case_words, pages
from ghiseu.channels.desk.appointment_days import Places, places
from ghiseu.channels.desk.case_page import no_such_case
from ghiseu.channels.desk.check_page import as_pdf
from ghiseu.channels.desk.pages import desk_page
from ghiseu.channels.desk.session import DeskRequest
from ghiseu.foundation import clock
from ghiseu.foundation.access import transaction
from ghiseu.foundation.ui.parts import failing_fields
from ghiseu.journeys import book_appointment, make_papers
from ghiseu.journeys.load_case import NoSuchCase, OpenedCase, load_case
from ghiseu.journeys.show_case import open_and_show
from ghiseu.journeys.submit_case import NotReady
from ghiseu.modules.appointments import queries
from ghiseu.modules.appointments.models import Appointment
from ghiseu.modules.appointments.operations import (
    DailyCapReached,
    NotASlot,
    OutsideBookingWindow,
    SlotTaken,
    TooLateToChange,
    Wanted,
)
from ghiseu.modules.cases.states import CaseState
from ghiseu.modules.documents.papers import Size, render


@require_GET
@desk_page()
def page(request: DeskRequest, number: str) -> HttpResponse:
    """Show the appointment of the case, or the nearest places; `slip=1` is the paper, `ics=1` a file for a phone."""
    at = clock.now()
    try:
        file = open_and_show(number=number, at_desk=request.at_desk, at=at)
    except NoSuchCase:
        return no_such_case(request)
    booked = _booked(file)
    if booked is not None and request.GET.get("slip"):
        size = Size.LARGE if request.GET.get("size") == "large" else Size.NORMAL
        slip = make_papers.appointment_slip(file, booked, at_desk=request.at_desk, at=at)
        return as_pdf(render(slip, size=size), f"{number}-appointment.pdf")
    if booked is not None and request.GET.get("ics"):
        return _calendar_file(file, booked, at=at)
    return _page(request, file, fault="", at=at)


def _booked(file: OpenedCase) -> Appointment | None:
    return queries.of_case(file.case.pk).filter(state="confirmed").first()


def _another(file: OpenedCase, at: datetime) -> Appointment | None:
    """Return the appointment that the person has for the same already, in another case."""
    case = file.case
    return queries.booked_already(person_id=case.holder_id, service_code=case.service_code, at=at, but_case=case.pk)


def _page(request: DeskRequest, file: OpenedCase, *, fault: str, at: datetime, status: int = 200) -> HttpResponse:
    language, booked = pages.page_language(), _booked(file)
    can_book = booked is None and file.case.state == CaseState.DRAFT
    offered = _places(request, file, at=at) if can_book or booked is not None else None
    asked = case_words.questions(file, language).asked if can_book else ()
    context = {
        "case": file.case,
        "name": file.package.name(language),
        "booked": booked,
        "another": _another(file, at) if can_book else None,
        "offered": offered,
        "can_book": can_book,
        "asked": asked,
        "errors": failing_fields(list(asked)),
        "unanswered": bool(file.judged.evaluation.missing),
        "fault": fault,
        "slip_url": reverse("desk:appointment", args=[file.case.number]) + "?slip=1",
        "ics_url": reverse("desk:appointment", args=[file.case.number]) + "?ics=1",
        "bring": [
            file.package.text(f"attachments.{need.id}.name", language) for need in file.judged.evaluation.attachments
        ],
    }
    return pages.render(request, "desk/appointment.html", context, status=status)


def _places(request: DeskRequest, file: OpenedCase, *, at: datetime) -> Places:
    choices = book_appointment.offer(number=file.case.number, at_desk=request.at_desk, at=at)
    return places(choices, asked=request.GET.dict(), at=at)


def _calendar_file(file: OpenedCase, booked: Appointment, *, at: datetime) -> HttpResponse:
    """Return the appointment as an iCalendar file (RFC 5545), without the person's name."""
    place = booked.occupancy
    office = place.offered.office

    def text(value: str) -> str:
        return value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")

    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Ghiseu//Appointment//RO",
        "BEGIN:VEVENT",
        f"UID:{booked.number}@ghiseu",
        f"DTSTAMP:{at.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART:{place.starts_at.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTEND:{place.ends_at.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"SUMMARY:{text(file.package.name(make_papers.language_of(file)))}",
        f"LOCATION:{text(' '.join(filter(None, (office.name, office.address))))}",
        f"DESCRIPTION:{text(booked.number)}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    response = HttpResponse("\r\n".join([*lines, ""]), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{booked.number}.ics"'
    return response


def _change(request: DeskRequest, number: str, change: Callable[[Wanted, datetime], object]) -> HttpResponse:
    at = clock.now()
    try:
        offered, _at, starts = request.POST["place"].partition("@")
        wanted = Wanted(offered_id=int(offered), starts_at=datetime.fromisoformat(starts))
        with transaction():
            change(wanted, at)
        return HttpResponseRedirect(reverse("desk:appointment", args=[number]))
    except (KeyError, ValueError):
        fault = _("No place was chosen. Choose one of the list.")
    except NotReady:
        fault = _("Nothing was booked: a question is not answered yet.")
    except SlotTaken:
        fault = _("Somebody took this place a moment ago. Choose another one.")
    except (NotASlot, OutsideBookingWindow, DailyCapReached):
        fault = _("This place cannot be booked any more. Choose another one.")
    except TooLateToChange:
        fault = _("It is too late to change it here. Call the office.")
    except Appointment.DoesNotExist:
        fault = _("There is no appointment any more. Open the service again.")
    except NoSuchCase:
        return no_such_case(request)
    return _page(request, load_case(number=number, at_desk=request.at_desk, at=at), fault=fault, at=at, status=422)


@require_POST
@desk_page()
def book(request: DeskRequest, number: str) -> HttpResponse:
    """Book the chosen place; pressed twice it is one appointment."""
    return _change(
        request,
        number,
        lambda wanted, at: book_appointment.book(number=number, wanted=wanted, at_desk=request.at_desk, at=at),
    )


@require_POST
@desk_page()
def move(request: DeskRequest, number: str) -> HttpResponse:
    """Give the place up for another one."""
    return _change(
        request,
        number,
        lambda wanted, at: book_appointment.move(number=number, wanted=wanted, at_desk=request.at_desk, at=at),
    )


@require_POST
@desk_page()
def cancel(request: DeskRequest, number: str) -> HttpResponse:
    """Give the place up."""
    at = clock.now()
    try:
        with transaction():
            book_appointment.cancel(number=number, reason=_("asked at the desk"), at_desk=request.at_desk, at=at)
    except NoSuchCase:
        return no_such_case(request)
    except Appointment.DoesNotExist:
        pass  # cancelled already
    except TooLateToChange:
        fault = _("It is too late to change it here. Call the office.")
        file = load_case(number=number, at_desk=request.at_desk, at=at)
        return _page(request, file, fault=fault, at=at, status=422)
    return HttpResponseRedirect(reverse("desk:case", args=[number]))
