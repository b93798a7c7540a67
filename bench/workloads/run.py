"""What every workload is given."""

from collections.abc import Callable
from dataclasses import dataclass

import psycopg
from django.test import Client

from bench.counter import Counter
from bench.loading import Generator
from bench.measuring import Contest, Series, by_turns
from bench.place import Place
from bench.raw import Bare, Statement, captured, only


class NotAnswered(Exception):
    """A page answered with something else than 200, so its time means nothing."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """One run: where, how often, how large. `sizes` are numbers of generated cases in the centre, growing."""

    place: Place
    owner: psycopg.Connection
    reads: Bare
    writes: Bare
    counter: Counter
    client: Client
    generator: Generator
    rounds: int
    sizes: tuple[int, ...]
    deliveries: int

    def get(self, path: str, *, sends: dict[str, str] | None = None) -> str:
        """Return the page as text; with `sends` the one that this form leads to. Raises NotAnswered."""
        response = self.client.post(path, sends, follow=True) if sends else self.client.get(path)
        if response.status_code != 200:  # noqa: PLR2004 - OK
            raise NotAnswered(f"{path}: {response.status_code} {response.headers.get('Location', '')}")
        return str(response.content.decode())

    def read_page(self, path: str, *, sends: dict[str, str] | None = None) -> tuple[Series, Series, int]:
        """Time a page against its own SELECTs; return both and how many statements the page sends."""
        statements = sent_by(lambda: self.get(path, sends=sends))
        selects = only("SELECT", statements)
        contest = Contest(ours=lambda: self._show(path, sends), limit=lambda: self.reads.replay(selects))
        ours, limit = by_turns(contest, rounds=self.rounds)
        return ours, limit, queries_in(statements)

    def _show(self, path: str, sends: dict[str, str] | None) -> None:
        self.get(path, sends=sends)


def sent_by(work: Callable[[], object]) -> list[Statement]:
    """Return what the work sends to the database, the second time that it is done: caches are warm as in a day."""
    work()
    with captured() as statements:
        work()
    return statements


def queries_in(statements: list[Statement]) -> int:
    """Return how many statements there are, the opening of transactions and savepoints left out."""
    return len([one for one in statements if not one[0].startswith(("SAVEPOINT", "RELEASE", "ROLLBACK"))])
