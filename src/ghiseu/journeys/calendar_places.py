"""Calendars that a platform keeps: asked anew for every page, and kept no longer than that. Holds no transaction."""

from ghiseu.foundation.access import transaction
from ghiseu.foundation.outcomes import OutsideError, TryLater
from ghiseu.journeys.load_case import case_for
from ghiseu.modules.appointments import queries
from ghiseu.modules.appointments.models import OfferedService
from ghiseu.modules.appointments.ports import PLATFORM, CalendarRules, calendars, is_connected
from ghiseu.modules.appointments.queries import Elsewhere
from ghiseu.modules.centres.at_desk import AtDesk

# No more offices than a page shows are asked about.
MOST_ASKED = 3


def read(*, number: str, at_desk: AtDesk) -> Elsewhere:
    """Return the calendars of the nearest offices that a platform keeps; empty when none is connected.

    None stands for one that did not answer; after the first silence no other is asked. Raises NoSuchCase. Call it
    outside a transaction.
    """
    if not is_connected():
        return {}
    with transaction():
        case = case_for(number, at_desk=at_desk)
        ranked = queries.nearest(service_code=case.service_code, latitude=at_desk.latitude, longitude=at_desk.longitude)
    found: dict[int, CalendarRules | None] = {}
    is_silent = False
    for one in ranked:
        if not one.calendar_location_id:
            continue
        # Of the farther ones nothing is known either: they are not offered by our own timetable.
        rules, is_silent = (None, is_silent) if is_silent or len(found) >= MOST_ASKED else _rules(one)
        found[one.pk] = rules
    return found


def _rules(offered: OfferedService) -> tuple[CalendarRules | None, bool]:
    try:
        return calendars.get(PLATFORM).rules(offered.calendar_location_id), False
    except TryLater:
        return None, True
    except OutsideError:
        return None, False
