"""The pages that every visit goes through: no finding of the accessibility checker, on any width, in any language."""

import pytest
from axe_playwright_python.sync_playwright import Axe

ANA = "2099060102227"
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def findings(desk, name):
    """Return what is wrong with the page on screen, each with the page's name."""
    found = [
        (name, one["id"], [node["target"] for node in one["nodes"]])
        for one in Axe().run(desk.page, options={"runOnly": LEVELS}).response["violations"]
    ]
    for width in (320, 683, 1366):
        desk.page.set_viewport_size({"width": width, "height": 768})
        if desk.page.evaluate("document.documentElement.scrollWidth") > width:
            found.append((name, "scrolls sideways", width))
        desk.picture(f"{name}-{width}")
    return found


@pytest.mark.parametrize("language", ["ro", "ru", "en"])
class TestPages:
    def test_are_accessible_and_fit_every_screen(self, counter, language, paper):
        desk = counter(language=language)
        found = findings(desk, f"{language}-home")
        desk.scan(ANA, to="/visit")
        found += findings(desk, f"{language}-visit")
        desk.page.goto("/services/asp.civil.extract-birth")
        found += findings(desk, f"{language}-service")
        desk.press("F9", to="/cases/*")
        found += findings(desk, f"{language}-case")
        desk.scan_papers("Alt+4", paper("identity card"))
        assert desk.finds(".paper--done")
        desk.press("F9", to="/cases/*/check")
        found += findings(desk, f"{language}-check")
        desk.printed("F8")
        desk.scan_papers("F4", paper("signed request"))
        assert desk.finds("button[data-key=F9]:enabled")
        desk.press("F9", to="/cases/*/sent")
        found += findings(desk, f"{language}-sent")
        assert found == []
