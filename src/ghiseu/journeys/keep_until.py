"""How long the content of a case is kept, and under which month's key its data key therefore lies."""

import calendar
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.db.models import QuerySet

from ghiseu.foundation import clock
from ghiseu.foundation.access import transaction
from ghiseu.foundation.crypto import configured_keyring
from ghiseu.foundation.crypto.models import DataKey
from ghiseu.foundation.crypto.month_names import AHEAD, key_of_month
from ghiseu.foundation.crypto.months import move_to_months
from ghiseu.modules.cases.models import Case
from ghiseu.modules.catalogue.models import ServicePackage
from ghiseu.modules.catalogue.queries import package_of

# The counter's own copy; what the institution keeps is its own matter.
WITHOUT_A_RULE = timedelta(days=90)
BATCH = 500
Rules = Mapping[int, int | None]


def rules() -> Rules:
    """Return for each package how many months its cases are kept; None where it does not say. Call it in a transaction.

    A package is large: whoever judges many cases reads the rules once and the cases without their packages.
    """
    return {row.pk: package_of(row).retention.months for row in ServicePackage.objects.order_by("id")}


def without_content(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Return the cases with only what is needed here."""
    wanted = ("ended_at", "destroyed_at", "restricted_at", "package_id", "centre__time_zone")
    return cases.select_related("centre").only(*wanted)


def kept_until(case: Case, *, by: Rules) -> date | None:
    """Return the last day on which the content is kept, by the calendar of the centre; None while the case is open."""
    if case.ended_at is None:
        return None
    ended = clock.today(case.centre.time_zone, at=case.ended_at)
    months = by[case.package_id]
    return ended + WITHOUT_A_RULE if months is None else _months_later(ended, months)


def is_over(case: Case, *, by: Rules, at: datetime) -> bool:
    """Tell whether the content is to be destroyed now. A restricted case is kept."""
    last_day = kept_until(case, by=by)
    if last_day is None or case.destroyed_at is not None or case.restricted_at is not None:
        return False
    return clock.today(case.centre.time_zone, at=at) > last_day


def key_wanted(case: Case, *, by: Rules, at: datetime) -> str:
    """Return the month's key for the data key of a case: ended cases know their month, others are put off."""
    today = clock.today(case.centre.time_zone, at=at)
    last_day = kept_until(case, by=by)
    if last_day is None or case.restricted_at is not None:
        return key_of_month(today, later=AHEAD)
    return key_of_month(max(last_day, today))


def put_off(*, at: datetime) -> int:
    """Wrap the data keys of the scope's cases under the keys of their months; return how many moved.

    Opens a transaction for each batch. May be repeated, and goes on where it stopped.
    """
    moved, last = 0, 0
    with transaction():
        by = rules()
    while True:
        with transaction():
            rows = DataKey.objects.filter(case_id__gt=last).order_by("case_id")
            batch = [case_id for case_id in rows.values_list("case_id", flat=True)[:BATCH] if case_id]
            if not batch:
                return moved
            kept = without_content(Case.objects.filter(pk__in=batch, destroyed_at=None)).order_by("id")
            moved += move_to_months({case.pk: key_wanted(case, by=by, at=at) for case in kept})
            last = batch[-1]


def months_wanted(*, at: datetime) -> set[str]:
    """Return the keys of months that cases of the scope's centre need and the keys file does not hold."""
    known = configured_keyring().months
    with transaction():
        by = rules()
        ended = without_content(Case.objects.filter(destroyed_at=None, ended_at__isnull=False))
        wanted = {key_wanted(case, by=by, at=at) for case in ended.order_by("id").iterator()}
    return wanted - set(known)


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
