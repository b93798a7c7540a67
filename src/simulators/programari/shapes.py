"""The models of "eProgramări. Integration guide", API v2, "API reference", made of rows of the book and the plan."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from simulators.common.ledger import Row
from simulators.programari.plan import CHISINAU, CalendarAt, Given, Plan

Json = Mapping[str, object]


def organization(plan: Plan) -> Json:
    """Return the OrganizationModel."""
    given = plan.given["organization"]
    return {
        **given, "homeAlias": "asp", "title": given["name"], "filterByLocation": True, "filterByService": True,
        "type": 1, "isActive": True, "contact": {"fullAddress": "mun. Chișinău", "phones": [], "email": None},
    }  # fmt: skip


def location(plan: Plan, given: Given) -> Json:
    """Return a LocationModel with its counters."""
    counters = [{"id": f"{given['id'][:-3]}c{one:>02}", "name": one, "isActive": True} for one in given["counters"]]
    return {
        "id": given["id"], "name": given["name"], "title": given["name"], "about": given["name"], "webPage": None,
        "phone": given["phone"], "email": None, "relatedIDNO": plan.given["organization"]["idno"],
        "capacity": len(counters), "organizationId": plan.given["organization"]["id"],
        "country": {"ro": "Moldova", "ru": "Молдова", "en": "Moldova"}, "region": given["region"],
        "locality": given["locality"], "locationAddress": given["address"], "coordinatesUrl": given["coordinates"],
        "index": 0, "isActive": True, "imageInfo": None, "counters": counters,
    }  # fmt: skip


def calendar(given: Given, key: str) -> Json:
    """Return a CalendarInfo; `key` is its calendarLocationId."""
    return {"id": given["id"], "calendarLocationId": key, "name": given["name"], "serviceCode": given["service"]}


def config(plan: Plan, at_location: CalendarAt, taken: Sequence[Row]) -> Json:
    """Return the CalendarLocationUiConfigModel with what is taken now."""
    given, place = plan.given, at_location.location
    return {
        "calendarId": at_location.calendar["id"],
        "calendarLocationId": at_location.id,
        "calendarName": at_location.calendar["name"],
        "startDate": None,
        "endDate": None,
        "activeDays": given["active_days"],
        "appointmentActiveDays": given["active_days"],
        "appointmentsLimit": given["appointments_limit"],
        "slotDuration": at_location.calendar["minutes"],
        "intervals": [
            {"id": index, "start": one["start"], "end": one["end"], "appointmentsPerSlotLimit": one["limit"],
             "workDays": one["days"]}
            for index, one in enumerate(place["intervals"])
        ],
        "bookedSlots": [{"start": row["starts"], "end": row["ends"], "bookedCount": row["number"]} for row in taken],
        "fullyBookedDays": _full_days(plan, at_location, taken),
        "restrictions": {
            "holidays": [str(day) for day in given["holidays"]],
            "recoverableDaysOffs": [{name: str(day) for name, day in one.items()} for one in given["swapped"]],
        },
        "locationCapacity": None,
        "locationId": place["id"],
        "organizationServiceDocuments": [],
    }  # fmt: skip


def _full_days(plan: Plan, at_location: CalendarAt, taken: Sequence[Row]) -> list[str]:
    number = {str(row["starts"]): int(str(row["number"])) for row in taken}
    full = []
    for day in {datetime.fromisoformat(start).date() for start in number}:
        places = list(plan.places(at_location, day))
        if places and all(number.get(one.starts_at.isoformat(), 0) >= one.limit for one in places):
            full.append(str(day))
    return sorted(full)


def settings(plan: Plan, calendar_id: str) -> Json:
    """Return the SettingModel."""
    return {
        "organizationId": plan.given["organization"]["id"], "calendarId": calendar_id, "workDays": [1, 2, 3, 4, 5],
        "holidays": [str(day) for day in plan.given["holidays"]], "recoverableDaysOffs": [], "workHours": [],
        "hoursUntilConfirmationDeadline": plan.given["confirm_within_hours"],
    }  # fmt: skip


def result(plan: Plan, row: Row, hours: int) -> Json:
    """Return an AppointmentRequestResultModel."""
    where = plan.calendars[str(row["calendar"])]
    return {
        "id": row["id"], "userAccessToken": f"token-{row['code']!s}", "locationName": where.location["name"],
        "locationAddress": where.location["address"], "email": row["email"] or None,
        "calendarName": where.calendar["name"], "slotStart": row["starts"], "slotEnd": row["ends"],
        "hoursUntilConfirmationDeadline": hours,
    }  # fmt: skip


def public(plan: Plan, row: Row) -> Json:
    """Return an AppointmentPublicModel: nothing of the person is in it."""
    where = plan.calendars[str(row["calendar"])]
    return {
        "id": row["id"], "code": row["code"], "status": row["status"],
        "slot": {"start": row["starts"], "end": row["ends"]}, "calendar": where.calendar["name"],
        "service": where.calendar["name"], "calendarLocation": where.location["name"], "requestOption": None,
        "relatedOption": None,
    }  # fmt: skip


def listed(plan: Plan, row: Row) -> Json:
    """Return an AppointmentsListResponseModel."""
    where = plan.calendars[str(row["calendar"])]
    return {
        **public(plan, row), "userIdentifier": row["identifier"], "isForeignCitizen": bool(row["is_foreign"]),
        "firstName": row["first_name"], "lastName": row["last_name"], "serviceCode": where.calendar["service"],
        "organization": plan.given["organization"]["name"], "locationCoordinatesUrl": where.location["coordinates"],
        "locationAddress": where.location["address"],
    }  # fmt: skip


def whole(plan: Plan, row: Row) -> Json:
    """Return an AppointmentModel, with its ids and who is expected."""
    where = plan.calendars[str(row["calendar"])]
    attendee = {
        "id": row["id"], "appointmentId": row["id"], "calendarId": where.calendar["id"], "status": row["status"],
        "hasAttended": False, "passportNumber": row["identifier"] if row["is_foreign"] else None,
        "indp": None if row["is_foreign"] else row["identifier"], "firstName": row["first_name"],
        "lastName": row["last_name"], "email": row["email"] or None, "phone": row["phone"], "residenceAddress": None,
    }  # fmt: skip
    return {
        **public(plan, row), "comment": None, "reason": None, "notes": None, "calendarId": where.calendar["id"],
        "calendarLocationId": where.id, "locationId": where.location["id"],
        "organizationId": plan.given["organization"]["id"], "serviceName": where.calendar["name"],
        "attendees": [attendee], "residenceAddress": None,
    }  # fmt: skip


def page(rows: Sequence[Json], *, number: int, size: int) -> Json:
    """Return a page of rows, counted from 0."""
    return {
        "items": list(rows[number * size : (number + 1) * size]), "totalCount": len(rows), "pageSize": size,
        "currentPage": number, "totalPages": -(-len(rows) // size),
    }  # fmt: skip


def local(row: Row) -> str:
    """Return day and time of an appointment as the control page shows it."""
    return datetime.fromisoformat(str(row["starts"])).astimezone(CHISINAU).strftime("%Y-%m-%d %H:%M")
