"""The month after which the content of a case is destroyed: its data key is wrapped under the key of that month.

When the month is over its key leaves the keys file. Then no copy of the database opens what it wrapped, however old the
copy is; what has to be kept longer was wrapped under a later month before.
"""

import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType

from ghiseu.foundation.access import require_transaction
from ghiseu.foundation.crypto.keys import KEY_BYTES, Keyring, configured_keyring
from ghiseu.foundation.crypto.models import DataKey
from ghiseu.foundation.crypto.month_names import MONTHS, key_of_month
from ghiseu.foundation.crypto.month_registry import is_agreed
from ghiseu.foundation.crypto.rows import unwrap, wrap
from ghiseu.foundation.crypto.sealing import CannotOpen

_NAME = re.compile(MONTHS + r"\d{4}-\d{2}")


def with_months(keyring: Keyring, names: Iterable[str]) -> Keyring:
    """Return the keyring with a key for each of these months; those it has stay."""
    new = {name: secrets.token_bytes(KEY_BYTES) for name in names if name not in keyring.months}
    if not all(_NAME.fullmatch(name) for name in new):
        raise ValueError("not the name of a month's key")
    return replace(keyring, months=MappingProxyType({**keyring.months, **new})) if new else keyring


def without_months(keyring: Keyring, names: Iterable[str]) -> Keyring:
    """Return the keyring without the keys of these months."""
    gone = set(names)
    kept = {name: key for name, key in keyring.months.items() if name not in gone}
    return replace(keyring, months=MappingProxyType(kept))


def months_over(keyring: Keyring, *, today: date) -> list[str]:
    """Return the months with a key that ended before this day."""
    return sorted(name for name in keyring.months if name < key_of_month(today))


def in_use(names: Iterable[str]) -> set[str]:
    """Return those of the keys under which a data key of the scope's centre is wrapped. Raises NoTransaction."""
    require_transaction()
    rows = DataKey.objects.filter(wrapping_key__in=list(names)).order_by("wrapping_key")
    return set(rows.values_list("wrapping_key", flat=True).distinct())


def move_to_months(wanted: Mapping[int, str]) -> int:
    """Wrap the data keys of cases of the scope's centre under other keys, case id -> id of the key; return how many.

    What is there already stays, and so does what does not open any more, or whose new key the keys file does not hold
    or holds another one of than was noted first. May be repeated. Raises NoTransaction.
    """
    require_transaction()
    keyring, moved = configured_keyring(), 0
    usable = {name for name in set(wanted.values()) if is_agreed(name, keyring.months.get(name))}
    rows = DataKey.objects.select_for_update(of=("self",)).filter(case_id__in=list(wanted)).order_by("id")
    for row in rows:
        name = wanted[row.case_id or 0]
        if row.wrapping_key == name or name not in usable:
            continue
        try:
            key = unwrap(row, keyring=keyring)
        except CannotOpen:  # of a backup that is older than its month's key
            continue
        wrap(row, key, keyring=keyring, wrapping_key=name)
        row.save(update_fields=["wrapped", "wrapping_key"])
        moved += 1
    return moved


def destroy_key_of(case_id: int) -> bool:
    """Remove the data key of a case, and so what it sealed; tell whether there was one. Raises NoTransaction."""
    require_transaction()
    removed, _ = DataKey.objects.filter(case_id=case_id).delete()
    return removed > 0
