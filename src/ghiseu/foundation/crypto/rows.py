"""The rows of data keys: found, added, wrapped and unwrapped. Other modules use `data_keys`."""

import secrets
from uuid import UUID, uuid4

import structlog
from django.db.models import QuerySet

from ghiseu.foundation import clock
from ghiseu.foundation.access import transaction
from ghiseu.foundation.crypto import month_registry
from ghiseu.foundation.crypto.keys import KEY_BYTES, Keyring, configured_keyring
from ghiseu.foundation.crypto.models import CommonDataKey, DataKey
from ghiseu.foundation.crypto.month_names import AHEAD, key_of_month
from ghiseu.foundation.crypto.sealing import OF_A_CENTRE, OF_NO_CENTRE, CannotOpen, OpenDataKey, open_sealed, seal

log = structlog.get_logger()
Scope = tuple[int | None, int | None, int | None]  # centre, case, year


def find_or_make(scope: Scope) -> tuple[OpenDataKey, bool]:
    """Return the data key of the scope, and whether its row was added here.

    When another process adds it at the same moment, this one waits for its commit and takes that key.
    Raises CannotOpen.
    """
    with transaction():  # also sets the centre, for those who seal a file between two transactions
        row = _rows(scope).first()
        if row is not None:
            return _opened(row), False
        added = _add(scope)
        there = _rows(scope).get()
        return _opened(there), there.pk == added


def named(kind: int, key_id: UUID) -> OpenDataKey:
    """Return the data key of this id. Raises CannotOpen when it is not there (any more) for the present scope."""
    with transaction():
        found: DataKey | CommonDataKey | None
        if kind == OF_A_CENTRE:
            found = DataKey.objects.filter(pk=key_id).first()
        else:
            found = CommonDataKey.objects.filter(pk=key_id).first()
    if found is None:
        raise CannotOpen("its data key was destroyed, or is another centre's")
    return _opened(found)


def wrap(row: DataKey | CommonDataKey, key: bytes, *, keyring: Keyring, wrapping_key: str = "") -> None:
    """Put the key into the row, wrapped under this key of the keys file, by default the current one."""
    row.wrapping_key = wrapping_key or keyring.sealing.current
    row.wrapped = seal(key, place=_place_of(row), keyring=keyring, key_id=row.wrapping_key)


def unwrap(row: DataKey | CommonDataKey, *, keyring: Keyring) -> bytes:
    """Return the key of the row. Raises CannotOpen when its wrapping key was destroyed or the row was changed."""
    return open_sealed(bytes(row.wrapped), place=_place_of(row), keyring=keyring)


def _place_of(row: DataKey | CommonDataKey) -> str:
    # A wrapped key that is moved to the row of another centre or case does not open there.
    owner = f"{row.centre_id}.{row.case_id}" if isinstance(row, DataKey) else ""
    return f"data-key.{row.id}.{row.year}.{owner}"


def _add(scope: Scope) -> UUID:
    centre_id, case_id, year = scope
    keyring = configured_keyring()
    if centre_id is not None:
        row = DataKey(id=uuid4(), centre_id=centre_id, case_id=case_id, year=year)
        month = "" if case_id is None else _month_ahead(keyring)
        wrap(row, secrets.token_bytes(KEY_BYTES), keyring=keyring, wrapping_key=month)
        DataKey.objects.bulk_create([row], ignore_conflicts=True)
        return row.id
    if year is None:
        raise ValueError("the key of a case is kept with its centre")
    common = CommonDataKey(id=uuid4(), year=year)
    wrap(common, secrets.token_bytes(KEY_BYTES), keyring=keyring)
    CommonDataKey.objects.bulk_create([common], ignore_conflicts=True)
    return common.id


def _month_ahead(keyring: Keyring) -> str:
    """Return the month's key for a new case, empty where this machine has none that others have too.

    A backup made tonight must not open longer than the case is kept; without a key of the month it may.
    """
    month = key_of_month(clock.now().date(), later=AHEAD)
    key = keyring.months.get(month)
    if key is None:
        return ""
    if not month_registry.is_agreed(month, key):
        log.error("keys.month_differs", month=month)
        return ""
    return month


def _rows(scope: Scope) -> "QuerySet[DataKey] | QuerySet[CommonDataKey]":
    centre_id, case_id, year = scope
    if centre_id is not None:
        return DataKey.objects.filter(centre_id=centre_id, case_id=case_id, year=year).order_by("id")
    return CommonDataKey.objects.filter(year=year or 0).order_by("id")


def _opened(row: DataKey | CommonDataKey) -> OpenDataKey:
    kind = OF_A_CENTRE if isinstance(row, DataKey) else OF_NO_CENTRE
    return OpenDataKey(kind=kind, id=row.id, key=unwrap(row, keyring=configured_keyring()))
