"""The worker's round for the state's log of legal events."""

from datetime import datetime

import structlog

from ghiseu.foundation import clock
from ghiseu.foundation.access import Scope, scoped_to, transaction
from ghiseu.foundation.audit import legal_debt, ports, shipping
from ghiseu.foundation.audit.legal_debt import Debt
from ghiseu.foundation.crypto import CannotOpen
from ghiseu.foundation.jobs import hold, job
from ghiseu.journeys.ship_legal_events import LogIsAway, ship
from ghiseu.modules.centres.models import Centre

Argument = str | int | bool | None
log = structlog.get_logger()


@job(name="legal-log.ship", queue="sweeps", every="* * * * *")
def ship_all(**later_arguments: Argument) -> None:
    """Ship the journals of all centres and write down what is still owed. May run twice, or late.

    Nothing happens while no log is connected. On hold (after a restore) nothing is shipped, and what is owed is told.
    """
    if not ports.is_connected():
        return
    at = clock.now()
    with transaction():
        since = shipping.connected_since(at=at)
        may_ship = hold.deliveries_paused() is None
        centres = list(Centre.objects.order_by("id"))
    debts = []
    for centre in centres:
        with scoped_to(Scope(centre_id=centre.pk)):
            may_ship = may_ship and _round(centre, since=since, at=at)
            with transaction():
                debts.append(legal_debt.of_centre(centre.pk))
    with transaction():
        _tell(legal_debt.keep(debts, at=clock.now()), at=at)


def _round(centre: Centre, *, since: datetime, at: datetime) -> bool:
    """Ship one centre; return whether the log answers, so that the others need not wait for it."""
    with transaction():
        if not shipping.has_work(centre.pk):
            return True
    try:
        ship(centre=centre, since=since, at=at, now=clock.now)
    except LogIsAway as error:
        log.warning("legal_log.away", centre_code=centre.code, reason=str(error))
        return False
    except CannotOpen:
        # Keys of this centre's journal lack here. What it owes stays owed and is told; the other centres go on.
        log.exception("legal_log.unreadable", centre_code=centre.code)
    return True


def _tell(debt: Debt, *, at: datetime) -> None:
    if debt.is_late(at=at):
        log.error("legal_log.owed_too_long", count=debt.waiting, seconds=int(debt.age(at=at).total_seconds()))
