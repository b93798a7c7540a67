"""Which data key seals what: found or made at the first use, unwrapped once per process and kept for an hour.

What belongs to one case is sealed with that case's own key, everything else with the key of its centre and year, or
of the year where there is no centre.
"""

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

from django.db import connection
from django.db import transaction as django_transaction

from ghiseu.foundation import clock
from ghiseu.foundation.crypto.keys import configured_keyring
from ghiseu.foundation.crypto.sealing import OpenDataKey, data_key_named_by, open_sealed, open_with, seal_with

MOST_KEPT = 10_000
KEPT_FOR = 3600.0  # seconds
_Name = TypeVar("_Name")


@dataclass(frozen=True, kw_only=True)
class Owner:
    """Whose value it is: a case's (then the centre is that of the case), a centre's, or nobody's."""

    centre_id: int | None = None
    case_id: int | None = None


class _Kept(Generic[_Name]):
    """Unwrapped keys of this process, the least used forgotten first."""

    def __init__(self) -> None:
        self._keys: OrderedDict[_Name, tuple[float, OpenDataKey]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, name: _Name) -> OpenDataKey | None:
        with self._lock:
            found = self._keys.get(name)
            if found is None or found[0] < time.monotonic():
                return None
            self._keys.move_to_end(name)
            return found[1]

    def put(self, name: _Name, key: OpenDataKey) -> None:
        with self._lock:
            self._keys[name] = (time.monotonic() + KEPT_FOR, key)
            if len(self._keys) > MOST_KEPT:
                self._keys.popitem(last=False)

    def clear(self) -> None:
        with self._lock:
            self._keys.clear()


_Scope = tuple[int | None, int | None, int | None]  # centre, case, year
_by_scope: _Kept[_Scope] = _Kept()
_by_id: _Kept[tuple[int, UUID]] = _Kept()


@dataclass(frozen=True)
class _MadeHere:
    """A key whose row is not committed yet. Django drops it from the connection's list when the row is rolled back."""

    scope: _Scope
    key: OpenDataKey

    def __call__(self) -> None:
        _by_scope.put(self.scope, self.key)


def seal_value(plain: bytes, *, place: str, owner: Owner) -> bytes:
    """Return the bytes sealed for a place with the owner's present data key, which is made at its first use."""
    return seal_with(plain, place=place, key=_present_key(owner))


def open_value(sealed: bytes, *, place: str) -> bytes:
    """Return the bytes that were sealed for this place, in whichever of the layouts. Raises CannotOpen."""
    named = data_key_named_by(sealed)
    if named is None:
        return open_sealed(sealed, place=place, keyring=configured_keyring())
    return open_with(sealed, place=place, key=_key_named(*named))


def forget_keys() -> None:
    """Forget what this process has unwrapped: the database is another one, or keys were destroyed."""
    from ghiseu.foundation.crypto import month_registry  # models, as below

    _by_scope.clear()
    _by_id.clear()
    month_registry.forget()


def _present_key(owner: Owner) -> OpenDataKey:
    from ghiseu.foundation.crypto import rows  # models, which must not be imported before every app is known

    year = None if owner.case_id is not None else clock.now().year
    scope = (owner.centre_id, owner.case_id, year)
    known = _by_scope.get(scope) or _made_in_this_transaction(scope)
    if known is not None:
        return known
    key, is_new = rows.find_or_make(scope)
    _by_id.put((key.kind, key.id), key)
    if is_new:
        django_transaction.on_commit(_MadeHere(scope, key))
    else:
        _by_scope.put(scope, key)
    return key


def _made_in_this_transaction(scope: _Scope) -> OpenDataKey | None:
    for waiting in (entry[1] for entry in connection.run_on_commit):
        if isinstance(waiting, _MadeHere) and waiting.scope == scope:
            return waiting.key
    return None


def _key_named(kind: int, key_id: UUID) -> OpenDataKey:
    from ghiseu.foundation.crypto import rows  # as above

    known = _by_id.get((kind, key_id))
    if known is None:
        known = rows.named(kind, key_id)
        _by_id.put((kind, key_id), known)
    return known
