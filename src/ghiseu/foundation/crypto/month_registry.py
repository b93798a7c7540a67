"""That a month has one key: the first that is used is noted in the database, by a digest that opens nothing.

Two machines whose keys files came apart notice it here, before anything lies under a key that only one of them holds.
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping

from ghiseu.foundation.access import transaction
from ghiseu.foundation.crypto.models import MonthKey

_known: set[tuple[str, bytes]] = set()


def is_agreed(name: str, key: bytes | None) -> bool:
    """Tell whether this is the key of the month; where none was noted before, it is from now on. No key is not."""
    if key is None:
        return False
    mine = _fingerprint(name, key)
    if (name, mine) in _known:
        return True
    with transaction():
        noted = MonthKey.objects.filter(pk=name).first()
        if noted is None:
            MonthKey.objects.bulk_create([MonthKey(name=name, fingerprint=mine)], ignore_conflicts=True)
            return hmac.compare_digest(bytes(MonthKey.objects.get(pk=name).fingerprint), mine)
    if not hmac.compare_digest(bytes(noted.fingerprint), mine):
        return False
    _known.add((name, mine))  # not before: what was noted just now may be rolled back
    return True


def differing(months: Mapping[str, bytes]) -> list[str]:
    """Return the months whose key is not the one that was noted first; those without a note get one."""
    return sorted(name for name, key in months.items() if not is_agreed(name, key))


def noted(names: Iterable[str]) -> set[str]:
    """Return those of the months that have a key somewhere."""
    with transaction():
        return set(MonthKey.objects.filter(pk__in=list(names)).values_list("name", flat=True))


def forget() -> None:
    """Forget what this process has read: the database is another one."""
    _known.clear()


def _fingerprint(name: str, key: bytes) -> bytes:
    return hmac.new(key, b"ghiseu month key\0" + name.encode(), hashlib.sha256).digest()
