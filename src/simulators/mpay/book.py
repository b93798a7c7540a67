"""What this MPay remembers: the service's certificate, payments taken, and every notice it sent about them."""

from dataclasses import dataclass

from simulators.common import clock
from simulators.common.ledger import Ledger, Row

SCHEMA = """
CREATE TABLE IF NOT EXISTS service (
    one INTEGER PRIMARY KEY CHECK (one = 1), certificate TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS payments (
    payment_id TEXT PRIMARY KEY, invoice_id TEXT NOT NULL UNIQUE, at TEXT NOT NULL, order_key TEXT NOT NULL,
    service_id TEXT NOT NULL, amount TEXT NOT NULL, currency TEXT NOT NULL, instrument TEXT NOT NULL,
    due_at TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, state TEXT NOT NULL DEFAULT 'waiting'
);
CREATE TABLE IF NOT EXISTS invoices (
    invoice_id TEXT PRIMARY KEY, order_key TEXT NOT NULL, at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS terminals (
    terminal TEXT PRIMARY KEY, desk TEXT NOT NULL, bank TEXT NOT NULL, at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS notices (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, payment_id TEXT NOT NULL, fault TEXT NOT NULL,
    outcome TEXT NOT NULL
);
"""


@dataclass(frozen=True, kw_only=True)
class Payment:
    """Money that a person gave. `payment_id` is ours and never used twice; `at` is the moment in UTC as text."""

    payment_id: str
    invoice_id: str
    at: str
    order_key: str
    service_id: str
    amount: str
    currency: str
    instrument: str
    attempts: int = 0
    state: str = "waiting"


class Book:
    """The tables above as questions and acts."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    def certificate(self) -> str:
        """Return the registered certificate of the service as PEM, or nothing before its first answer."""
        row = self.ledger.row("SELECT certificate FROM service")
        return str(row["certificate"]) if row else ""

    def register(self, certificate: str) -> None:
        """Register the service by the certificate of its first answer."""
        with self.ledger.write() as book:
            book.run("INSERT OR IGNORE INTO service VALUES (1, ?)", (certificate,))

    def take(self, payment: Payment, *, due_at: str) -> None:
        """Keep a payment; its notice is due then. Raises sqlite3.IntegrityError for a repeated number."""
        with self.ledger.write() as book:
            book.run(
                "INSERT INTO payments (payment_id, invoice_id, at, order_key, service_id, amount, currency, "
                "instrument, due_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    payment.payment_id,
                    payment.invoice_id,
                    payment.at,
                    payment.order_key,
                    payment.service_id,
                    payment.amount,
                    payment.currency,
                    payment.instrument,
                    due_at,
                ),
            )
            book.record_effect(kind="paid", key=payment.order_key, body={"payment_id": payment.payment_id})

    def payment(self, payment_id: str) -> Payment | None:
        """Return a payment by its number."""
        row = self.ledger.row("SELECT * FROM payments WHERE payment_id = ?", (payment_id,))
        return _payment(row) if row else None

    def payments(self) -> list[Payment]:
        """Return the payments, the newest first."""
        return [_payment(row) for row in self.ledger.rows("SELECT * FROM payments ORDER BY rowid DESC LIMIT 50")]

    def due(self) -> list[Payment]:
        """Return the payments whose notice has to be sent now, the oldest first."""
        query = "SELECT * FROM payments WHERE state = 'waiting' AND due_at <= ? ORDER BY rowid"
        return [_payment(row) for row in self.ledger.rows(query, (clock.now_text(),))]

    def note(self, payment: Payment, *, fault: str, outcome: str) -> None:
        """Write down one notice and how it was answered."""
        with self.ledger.write() as book:
            book.run(
                "INSERT INTO notices (at, payment_id, fault, outcome) VALUES (?, ?, ?, ?)",
                (clock.now_text(), payment.payment_id, fault, outcome),
            )
            book.run("UPDATE payments SET attempts = attempts + 1 WHERE payment_id = ?", (payment.payment_id,))

    def settle(self, payment: Payment, *, state: str, due_at: str = "") -> None:
        """Mark the payment confirmed or given_up, or put its next notice off."""
        with self.ledger.write() as book:
            book.run(
                "UPDATE payments SET state = ?, due_at = ? WHERE payment_id = ?", (state, due_at, payment.payment_id)
            )

    def invoices(self, order_key: str) -> list[str]:
        """Return the invoices of an order: those made for a note, then those of payments."""
        query = (
            "SELECT invoice_id FROM invoices WHERE order_key = ?1 UNION ALL "
            "SELECT invoice_id FROM payments WHERE order_key = ?1 AND invoice_id NOT IN "
            "(SELECT invoice_id FROM invoices)"
        )
        return [str(row["invoice_id"]) for row in self.ledger.rows(query, (order_key,))]

    def make_invoice(self, invoice: str, *, order_key: str) -> None:
        """Write an invoice down; the same one again changes nothing."""
        with self.ledger.write() as book:
            book.run("INSERT OR IGNORE INTO invoices VALUES (?, ?, ?)", (invoice, order_key, clock.now_text()))

    def order_of_invoice(self, invoice: str) -> str | None:
        """Return the key of the order that an invoice was made for."""
        row = self.ledger.row("SELECT order_key FROM invoices WHERE invoice_id = ?", (invoice,))
        return str(row["order_key"]) if row else None

    def register_terminal(self, terminal: str, *, desk: str, bank: str) -> None:
        """Write down which terminal stands where; the same one again replaces it."""
        with self.ledger.write() as book:
            book.run("INSERT OR REPLACE INTO terminals VALUES (?, ?, ?, ?)", (terminal, desk, bank, clock.now_text()))

    def has_terminal(self, terminal: str) -> bool:
        """Tell whether the terminal is registered."""
        return self.ledger.row("SELECT 1 AS one FROM terminals WHERE terminal = ?", (terminal,)) is not None

    def make_due(self) -> None:
        """Let everything that is put off be sent now."""
        with self.ledger.write() as book:
            book.run("UPDATE payments SET due_at = '' WHERE state = 'waiting'")


def _payment(row: Row) -> Payment:
    return Payment(
        payment_id=str(row["payment_id"]),
        invoice_id=str(row["invoice_id"]),
        at=str(row["at"]),
        order_key=str(row["order_key"]),
        service_id=str(row["service_id"]),
        amount=str(row["amount"]),
        currency=str(row["currency"]),
        instrument=str(row["instrument"]),
        attempts=int(row["attempts"] or 0),
        state=str(row["state"]),
    )
