"""One round of retention for all centres: keys of months ahead, destroying, forgetting, putting off, ending months.

The order matters: a month's key leaves the file only when no data key of any centre lies under it any more.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog
from django.conf import settings

from ghiseu.foundation import clock
from ghiseu.foundation.access import Scope, scoped_to, transaction
from ghiseu.foundation.crypto import (
    KeysFileMissing,
    KeysFileUnsafe,
    change_keyring,
    configured_keyring,
    load_keyring,
    month_registry,
)
from ghiseu.foundation.crypto.month_names import coming_months
from ghiseu.foundation.crypto.months import in_use, months_over, with_months, without_months
from ghiseu.journeys import destroy_content, forget_people, keep_until
from ghiseu.modules.centres.models import Centre

log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class Round:
    """What one round did.

    `left` are months that are over and whose keys are still in the file; `differing` are months for which this file has
    another key than the one that was used first.
    """

    destroyed: int
    forgotten: int
    put_off: int
    removed: tuple[str, ...]
    left: tuple[str, ...]
    differing: tuple[str, ...]


def run(*, at: datetime) -> Round:
    """Do one round; each part may be repeated. Where this process may not write the keys file, its keys stay."""
    centres = _centres()
    make_ahead(at=at)
    differing = month_registry.differing(configured_keyring().months)
    if differing:
        log.error("keys.months_differ", count=len(differing))
    destroyed = forgotten = moved = 0
    for centre_id in centres:
        with scoped_to(Scope(centre_id=centre_id)):
            destroyed += destroy_content.destroy_due(at=at)
            forgotten += forget_people.forget_idle(at=at)
            moved += keep_until.put_off(at=at)
    removed = remove_keys_of_past_months(Path(settings.KEYS_FILE), at=at)
    left = months_over(configured_keyring(), today=clock.today(settings.TIME_ZONE, at=at))
    if left:
        log.warning("keys.months_left", count=len(left))
    return Round(
        destroyed=destroyed,
        forgotten=forgotten,
        put_off=moved,
        removed=tuple(removed),
        left=tuple(left),
        differing=tuple(differing),
    )


def make_ahead(*, at: datetime) -> bool:
    """Put keys of coming months into the keys file; tell whether all that are wanted are there now."""
    today = clock.today(settings.TIME_ZONE, at=at)
    wanted = set(coming_months(today))
    for centre_id in _centres():
        with scoped_to(Scope(centre_id=centre_id)):
            wanted |= keep_until.months_wanted(at=at)
    missing = wanted - set(configured_keyring().months)
    elsewhere = month_registry.noted(missing)
    if elsewhere:
        log.error("keys.months_of_another_file", count=len(elsewhere))
    return _make(missing - elsewhere) and not elsewhere


def _make(names: set[str]) -> bool:
    """Make keys of these months; one that another machine made in this very moment is not kept twice."""
    file = Path(settings.KEYS_FILE)
    if not names:
        return True
    try:
        made = change_keyring(file, lambda keyring: with_months(keyring, names)).months
        second = month_registry.differing({name: made[name] for name in names})
        if second:  # nothing lies under it: what differs is never used
            change_keyring(file, lambda keyring: without_months(keyring, second))
    except (OSError, KeysFileMissing, KeysFileUnsafe) as error:
        log.warning("keys.months_not_made", reason=type(error).__name__)
        return False
    return not second


def remove_keys_of_past_months(file: Path, *, at: datetime) -> list[str]:
    """Remove the keys of past months from this file, and return them; those that a living data key needs stay.

    Works on any copy of the keys file. Where it may not be written nothing is removed.
    """
    today = clock.today(settings.TIME_ZONE, at=at)
    try:
        names = _not_needed(months_over(load_keyring(file, create=False), today=today))
        if names:
            change_keyring(file, lambda keyring: without_months(keyring, names))
    except (OSError, KeysFileMissing, KeysFileUnsafe) as error:
        log.warning("keys.months_not_removed", reason=type(error).__name__)
        return []
    return names


def _not_needed(names: list[str]) -> list[str]:
    needed: set[str] = set()
    for centre_id in _centres() if names else []:
        with scoped_to(Scope(centre_id=centre_id)), transaction():
            needed |= in_use(names)
    return [name for name in names if name not in needed]


def _centres() -> list[int]:
    with transaction():
        return list(Centre.objects.order_by("id").values_list("pk", flat=True))
