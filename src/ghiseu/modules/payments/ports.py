"""The payment system as we ask it: its papers about an order, and where a browser pays.

That money came is told to us; nothing here says so. There is no call for the state of a payment, for giving money
back, nor for paying several orders at once: the payment system documents none.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from ghiseu.foundation.ports import Port

THE_ONE = "mpay"


class PageFormat(StrEnum):
    """On which paper a note is drawn."""

    A4 = "A4"
    A5 = "A5"


@dataclass(frozen=True, kw_only=True)
class NoteFile:
    """A payment note as the payment system makes it, under the name that it gives."""

    name: str
    content: bytes


class Invoices(Protocol):
    """The payment system's papers about one of our orders. Every call reads only and may be repeated at will."""

    def numbers(self, *, order_key: str) -> tuple[str, ...]:
        """Return the order's invoices, none when nobody asked for one yet. Raises TryLater, UnusableAnswer."""
        ...

    def note(self, *, order_key: str, page: PageFormat) -> bytes:
        """Return the payment note as a PDF. Raises NotFoundThere, TryLater, UnusableAnswer."""
        ...

    def note_file(self, *, order_key: str) -> NoteFile:
        """Return the payment note under the payment system's own name. Raises as `note`."""
        ...


@dataclass(frozen=True, kw_only=True)
class Form:
    """A form that a browser sends to the payment system. Nothing personal is in it."""

    action: str
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Terminal:
    """A bank's terminal at one computer of a centre, as the payment system wants to know it."""

    organisation: str
    idno: str
    address: str
    desk: str
    number: str
    bank: str
    internet_address: str


class PayPages(Protocol):
    """Where a browser pays. It calls nobody; coming back from there says nothing about the payment."""

    def pay(self, *, order_key: str, return_url: str) -> Form:
        """Return the form that opens the order on the payment system's page; the browser comes back by GET."""
        ...

    def pay_at_terminal(self, *, order_key: str) -> Form:
        """Return the form that takes the money by the terminal of the computer that sends it."""
        ...

    def pay_invoice_at_terminal(self, *, invoice: str) -> Form:
        """Return the same for an invoice that the payment system made."""
        ...

    def set_terminal_up(self, terminal: Terminal) -> Form:
        """Return the form that registers the terminal of the computer that sends it, once."""
        ...


invoices: Port[Invoices] = Port("invoices")
pay_pages: Port[PayPages] = Port("pay pages")
