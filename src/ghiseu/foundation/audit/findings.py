"""Findings of the rules of detection: written once, looked at by people, never changed."""

from collections.abc import Iterable
from datetime import date, datetime

from ghiseu.foundation.access import require_transaction
from ghiseu.foundation.audit.models import Finding, FindingReview, Verdict, WatchedUntil


class ReasonMissing(Exception):
    """Whoever judges a finding says why."""


def keep(found: Iterable[Finding]) -> int:
    """Add the findings that are not there yet; return how many. May be repeated. Raises NoTransaction."""
    require_transaction()
    wanted = list(found)
    prints = [one.fingerprint for one in wanted]
    known = set(Finding.objects.filter(fingerprint__in=prints).values_list("fingerprint", flat=True))
    new = [one for one in wanted if one.fingerprint not in known]
    Finding.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def watched_until(centre_id: int) -> date | None:
    """Return the last day of the centre that the rules have looked at, None before the first. Raises NoTransaction."""
    require_transaction()
    return WatchedUntil.objects.filter(pk=centre_id).values_list("day", flat=True).first()


def note_watched(*, centre_id: int, day: date, at: datetime) -> None:
    """Note that the rules have looked at this day; an earlier one changes nothing. Raises NoTransaction."""
    require_transaction()
    standing, is_new = WatchedUntil.objects.select_for_update(of=("self",)).get_or_create(
        centre_id=centre_id, defaults={"day": day, "watched_at": at}
    )
    if not is_new and standing.day < day:
        standing.day, standing.watched_at = day, at
        standing.save(update_fields=["day", "watched_at"])


def review(*, finding: Finding, verdict: Verdict, note: str, by_id: int, at: datetime) -> FindingReview:
    """Add what somebody thinks of the finding. Raises ReasonMissing and NoTransaction."""
    require_transaction()
    if not note.strip():
        raise ReasonMissing
    return FindingReview.objects.create(
        centre_id=finding.centre_id, finding=finding, verdict=verdict, note=note.strip(), by_id=by_id, at=at
    )
