"""What the institution grants without a request: nothing is filed, the person goes home with how to take it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from ghiseu.journeys.look_at_service import Prospect
from ghiseu.journeys.make_papers import institution_name, office_of
from ghiseu.modules.catalogue.package import Kind
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.documents.papers.kinds import GrantedPaper


def is_granted(prospect: Prospect) -> bool:
    """Tell whether the service comes by itself, stands already, and the package knows how it is taken."""
    judged = prospect.judged
    return judged.matter.package.kind is Kind.PROACTIVE_CHECK and bool(judged.evaluation.stops) and bool(_how(prospect))


def tell_granted(prospect: Prospect, *, at_desk: AtDesk, at: datetime) -> GrantedPaper:
    """Return the paper, in the person's language. Call it inside a transaction."""
    matter = prospect.judged.matter
    language = matter.visit.language
    return GrantedPaper(
        language=language,
        office=office_of(at_desk, language),
        made_at=at.astimezone(ZoneInfo(at_desk.time_zone)),
        benefit=matter.package.name(language),
        person=matter.visit.person.full_name,
        institution=institution_name(matter.package.institution, language),
        how_to_take=tuple(matter.package.text(f"notes.{one}", language) for one in _how(prospect)),
        notes=tuple(matter.package.text(f"links.{code}", language) for code in prospect.judged.evaluation.links),
    )


def _how(prospect: Prospect) -> list[str]:
    return [note.id for note in prospect.judged.evaluation.notes if note.at == "slip"]
