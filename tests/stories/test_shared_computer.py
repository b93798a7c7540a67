"""One computer, many people: whoever comes next, with or without the operator's rights, finds nothing of the last."""

import shutil
import urllib.parse
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Playwright, sync_playwright
from tests.support.browser import ARGUMENTS, ILINCA, LIDIA, LOCALES, Counter, Row, Stack

OTHER = "zq1112223@example.test"
IRINA, SURNAME = "2099090103331", "Țurcan"
NOTED = "Zqcanary Vecina"  # told at the desk, in no register
TYPED = "zq7654321@example.test"
KEPT_BY_BROWSER = """async () => ({
  local: {...localStorage}, session: {...sessionStorage},
  databases: (await indexedDB.databases()).map((one) => one.name), caches: await caches.keys(),
  workers: (await navigator.serviceWorker.getRegistrations()).length,
})"""
MAY_BE_FILLED_IN = """() => [...document.querySelectorAll("input, textarea, select")]
  .filter((one) => !["hidden", "submit", "button", "checkbox", "image"].includes(one.type))
  .filter((one) => one.autocomplete !== "off" && one.closest("form")?.getAttribute("autocomplete") !== "off")
  .map((one) => `${location.pathname} ${one.name || one.id}`)"""


@dataclass
class Computer:
    """The computer of a desk: a browser whose profile stays on the disk when the browser is closed."""

    profile: Path
    stack: Stack
    playwright: Playwright
    rows: list[Row] = field(default_factory=list)
    context: BrowserContext | None = None
    desk: Counter | None = None

    def start(self) -> Counter:
        """Open the browser."""
        self.context = self.playwright.chromium.launch_persistent_context(
            self.profile,
            executable_path=shutil.which("chromium"),
            args=[*ARGUMENTS, "--enable-features=BackForwardCache"],
            ignore_default_args=["--disable-back-forward-cache"],
            base_url=self.stack.url,
            locale=LOCALES["ro"],
            viewport={"width": 1366, "height": 768},
        )
        self.context.add_cookies([{"name": "language", "value": "ro", "url": self.stack.url}])
        self.desk = Counter(self.context, self.stack, self.rows.append)
        return self.desk

    def stop(self) -> None:
        """Close the browser; it writes to the disk what it keeps."""
        if self.context is not None:
            self.context.close()
        self.context = None

    def holds(self, *words: str) -> list[str]:
        """Return every file of the profile that has one of the words, however browsers write text."""
        wanted = {form for word in words for form in written_ways(word)}
        files = [one for one in self.profile.rglob("*") if one.is_file()]
        assert files
        return [str(one.relative_to(self.profile)) for one in files if any(w in one.read_bytes() for w in wanted)]


def written_ways(word: str) -> set[bytes]:
    return {word.encode(), word.encode("utf-16-le"), urllib.parse.quote(word).encode(), word.lower().encode()}


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture
def computer(playwright: Playwright, stack: Stack, tmp_path: Path) -> Iterator[Computer]:
    found = Computer(profile=tmp_path / "profile", stack=stack, playwright=playwright)
    yield found
    if found.context is not None and found.desk is not None:
        found.desk.leave()
    found.stop()
    assert found.desk is None or found.desk.broken == []


@pytest.fixture
def served(computer: Computer) -> Callable[[], Counter]:
    """Return a function: Irina comes, her case is opened, something is typed, papers are looked at."""

    def serve() -> Counter:
        desk = computer.start()
        desk.sign_in(LIDIA)
        desk.scan(IRINA, to="/visit")
        assert SURNAME in desk.page.content()
        desk.page.fill("input[name=relative]", NOTED, force=True)
        desk.page.evaluate("document.querySelector('input[name=relative]').form.requestSubmit()")
        desk.page.wait_for_load_state("networkidle")
        desk.page.goto("/services/mai.criminal-record")
        desk.press("F9", to="/cases/*")
        desk.picture("shared-computer-case")
        type_into_the_case(desk, TYPED)
        desk.page.evaluate("document.activeElement.blur()")
        desk.page.wait_for_load_state("networkidle")
        desk.page.goto(f"/cases/{desk.number()}/check")
        return desk

    return serve


