"""Institutions tell us what changed. The message is verified, kept, and only then acted upon."""

from datetime import datetime

import structlog
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from ghiseu.channels.callbacks.unverified import not_kept
from ghiseu.foundation import clock
from ghiseu.foundation.access import Scope, scoped_to, transaction
from ghiseu.foundation.identifiers import numbers
from ghiseu.foundation.identifiers.numbers import InvalidNumber
from ghiseu.foundation.outcomes import UnusableAnswer
from ghiseu.foundation.ports import PortNotServed
from ghiseu.journeys import jobs, receive_answer
from ghiseu.modules.centres.models import Centre
from ghiseu.modules.submissions import operations
from ghiseu.modules.submissions.models import Submission
from ghiseu.modules.submissions.ports import ProviderRecord, news

LARGEST = 1024 * 1024
log = structlog.get_logger()


@csrf_exempt  # a machine calls, with a signature over the body instead of a cookie
@require_POST
def push(request: HttpRequest, institution: str) -> HttpResponse:
    """Take one record. 204 once it is stored, also when it is a repeat; 400 when it cannot be used.

    Anything else makes the institution send it again.
    """
    at = clock.now()
    raw = request.body
    if len(raw) > LARGEST:
        return HttpResponse(status=413)
    try:
        record = news.get(institution).read_push(raw, request.headers, at=at)
    except PortNotServed:
        return HttpResponse(status=404)
    except UnusableAnswer as fault:
        log.warning("institution.push.unusable", provider=institution, reason=fault.reason)
        with transaction():
            is_kept = operations.quarantine_unverified(institution=institution, raw=raw, why=fault.reason, at=at)
        if not is_kept:
            not_kept(institution)
        return HttpResponse(status=400)
    centre_id = _centre_of(record)
    if centre_id is None:
        with transaction():
            operations.quarantine(institution=institution, raw=raw.decode(), why="no submission of ours", at=at)
        return HttpResponse(status=204)
    return _apply(record, institution=institution, centre_id=centre_id, at=at)


def _apply(record: ProviderRecord, *, institution: str, centre_id: int, at: datetime) -> HttpResponse:
    with scoped_to(Scope(centre_id=centre_id)), transaction():
        try:
            receive_answer.receive(number=record.number, institution=institution, record=record, came_by="push", at=at)
            jobs.ask_soon(number=record.number, centre_id=centre_id)
        except Submission.DoesNotExist:
            # Its own transaction may still be open at our side; the institution sends it again.
            return HttpResponse(status=409)
    return HttpResponse(status=204)


def _centre_of(record: ProviderRecord) -> int | None:
    """Return the centre that the number belongs to; our numbers begin with its code."""
    try:
        code = numbers.parse(record.number).centre
    except InvalidNumber:
        return None
    with transaction():
        return Centre.objects.filter(code=code).values_list("id", flat=True).first()
