"""Takes money and tells the service about it, again and again until the service agrees."""

import secrets
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import httpx

from simulators.common import clock
from simulators.common.behaviour import Behaviour, Mode
from simulators.mpay.book import Book, Payment
from simulators.mpay.caller import Caller, Order, ServiceFault
from simulators.mpay.soap import NotProperlyAnswered
from simulators.mpay.switch import NORMAL, OF_NOTICES, OF_PAYMENTS, Switch

LOOK_EVERY = 0.1  # seconds
FIRST_PAUSE = 0.5  # seconds before a notice is repeated; doubled each time
LONGEST_PAUSE = 30.0
MOST_NOTICES = 50
HELD = timedelta(days=3650)
TWIN_KEY = "2222-2222-2222"
COPIES = {"twice": 2, "fifty_times": 50}
# The modes that every simulator knows, in our words.
COMMON = {Mode.DUPLICATE: "twice", Mode.REORDER: "reorder"}
CONFIRMED = "confirmed"


class Postman:
    """One thread that sends what is due. What it owes is in the ledger, so a restart goes on where it stopped."""

    def __init__(self, *, caller: Caller, book: Book, switch: Switch, behaviour: Behaviour) -> None:
        self.caller = caller
        self.book = book
        self._switch = switch
        self._behaviour = behaviour
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)

    def start(self, _url: str) -> None:
        """Begin to send."""
        self._thread.start()

    def stop(self) -> None:
        """End after the notice in hand."""
        self._stopping.set()
        self._thread.join(10)

    def take_money(self, order: Order, *, amount: str, instrument: str) -> Payment:
        """Take the money for an order and owe the service a notice. Each call is a payment of its own."""
        told = self._switch.take(OF_PAYMENTS)
        if told.fault == "wrong_amount":
            amount = str(Decimal(amount) + 1)
        at = clock.now()
        payment = Payment(
            payment_id=f"{secrets.randbelow(10**12):012}",
            invoice_id=f"{secrets.randbelow(10**14):014}",
            at=at.isoformat(timespec="microseconds"),
            order_key=TWIN_KEY if told.fault == "unknown_key" else order.order_key,
            service_id=order.service_id,
            amount=amount,
            currency="USD" if told.fault == "wrong_currency" else order.currency,
            instrument=instrument,
        )
        due = at + {"late": timedelta(seconds=told.seconds), "held": HELD}.get(told.fault, timedelta())
        self.book.take(payment, due_at=due.isoformat(timespec="microseconds"))
        return payment

    def _work(self) -> None:
        while not self._stopping.wait(LOOK_EVERY):
            due = self.book.due()
            # Two at least are needed to change their order; one waits for the next.
            if self._peek() == "reorder":
                if len(due) < 2:  # noqa: PLR2004 - a pair
                    continue
                self._take_fault()
                due.reverse()
            for payment in due:
                self._deliver(payment)

    def _peek(self) -> str:
        told = self._behaviour.told()
        return COMMON.get(told.mode, self._switch.told().fault)

    def _take_fault(self) -> str:
        common = COMMON.get(self._behaviour.take("confirm", shows=tuple(COMMON)).mode)
        return common or self._switch.take(OF_NOTICES).fault

    def _deliver(self, payment: Payment) -> None:
        fault = NORMAL if self._peek() == "reorder" else self._take_fault()
        copies = COPIES.get(fault, 1)
        with ThreadPoolExecutor(copies) as together:
            outcomes = list(together.map(lambda _: self._send(payment, fault), range(copies)))
        if CONFIRMED in outcomes:
            self.book.settle(payment, state=CONFIRMED)
            return
        if payment.attempts + copies >= MOST_NOTICES:
            self.book.settle(payment, state="given_up")
            return
        pause = min(FIRST_PAUSE * 2 ** min(payment.attempts, 10), LONGEST_PAUSE)
        due = clock.now() + timedelta(seconds=pause)
        self.book.settle(payment, state="waiting", due_at=due.isoformat(timespec="microseconds"))

    def _send(self, payment: Payment, fault: str) -> str:
        try:
            self.caller.confirm(payment, fault=fault)
            outcome = CONFIRMED
        except ServiceFault as refused:
            outcome = refused.code
        except NotProperlyAnswered as error:
            outcome = f"not properly answered: {error}"
        except httpx.HTTPError as error:
            outcome = type(error).__name__
        self.book.note(payment, fault=fault, outcome=outcome)
        return outcome
