"""A pension examined anew, filed for a person who reads Russian."""

from tests.stories.steps import add_paper, sign
from tests.support.browser import DIMITAR

MARIA = "2099120104448"


class TestReexamination:
    def test_is_filed_in_russian_with_the_official_text_in_romanian(self, counter, stack, paper):
        desk = counter(operator=DIMITAR, language="ru")
        with desk.journey("b", "pension re-examination, Maria, in Russian"):
            desk.scan(MARIA, to="/visit")
            desk.picture("m-visit")
            desk.type("маленькая")
            desk.press("Enter", to="/services/*")
            desk.picture("m-service")
            desk.press("F9", to="/cases/*")
            number = desk.number()
            desk.picture("m-case")
            add_paper(desk, "Alt+4", paper("identity card"))
            desk.press("F9", to="/cases/*/check")
            desk.picture("m-check")
            request = sign(desk, paper("signed request"))
            desk.press("F9", to="/cases/*/sent")
            slip = desk.printed("F8")
            desk.picture("m-sent")
        assert number in request.text
        assert "reexaminare" in request.text.lower()
        assert number in slip.text
        assert "учреждение" in slip.text.lower()
        assert desk.page.locator("html").get_attribute("lang") == "ru"
        stack.until_delivered("cnas", number)
