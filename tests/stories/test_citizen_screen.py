"""Two screens at one counter: the operator's, by keys only, and the citizen's, by touch."""

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page
from tests.stories.steps import end_visit
from tests.support.browser import ILINCA, PICTURES, Counter, Stack, new_context

LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
TABLET, NARROW = {"width": 1024, "height": 768}, {"width": 320, "height": 640}
OLGA, STEFAN, VALENTINA, ANATOL = "2099180106666", "2099210107773", "2099220108140", "2099490118133"
AGREE = {"ro": "Sunt de acord", "ru": "Согласен", "en": "I agree"}
WRONG = {"ro": "Ceva nu e bine", "ru": "Что-то не так", "en": "Something is wrong"}
THANKS = {"ro": "Ați fost de acord", "ru": "Вы согласились", "en": "You agreed"}
GREETING = "Bine ați venit"
LONG_ENOUGH = 3300  # milliseconds that a text has to be on the screen before a touch counts
NewScreen = Callable[..., Page]


@pytest.fixture
def new_screen(browser: Browser, stack: Stack) -> Iterator[NewScreen]:
    """Return a function that opens the browser of a tablet."""
    opened: list[BrowserContext] = []
    broken: list[str] = []

    def open_one(*, scripts: bool = True) -> Page:
        context = (
            new_context(browser, stack, language="ro")
            if scripts
            else browser.new_context(base_url=stack.url, java_script_enabled=False)
        )
        opened.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.set_viewport_size(TABLET)
        page.on("pageerror", lambda error: broken.append(str(error)))
        page.on("console", lambda said: broken.append(said.text) if "Content Security" in said.text else None)
        page.goto("/screen")
        return page

    yield open_one
    for one in opened:
        one.close()
    assert broken == []


def connect(desk: Counter, screen: Page) -> None:
    """Type the code of the screen at the desk, by keys only."""
    code = screen.locator("[data-code]").inner_text()
    desk.page.goto("/")
    desk.press("Alt+K", to="/citizens-screen")
    desk.type("".join(code.split()))
    desk.press("F9", to="/citizens-screen")


def to_the_check(desk: Counter, idnp: str, language: str) -> str:
    """Open the visit of a person who speaks this language, and go to the check page of a request; return its number."""
    desk.page.goto("/")
    desk.scan(idnp, to="/visit")
    token = desk.page.locator("input[name=csrfmiddlewaretoken]").first.input_value()
    told = {"csrfmiddlewaretoken": token, "language": language}
    assert desk.context.request.post("/visit/contact", form=told, headers={"Referer": desk.stack.url}).ok
    desk.page.goto("/services/asp.civil.extract-birth")
    desk.press("F9", to="/cases/*")
    number = desk.number()
    desk.page.goto(f"/cases/{number}/check")
    return number


def faults(screen: Page, name: str) -> list[str]:
    """Return what a machine finds wrong with what the screen shows, at both widths; keep a picture."""
    found = []
    for size in (NARROW, TABLET):
        screen.set_viewport_size(size)
        for one in Axe().run(screen, options={"runOnly": LEVELS}).response["violations"]:
            found.append(f"{name} {size['width']}: {one['id']} {one['nodes'][0]['html'][:120]}")
        if screen.evaluate("document.documentElement.scrollWidth") > size["width"]:
            found.append(f"{name}: scrolls sideways at {size['width']}")
        PICTURES.mkdir(parents=True, exist_ok=True)
        screen.screenshot(path=PICTURES / f"screen-{name}-{size['width']}.png", full_page=size is NARROW)
    return found


def desk_faults(desk: Counter, name: str) -> list[str]:
    """Return what a machine finds wrong with the operator's page; keep a picture."""
    desk.picture(name)
    found = Axe().run(desk.page, options={"runOnly": LEVELS}).response["violations"]
    return [f"{name}: {one['id']} {one['nodes'][0]['html'][:120]}" for one in found]


def small_buttons(screen: Page) -> list[float]:
    heights = screen.locator("button").evaluate_all("all => all.map((one) => one.getBoundingClientRect().height)")
    return [one for one in heights if one < 60]


