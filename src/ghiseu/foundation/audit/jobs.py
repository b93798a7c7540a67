"""Timed work on the journal."""

from pathlib import Path

from django.conf import settings

from ghiseu.foundation import clock
from ghiseu.foundation.access import transaction
from ghiseu.foundation.audit import anchor, daily_seal
from ghiseu.foundation.jobs import job

Argument = str | int | bool | None


@job(name="journal.seal", queue="sweeps", every="7 * * * *")
def seal(**later_arguments: Argument) -> None:
    """Seal the day that ended and write the seal to the anchor. May be repeated: a day is sealed once."""
    with transaction():
        made = daily_seal.seal_finished_day(at=clock.now())
    is_first = made is not None and made.number == 1
    anchor.bring_up_to_date(Path(settings.ANCHOR_FILE), begin=is_first)
