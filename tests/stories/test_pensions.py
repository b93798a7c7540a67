"""A pension examined anew, filed for a person who reads Russian."""

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
            desk.scan_papers("Alt+4", paper("identity card"))
            assert desk.finds(".paper--done")
            desk.press("F9", to="/cases/*/check")
            desk.picture("m-check")
            request = desk.printed("F8")
            desk.scan_papers("F4", paper("signed request"))
            assert desk.finds("button[data-key=F9]:enabled")
            desk.press("F9", to="/cases/*/sent")
            slip = desk.printed("F8")
            desk.picture("m-sent")
        assert number in request.text
        assert "reexaminare" in request.text.lower()
        assert number in slip.text
        assert "учреждение" in slip.text.lower()
        assert desk.page.locator("html").get_attribute("lang") == "ru"
        stack.until_delivered("cnas", number)
