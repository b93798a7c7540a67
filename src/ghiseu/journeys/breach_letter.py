"""The draft of the letter to people whose data an incident touched; the officer finishes and signs it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from ghiseu.foundation.access import transaction
from ghiseu.journeys.make_papers import LANGUAGES
from ghiseu.journeys.mind_incident import centres_of, note
from ghiseu.modules.documents.papers import BreachLetterPaper, Contact, Office
from ghiseu.modules.privacy.models import Incident

PROGRAMME = {"ro": "Centrele unificate de servicii", "ru": "Единые центры услуг", "en": "Unified service centres"}


class NoLetterInLanguage(Exception):
    """Papers are made in LANGUAGES only."""


def breach_letter(*, incident_id: int, language: str, by_id: int, at: datetime) -> BreachLetterPaper:
    """Return the draft; who drafted it stands in the journal. Raises Incident.DoesNotExist, NoLetterInLanguage."""
    if language not in LANGUAGES:
        raise NoLetterInLanguage(language)
    zone = ZoneInfo(settings.TIME_ZONE)
    with transaction():
        incident = Incident.objects.get(pk=incident_id)
        centres = centres_of(incident.centre_code)
    note("privacy.letter.drafted", incident, centres=centres, by_id=by_id, at=at, language=language)
    # One centre is named with its phone; a letter of the whole programme leaves them to be written.
    call = centres if incident.centre_code else []
    told = {"ro": incident.told_ro, "ru": incident.told_ru, "en": incident.told_en}[language]
    return BreachLetterPaper(
        language=language,
        office=Office(
            name=call[0].name if call else PROGRAMME[language],
            address=call[0].address if call else "",
            phone=call[0].phone if call else "",
        ),
        made_at=at.astimezone(zone),
        from_day=incident.from_at.astimezone(zone).date(),
        to_day=incident.to_at.astimezone(zone).date(),
        told=told,
        call=tuple(Contact(name=one.name, phone=one.phone) for one in call if one.phone),
    )
