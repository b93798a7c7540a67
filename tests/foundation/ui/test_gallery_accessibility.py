"""The gallery in a browser: accessible, on small screens too, and light enough for a village line."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Response

pytestmark = pytest.mark.browser
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SMALL_TARGETS = """[...document.querySelectorAll("button, .btn, summary, input, select, textarea, nav a")]
  .filter((one) => one.getClientRects().length && getComputedStyle(one).clipPath === "none")
  .filter((one) => one.getBoundingClientRect().height < 24 || one.getBoundingClientRect().width < 24)
  .map((one) => one.outerHTML)"""
PAGES = ["/gallery", "/gallery?errors=1", "/gallery/frame"]


def speak(page: Page, base: str, language: str) -> None:
    page.context.add_cookies([{"name": "language", "value": language, "url": base}])


@pytest.mark.parametrize("language", ["ro", "ru", "en"])
@pytest.mark.parametrize("path", PAGES)
class TestGallery:
    def test_has_no_finding_of_the_accessibility_checker(self, page: Page, gallery: str, language: str, path: str):
        speak(page, gallery, language)
        page.goto(path, wait_until="networkidle")

        found = Axe().run(page, options={"runOnly": LEVELS}).response["violations"]

        assert [(one["id"], [node["target"] for node in one["nodes"]]) for one in found] == []

    def test_never_scrolls_sideways_and_keeps_targets_large(self, page: Page, gallery: str, language: str, path: str):
        speak(page, gallery, language)
        page.goto(path)
        too_wide = {}
        for width in (320, 683, 1366):
            page.set_viewport_size({"width": width, "height": 640})
            too_wide[width] = page.evaluate("document.documentElement.scrollWidth") > width

        assert too_wide == {320: False, 683: False, 1366: False}
        assert page.evaluate(SMALL_TARGETS) == []


class TestKeyboardFocus:
    def test_is_never_hidden_behind_the_banner_or_the_key_bar(self, page: Page):
        page.goto("/gallery")
        page.evaluate("document.activeElement.blur(); document.querySelector('h1').focus()")
        hidden = []
        for _ in range(60):
            page.keyboard.press("Tab")
            hidden += page.evaluate(
                """(() => { const one = document.activeElement; const box = one.getBoundingClientRect();
                   if (one.closest(".keybar, .citizen, .skip") || one === document.body) return [];
                   const bar = document.querySelector(".keybar").getBoundingClientRect().top;
                   const banner = document.querySelector(".citizen").getBoundingClientRect();
                   const above = box.top >= banner.top && box.bottom <= banner.bottom;
                   return box.top >= bar || box.bottom <= 0 || above ? [one.outerHTML] : []; })()"""
            )

        assert hidden == []


class TestWeight:
    def test_of_the_first_page_is_at_most_150_kb_and_of_later_ones_30(self, page: Page):
        sizes: dict[str, int] = {}

        def weigh(response: Response) -> None:
            sizes[response.url] = len(response.body()) if response.ok else 0

        page.on("response", weigh)
        page.goto("/gallery/frame", wait_until="networkidle")
        first = sum(sizes.values())
        assert any(url.endswith("onest-latin.woff2") for url in sizes)
        assert first <= 150_000

        desk = len(page.request.get("/gallery/frame").body())
        assert desk <= 30_000

    def test_of_a_desk_page_leaves_room_for_its_own_text(self, page: Page):
        sizes: dict[str, int] = {}
        page.on("response", lambda response: sizes.update({response.url: len(response.body())}))

        page.goto("/gallery", wait_until="networkidle")

        static = sum(size for url, size in sizes.items() if "/static/" in url)
        # Uncompressed, and the gallery loads every script; what travels is weighed in the stories.
        assert static <= 165_000
        css = next(size for url, size in sizes.items() if url.endswith("ui.css"))
        assert css <= 30 * 1024
