"""Extracts of registers: one visit, and the person leaves with the thing."""

from tests.stories.steps import add_paper, hand_over, sign

EUGENIA, TUDOR = "2099010100376", "2099230108510"
VASILE = "2099050101850"


class TestBirthExtract:
    def test_is_asked_for_and_handed_over_in_one_visit(self, counter, stack, paper):
        desk = counter()
        with desk.journey("a", "birth extract, Eugenia"):
            desk.scan(EUGENIA, to="/visit")
            desk.picture("a-visit")
            desk.type("nas")
            desk.press("Enter", to="/services/*")
            desk.picture("a-service")
            desk.press("F9", to="/cases/*")
            number = desk.number()
            desk.picture("a-case")
            add_paper(desk, "Alt+4", paper("identity card"))
            desk.press("F9", to="/cases/*/check")
            desk.picture("a-check")
            request = sign(desk, paper("signed request"))
            desk.press("F9", to="/cases/*/sent")
            desk.picture("a-sent")
            slip = desk.printed("F8")
            stack.approve("asp", number)
            assert desk.finds("[data-key=F7]")
            desk.picture("a-result")
            extract = desk.printed("F7")
            hand_over(desk)
        assert number in request.text
        assert number in slip.text
        assert "Munteanu" in extract.text
        assert desk.says("Finalizat")


class TestPropertyExtract:
    def test_an_heir_orders_it_and_the_price_is_not_invented(self, counter, stack, paper):
        desk = counter()
        with desk.journey("a", "property extract, Tudor", most_keys=35):
            desk.scan(TUDOR, to="/visit")
            desk.type("cad")
            desk.press("Enter", to="/services/*")
            desk.picture("t-service")
            assert desk.says("necunoscut")
            desk.press("F9", to="/cases/*")
            desk.picture("t-case")
            number = desk.number()
            assert desk.focuses("asker_quality")
            for _ in range(2):
                desk.press("ArrowDown")
            desk.press("Enter")
            desk.picture("t-heir")
            desk.type("6490203.077.01")
            desk.press("Enter")
            desk.picture("t-number")
            assert desk.focuses("extract_kind")
            desk.press("Space")
            add_paper(desk, "Alt+5", paper("will"))
            desk.picture("t-ready")
            desk.press("F9", to="/cases/*/check")
            desk.picture("t-check")
            request = sign(desk, paper("signed request"))
            desk.press("F9", to="/cases/*/*")
            desk.picture("t-sent")
        assert number in request.text


class TestGuardian:
    def test_acts_for_the_child_and_not_as_a_parent(self, counter):
        desk = counter()
        desk.scan(VASILE, to="/visit")
        desk.picture("g-visit")
        desk.press("Alt+4", to="/visit")
        assert "Daria" in desk.page.locator(".citizen").inner_text()
        desk.type("nas")
        desk.press("Enter", to="/services/*")
        desk.press("Alt+R")
        desk.picture("g-service")
        roles = desk.page.locator("input[name=role]").evaluate_all("(all) => all.map((one) => one.value)")
        assert "parent" not in roles
        desk.press("F9", to="/cases/*")
        desk.press("Alt+K")
        desk.picture("g-case")
        known = desk.page.locator(".known").inner_text()
        assert "Daria" in known
