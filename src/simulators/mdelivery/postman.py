"""Tells services what is owed to them until they agree, and asks them what they changed."""

import threading
from datetime import timedelta

from simulators.common import clock
from simulators.common.behaviour import Behaviour, Mode
from simulators.common.ledger import Row
from simulators.mdelivery.book import Book
from simulators.mdelivery.caller import Caller, NotAnswered, Shows

LOOK_EVERY = 0.2  # seconds
ASK_EVERY = 5  # looks
PAUSE = 1.0  # seconds until a notice is repeated; doubled each time
LONGEST_PAUSE = 30.0
SHOWN = (Mode.DUPLICATE, Mode.REORDER, Mode.WRONG_SIGNATURE, Mode.EXPIRED_CERTIFICATE)
SHOWS = {Mode.WRONG_SIGNATURE: Shows.STRANGER, Mode.EXPIRED_CERTIFICATE: Shows.ENDED}
PAIR = 2


class Postman:
    """One thread. What it owes is in the ledger, so a restart goes on where it stopped."""

    def __init__(self, *, caller: Caller, book: Book, behaviour: Behaviour) -> None:
        self.caller = caller
        self.book = book
        self._behaviour = behaviour
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)

    def start(self, _url: str) -> None:
        """Begin to send and to ask."""
        self._thread.start()

    def stop(self) -> None:
        """End after the call in hand."""
        self._stopping.set()
        self._thread.join(15)

    def ask(self) -> None:
        """Ask every service what it changed, and follow it."""
        for service in self.book.services():
            try:
                self.book.hear(self.caller.changes(service=service))
            except NotAnswered:
                continue  # asked again soon

    def _work(self) -> None:
        looks = 0
        while not self._stopping.wait(LOOK_EVERY):
            looks += 1
            due = self.book.due()
            if self._behaviour.told().mode is Mode.REORDER:
                if len(due) < PAIR:  # one waits for the next
                    continue
                self._behaviour.take("status", shows=SHOWN)
                due.reverse()
            for notice in due:
                self._send(notice)
            if looks % ASK_EVERY == 0:
                self.ask()

    def _send(self, notice: Row) -> None:
        told = Mode.NORMAL
        if self._behaviour.told().mode is not Mode.REORDER:
            told = self._behaviour.take("status", shows=SHOWN).mode
        outcome, state = "told", "told"
        for _ in range(PAIR if told is Mode.DUPLICATE else 1):
            try:
                self.caller.tell(
                    service=str(notice["service_id"]),
                    order=str(notice["order_id"]),
                    body=str(notice["body"]).encode(),
                    shows=SHOWS.get(told, Shows.RIGHT),
                )
            except NotAnswered as error:
                outcome, state = str(error), "waiting"
        pause = min(PAUSE * 2 ** min(int(notice["attempts"] or 0), 10), LONGEST_PAUSE)
        due = clock.now() + timedelta(seconds=pause)
        self.book.note(notice, outcome=outcome, state=state, due_at=due.isoformat(timespec="microseconds"))
