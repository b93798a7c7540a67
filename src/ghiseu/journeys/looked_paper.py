"""The paper that says who looked at the person's data."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from ghiseu.journeys.make_papers import LANGUAGES, office_of
from ghiseu.journeys.who_looked import LOOKS_BACK, LookLine
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.documents.papers.kinds import Contact, LookedLine, WhoLookedPaper
from ghiseu.modules.visits.models import Visit


def looked_paper(visit: Visit, lines: Iterable[LookLine], *, at_desk: AtDesk, at: datetime) -> WhoLookedPaper:
    """Return the lines as a paper in the person's language, by the clock of the centre."""
    language = visit.language if visit.language in LANGUAGES else "ro"
    zone = ZoneInfo(at_desk.time_zone)
    centre = office_of(at_desk, language)
    return WhoLookedPaper(
        language=language,
        office=centre,
        made_at=at.astimezone(zone),
        person=visit.person.full_name or visit.person.document,
        since=(at - LOOKS_BACK).astimezone(zone).date(),
        lines=tuple(
            LookedLine(
                when=span(one, zone),
                what=one.what,
                why=one.purpose,
                institution=one.institution,
                centre=one.centre,
                operator=one.operator,
                legal_basis=one.legal_basis,
                number=one.number,
                times=one.count,
            )
            for one in lines
        ),
        call=(Contact(name=centre.name, phone=centre.phone),) if centre.phone else (),
    )


def span(line: LookLine, zone: ZoneInfo) -> str:
    """Return when it was: a day with an hour, or from when until when."""
    first, last = (
        f"{line.first_at.astimezone(zone):%d.%m.%Y, %H:%M}",
        f"{line.last_at.astimezone(zone):%d.%m.%Y, %H:%M}",
    )
    if first == last:
        return first
    if first[:10] == last[:10]:
        return f"{first}–{last[-5:]}"
    return f"{first} – {last}"
