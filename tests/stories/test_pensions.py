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
            desk.picture("m-search")
            desk.press("Enter", to="/services/*")
            desk.picture("m-service")
            desk.press("F9", to="/cases/*")
            desk.picture("m-case")
