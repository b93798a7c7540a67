"""Allowances: what comes by itself is found and not filed; what can be changed is changed."""

OLGA, MARIA = "2099180106666", "2099120104448"


class TestBirthAllowance:
    def test_granted_already_is_told_and_printed_and_the_option_is_changed(self, counter, stack, paper):
        desk = counter()
        with desk.journey("d", "allowance found and option changed, Olga"):
            desk.scan(OLGA, to="/visit")
            desk.picture("d-visit")
            desk.type("ban")
            desk.press("Enter", to="/services/*")
            desk.picture("d-granted")
            assert desk.finds(".verdict--block")
            how = desk.printed("F8")
            desk.press("Alt+4", to="/services/*")
            desk.picture("d-option")
            desk.press("F9", to="/cases/*")
            desk.picture("d-case")
        assert "MPay" in how.text
        assert stack.ledger("cnas")["dossiers"] == []