def type_into_the_case(desk: Counter, text: str) -> None:
    """Type an e-mail address, wherever the page has the question: what is known already stands folded up."""
    desk.page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    desk.page.fill("[name=applicant_email]", text)


def everything_on_screen(desk: Counter) -> str:
    """Return the page with what stands in its fields."""
    fields = "[...document.querySelectorAll('input, textarea')].map((one) => one.value).join(' ')"
    return f"{desk.page.content()} {desk.page.evaluate(fields)}"


def test_after_the_visit_back_shows_nothing_and_the_browser_keeps_nothing(computer, served):
    desk = served()
    numbers = {desk.number()}
    desk.end_visit()
    seen = []
    for _ in range(8):
        desk.page.go_back(wait_until="networkidle")
        page = everything_on_screen(desk)
        seen.append(desk.page.url)
        assert [word for word in (IRINA, SURNAME, NOTED, TYPED) if word in page] == [], desk.page.url

    assert any(number in url for number in numbers for url in seen), "Back never reached a page of the case"
    kept = desk.page.evaluate(KEPT_BY_BROWSER)
    focus = kept["session"].pop("focus", "")
    assert kept == {"local": {}, "session": {}, "databases": [], "caches": [], "workers": 0}
    assert not any(word in focus for word in (IRINA, SURNAME, NOTED, TYPED))


def test_no_field_of_any_page_may_be_filled_in_by_the_browser(computer, served):
    desk = served()
    case = f"/cases/{desk.number()}"
    fillable = []
    for path in ("/visit", "/services", "/services/mai.criminal-record", case, f"{case}/check", "/find", "/work-list"):
        desk.page.goto(path)
        fillable += desk.page.evaluate(MAY_BE_FILLED_IN)
    desk.end_visit()
    fillable += desk.page.evaluate(MAY_BE_FILLED_IN)

    assert fillable == []


def test_the_disk_holds_nothing_and_the_next_operator_finds_nothing(computer, served):
    desk = served()
    number = desk.number()
    desk.end_visit()
    token = next(one["value"] for one in desk.context.cookies() if one["name"].endswith("csrf"))
    desk.page.evaluate(
        """(token) => { const form = document.createElement("form"); form.method = "post"; form.action = "/sign-out";
        form.innerHTML = `<input name=csrfmiddlewaretoken value="${token}">`; document.body.append(form);
        form.submit(); }""",
        token,
    )
    desk.page.wait_for_url("**/signed-out**")
    computer.stop()

    assert computer.holds(IRINA, SURNAME, NOTED, TYPED) == []

    colleague = computer.start()
    colleague.sign_in(ILINCA)
    for path in (f"/cases/{number}", f"/cases/{number}/check", f"/cases/{number}/papers/slip", "/visit", "/"):
        colleague.page.goto(path)
        page = everything_on_screen(colleague)
        assert [word for word in (IRINA, SURNAME, NOTED, TYPED) if word in page] == [], path


def test_the_idle_screen_locks_and_the_draft_is_there_again(computer, served):
    desk = served()
    path = f"/cases/{desk.number()}"
    desk.page.clock.install()
    desk.page.goto(path)
    type_into_the_case(desk, OTHER)
    desk.page.clock.fast_forward("05:30")
    desk.page.wait_for_url("**/lock**")
    locked = desk.page.content()
    desk.page.goto(path)
    assert "/lock" in desk.page.url
    assert [word for word in (IRINA, SURNAME, NOTED, TYPED, OTHER) if word in locked + desk.page.content()] == []

    desk.press("F2")
    desk.page.wait_for_selector(f"input[name=idnp][value='{LIDIA}']")
    desk.page.check(f"input[name=idnp][value='{LIDIA}']")
    desk.page.click("button[value=yes]")
    desk.page.wait_for_url(f"**{path}")
    assert desk.page.input_value("[name=applicant_email]") == OTHER
