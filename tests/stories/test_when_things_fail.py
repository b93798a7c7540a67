"""Registers down or wrong, a locked screen, a colleague on the same case, a curious next person."""

from datetime import date

from tests.support.browser import ILINCA
from tests.support.cards import identity_card

STEFAN, IRINA, GHEORGHE, ANA = "2099210107773", "2099090103331", "2099080102964", "2099060102227"
IRINAS_CARD = identity_card(idnp=IRINA, surname="TURCAN", given_name="IRINA", born=date(1971, 4, 2))
STEFANS_CARD = identity_card(idnp=STEFAN, surname="NEGRU", given_name="STEFAN", born=date(1958, 3, 11), sex="M")


class TestRegisterDown:
    def test_the_operator_goes_on_and_types_from_the_paper(self, counter, stack):
        stack.behave("mconnect", "5xx")
        desk = counter()
        desk.scan(IRINAS_CARD, to="/visit")
        desk.picture("down-visit")
        assert desk.says("nu răspunde")
        desk.type("nas")
        desk.press("Enter", to="/services/*")
        desk.picture("down-service")
        desk.press("F9", to="/cases/*")
        desk.picture("down-case")
        stack.behave("mconnect")

    def test_a_slow_register_does_not_hold_the_desk(self, counter, stack):
        stack.behave("mconnect", "slow", seconds=20)
        desk = counter()
        desk.scan(identity_card(idnp=ANA, surname="CIOBANU", given_name="ANA", born=date(1950, 1, 1)), to="/visit")
        assert desk.says("nu răspunde")


class TestRegisterWrong:
    def test_both_values_stand_side_by_side_and_nothing_is_filed(self, counter, stack):
        desk = counter()
        desk.scan(STEFANS_CARD, to="/visit")
        desk.picture("wrong-visit")
        row = desk.page.locator("main table tr", has_text="03.11.1958")
        assert "11.03.1958" in row.inner_text()
        desk.type("reexaminarea")
        desk.press("Enter", to="/services/*")
        desk.picture("wrong-service")
        assert desk.finds(".verdict--block")

    def test_a_disputed_value_is_kept_beside_the_registers(self, counter, stack):
        desk = counter()
        desk.scan(GHEORGHE, to="/visit")
        desk.type("nas")
        desk.press("Enter", to="/services/*")
        desk.press("F9", to="/cases/*")
        desk.press("Alt+K")
        desk.picture("dispute")


class TestSharedScreen:
    def test_the_lock_keeps_what_was_being_typed(self, counter):
        desk = counter()
        desk.scan(GHEORGHE, to="/visit")
        desk.type("nas")
        desk.press("Enter", to="/services/*")
        desk.press("F9", to="/cases/*")
        desk.picture("lock-case")

    def test_back_after_the_end_of_a_visit_shows_nothing(self, counter):
        desk = counter()
        desk.scan(GHEORGHE, to="/visit")
        desk.end_visit()
        desk.page.go_back()
        desk.page.wait_for_load_state()
        assert "Bejan" not in desk.page.content()


class TestTwoOperators:
    def test_see_each_other_and_each_others_value(self, counter):
        lidia, ilinca = counter(), counter(operator=ILINCA, place=1)
        lidia.scan(GHEORGHE, to="/visit")
        lidia.type("nas")
        lidia.press("Enter", to="/services/*")
        lidia.press("F9", to="/cases/*")
        ilinca.page.goto(f"/cases/{lidia.number()}")
        assert ilinca.says("Lidia")
