"""What scripts add to pages that work without them."""

import json
import re

import pytest
from playwright.sync_api import Browser, Page, Route, expect

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(page: Page) -> Page:
    page.context.add_cookies([{"name": "language", "value": "en", "url": "http://127.0.0.1"}])
    page.goto("/gallery", wait_until="networkidle")
    page.evaluate("document.activeElement.blur()")
    return page


def state(page: Page) -> object:
    return page.locator("[data-field=place] [data-save-state]")


class TestKeys:
    def test_reach_the_control_that_shows_them(self, desk: Page):
        desk.keyboard.press("Control+k")

        assert desk.evaluate("document.activeElement.id") == "global-search"

    def test_work_with_a_cyrillic_layout(self, desk: Page):
        desk.evaluate(
            "document.dispatchEvent(new KeyboardEvent('keydown', "
            "{key: 'т', code: 'KeyT', bubbles: true, cancelable: true}))"
        )

        expect(desk).to_have_url(re.compile("#today$"))

    def test_of_one_letter_stay_letters_inside_a_field(self, desk: Page):
        desk.locator("#f-place").fill("")
        desk.keyboard.type("t3?")

        assert desk.locator("#f-place").input_value() == "t3?"
        assert "#" not in desk.url

    def test_of_one_letter_can_be_switched_off(self, desk: Page):
        desk.keyboard.press("?")
        desk.get_by_label("Use single letters as keys").uncheck()
        desk.keyboard.press("Escape")
        desk.evaluate("document.activeElement.blur()")
        desk.keyboard.press("t")

        assert "#today" not in desk.url

    def test_are_listed_and_the_list_gives_the_focus_back(self, desk: Page):
        desk.locator("#f-born").focus()
        desk.get_by_role("button", name="All keys").click()

        panel = desk.locator(".keypanel")
        expect(panel).to_contain_text("Ctrl+K")
        expect(panel).to_contain_text("Check the answers")
        desk.keyboard.press("Escape")
        expect(panel).to_have_count(0)

    def test_open_and_close_a_question_that_asks_once(self, desk: Page):
        desk.keyboard.press("Alt+e")
        expect(desk.locator(".citizen .confirm__body")).to_be_visible()

        desk.keyboard.press("Escape")

        expect(desk.locator(".citizen .confirm__body")).to_be_hidden()

    def test_of_arrows_walk_the_list(self, desk: Page):
        links = desk.locator("table [data-row-link]")
        links.first.focus()
        desk.keyboard.press("ArrowDown")

        expect(links.nth(1)).to_be_focused()

    def test_list_themselves_by_f1_also_from_a_field(self, desk: Page):
        desk.locator("#f-place").focus()
        desk.keyboard.press("F1")

        expect(desk.locator(".keypanel")).to_contain_text("Ctrl+K")
        desk.keyboard.press("Escape")
        expect(desk.locator("#f-place")).to_be_focused()

    def test_of_what_cannot_be_undone_wait_until_the_page_was_seen(self, desk: Page):
        desk.add_init_script("window.now = 0; performance.now = () => window.now")
        desk.reload(wait_until="networkidle")
        desk.evaluate(
            """(() => { const button = document.createElement("button"); button.textContent = "end"; window.ended = 0;
               button.dataset.key = "Alt+9"; button.dataset.final = ""; button.type = "button";
               button.addEventListener("click", () => { window.ended += 1; });
               document.querySelector("main").prepend(button); })()"""
        )
        desk.keyboard.press("Alt+9")
        too_soon = desk.evaluate("window.ended")
        desk.evaluate("window.now = 800")
        desk.keyboard.press("Alt+9")

        assert (too_soon, desk.evaluate("window.ended")) == (0, 1)


