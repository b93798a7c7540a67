"""A gallery server in a process of its own, and a browser to look at it."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from tests.support.browser import chromium

FAKE_CAMERA = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")


@pytest.fixture(scope="module")
def gallery() -> Iterator[str]:
    """Return the address of a served gallery."""
    script = Path(__file__).parent / "serve_gallery.py"
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        port = process.stdout.readline().strip()
        yield f"http://127.0.0.1:{port}"
        process.terminate()
        process.communicate()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return a browser without a window."""
    with chromium(*FAKE_CAMERA) as browser:
        yield browser


@pytest.fixture
def page(browser: Browser, gallery: str) -> Iterator[Page]:
    """Return a page of the counter's usual screen; a script error or a refused style fails the test."""
    with browser.new_context(viewport={"width": 1366, "height": 768}, base_url=gallery) as context:
        page = context.new_page()
        broken: list[str] = []
        page.on("pageerror", lambda error: broken.append(str(error)))
        page.on("console", lambda said: broken.append(said.text) if "Content Security" in said.text else None)
        yield page
        assert broken == []
