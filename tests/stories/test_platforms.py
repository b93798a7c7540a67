"""One visit over all shared platforms: a representative with a power, a signature, money, a result in MDocs."""

import re

from tests.support.browser import PICTURES
from tests.support.waiting import until

TUDOR, GHEORGHE = "2099230108510", "2099080102964"


class TestOneVisit:
    def test_over_eight_platforms(self, counter, stack, paper):
        desk = counter()
        self.ask_for_somebody_else(desk, paper)
        self.sign(desk)
        key = self.send(desk)
        stack.pay(key)
        assert desk.says("Achitat")
        number = desk.number()
        stack.approve("asp", number)

        self.look_at_the_ledgers(stack, number, key)
        desk.page.goto(f"/cases/{number}")
        desk.until_says("în MDocs")
        desk.page.screenshot(path=PICTURES / "platforms-end.png")

    def ask_for_somebody_else(self, desk, paper):
        """MPass let the operator in; MConnect tells who came, MPower for whom they may act."""
        desk.scan(TUDOR, to="/visit")
        desk.press("Alt+P", to="/visit/powers")
        desk.press("Alt+4", to="/visit")
        assert "Gheorghe Bejan" in desk.page.inner_text(".citizen__for")
        desk.type("certificat stare civil")
        desk.press("Enter", to="/services/*")
        desk.press("ArrowDown")
        desk.page.wait_for_timeout(900)
        desk.press("F9", to="/cases/*")
        desk.press("Space")
        desk.press("Enter")
        desk.type("Ita")
        desk.press("Enter")
        assert desk.focuses("term")
        desk.press("Space")
        desk.press("Enter")
        assert desk.focuses("delivery")
        desk.press("ArrowDown")
        desk.scan_papers("Alt+4", paper("card"))
        assert desk.finds(".paper--done")
        desk.press("F9", to="/cases/*/check")

    def sign(self, desk):
        """The person signs at MSign, with their own phone; its page is MSign's and is used as people use it."""
        desk.press("Alt+M")
        desk.page.wait_for_url(re.compile(r"/[0-9a-f]{32}"))
        desk.page.get_by_role("button", name="Semnează").press("Enter")
        desk.page.get_by_role("button", name=re.compile("[ÎI]napoi")).press("Enter")
        desk.page.wait_for_url("**/cases/*/check")
        assert desk.finds("button[data-key=F9]:enabled")

    def send(self, desk):
        """It is to be paid first; return the key of the order."""
        desk.press("F9", to="/cases/*/payment")
        return desk.page.inner_text("[data-order-key]")

    def look_at_the_ledgers(self, stack, number, key):
        """What each platform wrote down, once; the last two are told by the worker, minute by minute."""
        assert {GHEORGHE, TUDOR} <= {row["subject"] for row in stack.ledger("mconnect")["reads"]}
        asked = [row["operation"] for row in stack.ledger("mpower")["questions"]]
        assert asked.count("Code-Details-One") >= 2  # when the person came, and again before sending
        signed = [row for row in stack.ledger("msign")["requests"] if number in row["description"]]
        assert [row["status"] for row in signed] == ["Success"]
        assert [row["order_key"] for row in stack.ledger("mpay")["payments"] if row["order_key"] == key] == [key]
        until(lambda: stack.ledger("mdocs")["shares"], what="a share in MDocs", limit=60)
        assert f"urn:md:idnp:{GHEORGHE}" in [row["shared_for"] for row in stack.ledger("mdocs")["shares"]]
        until(lambda: number in str(stack.ledger("mnotify")["notifications"]), what="a message", limit=60)
        until(lambda: "În MCabinet" in str(stack.ledger("mnotify")["messages"]), what="where the result is", limit=60)
        told = [row for row in stack.ledger("mnotify")["messages"] if number in row["subject"]]
        assert {row["recipient"] for row in told} == {TUDOR}
        until(lambda: number in str(stack.ledger("mlog")["events"]), what="its events in the legal log", limit=120)
