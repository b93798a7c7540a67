"""Operators write, workers ship, all at once and with real commits: each event comes to MLog once, and none is left."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from django.db import connection
from tests.support.acting import EUGENIA, acting_for
from tests.support.platform_place import certificate_of

from ghiseu.adapters.mlog import MLog
from ghiseu.foundation import clock
from ghiseu.foundation.access import Scope, scoped_to, transaction
from ghiseu.foundation.audit import journal, legal_debt
from ghiseu.foundation.audit.models import ChainLink
from ghiseu.foundation.audit.ports import LEGAL_LOG, legal_logs
from ghiseu.foundation.audit.shipping_models import Shipment
from ghiseu.foundation.wire.exchange import Limits
from ghiseu.journeys.ship_legal_events import ship
from ghiseu.modules.centres.models import Centre, CentreKind
from simulators.common.behaviour import Mode
from simulators.common.process import Running, running

WRITERS, EACH, ROUNDS = 4, 15, 6


@pytest.fixture
def there(simulators_folder: Path) -> Iterator[Running]:
    with running("mlog", data=simulators_folder) as process:
        process.reset()
        httpx.post(f"{process.url}/control/mlog", json={"after": 0}, timeout=10).raise_for_status()
        certificate = certificate_of(simulators_folder)
        adapter = MLog(url=process.system_url, certificate=certificate, limits=Limits(connect=5, answer=10))
        with legal_logs.serving(LEGAL_LOG, adapter):
            yield process
        adapter.close()


class Regretted(Exception):
    """Somebody changed their mind."""


def write_one(centre_id: int, name: str, *, is_regretted: bool) -> None:
    with transaction():
        acting = acting_for(EUGENIA, centre_id=centre_id)
        journal.record("cases.case.shown", acting=acting, at=clock.now(), object_id=name)
        if is_regretted:
            raise Regretted


def write(centre_id: int, writer: int) -> None:
    """Commit events one by one; every fifth is regretted and leaves no trace."""
    try:
        with scoped_to(Scope(centre_id=centre_id, operator_id=1)):
            for number in range(EACH):
                with suppress(Regretted):
                    write_one(centre_id, f"{writer}-{number}", is_regretted=number % 5 == 4)
    finally:
        connection.close()


def round_of(centre: Centre, since, at) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET ROLE ghiseu_worker")
        with scoped_to(Scope(centre_id=centre.pk)):
            ship(centre=centre, since=since, at=at, now=lambda: at)
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_every_committed_event_is_registered_once(there, as_owner):
    since = clock.now() - timedelta(hours=1)
    with as_owner():
        centre = Centre.objects.create(code="LOZ", name="Lozova", kind=CentreKind.TOWN_HALL, languages=["ro"])
    there.behave(Mode.CUT_ANSWER, times=1, operations=["register"])

    with ThreadPoolExecutor(max_workers=WRITERS + 2) as pool:
        writing = [pool.submit(write, centre.pk, writer) for writer in range(WRITERS)]
        shipping = [pool.submit(round_of, centre, since, clock.now()) for _ in range(ROUNDS)]
        for one in writing:
            one.result()
        ended = [one.exception() for one in shipping]
    for minutes in (10, 20, 30, 40):
        round_of(centre, since, clock.now() + timedelta(minutes=minutes))

    rows = [one for one in there.ledger()["events"] if one["is_registered"]]
    ids = [json.loads(str(one["body"]))["event_id"] for one in rows]
    with scoped_to(Scope(centre_id=centre.pk)), transaction():
        links = [bytes(one.hash).hex() for one in ChainLink.objects.order_by("number")]
        states = set(Shipment.objects.values_list("state", flat=True))
        owed = legal_debt.of_centre(centre.pk)
    assert {type(one).__name__ for one in ended} <= {"NoneType", "LogIsAway"}
    assert len(links) == WRITERS * EACH * 4 // 5
    assert ids == links
    assert there.ledger()["repeats"] == []
    assert states == {"registered"}
    assert owed == legal_debt.Debt()
