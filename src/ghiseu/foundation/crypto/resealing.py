"""After a change of keys: data keys are wrapped anew under the current key, batch by batch, while everybody works."""

from collections.abc import Iterable
from uuid import UUID

from ghiseu.foundation.access import require_transaction
from ghiseu.foundation.crypto.keys import configured_keyring
from ghiseu.foundation.crypto.models import CommonDataKey, DataKey
from ghiseu.foundation.crypto.month_names import MONTHS
from ghiseu.foundation.crypto.rows import unwrap, wrap
from ghiseu.foundation.crypto.sealing import CannotOpen

BATCH = 200


def wrap_anew(*, after: UUID | None) -> UUID | None:
    """Wrap the next batch of the scope's centre under the current key; return the last id looked at, None at the end.

    Keys that wait for the end of a month stay under the key of that month. May be repeated. Raises NoTransaction.
    """
    require_transaction()
    waiting = DataKey.objects.select_for_update(of=("self",)).exclude(wrapping_key__startswith=MONTHS)
    waiting = waiting.exclude(wrapping_key=configured_keyring().sealing.current)
    return _wrap_batch(list((waiting.filter(id__gt=after) if after else waiting).order_by("id")[:BATCH]))


def wrap_common_anew() -> None:
    """Do the same for the keys of no centre, one for each year. May be repeated. Raises NoTransaction."""
    require_transaction()
    waiting = CommonDataKey.objects.select_for_update(of=("self",))
    _wrap_batch(list(waiting.exclude(wrapping_key=configured_keyring().sealing.current).order_by("id")))


def _wrap_batch(batch: "Iterable[DataKey] | Iterable[CommonDataKey]") -> UUID | None:
    keyring, last = configured_keyring(), None
    for row in batch:
        last = row.id
        try:
            key = unwrap(row, keyring=keyring)
        except CannotOpen:  # its key is in no file of ours any more: nothing is made worse
            continue
        wrap(row, key, keyring=keyring)
        row.save(update_fields=["wrapped", "wrapping_key"])
    return last
