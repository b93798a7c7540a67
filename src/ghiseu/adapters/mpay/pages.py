"""Where a browser pays at MPay (integration guide: pay page, payments at a counter).

The guide prints a wrong address for setting a terminal up; the older edition has the right one, which is used here. A
redirect for several orders at once is mentioned there, and its form is documented nowhere: it is not offered.
"""

from urllib.parse import quote

from ghiseu.modules.payments.ports import Form, Terminal

PAY = "/service/pay"
TERMINAL = "/PosTerminal"


class MPayPages:
    """Makes the forms that a browser sends to MPay. It calls nobody."""

    def __init__(self, *, url: str, service_id: str) -> None:
        """`url` is MPay's address for browsers."""
        self._url = url.rstrip("/")
        self._service_id = service_id

    def pay(self, *, order_key: str, return_url: str) -> Form:
        """Return the form of the pay page; MPay sends the browser back by GET, paid or not."""
        fields = {"ServiceID": self._service_id, "OrderKey": order_key}
        return Form(action=self._url + PAY, fields={**fields, **({"ReturnUrl": return_url} if return_url else {})})

    def pay_at_terminal(self, *, order_key: str) -> Form:
        """Return the form that starts the terminal of the operator's computer for the order."""
        return Form(action=f"{self._url}{TERMINAL}/Pay/{quote(self._service_id, safe='')}/{quote(order_key, safe='')}")

    def pay_invoice_at_terminal(self, *, invoice: str) -> Form:
        """Return the same for an invoice of MPay."""
        return Form(action=f"{self._url}{TERMINAL}/PayInvoice/{quote(invoice, safe='')}")

    def set_terminal_up(self, terminal: Terminal) -> Form:
        """Return the form that names the terminal and the bank of the computer that sends it."""
        fields = {
            "OrganizationName": terminal.organisation,
            "OrganizationIdno": terminal.idno,
            "OfficeAddress": terminal.address,
            "Counter": terminal.desk,
            "TerminalId": terminal.number,
            "VendorName": terminal.bank,
            "IntendedIp": terminal.internet_address,
        }
        return Form(action=f"{self._url}{TERMINAL}/Configure", fields=fields)