class TestEnter:
    def test_goes_to_the_next_field_and_the_last_one_sends(self, desk: Page):
        desk.evaluate(
            """(() => { const form = document.createElement("form"); form.dataset.enterNext = ""; form.id = "short";
               form.innerHTML = '<input name=a><input type=radio name=b value=1><input type=radio name=b value=2>' +
                 '<select name=c><option>x</select><button type=submit>go</button>';
               form.addEventListener("submit", (event) => { event.preventDefault(); form.dataset.done = "yes"; });
               document.querySelector("main").prepend(form); })()"""
        )
        desk.locator("#short [name=a]").focus()
        passed = []
        for _ in range(3):
            desk.keyboard.press("Enter")
            passed.append(desk.evaluate("document.activeElement.name"))

        assert passed[:2] == ["b", "c"]
        assert desk.locator("#short").get_attribute("data-done") == "yes"


class TestAutosave:
    def test_saves_each_field_and_says_so(self, desk: Page):
        with desk.expect_request("**/gallery/save") as sent:
            desk.locator("#f-place").fill("Orhei")
            desk.keyboard.press("Tab")

        expect(state(desk)).to_have_text("Saved")
        assert re.search(r"name=place&value=Orhei&version=1&command_id=[0-9a-f-]{36}", sent.value.post_data)
        assert desk.locator("#f-place").get_attribute("data-version") == "2"

    def test_keeps_the_answer_and_tries_again_with_the_same_command(self, desk: Page):
        commands: list[str] = []

        def broken_line(route: Route) -> None:
            commands.append(re.search("command_id=(.*)", route.request.post_data)[1])
            route.abort() if len(commands) == 1 else route.continue_()

        desk.route("**/gallery/save", broken_line)
        desk.locator("#f-place").fill("Orhei")
        desk.keyboard.press("Tab")

        expect(state(desk)).to_have_text("Not saved yet. Kept here, trying again.")
        expect(state(desk)).to_have_text("Saved", timeout=6000)
        assert len(commands) == 2
        assert len(set(commands)) == 1

    def test_is_stored_within_seconds_of_the_servers_return(self, desk: Page):
        desk.route("**/gallery/save", lambda route: route.abort())
        desk.locator("#f-place").fill("Orhei")
        desk.keyboard.press("Tab")
        desk.wait_for_timeout(8000)
        desk.unroute("**/gallery/save")

        expect(state(desk)).to_have_text("Saved", timeout=4000)

    def test_is_tried_at_once_when_the_window_is_looked_at_again(self, desk: Page):
        desk.route("**/gallery/save", lambda route: route.abort())
        desk.locator("#f-place").fill("Orhei")
        desk.keyboard.press("Tab")
        expect(state(desk)).to_have_text("Not saved yet. Kept here, trying again.")
        desk.clock.install()
        desk.unroute("**/gallery/save")
        desk.evaluate("window.dispatchEvent(new Event('focus'))")

        expect(state(desk)).to_have_text("Saved", timeout=900)

    def test_shows_both_answers_when_someone_else_was_faster(self, desk: Page):
        desk.locator("#f-place").fill("conflict")
        desk.keyboard.press("Tab")

        expect(state(desk)).to_contain_text("Your answer: conflict. Their answer: Orhei (Ana).")
        desk.get_by_role("button", name="Take theirs").click()
        expect(desk.locator("#f-place")).to_have_value("Orhei")
        assert desk.locator("#f-place").get_attribute("data-version") == "9"

    def test_shows_cause_and_next_step_of_a_refusal(self, desk: Page):
        desk.locator("#f-place").fill("wrong")
        desk.keyboard.press("Tab")

        expect(state(desk)).to_have_text("Not a place. Choose another.")

    def test_asks_nothing_when_nothing_changed(self, desk: Page):
        asked: list[str] = []
        desk.on("request", lambda request: asked.append(request.url))
        desk.locator("#f-place").focus()
        desk.keyboard.press("Tab")
        desk.wait_for_timeout(300)

        assert [url for url in asked if url.endswith("/save")] == []


class TestSearch:
    def test_offers_hits_from_the_second_letter_and_enter_opens(self, desk: Page):
        box = desk.locator("#global-search")
        box.press_sequentially("ex")

        expect(desk.locator("[role=option]")).to_have_count(2)
        assert box.get_attribute("aria-expanded") == "true"
        desk.keyboard.press("ArrowDown")
        desk.keyboard.press("ArrowDown")
        desk.keyboard.press("Enter")
        expect(desk).to_have_url(re.compile("#pension$"))

    def test_says_when_nothing_is_found(self, desk: Page):
        desk.locator("#global-search").press_sequentially("zzzz")

        expect(desk.locator("[data-hit-count]").first).to_have_text("Nothing found. Try other words.")


