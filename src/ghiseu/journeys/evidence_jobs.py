"""Sealing of records, by the worker. Apart from the other jobs, because those who take evidence need them."""

from datetime import datetime, timedelta

import structlog

from ghiseu.foundation import clock
from ghiseu.foundation.access import Scope, scoped_to, transaction
from ghiseu.foundation.jobs import defer, job
from ghiseu.journeys import seal_agreement
from ghiseu.modules.centres.models import Centre
from ghiseu.modules.documents import bundles
from ghiseu.modules.documents.bundle_models import AgreementContent

# Seconds after the first, second, ... try; the last one repeats for days.
PAUSES = (15, 60, 300, 900, 3600)
LATE_AFTER = timedelta(hours=24)
Argument = str | int | bool | None
log = structlog.get_logger()


@job(name="evidence.seal", queue="seals")
def seal(*, content_id: int, centre_id: int, since: str, tries: int = 0, **later_arguments: Argument) -> None:
    """Seal the record of one agreement; while the time-stamp server is silent, again later. May run twice."""
    at = clock.now()
    with scoped_to(Scope(centre_id=centre_id)):
        if not seal_agreement.seal(content_id=content_id, at=at, ended=clock.now):
            pause = PAUSES[min(tries, len(PAUSES) - 1)]
            with transaction():
                _enqueue(content_id, centre_id, since=since, tries=tries + 1, not_before=at + timedelta(seconds=pause))


@job(name="evidence.sweep", queue="sweeps", every="*/10 * * * *")
def sweep(**later_arguments: Argument) -> None:
    """Find records that wait for the seal, whatever happened to their jobs; say which are late. May be repeated."""
    at = clock.now()
    for centre in Centre.objects.order_by("id"):
        with scoped_to(Scope(centre_id=centre.pk)), transaction():
            waiting = bundles.waiting()
            for content in waiting:
                ask_for_seal(content, at=at)
        late = [content for content in waiting if content.made_at <= at - LATE_AFTER]
        if late:
            log.error("evidence.unsealed_for_a_day", centre=centre.code, records=len(late))


def ask_for_seal(content: AgreementContent, *, at: datetime) -> None:
    """Queue the sealing in the caller's transaction; while it is queued, once."""
    _enqueue(content.pk, content.centre_id, since=content.made_at.isoformat(), tries=0, not_before=at)


def _enqueue(content_id: int, centre_id: int, *, since: str, tries: int, not_before: datetime) -> None:
    defer(
        seal,
        arguments={"content_id": content_id, "centre_id": centre_id, "since": since, "tries": tries},
        once=f"seal-{content_id}",
        not_before=not_before,
    )
