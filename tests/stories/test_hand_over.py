"""What the institution answers reaches the right person: papers asked, a refusal, a result, a stranger."""

from tests.stories.steps import add_paper, ask_for, choose_first, end_visit, hand_over, sign, to_the_first_matter

FIODOR, MARIA, GHEORGHE, TUDOR = "0999010200419", "2099120104448", "2099080102964", "2099230108510"


def send(desk, idnp, words, paper, *, questions=1):
    """Send a request that needs no scan; return its number."""
    ask_for(desk, idnp, words)
    choose_first(desk, questions)
    desk.press("F9", to="/cases/*/check")
    sign(desk, paper("signed"))
    desk.press("F9", to="/cases/*/sent")
    return desk.number()


class TestMissingPapers:
    def test_are_scanned_and_follow_the_file(self, counter, stack, paper):
        desk = counter()
        number = send(desk, FIODOR, "cont", paper)
        stack.ask_papers("cnas", number, ["work_book"], "Lipsește carnetul de muncă.")
        desk.page.goto(f"/cases/{number}")
        desk.until_says("Lipsesc acte")
        desk.press("F9", to="/cases/*/supplement")
        assert desk.says("Lipsește carnetul de muncă.")
        desk.press("F9", to="/cases/*/supplement")
        assert desk.says("Nu s-a scanat nimic nou")
        add_paper(desk, "Alt+4", paper("work-1"), paper("work-2"))
        assert desk.page.locator(".file a").count() == 1
        desk.press("F9", to="/cases/*/sent")
        desk.page.goto(f"/cases/{number}")
        assert desk.says("La instituție")


class TestRefusal:
    def test_is_read_and_handed_over(self, counter, stack, paper):
        desk = counter()
        number = send(desk, MARIA, "adeverință pensie", paper)
        stack.refuse("cnas", number, "Nu există date.")
        desk.page.goto(f"/cases/{number}")
        desk.until_says("Predă refuzul")
        desk.press("F9", to="/cases/*/hand-over")
        desk.page.keyboard.press("F9")  # a key that bounced opens the question, and closes it again
        desk.page.keyboard.press("F9")
        assert desk.page.locator("details[data-confirm][open]").count() == 0
        assert desk.says("Nu există date.")
        hand_over(desk)
        assert desk.says("Finalizat")


class TestResult:
    def test_goes_to_the_right_person_and_not_to_a_stranger(self, counter, stack, paper):
        desk = counter()
        number = send(desk, GHEORGHE, "adeverință pensie", paper)
        stack.approve("cnas", number)
        desk.page.goto(f"/cases/{number}")
        desk.until_says("Predă rezultatul")
        end_visit(desk)

        desk.scan(TUDOR, to="/visit")
        desk.page.goto(f"/cases/{number}")
        desk.press("F9", to="/cases/*")  # not of the person at the desk: nothing is shown before this press
        desk.page.goto(f"/cases/{number}/hand-over")
        desk.press("F9")
        desk.press("Enter", to="/cases/*/hand-over")
        assert desk.says("Această persoană nu îl poate primi")
        end_visit(desk)

        desk.scan(GHEORGHE, to="/visit")
        to_the_first_matter(desk)
        desk.press("F9", to="/cases/*/hand-over")
        assert desk.printed("F8").content.startswith(b"%PDF-")
        assert "Gheorghe" in desk.printed("F7").text
        hand_over(desk)
        assert desk.says("Finalizat")
