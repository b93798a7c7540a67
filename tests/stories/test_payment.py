"""What is to be paid is printed; the case goes on by itself when the money came."""

from tests.stories.steps import ask_for, choose_first, end_visit, sign, to_the_first_matter

IRINA = "2099090103331"


class TestPayment:
    def test_the_note_is_printed_and_the_money_wakes_the_case(self, counter, stack, paper):
        self.prepare(counter(), paper)
        desk = counter()
        with desk.journey("f", "payment of an extract, Irina"):
            desk.scan(IRINA, to="/visit")
            to_the_first_matter(desk)
            desk.press("F9", to="/cases/*/check")
            desk.press("F9", to="/cases/*/payment")
            note = desk.printed("F8")
            key = desk.page.inner_text("[data-order-key]")
            assert key in note.text
            assert "90" in note.text
            stack.pay(key)
            assert desk.says("Achitat")
        stack.until_delivered("asp", desk.number())

    def prepare(self, desk, paper):
        """Leave a signed case in the person's matters."""
        ask_for(desk, IRINA, "domiciliu")
        desk.press("ArrowDown")
        desk.press("Enter")
        choose_first(desk, 2)
        desk.scan_papers("Alt+4", paper("card"))
        assert desk.finds(".paper--done")
        desk.press("F9", to="/cases/*/check")
        sign(desk, paper("signed"))
        end_visit(desk)


class TestQuestionBeforeTheCase:
    def test_keeps_its_answer_and_carries_it_into_the_case(self, counter):
        desk = counter()
        desk.scan("2099080102964", to="/visit")
        desk.type("achitarea")
        desk.press("Enter", to="/services/*")
        assert desk.focuses("answer-order_alive")
        with desk.page.expect_response("**/services/*"):
            desk.press("Space")
        desk.page.wait_for_timeout(1500)
        assert desk.finds("input[name=answer-order_alive][value=yes]:checked")
        desk.press("F9", to="/cases/*")
        assert desk.finds("input[name=answer-order_alive][value=yes]:checked")
