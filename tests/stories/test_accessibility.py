"""Every page in its main states keeps WCAG 2.2 AA as far as a machine can tell, in three languages, down to 320 px."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from tests.stories.steps import ask_for, choose_first, end_visit, sign
from tests.support.browser import Counter

LANGUAGES = ("ro", "ru", "en")
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
NARROW = {"width": 320, "height": 800}
USUAL = {"width": 1366, "height": 768}
IRINA, DIANA, VALENTINA = "2099090103331", "2099110104078", "2099220108140"
LISTS = ("drafts", "payment", "institution", "papers", "results", "alarms", "calls", "deliveries")
PUBLIC = ("/help", "/privacy", "/accessibility", "/s/", "/s/no-such-code", "/no-such-page")
DESK = ("/services", "/find", "/cases/LOZ-2026-999999-00")
SEARCHES = (("/services", "naștere"), ("/find", "Irina"), ("/find", "xyz"))
WITHOUT_DESK = {
    "2099310104041": "/office",
    "2099310105059": "/programme",
    "2099310106067": "/programme",
    "2099310109091": "/programme/findings",
}


def faults(desk: Counter, path: str) -> Iterator[str]:
    """Yield what a machine finds wrong with the page, and sideways scrolling on a narrow screen."""
    desk.page.set_viewport_size(USUAL)
    desk.page.goto(path)
    if "/sign-in" in desk.page.url or not desk.page.url.startswith(desk.stack.url):
        yield f"{path}: led to {desk.page.url}"
    yield from (f"{path}: {one}" for one in violations(desk))
    desk.page.set_viewport_size(NARROW)
    width = desk.page.evaluate("document.documentElement.scrollWidth")
    if width > NARROW["width"]:
        yield f"{path}: {width} px wide on a screen of {NARROW['width']}"
    desk.page.set_viewport_size(USUAL)


def violations(desk: Counter) -> list[str]:
    """Return what a machine finds wrong with the page that is open."""
    found = Axe().run(desk.page, options={"runOnly": LEVELS}).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found]


def speak(desk: Counter, language: str) -> None:
    """Show the pages in this language from now on."""
    desk.context.add_cookies([{"name": "language", "value": language, "url": desk.stack.url}])


def all_faults(desk: Counter, paths: list[str]) -> list[str]:
    """Return the faults of all these pages in all languages."""
    found = []
    for language in LANGUAGES:
        speak(desk, language)
        found += [f"{language} {fault}" for path in paths for fault in faults(desk, path)]
    return found


def searched(desk: Counter) -> list[str]:
    """Return the addresses of pages of results; a search itself stands in none."""
    found = []
    for path, words in SEARCHES:
        desk.page.goto("/services")
        box = desk.page.locator(f"form[role=search][action='{path}']")
        box.locator("input[type=search]").fill(words)
        with desk.page.expect_navigation():
            box.evaluate("form => form.submit()")
        found.append(desk.page.url.removeprefix(desk.stack.url))
    return found


class TestTheCheckItself:
    def test_finds_a_picture_without_words_and_pale_text(self, counter):
        desk = counter()
        desk.page.goto("/help")
        assert violations(desk) == []
        desk.page.evaluate("""() => {
          const main = document.querySelector("main");
          const picture = main.appendChild(document.createElement("img"));
          picture.src = "/static/ui/mark.svg";
          const pale = main.appendChild(document.createElement("p"));
          pale.textContent = "pale";
          pale.style.color = "#ccc";
        }""")
        found = " ".join(violations(desk))
        assert "image-alt" in found
        assert "color-contrast" in found


class TestPublicPages:
    def test_have_no_fault(self, counter):
        assert all_faults(counter(), list(PUBLIC)) == []


class TestWorkList:
    def test_has_no_fault_whichever_list_is_open(self, counter):
        assert all_faults(counter(), ["/", *(f"/work-list?list={one}" for one in LISTS)]) == []


class TestCase:
    def test_has_no_fault_while_it_is_being_written_and_sent(self, counter, paper):
        desk = counter()
        ask_for(desk, VALENTINA, "adeverință pensie")
        case = f"/cases/{desk.number()}"
        before = all_faults(
            desk,
            [
                "/visit",
                "/visit/looks",
                "/services/cnas.info.benefits-certificate",
                *DESK,
                *searched(desk),
                case,
                f"{case}/check",
            ],
        )
        speak(desk, "ro")
        desk.page.goto(case)
        choose_first(desk, 1)
        desk.press("F9", to="/cases/*/check")
        sign(desk, paper("signed"))
        desk.press("F9", to="/cases/*/sent")
        after = all_faults(desk, [case, f"{case}/sent", f"{case}/hand-over", f"{case}/supplement", f"{case}/resume"])
        assert before + after == []

    def test_has_no_fault_when_a_place_is_chosen_and_booked(self, counter):
        desk = counter()
        ask_for(desk, DIANA, "buletin", first_page="/cases/*/appointment")
        page = f"/cases/{desk.number()}/appointment"
        choices = all_faults(desk, [page])
        speak(desk, "ro")
        desk.page.goto(page)
        desk.press("Space")
        desk.press("1", to="/cases/*/appointment")
        assert choices + all_faults(desk, [page]) == []

    def test_has_no_fault_while_it_is_carried_to_a_portal(self, counter):
        desk = counter()
        ask_for(desk, IRINA, "cazier")
        page = f"/cases/{desk.number()}"
        assert all_faults(desk, [page, f"{page}/portal", f"{page}/payment"]) == []
        end_visit(desk)


class TestPeopleWithoutADesk:
    @pytest.mark.parametrize(("operator", "path"), list(WITHOUT_DESK.items()))
    def test_have_a_page_without_a_fault(self, counter, operator, path):
        assert all_faults(counter(operator=operator), [path]) == []
