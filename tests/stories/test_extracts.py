"""Extracts of registers."""

EUGENIA, TUDOR = "2099010100376", "2099230108510"


class TestBirthExtract:
    def test_one_visit_and_the_person_leaves_with_it(self, counter, stack, paper):
        desk = counter()
        with desk.journey("a", "birth extract, Eugenia"):
            desk.scan(EUGENIA, to="/visit")
            desk.picture("a-visit")
            desk.type("nas")
            desk.press("Enter", to="/services/*")
            desk.picture("a-service")
            desk.press("F9", to="/cases/*")
            desk.picture("a-case")
            desk.scan_papers("Alt+4", paper("id"))
            assert desk.finds(".paper--done")
            desk.picture("a-case2")
            desk.press("F9", to="/cases/*/check")
            desk.picture("a-check")
            desk.printed("F8")
            desk.scan_papers("F4", paper("signed"))
            assert desk.says("Semnat")
            desk.picture("a-check2")
            desk.press("F9", to="/cases/*/*")
            desk.picture("a-sent")
            desk.printed("F8")


class TestPropertyExtract:
    def test_paid_and_ordered(self, counter, stack, paper):
        desk = counter()
        with desk.journey("a", "property extract, Tudor"):
            desk.scan(TUDOR, to="/visit")
            desk.type("cas")
            desk.press("Enter", to="/services/*")
            desk.picture("t-service")
            desk.press("F9", to="/cases/*")
            desk.picture("t-case")
            desk.press("F9", to="/cases/*/check")
            desk.picture("t-check")
