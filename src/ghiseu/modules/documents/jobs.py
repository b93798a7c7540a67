"""Timed work on files."""

from ghiseu.foundation import clock
from ghiseu.foundation.jobs import job
from ghiseu.modules.documents import sweeping

Argument = str | int | bool | None


@job(name="documents.sweep-orphans", queue="sweeps", every="17 3 * * *")
def sweep_orphans(**later_arguments: Argument) -> None:
    """Remove stored bytes that no row has named for a day. May be repeated."""
    sweeping.sweep_orphans(at=clock.now())


@job(name="documents.end-late-uploads", queue="sweeps", every="*/30 * * * *")
def end_late_uploads(**later_arguments: Argument) -> None:
    """End uploads that did not arrive in time and remove their pieces. May be repeated."""
    sweeping.end_late_uploads(at=clock.now())
