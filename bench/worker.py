"""Run as a worker: deliver what was loaded, against jobs that do nothing. `python -m bench.worker N ROUNDS ANSWER`."""

import asyncio
import json
import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import django
import psycopg

CONCURRENCY = 4  # as the product's worker has it
MOST_PASSES = 5


class NotDelivered(Exception):
    """Files were left over after so many passes."""


class Deliveries:
    """Batches of deliveries and of empty jobs, each run to its end by the job runner."""

    def __init__(self, *, count: int) -> None:
        from bench import counter, fakes
        from bench.measuring import Series
        from ghiseu.foundation import clock
        from ghiseu.foundation.jobs import job
        from ghiseu.modules.submissions.ports import providers

        self.count = count
        self.where = counter.place(on=clock.now().date())
        self.institution = fakes.FakeInstitution()
        providers.serve("asp", self.institution)
        self.empty = job(name="bench.nothing", queue="bench")(do_nothing)
        self.ours, self.limit = Series(), Series()
        self.failed = self.lost = self.done = 0

    def deliver(self, ids: list[int], owner: psycopg.Connection, run: Callable[[str], None]) -> None:
        """Time the delivery of these submissions, second tries included."""
        from bench.measuring import Series
        from ghiseu.foundation.jobs import defer
        from ghiseu.journeys import jobs

        with self._transaction():
            for one in ids:
                arguments = {"submission_id": one, "centre_id": self.where.centre_id}
                defer(jobs.deliver, arguments=arguments, one_at_a_time=f"bench-case-{one}")
        taken = Series()
        for passed in range(MOST_PASSES):
            taken.time(lambda: run("deliveries"))
            left = _left_over(owner, ids)
            if not passed:
                self.failed += left
            if not left:
                break
        else:
            raise NotDelivered(f"{left} of {len(ids)}")
        self.ours.wall.append(sum(taken.wall))
        self.ours.cpu.append(sum(taken.cpu))

    def do_nothing(self, run: Callable[[str], None]) -> None:
        """Time as many jobs that do nothing."""
        from ghiseu.foundation.jobs import defer

        with self._transaction():
            for number in range(self.count):
                defer(self.empty, arguments={"number": number}, one_at_a_time=f"bench-empty-{number}")
        self.limit.time(lambda: run("bench"))

    def account(self, owner: psycopg.Connection, ids: list[int]) -> None:
        """Compare our rows with what the institution has taken in."""
        rows = owner.execute("SELECT number FROM submissions_submission WHERE id = ANY(%s) AND state = 'done'", [ids])
        numbers = [number for (number,) in rows.fetchall()]
        self.done += len(numbers)
        self.lost += len(ids) - len([number for number in numbers if number in self.institution.effects])

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        from ghiseu.foundation.access import scoped_to, transaction

        with scoped_to(self.where.scope), transaction():
            yield


def do_nothing(*, number: int, **later_arguments: str | int | bool | None) -> None:
    """Be a job that does nothing."""
    del number, later_arguments


def _left_over(owner: psycopg.Connection, ids: list[int]) -> int:
    """Return how many are not delivered, and make their next try due now."""
    left = owner.execute(
        "UPDATE submissions_submission SET next_try_at = now() WHERE id = ANY(%s) AND state <> 'done' RETURNING id",
        [ids],
    ).fetchall()
    owner.execute("UPDATE procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo'")
    return len(left)


def run_queue(queue: str) -> None:
    """Let the job runner do everything that is due in the queue, with the settings of the product's worker."""
    from procrastinate import PsycopgConnector
    from procrastinate.contrib.django import app, connector_params

    async def work() -> None:
        with app.replace_connector(PsycopgConnector(kwargs=connector_params())) as own:
            async with own.open_async():
                await own.run_worker_async(
                    queues=[queue], concurrency=CONCURRENCY, wait=False, install_signal_handlers=False
                )

    asyncio.run(work())


def main(arguments: list[str]) -> None:
    """Deliver and do nothing by turns, and write down how long each took and what came of it."""
    count, rounds, answer = int(arguments[0]), int(arguments[1]), Path(arguments[2])
    django.setup()
    from ghiseu.foundation import log

    log.configure(service="worker", level=logging.WARNING)
    found = Deliveries(count=count)
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as owner:
        queued = owner.execute("SELECT id FROM submissions_submission WHERE state = 'queued' ORDER BY id").fetchall()
        ids = [number for (number,) in queued]
        found.do_nothing(run_queue)  # warm-up, thrown away below
        found.limit.wall.clear()
        found.limit.cpu.clear()
        for turn in range(rounds):
            batch = ids[turn * count : (turn + 1) * count]
            found.deliver(batch, owner, run_queue)
            found.account(owner, batch)
            found.do_nothing(run_queue)
    twice = sum(times - 1 for times in found.institution.effects.values())
    series = {"ours": found.ours, "limit": found.limit}
    told = {name: {"wall": one.wall, "cpu": one.cpu} for name, one in series.items()}
    answer.write_text(
        json.dumps({**told, "failed": found.failed, "lost": found.lost, "twice": twice, "done": found.done})
    )


if __name__ == "__main__":
    main(sys.argv[1:])