@pytest.mark.parametrize(("language", "person"), [("ro", OLGA), ("ru", STEFAN), ("en", ANATOL)])
class TestCitizen:
    def test_sees_what_is_sent_and_agrees_by_touch(self, counter, new_screen: NewScreen, language: str, person: str):
        desk, screen = counter(), new_screen()
        found = faults(screen, f"{language}-code")
        connect(desk, screen)
        found += desk_faults(desk, f"desk-screen-{language}")
        screen.get_by_text(GREETING).wait_for()
        found += faults(screen, f"{language}-welcome")

        number = to_the_check(desk, person, language)
        screen.locator("main .screen__readings li").first.wait_for()
        found += faults(screen, f"{language}-visit")
        desk.press("Alt+S", to="/cases/*/check")
        screen.get_by_role("button", name=AGREE[language]).wait_for()
        assert screen.locator("html").get_attribute("lang") == language
        assert number in screen.locator("main").inner_text()
        assert person not in screen.content()
        assert small_buttons(screen) == []
        found += faults(screen, f"{language}-ask")

        screen.get_by_role("button", name=WRONG[language]).click()
        assert desk.says("Persoana spune că ceva nu e bine")
        screen.locator("[role=alert]").wait_for()
        found += faults(screen, f"{language}-wrong")
        screen.wait_for_timeout(LONG_ENOUGH)
        screen.get_by_role("button", name=AGREE[language]).click()
        screen.get_by_text(THANKS[language]).first.wait_for()
        found += faults(screen, f"{language}-agreed")
        assert desk.says("De acord, pe ecranul său")
        found += desk_faults(desk, f"desk-check-touched-{language}")

        name = desk.page.locator(".citizen__name").inner_text()
        assert name in screen.content()
        end_visit(desk)
        screen.get_by_text(GREETING).wait_for()
        assert name not in screen.content()
        assert number not in screen.content()
        assert screen.evaluate("localStorage.length + sessionStorage.length") == 0
        screen.go_back()
        assert name not in screen.content()
        assert found == []


class TestScreenWithoutScripts:
    def test_shows_the_same_and_takes_the_touch(self, counter, new_screen: NewScreen):
        desk, screen = counter(), new_screen(scripts=False)
        connect(desk, screen)
        to_the_check(desk, VALENTINA, "ro")
        desk.press("Alt+S", to="/cases/*/check")
        button = screen.get_by_role("button", name=AGREE["ro"])
        button.wait_for()  # the browser loads the page again by itself
        screen.wait_for_timeout(LONG_ENOUGH)
        button.click()
        screen.get_by_text(THANKS["ro"]).first.wait_for()
        assert desk.says("De acord, pe ecranul său")


class TestScreenWithoutAnswer:
    def test_is_empty_after_a_minute(self, counter, new_screen: NewScreen):
        desk, screen = counter(), new_screen()
        connect(desk, screen)
        to_the_check(desk, OLGA, "ro")
        screen.locator("main .screen__readings li").first.wait_for()
        name = desk.page.locator(".citizen__name").inner_text()
        assert name in screen.content()

        screen.route("**/screen", lambda route: route.abort())
        screen.evaluate("() => { const real = Date.now; Date.now = () => real() + 61000; }")

        screen.get_by_text(GREETING).wait_for()
        assert name not in screen.content()


class TestOperatorsBrowser:
    def test_is_refused_as_a_screen(self, counter):
        desk = counter()
        desk.page.goto("/screen")
        assert desk.says("Acesta este browserul operatorului")


class TestWitness:
    def test_confirms_at_another_desk_what_was_read_aloud(self, counter):
        desk, colleague = counter(), counter(operator=ILINCA, place=1)
        number = to_the_check(desk, STEFAN, "ro")
        desk.press("Alt+W")
        desk.page.keyboard.press("Tab")
        desk.press("Enter", to="/cases/*/check")
        colleague.page.goto("/work-list")
        colleague.press("9", to="/work-list")
        found = desk_faults(colleague, "witness-wanted")
        colleague.press("Enter", to="/work-list/witness/*")
        assert colleague.says(number)
        found += desk_faults(colleague, "witness")
        colleague.press("F9", to="/work-list")
        assert desk.says("Spus cu voce tare, cu martor")
        assert found == []