class TestScan:
    LINES = ("I<MDAB12345678<<<<<<<<<<<<<<<<", "5604070M3001010MDA<<<<<<<<<<<4", "TURCANU<<STEFAN<<<<<<<<<<<<<<<")

    def burst(self, page: Page, *lines: str) -> None:
        page.evaluate(
            """(lines) => { for (const line of lines) for (const key of [...line, "Enter"]) {
                 const target = document.activeElement;
                 const typed = new KeyboardEvent("keydown", {key, bubbles: true, cancelable: true});
                 const free = target.dispatchEvent(typed);
                 if (free && key.length === 1 && "value" in target) target.value += key; } }""",
            lines,
        )

    def test_catches_the_lines_of_a_document_wherever_the_focus_is(self, desk: Page):
        desk.route("**/gallery/save", lambda route: route.fulfill(status=204))
        desk.locator("#f-place").focus()

        with desk.expect_request(lambda request: "document=" in (request.post_data or "")) as sent:
            self.burst(desk, *self.LINES)

        assert "STEFAN" in sent.value.post_data
        assert sent.value.post_data.count("%0D%0A") == 2

    def test_leaves_the_field_as_it_was(self, desk: Page):
        desk.route("**/gallery/save", lambda route: route.fulfill(status=204))
        desk.locator("#f-born").focus()
        self.burst(desk, *self.LINES)

        expect(desk.locator("#f-document")).to_have_value("\n".join(self.LINES))
        expect(desk.locator("#f-born")).to_have_value("07.04.1956")

    def test_does_not_mistake_a_person_for_a_reader(self, desk: Page):
        desk.locator("#f-place").fill("")
        desk.locator("#f-place").press_sequentially("Chisinau", delay=60)

        assert desk.locator("#f-place").input_value() == "Chisinau"
        assert desk.locator("#f-document").input_value() == ""

    def test_drops_nothing_that_a_quick_and_uneven_hand_types(self, desk: Page):
        for box in ("#f-document", "#f-place"):
            desk.locator(box).fill("")
            desk.locator(box).focus()
            desk.keyboard.type("20990501", delay=8)
            desk.wait_for_timeout(90)
            desk.keyboard.type("01850", delay=8)

            assert desk.locator(box).input_value() == "2099050101850"

    def test_leaves_what_was_typed_in_two_quick_parts_when_enter_follows(self, desk: Page):
        desk.route("**/gallery/save", lambda route: route.fulfill(status=204))
        desk.locator("#f-document").fill("")
        desk.locator("#f-document").focus()
        with desk.expect_request(lambda request: "document=" in (request.post_data or "")) as sent:
            desk.keyboard.type("20990")
            desk.wait_for_timeout(90)
            desk.keyboard.type("50101850")
            desk.keyboard.press("Enter")

        assert "document=2099050101850" in sent.value.post_data


class TestCopy:
    def test_takes_the_next_value_with_one_key(self, desk: Page, gallery: str):
        desk.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=gallery)
        copied = []
        for _ in range(2):
            desk.keyboard.press("F8")
            desk.wait_for_timeout(100)
            copied.append(desk.evaluate("navigator.clipboard.readText()"))

        assert copied == ["2004011234567", "Țurcanu-Test"]
        expect(desk.locator("[data-copy-status]")).to_have_text("All values are copied.")


class TestDoubleSubmit:
    def test_sends_a_form_once(self, desk: Page):
        posts: list[str] = []

        def no_page(route: Route) -> None:
            posts.append(route.request.method)
            route.fulfill(status=204)

        desk.route("**/gallery/save", no_page)
        button = desk.locator("#fields > button[type=submit]").last
        button.dispatch_event("click")
        button.dispatch_event("click")
        desk.wait_for_timeout(300)

        assert len(posts) == 1
        expect(button).to_have_attribute("aria-disabled", "true")


