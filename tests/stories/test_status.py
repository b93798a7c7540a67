"""A pensioner asks how far the re-examination of her pension is."""

VALENTINA = "2099220108140"


class TestPensionStatus:
    def test_answer_is_read_aloud_and_printed(self, counter):
        desk = counter()
        with desk.journey("c", "pension re-examination status, Valentina"):
            desk.scan(VALENTINA, to="/visit")
            desk.type("starea")
            desk.press("Enter", to="/services/*")
            desk.picture("c-service")
            desk.press("F9", to="/cases/*/answer")
            paper = desk.printed("F8")
            desk.picture("c-answer")
        assert "Rusu" in paper.text
        assert "ererea este la CNAS" in paper.text

    def test_a_second_request_is_stopped_before_anything_is_typed(self, counter):
        desk = counter()
        desk.scan(VALENTINA, to="/visit")
        desk.type("reexaminarea")
        desk.press("Enter", to="/services/*")
        desk.picture("c-second")
        assert desk.finds(".verdict--block")
        assert desk.page.locator("[data-key=F9]").count() == 0

    def test_silence_of_the_institution_is_said_and_can_be_asked_again(self, counter, stack):
        stack.behave("cnas", "5xx")
        desk = counter()
        desk.scan(VALENTINA, to="/visit")
        desk.type("starea")
        desk.press("Enter", to="/services/*")
        desk.press("F9", to="/cases/*/answer")
        assert desk.finds("[data-key=F7]")
        stack.behave("cnas")
        desk.press("F7", to="/cases/*/answer")
        assert desk.says("ererea este la CNAS")
