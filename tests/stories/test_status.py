"""A pensioner asks how far the re-examination of her pension is."""

VALENTINA = "2099220108140"


class TestPensionStatus:
    def test_answer_is_read_aloud_and_printed(self, counter):
        desk = counter()
        with desk.journey("c", "pension re-examination status, Valentina"):
            desk.scan(VALENTINA, to="/visit")
            desk.type("star")
            desk.press("Enter", to="/services/*")
            desk.picture("c-service")
            desk.press("F9", to="/cases/*/answer")
            desk.picture("c-answer")
            paper = desk.printed("F8")
        assert desk.number() in paper.text
