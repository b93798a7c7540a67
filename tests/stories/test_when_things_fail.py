"""Registers down or wrong, a locked screen, a colleague on the same case, a curious next person."""

from datetime import date

import pytest
from tests.support.browser import ILINCA
from tests.support.cards import identity_card

STEFAN, IRINA, GHEORGHE, ION = "2099210107773", "2099090103331", "2099080102964", "2099020100746"
DIANA = "2099110104078"
STEFANS_CARD = identity_card(idnp=STEFAN, surname="NEGRU", given_name="STEFAN", born=date(1958, 3, 11), sex="M")
DIANAS_CARD = identity_card(idnp=DIANA, surname="MORARU", given_name="DIANA", born=date(1995, 1, 1))
IONS_CARD = identity_card(idnp=ION, surname="CIOBANU", given_name="ION", born=date(1990, 1, 1), sex="M")
BIRTH_EXTRACT = "nas"


@pytest.fixture
def draft(counter):
    """Return a function that opens a birth extract for Gheorghe at a desk, or finds it again."""

    def opened(**who):
        desk = counter(**who)
        desk.scan(GHEORGHE, to="/visit")
        desk.type(BIRTH_EXTRACT)
        desk.press("Enter", to="/services/*")
        desk.press("F9", to="/cases/*")
        return desk

    return opened


class TestRegisterDown:
    def test_the_operator_goes_on_and_types_from_the_paper(self, counter, stack):
        stack.behave("mconnect", "5xx")
        desk = counter()
        desk.scan(DIANAS_CARD, to="/visit")
        desk.picture("down-visit")
        assert desk.says("nu răspunde")
        desk.type(BIRTH_EXTRACT)
        desk.press("Enter", to="/services/*")
        desk.picture("down-service")
        assert desk.page.locator(".verdict--block").count() == 0
        desk.press("Space")
        desk.press("Enter")
        desk.press("ArrowDown")  # before the page has told what follows from the first answer
        assert desk.finds("[data-in-place] input[value=yes]:checked")
        assert desk.finds("[data-in-place] input[value=no]:checked")
        desk.page.wait_for_load_state("networkidle")
        desk.press("F9", to="/cases/*")
        desk.picture("down-case")
        assert desk.page.locator("#questions input:not([type=hidden])").count() > 0

    def test_a_slow_register_does_not_hold_the_desk(self, counter, stack):
        stack.behave("mconnect", "slow", seconds=25)
        desk = counter()
        desk.scan(IONS_CARD, to="/visit")
        assert desk.says("nu răspunde")
        assert desk.focuses("q")


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
        assert desk.page.locator("[data-key=F9]").count() == 0

    def test_a_disputed_value_is_kept_beside_the_registers(self, draft):
        desk = draft()
        desk.press("Alt+K")
        place = desk.page.locator(".known .field", has_text="Bejan").first
        place.locator("summary").focus()
        desk.press("Enter")
        place.locator("textarea").focus()
        desk.type("bejan-munteanu")
        desk.press("Tab")
        desk.type("passport of 1999")
        desk.press("Tab")
        desk.press("Enter", to="/cases/*")
        desk.picture("dispute")
        beside = desk.page.locator(".beside").first.inner_text()
        assert ("Bejan" in beside, "bejan-munteanu" in beside, "passport of 1999" in beside) == (True, True, True)


class TestSharedScreen:
    def test_the_lock_keeps_what_was_being_typed(self, draft):
        desk = draft()
        desk.press("Alt+O")
        box = desk.page.locator("#questions details input[type=text]").first
        name = box.get_attribute("name")
        box.focus()
        desk.page.clock.install()
        desk.type("060000011")
        desk.page.clock.run_for(400_000)
        desk.page.wait_for_url("**/lock*")
        assert "Bejan" not in desk.page.content()
        desk.page.goto(desk.page.locator("a[href*='sign-in']").get_attribute("href"))
        desk.page.click("button[value=yes]")
        desk.page.wait_for_url("**/cases/*")
        assert desk.page.locator(f"[name={name}]").input_value() == "060000011"

    def test_back_after_the_end_of_a_visit_shows_nothing(self, counter):
        desk = counter()
        desk.scan(GHEORGHE, to="/visit")
        assert "Bejan" in desk.page.content()
        desk.end_visit()
        desk.page.go_back()
        desk.page.wait_for_load_state()
        assert "Bejan" not in desk.page.content()


class TestTwoOperators:
    def test_see_each_other_and_each_others_value(self, counter, draft):
        lidia, ilinca = draft(), counter(operator=ILINCA, place=1)
        ilinca.page.goto(f"/cases/{lidia.number()}")
        ilinca.press("F9", to="/cases/*")  # the person is not at this desk
        ilinca.page.locator(".presence", has_text="Lidia").wait_for()
        for desk in (lidia, ilinca):
            desk.press("Alt+O")
        box = "#questions details input[type=text] >> nth=0"
        lidia.page.focus(box)
        lidia.type("060000022")
        with lidia.page.expect_response("**/fields/*"):
            lidia.press("Tab")
        ilinca.page.focus(box)
        ilinca.type("060000033")
        ilinca.press("Tab")
        told = ilinca.page.locator("[data-state=conflict]").first
        told.wait_for()
        ilinca.picture("conflict")
        assert ("060000022" in told.inner_text(), "060000033" in told.inner_text()) == (True, True)
