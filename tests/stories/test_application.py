"""An application with scans and a signature made by hand."""

import io

import pikepdf
from tests.stories.steps import add_paper, choose_first, sign

DENIS = "2099200107406"


class TestPaternity:
    def test_three_pages_of_one_paper_are_sent_as_one_document(self, counter, stack, paper):
        desk = counter()
        with desk.journey("b", "paternity allowance, three pages, Denis"):
            desk.scan(DENIS, to="/visit")
            desk.type("pater")
            desk.press("Enter", to="/services/*")
            desk.press("F9", to="/cases/*")
            choose_first(desk, 2)
            pages = [paper("card-front"), paper("card-back"), paper("card-old")]
            add_paper(desk, "Alt+4", *pages)
            desk.press("F9", to="/cases/*/check")
            sign(desk, paper("signed-request"))
            desk.press("F9", to="/cases/*/sent")
            slip = desk.printed("F8")
        assert desk.number() in slip.text
        stack.until_delivered("cnas", desk.number())
        self.check_what_was_sent(desk)

    def check_what_was_sent(self, desk):
        desk.page.goto(f"/cases/{desk.number()}")
        links = desk.page.locator(".paper .file a")
        assert links.count() == 1
        content = desk.context.request.get(links.first.get_attribute("href")).body()
        with pikepdf.open(io.BytesIO(content)) as document:
            assert len(document.pages) == 3


class TestHostileFile:
    def test_is_refused_with_the_reason_and_nothing_typed_is_lost(self, counter, paper, tmp_path):
        desk = counter()
        desk.scan("2099150105552", to="/visit")
        desk.type("naș")
        desk.press("Enter", to="/services/*")
        desk.press("F9", to="/cases/*")
        program = tmp_path / "scan.pdf"
        program.write_bytes(b"MZ\x90\x00 this is a program")
        desk.scan_papers("Alt+4", program)
        assert desk.says("Nu este un fișier PDF, JPEG, PNG sau TIFF")
        add_paper(desk, "Alt+4", paper("good"))
