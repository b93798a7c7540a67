"""A counter in a browser, driven as an operator drives it: keys only, and everything that is pressed is counted.

A story:

    def test_extract(counter, stack):                      # fixtures of tests/stories/conftest.py
        desk = counter()                                   # signed in: Lidia, Lozova, first desk, Romanian
        with desk.journey("a", "birth extract, Eugenia"):  # counts from here, asserts BUDGETS at the end
            desk.scan("2099010100376", to="/visit")        # device: types fast; F9, a key: an identity card is seen
            desk.type("nas")                               # operator: one key per character
            desk.press("Enter", to="/services/*")          # operator: `to` waits for that page (`*` = one part)
            paper = desk.printed("F8")                     # one key; the PDF that the product asked for: .text, .bytes
            desk.scan_papers("F4", SCAN, to="/cases/*")    # one key opens the file box; the scanner's file is chosen
        assert desk.says("Eugenia")                        # waits until the text is visible in <main>

- `desk.page` is the Playwright page, for looking. Never click with it: clicks are counted and must be 0.
- `desk.focused()` is the name (or text) of what has the focus; `desk.number()` the case number of the address.
- `desk.until_says("text")` loads the page again until the worker has done its part (counts no page).
- `counter(operator=ILINCA, place=1, language="ru")` signs in somebody else; several may be open in one story.
- After the story every visit left open is ended. Cases stay: take a person and service no other story opens.
- `stack.behave("mconnect", "5xx")` until `stack.behave("mconnect")`; faults are taken back after each story.
- `stack.approve("asp", number)`, `stack.ask_papers(...)`, `stack.pay(order_key)`, `stack.ledger("asp")`.

What is counted: every key, a chord as the keys it is made of (Alt+4 is two). Pages: documents loaded in the window
(no redirects, no PDFs, no new content of a page that stays). Re-typed: a value of three characters or more that was
typed twice, or that a page of this journey already showed as known. Bytes: what came over the wire for each page and
each new content; `first` is all until the operator sits at the desk (sign-in and desk, with fonts).
"""

import fnmatch
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from playwright.sync_api import Browser, BrowserContext, FileChooser, Page, Response, Route, sync_playwright
from tests.support.waiting import processes_with, until

from ghiseu.runtime.plan import SIMULATORS

