"""What this MDelivery remembers: deliveries, what it owes the services, what they said."""

import secrets
from collections.abc import Mapping

import orjson

from simulators.common import clock
from simulators.common.ledger import Ledger, Row

SCHEMA = """
CREATE TABLE IF NOT EXISTS deliveries (
    order_id TEXT PRIMARY KEY, service_id TEXT NOT NULL, at TEXT NOT NULL, receiver TEXT NOT NULL,
    carrier TEXT NOT NULL, cost TEXT NOT NULL, address TEXT NOT NULL, tracking TEXT NOT NULL UNIQUE,
    status TEXT NOT NULL, waybill TEXT NOT NULL DEFAULT ''
);
CREATE TABLE IF NOT EXISTS notices (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, order_id TEXT NOT NULL, service_id TEXT NOT NULL,
    status TEXT NOT NULL, body TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, due_at TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting', outcome TEXT NOT NULL DEFAULT ''
);
CREATE TABLE IF NOT EXISTS heard (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, order_id TEXT NOT NULL, status TEXT NOT NULL
);
"""
CARRIERS = {"Poșta Exemplu": "35", "Curier Exemplu": "65"}  # lei
STATUSES = (
    "AwaitingPayment",
    "Paid",
    "AwaitingPickup",
    "Delivering",
    "Delivered",
    "Confirmed",
    "Problem",
    "Returning",
    "Returned",
    "Cancelled",
)


class Book:
    """The tables above as questions and acts."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    def choose(self, *, order_id: str, service_id: str, receiver: str, carrier: str, address: str) -> bool:
        """Keep what the person chose, and owe the service AwaitingPayment; False when it was chosen before."""
        tracking = f"{secrets.randbelow(10**16):016}"
        with self.ledger.write() as book:
            row = book.row("SELECT 1 FROM deliveries WHERE order_id = ?", (order_id,))
            if row is not None:
                return False
            values = (order_id, service_id, clock.now_text(), receiver, carrier, CARRIERS[carrier], address, tracking)
            book.run(
                "INSERT INTO deliveries (order_id, service_id, at, receiver, carrier, cost, address, tracking, status)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'New')",
                values,
            )
            book.record_effect(kind="chosen", key=order_id, subject=receiver)
        self.move(order_id, "AwaitingPayment")
        return True

    def move(self, order_id: str, status: str) -> bool:
        """Set the status and owe the service the news; False for an unknown order."""
        with self.ledger.write() as book:
            row = book.row("SELECT * FROM deliveries WHERE order_id = ?", (order_id,))
            if row is None:
                return False
            book.run("UPDATE deliveries SET status = ? WHERE order_id = ?", (status, order_id))
            body = {
                "status": status,
                "message": None,
                "carrierName": row["carrier"],
                "trackingID": row["tracking"],
                "carrierCost": float(str(row["cost"])),
            }
            book.run(
                "INSERT INTO notices (at, order_id, service_id, status, body, due_at) VALUES (?, ?, ?, ?, ?, '')",
                (clock.now_text(), order_id, row["service_id"], status, orjson.dumps(body).decode()),
            )
            book.record_effect(kind=status, key=order_id)
        return True

    def hear(self, changes: list[Mapping[str, object]]) -> None:
        """Follow what a service said it changed. Ready makes one waybill, however often it is said."""
        for one in changes:
            order_id, status = str(one.get("orderID")), str(one.get("status"))
            with self.ledger.write() as book:
                book.run(
                    "INSERT INTO heard (at, order_id, status) VALUES (?, ?, ?)", (clock.now_text(), order_id, status)
                )
                made = status == "Ready" and book.run(
                    "UPDATE deliveries SET waybill = ? WHERE order_id = ? AND waybill = ''",
                    (f"W-{secrets.randbelow(10**8):08}", order_id),
                )
                if made:
                    book.record_effect(kind="waybill", key=order_id)
                known = book.row("SELECT status FROM deliveries WHERE order_id = ?", (order_id,))
            if made:
                self.move(order_id, "AwaitingPickup")
            elif status == "Cancelled" and known and known["status"] != "Cancelled":
                self.move(order_id, "Cancelled")

    def delivery(self, order_id: str) -> Row | None:
        """Return a delivery."""
        return self.ledger.row("SELECT * FROM deliveries WHERE order_id = ?", (order_id,))

    def deliveries(self) -> list[Row]:
        """Return the deliveries, the newest first."""
        return self.ledger.rows("SELECT * FROM deliveries ORDER BY rowid DESC LIMIT 50")

    def services(self) -> list[str]:
        """Return the services that have deliveries."""
        return [str(row["service_id"]) for row in self.ledger.rows("SELECT DISTINCT service_id FROM deliveries")]

    def due(self) -> list[Row]:
        """Return the news that is owed now, the oldest first."""
        query = "SELECT * FROM notices WHERE state = 'waiting' AND due_at <= ? ORDER BY sequence"
        return self.ledger.rows(query, (clock.now_text(),))

    def note(self, notice: Row, *, outcome: str, state: str, due_at: str = "") -> None:
        """Write down how a notice was answered, and when it is due again."""
        with self.ledger.write() as book:
            book.run(
                "UPDATE notices SET attempts = attempts + 1, outcome = ?, state = ?, due_at = ? WHERE sequence = ?",
                (outcome, state, due_at, notice["sequence"]),
            )
