"""What papers share: their head, the names of institutions, whom to call, the language."""

from datetime import datetime
from zoneinfo import ZoneInfo

from ghiseu.journeys.load_case import OpenedCase
from ghiseu.journeys.paper_words import say
from ghiseu.modules.catalogue import queries as catalogue
from ghiseu.modules.catalogue.models import Institution
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.documents.papers.kinds import Contact, Office

LANGUAGES = ("ro", "ru", "en")


def office_of(at_desk: AtDesk, language: str) -> Office:
    """Return the head of every paper: the centre, with what is known of its address and phone."""
    return Office(
        name=f"{say('centre', language)} {at_desk.centre_name}",
        address=at_desk.centre_address,
        phone=at_desk.centre_phone,
        operator=at_desk.operator_name,
    )


def institution_name(code: str, language: str) -> str:
    """Return the institution's name; its code while it is not in the catalogue."""
    try:
        names = catalogue.institution(code).names
    except Institution.DoesNotExist:
        return code.upper()
    return str(names.get(language) or names["ro"])


def institution_of_route(route: str, language: str) -> str:
    """Return the name of the institution that is reached under this address; the address while none is."""
    for found in catalogue.institutions():
        if catalogue.route_code(found.code) == route:
            return institution_name(found.code, language)
    return route.upper()


def contacts_of(file: OpenedCase, at_desk: AtDesk, language: str) -> tuple[Contact, ...]:
    """Return whom to call: the institution when its phone is known, and the centre."""
    calls = [institution_contact(file.package.institution, language), _centre_contact(at_desk, language)]
    return tuple(one for one in calls if one.phone)


def contact_meanwhile(file: OpenedCase, at_desk: AtDesk, language: str) -> tuple[Contact, ...]:
    """Return whom to call while the institution has nothing yet: the centre, or the institution instead."""
    calls = [_centre_contact(at_desk, language), institution_contact(file.package.institution, language)]
    return tuple(one for one in calls if one.phone)[:1]


def institution_contact(code: str, language: str) -> Contact:
    """Return the institution's name and phone; an empty phone when it is not known."""
    try:
        found = catalogue.institution(code)
    except Institution.DoesNotExist:
        return Contact(name="", phone="")
    phone = str(found.contacts.get("phone") or "")
    return Contact(name=institution_name(found.code, language), phone=phone)


def _centre_contact(at_desk: AtDesk, language: str) -> Contact:
    return Contact(name=f"{say('centre', language)} {at_desk.centre_name}", phone=at_desk.centre_phone)


def local(at: datetime, at_desk: AtDesk) -> datetime:
    """Return the moment by the clock of the centre."""
    return at.astimezone(ZoneInfo(at_desk.time_zone))


def language_of(file: OpenedCase) -> str:
    """Return the language of the citizen's papers."""
    return file.case.language if file.case.language in LANGUAGES else "ro"
