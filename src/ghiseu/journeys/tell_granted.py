"""What the institution grants without a request: nothing is filed, the person goes home with how to take it."""

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from ghiseu.foundation.money import Money
from ghiseu.journeys.look_at_service import Prospect
from ghiseu.journeys.paper_parts import institution_contact, institution_name, office_of
from ghiseu.modules.catalogue.package import Kind
from ghiseu.modules.catalogue.values import JsonObject
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.documents.papers.kinds import GrantedPaper


def is_granted(prospect: Prospect) -> bool:
    """Tell whether the service comes by itself, stands already, and the package knows how it is taken."""
    judged = prospect.judged
    return judged.matter.package.kind is Kind.PROACTIVE_CHECK and bool(judged.evaluation.stops) and bool(_how(prospect))


def tell_granted(prospect: Prospect, *, at_desk: AtDesk, at: datetime) -> GrantedPaper:
    """Return the paper, in the person's language. Call it inside a transaction."""
    matter = prospect.judged.matter
    language, told = matter.visit.language, _told(prospect)
    return GrantedPaper(
        language=language,
        office=office_of(at_desk, language),
        made_at=at.astimezone(ZoneInfo(at_desk.time_zone)),
        benefit=matter.package.name(language),
        person=matter.visit.person.full_name,
        institution=institution_name(matter.package.institution, language),
        granted_on=_day(told.get("granted_on")),
        amount=_money(told.get("amount")),
        decision_number=str(told.get("decision_number") or ""),
        call=tuple(one for one in (institution_contact(matter.package.institution, language),) if one.phone),
        how_to_take=tuple(matter.package.text(f"notes.{one}", language) for one in _how(prospect)),
        notes=tuple(matter.package.text(f"links.{code}", language) for code in prospect.judged.evaluation.links),
    )


def _told(prospect: Prospect) -> JsonObject:
    """Return what the register says of the benefit, which it calls as the package is called; empty when nothing."""
    kind = prospect.judged.matter.package.code.rpartition(".")[2].replace("-", "_")
    found = prospect.judged.facts.find(f"registers.CNAS.benefits.{kind}")
    return found if isinstance(found, dict) else {}


def _day(told: object) -> date | None:
    try:
        return date.fromisoformat(told) if isinstance(told, str) else None
    except ValueError:
        return None


def _money(told: object) -> Money | None:
    try:
        return Money(amount=Decimal(str(told)), currency="MDL") if told not in (None, "") else None
    except InvalidOperation:
        return None


def _how(prospect: Prospect) -> list[str]:
    return [note.id for note in prospect.judged.evaluation.notes if note.at == "slip"]
