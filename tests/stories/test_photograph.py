"""An operator without a reader photographs the card; a file stands in for what the camera sees."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from tests.foundation.identifiers.mrz_specimens import td1
from tests.support.browser import Counter, chromium
from tests.support.document_pictures import as_jpeg, draw

CARD = td1(idnp="2099010100376", names="MUNTEANU<<EUGENIA")


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Return a browser whose camera looks at a card that lies a little askew."""
    seen = Path(tmp_path_factory.mktemp("camera")) / "card.mjpeg"
    seen.write_bytes(as_jpeg(draw(CARD, tilt=1.5, blur=1.0).convert("RGB"), quality=90) * 5)
    camera = [
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={seen}",
    ]
    with chromium(*camera) as browser:
        yield browser


class TestIdentifyingByTheCamera:
    def test_takes_three_keys_and_the_operator_opens_the_visit(self, counter: Callable[..., Counter]) -> None:
        desk = counter()
        page = desk.page

        page.keyboard.press("F6")
        expect(page.locator("[data-camera-view] .camera__guide")).to_be_visible()
        page.wait_for_function("document.querySelector('[data-camera-picture]').videoWidth > 0")
        with page.expect_navigation():
            page.keyboard.press("F7")
        expect(page.locator("#f-who")).to_have_value(CARD)
        expect(page.locator("#f-who")).to_be_focused()
        expect(page.locator("section.recognised")).to_contain_text("MUNTEANU EUGENIA")
        with page.expect_navigation(url="**/visit"):
            page.keyboard.press("Enter")

        expect(page.locator("main")).to_contain_text("Munteanu")