LIDIA, ILINCA, DIMITAR = "2099240108887", "2099310101017", "2099310102025"
LOCALES = {"ro": "ro-RO", "ru": "ru-RU", "en": "en-GB"}
# Pages and operator keys of an expert, by journey.
BUDGETS = {"a": (6, 22), "b": (12, 100), "c": (3, 12), "d": (11, 76), "e": (5, 20), "f": (4, 14)}
FIRST_PAGE, LATER_PAGE = 150_000, 30_000
PICTURES = Path(__file__).resolve().parents[2] / ".test-results" / "pictures"
SHORTEST_VALUE = 3
HUMAN_PAUSE = 45  # milliseconds between characters where a reader is listened for
FIRST_LOOK = 700  # milliseconds before somebody does what cannot be undone; keys.js takes no such key earlier
LIMIT = 15_000
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def chromium(*more: str) -> Iterator[Browser]:
    """Run the installed Chromium without windows, with these arguments besides the usual ones."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=[*ARGUMENTS, *more])
        yield browser
        browser.close()


KNOWN_ON_PAGE = """() => [
  ...[...document.querySelectorAll("output, dd, td, [data-known]")].map((one) => one.textContent),
  ...[...document.querySelectorAll("main input[type=text], main textarea")].map((one) => one.defaultValue),
].map((text) => text.trim()).filter((text) => text)"""

FOCUSED = "(() => { const a = document.activeElement; return a.name || a.id || a.textContent.trim(); })()"


@dataclass(kw_only=True)
class Stack:
    """The running product and the simulators of the outside systems."""

    url: str
    registers_were_told: bool = False

    def simulator(self, name: str) -> str:
        """Return the address of a simulator."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.hostname}:{(parts.port or 0) + 1 + SIMULATORS.index(name)}"

    def behave(self, name: str, mode: str = "normal", **order: object) -> None:
        """Tell a simulator to misbehave (`times`, `seconds`, `operations`), or to behave again."""
        self.post(name, "behaviour", {"mode": mode, **order})
        self.registers_were_told |= name == "mconnect" and mode != "normal"

    def everybody_behaves(self) -> None:
        """Take back every fault. The web server leaves a silent register alone for a while; a new one asks at once."""
        for name in SIMULATORS:
            self.behave(name)
        if not self.registers_were_told:
            return
        self.registers_were_told = False
        before = self._web_servers()
        for one in before:
            os.kill(one, signal.SIGTERM)
        until(lambda: self._web_servers() - before and self._is_ready(), what="a new web server", limit=60)

    def _web_servers(self) -> set[int]:
        return processes_with(f"--port\0{urlsplit(self.url).port}\0")

    def _is_ready(self) -> bool:
        try:
            return httpx.get(f"{self.url}/readyz", timeout=2, trust_env=False).is_success
        except httpx.TransportError:
            return False

    def approve(self, institution: str, number: str) -> None:
        """Let the institution approve the case; waits until the worker has delivered it."""
        self.until_delivered(institution, number)
        self.post(institution, f"dossiers/{number}/approve", {})

    def refuse(self, institution: str, number: str, reason: str) -> None:
        """Let the institution refuse the case."""
        self.until_delivered(institution, number)
        self.post(institution, f"dossiers/{number}/refuse", {"reason": reason})

    def ask_papers(self, institution: str, number: str, papers: list[str], reason: str) -> None:
        """Let the institution ask for more papers."""
        self.until_delivered(institution, number)
        self.post(institution, f"dossiers/{number}/ask-papers", {"papers": papers, "reason": reason})

    def pay(self, order_key: str, **how: object) -> None:
        """Pay an order at MPay as a person would."""
        self.post("mpay", "pay", {"order_key": order_key, **how})

    def ledger(self, name: str) -> dict[str, list[dict[str, Any]]]:  # Any: rows of whatever tables it has
        """Return everything that a simulator wrote down."""
        answer = httpx.get(f"{self.simulator(name)}/control/ledger", timeout=10, trust_env=False)
        found: dict[str, list[dict[str, Any]]] = answer.raise_for_status().json()
        return found

    def until_delivered(self, institution: str, number: str, *, limit: float = 40.0) -> None:
        """Wait until the institution holds the case."""
        deadline = time.monotonic() + limit
        while not any(number in str(row) for row in self.ledger(institution)["dossiers"]):
            assert time.monotonic() < deadline, f"{number} did not reach {institution} within {limit:.0f} s"
            time.sleep(0.1)

    def post(self, name: str, act: str, body: dict[str, object]) -> None:
        """Call the control interface of a simulator. An answer that is no success fails the test."""
        answer = httpx.post(f"{self.simulator(name)}/control/{act}", json=body, timeout=20, trust_env=False)
        assert answer.is_success, f"{name} {act}: {answer.status_code} {answer.text}"


