"""The product as it stands in this process during a run: web role, fake outside, a desk, a browser."""

import argparse
import logging
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import connection

from bench import counter, machine
from bench.fakes import FakeRegisters
from bench.loading import Generator
from bench.place import WEB_ROLE, Place
from bench.raw import SCHEMA, Bare
from bench.workloads.run import Run
from ghiseu.foundation import clock, log
from ghiseu.foundation.access import scoped_to
from ghiseu.modules.applicants.ports import registers
from ghiseu.modules.catalogue.queries import present_version


@contextmanager
def running(place: Place, given: argparse.Namespace) -> Iterator[Run]:
    """Give everything that workloads need; the registers are an in-process fake."""
    log.configure(service="web", level=logging.WARNING)
    now = clock.now()
    where = counter.place(on=now.date())
    reads = Bare(place.owner_url, schema="public", centre_id=where.centre_id)
    writes = Bare(place.owner_url, schema=SCHEMA, centre_id=where.centre_id)
    with place.owner() as owner, registers.serving("mconnect", FakeRegisters()), scoped_to(where.scope):
        try:
            yield Run(
                place=place,
                owner=owner,
                reads=reads,
                writes=writes,
                counter=counter.Counter(where=where),
                client=counter.signed_in(where, at=now),
                generator=Generator(
                    owner=owner, at_desk=where, package=present_version(counter.SERVICE, on=now.date()), now=now
                ),
                rounds=given.rounds,
                sizes=tuple(int(size) for size in given.sizes.split(",")),
                deliveries=given.deliveries,
            )
        finally:
            reads.close()
            writes.close()
            connection.close()


def web_settings(place: Place) -> dict[str, str]:
    """Return what the database says of itself to the web role."""
    with psycopg.connect(place.owner_url, autocommit=True, options=f"-c role={WEB_ROLE}") as as_web:
        return machine.settings(as_web)
