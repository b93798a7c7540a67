"""Cleaning up after crashes and broken lines. Meant for a job that runs once in a while; may be repeated."""

from datetime import datetime

from ghiseu.foundation.access import Scope, scoped_to, transaction
from ghiseu.foundation.store import the_store
from ghiseu.modules.centres.models import Centre
from ghiseu.modules.documents import queries, uploads


def sweep_orphans(*, at: datetime) -> list[str]:
    """Remove files that no row of any centre has named for 24 hours; return their hashes.

    Opens a transaction for each centre. Raises SweepLooksWrong, and then has removed nothing.
    """
    referenced: set[str] = set()
    for centre_id in _centres():
        with scoped_to(Scope(centre_id=centre_id)), transaction():
            referenced |= queries.referenced_hashes()
    return the_store().sweep(referenced=referenced, at=at)


def end_late_uploads(*, at: datetime) -> int:
    """End uploads of all centres that did not arrive in time, remove their pieces, and return how many ended."""
    ended = 0
    for centre_id in _centres():
        with scoped_to(Scope(centre_id=centre_id)), transaction():
            ended += uploads.expire_uploads(at=at)
    uploads.remove_pieces(at=at)
    return ended


def _centres() -> list[int]:
    with transaction():
        return list(Centre.objects.order_by("id").values_list("pk", flat=True))