@dataclass(kw_only=True)
class Row:
    """What a journey cost, as a line of the table."""

    journey: str
    name: str
    pages: int = 0
    keys: int = 0
    clicks: int = 0
    retyped: list[str] = field(default_factory=list)
    first_bytes: int = 0
    most_bytes: int = 0
    heaviest: str = ""
    most_keys: int = 0
    finished: bool = False

    def misses(self) -> list[str]:
        """Return each budget that is not kept, in words."""
        pages, keys = BUDGETS.get(self.journey, (10**6, 10**6))
        keys = max(keys, self.most_keys)
        found = [
            (self.pages > pages, f"{self.pages} pages, {pages} allowed"),
            (self.keys > keys, f"{self.keys} keys, {keys} allowed"),
            (self.clicks > 0, f"{self.clicks} clicks, none allowed"),
            (bool(self.retyped), f"typed again: {', '.join(self.retyped)}"),
            (self.first_bytes > FIRST_PAGE, f"first page {self.first_bytes} bytes, {FIRST_PAGE} allowed"),
            (self.most_bytes > LATER_PAGE, f"{self.heaviest} {self.most_bytes} bytes, {LATER_PAGE} allowed"),
        ]
        return [words for missed, words in found if missed]

    def as_json(self) -> dict[str, object]:
        """Return the row as plain values, to be carried between test processes."""
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class Printed:
    """A paper that went to the printer."""

    url: str
    content: bytes

    @property
    def text(self) -> str:
        """Return the words on the paper."""
        told = subprocess.run(["pdftotext", "-layout", "-", "-"], input=self.content, capture_output=True, check=True)
        return told.stdout.decode()


@dataclass(kw_only=True)
class Arrival:
    """A document that came into the window: a page, or (in place) new content of the page that is there."""

    path: str
    is_page: bool
    weight: int = 0


