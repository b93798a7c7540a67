"""An appointment: nearest office and earliest place first; booked, moved or cancelled by one key."""

from collections.abc import Callable
from datetime import UTC, datetime

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ghiseu.channels.desk import appointment_elsewhere, case_words, pages
from ghiseu.channels.desk.appointment_days import Places, places
from ghiseu.channels.desk.appointment_elsewhere import standing, why_not_given
from ghiseu.channels.desk.check_page import as_pdf
from ghiseu.channels.desk.pages import desk_page
from ghiseu.channels.desk.session import DeskRequest
from ghiseu.foundation import clock
from ghiseu.foundation.access import transaction
from ghiseu.foundation.ui.parts import failing_fields
from ghiseu.journeys import book_appointment, calendar_places, make_papers
from ghiseu.journeys.book_at_calendar import CalendarSilent, NotGiven
from ghiseu.journeys.lacking import NotReady
from ghiseu.journeys.load_case import OpenedCase, load_case
from ghiseu.journeys.show_case import open_and_show
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
from ghiseu.modules.appointments.queries import Elsewhere
from ghiseu.modules.cases.states import CaseState
from ghiseu.modules.documents.papers import Size, render


@require_GET
@desk_page(asks_outside=True)
def page(request: DeskRequest, number: str) -> HttpResponse:
    """Show the appointment of the case, or the nearest places; `slip=1` is the paper, `ics=1` a file for a phone."""
    at = clock.now()
    is_paper = bool(request.GET.get("slip") or request.GET.get("ics"))
    elsewhere = {} if is_paper else calendar_places.read(number=number, at_desk=request.at_desk)
    with transaction():
        return _shown(request, number, elsewhere=elsewhere, at=at)


def _shown(request: DeskRequest, number: str, *, elsewhere: Elsewhere, at: datetime) -> HttpResponse:
    file = open_and_show(number=number, at_desk=request.at_desk, at=at)
    booked = _booked(file)
    if booked is not None and request.GET.get("slip"):
        size = Size.LARGE if request.GET.get("size") == "large" else Size.NORMAL
        slip = make_papers.appointment_slip(file, booked, at_desk=request.at_desk, at=at)
        return as_pdf(render(slip, size=size), f"{number}-appointment.pdf")
    if booked is not None and request.GET.get("ics"):
        return _calendar_file(file, booked, at=at)
    return _page(request, file, elsewhere=elsewhere, at=at)


def _booked(file: OpenedCase) -> Appointment | None:
    return queries.of_case(file.case.pk).filter(state="confirmed").first()


def _another(file: OpenedCase, at: datetime) -> Appointment | None:
    """Return the appointment that the person has for the same already, in another case."""
    case = file.case
    return queries.booked_already(person_id=case.holder_id, service_code=case.service_code, at=at, but_case=case.pk)


def _page(
    request: DeskRequest, file: OpenedCase, *, elsewhere: Elsewhere, at: datetime, fault: str = "", status: int = 200
) -> HttpResponse:
    language, booked, there = pages.page_language(), _booked(file), standing(file.case)
    can_book = booked is None and file.case.state == CaseState.DRAFT and not there.is_pending
    can_move = booked is not None and not there.is_pending
    offered = _places(request, file, elsewhere=elsewhere, at=at) if can_book or can_move else None
    asked = case_words.questions(file, language).asked if can_book else ()
    context = {
        "case": file.case,
        "name": file.package.name(language),
        "booked": booked,
        "another": _another(file, at) if can_book else None,
        "offered": offered,
        "can_book": can_book,
        "there": there,
        "is_silent": None in elsewhere.values(),
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


def _places(request: DeskRequest, file: OpenedCase, *, elsewhere: Elsewhere, at: datetime) -> Places:
    choices = book_appointment.offer(number=file.case.number, at_desk=request.at_desk, at=at, elsewhere=elsewhere)
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
        change(Wanted(offered_id=int(offered), starts_at=datetime.fromisoformat(starts)), at)
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
    except CalendarSilent:
        fault = _("eProgramări does not answer. Nothing was booked. Try again, or note the wish on the call list.")
    except NotGiven as refusal:
        fault = why_not_given(refusal)
    return _page_with_fault(request, number, fault=fault, at=at)


def _page_with_fault(request: DeskRequest, number: str, *, fault: str, at: datetime) -> HttpResponse:
    """Show what is free now, whatever was shown before."""
    elsewhere = calendar_places.read(number=number, at_desk=request.at_desk)
    with transaction():
        file = load_case(number=number, at_desk=request.at_desk, at=at)
        return _page(request, file, elsewhere=elsewhere, fault=fault, at=at, status=422)


@require_POST
@desk_page(asks_outside=True)
def book(request: DeskRequest, number: str) -> HttpResponse:
    """Book the chosen place; pressed twice it is one appointment."""
    return _change(
        request, number, lambda wanted, at: appointment_elsewhere.book(number, wanted, request=request, at=at)
    )


@require_POST
@desk_page(asks_outside=True)
def move(request: DeskRequest, number: str) -> HttpResponse:
    """Give the place up for another one."""
    return _change(
        request, number, lambda wanted, at: appointment_elsewhere.move(number, wanted, request=request, at=at)
    )


@require_POST
@desk_page(asks_outside=True)
def cancel(request: DeskRequest, number: str) -> HttpResponse:
    """Give the place up."""
    at = clock.now()
    try:
        appointment_elsewhere.cancel(number, request=request, at=at)
    except Appointment.DoesNotExist:
        pass  # cancelled already
    except TooLateToChange:
        fault = _("It is too late to change it here. Call the office.")
        return _page_with_fault(request, number, fault=fault, at=at)
    return HttpResponseRedirect(reverse("desk:case", args=[number]))
