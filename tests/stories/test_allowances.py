"""Allowances: what comes by itself is found and not filed; what can be changed is changed."""

from tests.stories.steps import add_paper, sign

OLGA = "2099180106666"


class TestBirthAllowance:
    def test_granted_already_is_told_and_printed_and_nothing_can_be_filed(self, counter, stack):
        desk = counter()
        with desk.journey("d", "birth allowance found, Olga"):
            desk.scan(OLGA, to="/visit")
            desk.type("ban")
            desk.press("Enter", to="/services/*")
            assert desk.finds(".verdict--block")
            desk.picture("d-granted")
            how = desk.printed("F8")
        assert "MPay" in how.text
        assert "Popa" in how.text
        assert desk.page.locator("[data-key=F9]").count() == 0
        assert not [
            dossier
            for dossier in stack.ledger("cnas")["dossiers"]
            if dossier["subject_idnp"] == OLGA and dossier["service_code"].startswith("cnas.family.birth")
        ]


class TestChildRaisingAllowance:
    def test_option_is_changed_from_the_offer_beside_the_birth_allowance(self, counter, stack, paper):
        desk = counter()
        with desk.journey("d", "child-raising option changed, Olga"):
            desk.scan(OLGA, to="/visit")
            desk.type("ban")
            desk.press("Enter", to="/services/*")
            desk.press("Alt+4", to="/services/*")
            desk.picture("d-option")
            desk.press("F9", to="/cases/*")
            number = desk.number()
            assert desk.focuses("option")
            desk.picture("d-case")
            desk.press("Space")
            desk.press("Enter")
            add_paper(desk, "Alt+4", paper("identity card"))
            desk.picture("d-case2")
            desk.press("F9", to="/cases/*/check")
            request = sign(desk, paper("signed request"))
            desk.press("F9", to="/cases/*/sent")
            slip = desk.printed("F8")
            desk.picture("d-sent")
        stack.until_delivered("cnas", number)
        assert number in request.text
        assert number in slip.text