class Meter:
    """Counts what a window loads, and the bytes that come with it until the next."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.arrivals = [Arrival(path="", is_page=False)]
        self._papers: set[str] = set()
        page.on("response", self._on_response)
        wire = page.context.new_cdp_session(page)
        wire.send("Network.enable")
        wire.on("Network.responseReceived", self._on_kind)
        wire.on("Network.loadingFinished", self._on_weight)

    def so_far(self) -> int:
        """Return how many documents came."""
        return len(self.arrivals)

    def _on_response(self, response: Response) -> None:
        request = response.request
        if 300 <= response.status < 400:
            return
        is_page = request.is_navigation_request() and request.frame == self.page.main_frame
        in_place = request.resource_type == "fetch" and "text/html" in response.headers.get("content-type", "")
        if is_page or in_place:
            self.arrivals.append(Arrival(path=urlsplit(response.url).path, is_page=is_page))

    def _on_kind(self, told: dict[str, Any]) -> None:  # Any: messages of the browser's own protocol
        if told["response"].get("mimeType") == "application/pdf":
            self._papers.add(told["requestId"])

    def _on_weight(self, told: dict[str, Any]) -> None:  # Any: messages of the browser's own protocol
        if told["requestId"] not in self._papers:
            self.arrivals[-1].weight += int(told["encodedDataLength"])


class Counter:
    """One operator at one desk."""

    def __init__(self, context: BrowserContext, stack: Stack, record: Callable[[Row], None]) -> None:
        self.stack = stack
        self.context = context
        self.broken: list[str] = []
        self.row = Row(journey="", name="")
        self._record = record
        self._first_bytes = 0
        self._typed: list[str] = []
        self._known: set[str] = set()
        context.expose_binding("countPointer", lambda _source: self._count_click())
        context.add_init_script(
            f"if (location.origin === '{stack.url}') "
            "addEventListener('pointerdown', (event) => event.isTrusted && countPointer(), true)"
        )
        context.add_init_script("window.print = () => {}")
        self.page = context.new_page()
        self.page.set_default_timeout(LIMIT)
        self.page.on("pageerror", lambda error: self.broken.append(str(error)))
        self.page.on("console", self._on_console)
        self._choosers: list[FileChooser] = []  # listened for from the start: a listener that comes late misses some
        self.page.on("filechooser", lambda one: self._choosers.append(one))  # noqa: PLW0108 - Playwright takes no builtin
        self._wire = context.new_cdp_session(self.page)
        self._meter = Meter(self.page)

    def _count_click(self) -> None:
        self.row.clicks += 1

    def _on_console(self, said: Any) -> None:  # Any: Playwright's message type is not exported for annotations
        if "Content Security" in said.text:
            self.broken.append(said.text)

    def sign_in(self, operator: str, *, place: int = 0) -> None:
        """Sign in at the simulated MPass and take the desk at this place of the list. Not counted."""
        self.page.goto("/")
        self.page.check(f"input[name=idnp][value='{operator}']")
        with self.page.expect_navigation(url=re.compile(re.escape(self.stack.url))):
            self.page.click("button[value=yes]")
        self.page.wait_for_load_state()
        if "/choose-desk" in self.page.url:
            self.page.check(f"input[name=place] >> nth={place}")
            with self.page.expect_navigation():
                self.page.keyboard.press("F2")
        self.page.wait_for_load_state("networkidle")
        self._first_bytes = sum(one.weight for one in self._meter.arrivals)

    @contextmanager
    def journey(self, kind: str, name: str, *, most_keys: int = 0) -> Iterator[Row]:
        """Count what happens inside; at the end the row goes into the table and the budgets are asserted.

        `most_keys` is for a journey that cannot keep the budget of its kind: the table shows it as missed all the same.
        """
        before = self._meter.so_far()
        self.row = row = Row(journey=kind, name=name, first_bytes=self._first_bytes, most_keys=most_keys)
        self._typed, self._known = [], set()
        self._record(row)
        yield row
        self.page.wait_for_load_state("networkidle")
        later = self._meter.arrivals[before:]
        row.pages = sum(one.is_page for one in later)
        heaviest = max(later, key=lambda one: one.weight)
        row.heaviest, row.most_bytes = heaviest.path, heaviest.weight
        row.finished = True
        assert row.misses() == []

    def end_visit(self) -> None:
        """Press the key of the end, confirm, and stand before the empty desk."""
        self.press("Alt+E")
        self.press("Enter", to="/")

    # What the operator does

    def press(self, key: str, *, to: str = "") -> None:
        """Press one key or chord ("F9", "Alt+4"); `to` is the address that it leads to."""
        self.row.keys += key.count("+") + 1
        if self.page.locator(f"[data-final][data-key='{key}']").count():
            self.page.wait_for_timeout(FIRST_LOOK)
        with self._arriving(to):
            self.page.keyboard.press(key)

    def type(self, text: str, *, to: str = "") -> None:
        """Type into what has the focus, one key per character (a capital letter is two)."""
        self._note_typed(text)
        self.row.keys += len(text) + sum(letter.isupper() for letter in text)
        listens = self.page.locator("form[data-scan]").count() > 0
        with self._arriving(to):
            self.page.keyboard.type(text, delay=HUMAN_PAUSE if listens else 0)

    def printed(self, key: str) -> Printed:
        """Press the key of a print button; return the paper that the product drew."""
        link = self.page.locator(f"a[data-print][data-key='{key}']")
        url = str(link.evaluate("(link) => link.href"))
        papers: list[Printed] = []

        def take(route: Route) -> None:
            answer = route.fetch()
            assert answer.ok, f"{url}: {answer.status}"
            papers.append(Printed(url=url, content=answer.body()))
            route.fulfill(status=200, content_type="text/html", body="<!doctype html><title>printer</title>")

        # The printer is a stand-in: a browser without windows has none, and dies of a PDF sent to it.
        with self.page.expect_request_finished(lambda request: request.url == url):
            self.page.route(url, take)
            self.press(key)
        self.page.frames[-1].wait_for_load_state()
        self.page.unroute(url)
        assert papers[0].content.startswith(b"%PDF-")
        return papers[0]

    # What the devices of the desk do

    def scan(self, text: str, *, to: str = "", seen: str = "F9") -> None:
        """Let the document reader type: five milliseconds between characters, Enter after each line.

        A number alone opens no visit: the operator presses the key of what they see, which is counted.
        """
        moment = time.time()
        with self._arriving(to):
            for line in text.splitlines():
                for letter in line:
                    moment += 0.005
                    self._reader_key(letter, letter, moment)
                moment += 0.005
                self._reader_key("Enter", "\r", moment)
            if text.isdigit():
                self.focuses("seen")
                self.press(seen)

    def scan_papers(self, key: str, *files: Path, to: str = "") -> None:
        """Press the key of a file box and choose what the scanner saved."""
        with self._arriving(to):
            self._choosers.clear()
            self.press(key)
            deadline = time.monotonic() + LIMIT / 1000
            while not self._choosers:
                assert time.monotonic() < deadline, f"{key} opened no file box"
                self.page.wait_for_timeout(20)
            self._choosers[0].set_files(files)

    # What can be seen

    def says(self, text: str) -> bool:
        """Wait until the text is visible on the page."""
        self.page.locator("main").get_by_text(text).first.wait_for()
        return True

    def finds(self, selector: str) -> bool:
        """Wait until something like this is visible on the page."""
        self.page.locator(f"main {selector}").first.wait_for()
        return True

    def until_says(self, text: str, *, limit: float = 45.0) -> None:
        """Load the page again until it says this; the worker is at work. Counted neither as page nor as key."""
        deadline = time.monotonic() + limit
        while text not in self.page.locator("main").inner_text():
            assert time.monotonic() < deadline, f"{text!r} not within {limit:.0f} s: {self.page.url}"
            time.sleep(0.3)
            self.page.reload()
            self._meter.arrivals.pop()

    def focuses(self, name: str) -> bool:
        """Wait until the control of this name or id has the focus."""
        self.page.wait_for_function(f"(name) => {FOCUSED} === name", arg=name)
        return True

    def focused(self) -> str:
        """Return the name of the control that has the focus, or its id, or its text."""
        return str(
            self.page.evaluate(
                "(() => { const a = document.activeElement; return a.name || a.id || a.textContent.trim() })()"
            )
        )

    def number(self) -> str:
        """Return the number of the case that is on screen."""
        found = re.search(r"/cases/([^/?#]+)", self.page.url)
        assert found, self.page.url
        return found[1]

    def picture(self, name: str) -> None:
        """Keep a picture of the whole page in .test-results/pictures, for people."""
        folder = PICTURES
        folder.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=folder / f"{name}.png", full_page=True)

    def leave(self) -> None:
        """End what is open at this desk. Not counted."""
        token = next((one["value"] for one in self.context.cookies() if one.get("name", "").endswith("csrf")), "")
        self.context.request.post(
            "/visit/end", form={"csrfmiddlewaretoken": token}, headers={"Referer": self.stack.url}
        )

    # How it is done

    @contextmanager
    def _arriving(self, to: str) -> Iterator[None]:
        if not to:
            yield
            return
        self._known.update(self.page.evaluate(KNOWN_ON_PAGE))
        pattern = re.compile(fnmatch.translate(to).replace(".*", "[^/]+"))
        with self.page.expect_navigation(url=lambda url: bool(pattern.match(urlsplit(url).path)), timeout=LIMIT):
            yield
        self._known.update(self.page.evaluate(KNOWN_ON_PAGE))

    def _note_typed(self, text: str) -> None:
        self._known.update(self.page.evaluate(KNOWN_ON_PAGE))
        is_search = self.page.evaluate("document.activeElement?.type === 'search'")
        if len(text) < SHORTEST_VALUE or is_search:
            return
        if text in self._typed or text in self._known:
            self.row.retyped.append(text)
        self._typed.append(text)

    def _reader_key(self, key: str, text: str, moment: float) -> None:
        told = {"type": "keyDown", "key": key, "text": text, "timestamp": moment}
        self._wire.send("Input.dispatchKeyEvent", told)


def new_context(browser: Browser, stack: Stack, *, language: str) -> BrowserContext:
    """Open a browser window with nothing in it: the screen of a usual desk."""
    context = browser.new_context(
        viewport={"width": 1366, "height": 768}, base_url=stack.url, locale=LOCALES[language], accept_downloads=True
    )
    context.add_cookies([{"name": "language", "value": language, "url": stack.url}])
    return context
