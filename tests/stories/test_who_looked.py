"""A person asks who looked at their data and takes the answer home."""

EUGENIA = "2099010100376"


class TestWhoLooked:
    def test_is_told_one_page_after_the_visit_and_printed(self, counter):
        desk = counter()
        desk.scan(EUGENIA, to="/visit")
        with desk.journey("w", "who looked, Eugenia") as row:
            desk.press("Alt+J", to="/visit/looks")
            paper = desk.printed("F8")
            desk.picture("w-looks")
        assert row.pages == 1
        assert desk.says("Ați venit la ghișeu")
        assert "Cine s-a uitat la datele mele" in paper.text
        assert "Lidia" not in paper.text
        desk.press("F2", to="/visit")
