"""The worker process: takes jobs until told to stop, the database goes away, or the hold on deliveries changes."""

import asyncio
import os
import sys

import django
import psycopg
import structlog
from django.conf import settings
from procrastinate import PsycopgConnector
from procrastinate.exceptions import ConnectorException

from ghiseu.foundation import log
from ghiseu.runtime import hardening

CONCURRENCY = 4
LOOK_AGAIN = 2.0  # seconds between looks at the hold
JOBS_MAY_FINISH = 20.0
DATABASE_PATIENCE = 5.0
DATABASE_GONE = 3


async def work() -> None:
    """Serve every declared queue, without those that reach institutions while deliveries are on hold."""
    from procrastinate.contrib.django import app, connector_params

    from ghiseu.foundation.jobs import hold, queues

    is_held = await _is_held()
    served = sorted(queues() - (hold.HELD_QUEUES if is_held else frozenset()))
    structlog.get_logger().info("worker.started", count=len(served), state="held" if is_held else "delivering")
    connector = PsycopgConnector(
        kwargs=connector_params(), timeout=DATABASE_PATIENCE, reconnect_timeout=DATABASE_PATIENCE
    )
    with app.replace_connector(connector) as own:
        async with own.open_async():
            working = asyncio.create_task(
                own.run_worker_async(queues=served, concurrency=CONCURRENCY, shutdown_graceful_timeout=JOBS_MAY_FINISH)
            )
            watching = asyncio.create_task(_until_hold_changes(is_held))
            done, _ = await asyncio.wait({working, watching}, return_when=asyncio.FIRST_COMPLETED)
            is_gone = watching in done and watching.exception() is not None
            watching.cancel()
            working.cancel()
            await asyncio.wait({working}, timeout=DATABASE_PATIENCE if is_gone else JOBS_MAY_FINISH)
            for ended in done:
                ended.result()


async def _until_hold_changes(is_held: bool) -> None:  # noqa: FBT001 - a fact to compare with, no switch
    while await _is_held() == is_held:
        await asyncio.sleep(LOOK_AGAIN)


async def _is_held() -> bool:
    """Ask on a connection of its own, which also notices a database that went away."""
    from procrastinate.contrib.django import connector_params

    async with await psycopg.AsyncConnection.connect(**connector_params(), connect_timeout=10) as connection:
        found = await connection.execute("SELECT 1 FROM runtime_flag WHERE name = 'deliveries_paused'")
        return await found.fetchone() is not None


def main() -> int:
    """Work until the end; the supervisor starts us again. Returns a code that says why we stopped."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ghiseu.config.settings")
    log.configure(service="worker")
    django.setup()
    hardening.refuse_open_installation()
    try:
        asyncio.run(work())
    except (psycopg.OperationalError, ConnectorException):
        structlog.get_logger().exception("worker.database_gone", schema=settings.DATABASES["default"]["NAME"])
        return DATABASE_GONE
    return 0


if __name__ == "__main__":
    sys.exit(main())