class TestIdle:
    def test_warns_and_a_key_keeps_the_page_open(self, page: Page):
        page.goto("/gallery?idle=4")
        warning = page.locator("#idle")
        expect(warning).to_be_visible(timeout=4000)
        expect(warning).to_contain_text(re.compile(r"[12]"))

        with page.expect_request("**/still-here"):
            page.keyboard.press("F2")

        expect(warning).to_be_hidden()

    def test_locks_by_itself(self, page: Page):
        page.route("**/lock", lambda route: route.fulfill(status=204))
        with page.expect_request(lambda request: request.url.endswith("/lock"), timeout=8000) as sent:
            page.goto("/gallery?idle=2")

        assert sent.value.method == "POST"


class TestReveal:
    def test_shows_the_number_only_while_the_key_is_held(self, desk: Page):
        desk.route("**/gallery/save", lambda route: route.fulfill(body="2004 0112 34567"))
        number = desk.locator(".citizen [data-secret]")
        desk.keyboard.down("Alt")
        desk.keyboard.down("i")
        expect(number).to_have_text("2004 0112 34567")

        desk.keyboard.up("i")

        expect(number).to_have_text("••••••••••567")


class TestUpload:
    SIZE = 600_000

    def test_sends_pieces_and_goes_on_after_a_broken_line(self, desk: Page):
        ranges: list[str] = []

        def serve(route: Route) -> None:
            if route.request.method == "POST":
                told = json.loads(route.request.post_data)
                assert (told["size"], len(told["sha256"])) == (self.SIZE, 64)
                held = 0 if not ranges else 262_144
                route.fulfill(json={"url": "/upload/1", "received": held})
                return
            ranges.append(route.request.headers["content-range"])
            if len(ranges) == 2:
                route.abort()
                return
            have = int(re.search(r"-(\d+)/", ranges[-1])[1]) + 1
            route.fulfill(json={"received": have, "done": have == self.SIZE, "remove_value": "7"})

        desk.route("**/upload*/**", serve)
        desk.route("**/upload", serve)
        desk.evaluate(
            """() => { const place = document.querySelector("#f-papers").closest(".field");
                 place.dataset.uploadUrl = "/upload"; }"""
        )
        desk.add_script_tag(url="/static/ui/js/upload.js?again", type="module")
        desk.wait_for_timeout(200)
        desk.locator("#f-papers").set_input_files(
            {"name": "scan.pdf", "mimeType": "application/pdf", "buffer": b"x" * self.SIZE}
        )

        expect(desk.locator(".file", has_text="scan.pdf").locator(".tag--good")).to_be_visible(timeout=8000)
        assert ranges == [
            "bytes 0-262143/600000",
            "bytes 262144-524287/600000",
            "bytes 262144-524287/600000",
            "bytes 524288-599999/600000",
        ]
        assert desk.locator(".file", has_text="scan.pdf").locator("button[name=remove]").get_attribute("value") == "7"


class TestCamera:
    def test_adds_each_photographed_page_to_the_files(self, desk: Page):
        desk.keyboard.press("F6")
        expect(desk.locator("[data-camera-view]")).to_be_visible()
        for page_number in (1, 2):
            desk.keyboard.press("F7")
            expect(desk.locator("[data-camera-status]")).to_have_text(f"Page {page_number}")

        names = desk.evaluate("[...document.querySelector('#f-papers').files].map((file) => [file.name, file.type])")
        assert names == [["page-1.jpg", "image/jpeg"], ["page-2.jpg", "image/jpeg"]]


class TestWithoutScripts:
    def test_the_page_offers_only_what_works(self, browser: Browser, gallery: str):
        with browser.new_context(java_script_enabled=False, base_url=gallery) as context:
            page = context.new_page()
            page.goto("/gallery")

            assert page.locator("[data-copy-next]").is_hidden()
            assert page.locator("[data-camera]").is_hidden()
            assert page.locator("[data-keys-list]").is_hidden()
            page.get_by_role("button", name="English").click()
            assert page.locator("html").get_attribute("lang") == "en"
            page.locator(".citizen .confirm > summary").click()
            assert page.locator(".citizen .confirm__body button").is_visible()
