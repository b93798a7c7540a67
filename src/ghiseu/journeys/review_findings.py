"""The data-protection officer looks at what the rules of detection found, in all centres, and says what they think.

Whom a look-up was about is not shown: the officer sees who looked, when, at what and under which number, and asks.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Case, OuterRef, Q, QuerySet, Subquery, When

from ghiseu.foundation.access import Scope, scoped_to, transaction
from ghiseu.foundation.audit import Event, declare, findings, journal
from ghiseu.foundation.audit.models import Finding, FindingReview, JournalRecord, Verdict
from ghiseu.journeys.plain_events import plain_event
from ghiseu.modules.centres.models import Centre, Operator

SHOWN_FOR = timedelta(days=400)
MOST_AT_ONCE = 60
MOST_EVENTS = 200
OPENED, REVIEWED = "journeys.finding.opened", "journeys.finding.reviewed"

declare(
    Event(name=OPENED, meaning="The data-protection officer opened a finding of the rules", has_subject=False),
    Event(name=REVIEWED, meaning="The data-protection officer said what they think of a finding", has_subject=False),
)


class OwnFinding(Exception):
    """Nobody judges a finding about themselves."""


@dataclass(frozen=True, kw_only=True)
class FindingLine:
    """A finding with its centre, whose look-ups it is about, and the newest review, None before the first."""

    finding: Finding
    centre: Centre
    operator: str
    review: FindingReview | None

    @property
    def is_open(self) -> bool:
        return self.review is None or self.review.verdict == Verdict.TO_INVESTIGATE


@dataclass(frozen=True, kw_only=True)
class EventLine:
    """One look-up of a finding: its number in the journal, when, what was looked at, under which case or visit."""

    record: int
    at: datetime
    what: str
    number: str


@dataclass(frozen=True, kw_only=True)
class FindingFile:
    """A finding with its look-ups and every review, the newest first."""

    line: FindingLine
    events: tuple[EventLine, ...]
    reviews: tuple[FindingReview, ...]


@dataclass(frozen=True, kw_only=True)
class FindingList:
    """The first lines of a list, and how many more it has."""

    lines: tuple[FindingLine, ...]
    left_off: int


def all_findings(*, with_explained: bool, at: datetime, most: int = MOST_AT_ONCE) -> FindingList:
    """Return the findings of all centres: the gravest first, those nobody has looked at before the others."""
    with transaction():
        centres = list(Centre.objects.order_by("id"))
        names = _names()
    found: list[FindingLine] = []
    count = 0
    for centre in centres:
        with scoped_to(Scope(centre_id=centre.pk)), transaction():
            rows = _in_order(with_explained=with_explained, since=at - SHOWN_FOR)
            count += rows.count()
            found += [_line(one, centre, names) for one in rows.prefetch_related("reviews")[:most]]
    shown = sorted(
        found, key=lambda one: (not one.is_open, -one.finding.severity, one.review is not None, -one.finding.pk)
    )
    return FindingList(lines=tuple(shown[:most]), left_off=max(0, count - most))


def _in_order(*, with_explained: bool, since: datetime) -> QuerySet[Finding]:
    """Return the findings of the scope's centre as the list has them: what is cut off is the least of all."""
    newest = FindingReview.objects.filter(finding=OuterRef("pk")).order_by("-id").values("verdict")[:1]
    rows = Finding.objects.filter(found_at__gte=since).annotate(verdict=Subquery(newest))
    is_explained = Q(verdict=Verdict.EXPLAINED)
    if not with_explained:
        rows = rows.filter(Q(verdict=None) | ~is_explained)
    return rows.annotate(
        is_ended=Case(When(is_explained, then=1), default=0), is_seen=Case(When(verdict=None, then=0), default=1)
    ).order_by("is_ended", "-severity", "is_seen", "-id")


def open_finding(*, centre_code: str, finding_id: int, by_id: int, language: str, at: datetime) -> FindingFile:
    """Return one finding with its look-ups; the centre's journal says who opened it. Raises Finding.DoesNotExist."""
    with _in_centre(centre_code, by_id) as centre:
        finding = Finding.objects.prefetch_related("reviews").get(pk=finding_id)
        wanted = finding.records[:MOST_EVENTS]
        rows = JournalRecord.objects.filter(centre_id=centre.pk, sequence__in=wanted).order_by("-sequence")
        journal.record_without_subject(
            OPENED, centre_id=centre.pk, operator_id=by_id, at=at, details={"finding": finding.pk}
        )
        return FindingFile(
            line=_line(finding, centre, _names()),
            events=tuple(
                EventLine(
                    record=one.sequence,
                    at=one.at,
                    what=plain_event(one.event, one.object_type, language),
                    number=one.case_number or one.visit_number,
                )
                for one in rows.only("event", "at", "object_type", "case_number", "visit_number")
            ),
            reviews=tuple(sorted(finding.reviews.all(), key=lambda one: one.pk, reverse=True)),
        )


def review_finding(
    *, centre_code: str, finding_id: int, verdict: Verdict, note: str, by_id: int, at: datetime
) -> FindingReview:
    """Keep what the officer thinks and why. Raises Finding.DoesNotExist, OwnFinding, ReasonMissing."""
    with _in_centre(centre_code, by_id) as centre:
        finding = Finding.objects.get(pk=finding_id)
        if finding.operator_id == by_id:
            raise OwnFinding
        review = findings.review(finding=finding, verdict=verdict, note=note, by_id=by_id, at=at)
        journal.record_without_subject(
            REVIEWED,
            centre_id=centre.pk,
            operator_id=by_id,
            at=at,
            outcome=str(verdict),
            details={"finding": finding.pk},
        )
        return review


@contextmanager
def _in_centre(code: str, by_id: int) -> Iterator[Centre]:
    """Work in the scope of the named centre. Raises Finding.DoesNotExist when there is none."""
    with transaction():
        centre = Centre.objects.filter(code=code).first()
    if centre is None:
        raise Finding.DoesNotExist(code)
    with scoped_to(Scope(centre_id=centre.pk, operator_id=by_id)), transaction():
        yield centre


def _names() -> dict[int, str]:
    return {one.pk: one.full_name for one in Operator.objects.only("surname", "given_name")}


def _line(finding: Finding, centre: Centre, names: dict[int, str]) -> FindingLine:
    reviews = sorted(finding.reviews.all(), key=lambda one: one.pk)
    return FindingLine(
        finding=finding,
        centre=centre,
        operator=names.get(finding.operator_id, str(finding.operator_id)),
        review=reviews[-1] if reviews else None,
    )
