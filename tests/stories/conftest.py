"""One running product for all stories, and counters to sit at. How to use them: tests/support/browser.py."""

import io
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Browser
from tests.support.browser import LIDIA, PICTURES, Counter, Row, Stack, chromium, new_context
from tests.support.installation import installation

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the stories as tests that need a browser."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def running() -> Iterator[Stack]:
    """Start everything with `ghiseu up` in a folder of its own."""
    with installation() as place, place.up():
        yield Stack(url=place.url)
        shutil.copytree(place.data / "logs", PICTURES.parent / "stories-logs", dirs_exist_ok=True)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return a browser without windows."""
    with chromium() as browser:
        yield browser


@pytest.fixture
def stack(running: Stack) -> Iterator[Stack]:
    """Return the running product; after the story every simulator behaves again."""
    yield running
    running.everybody_behaves()


@pytest.fixture
def counter(browser: Browser, stack: Stack, request: pytest.FixtureRequest) -> Iterator[Callable[..., Counter]]:
    """Return a function that signs an operator in: counter(operator=LIDIA, place=0, language="ro")."""
    opened: list[Counter] = []
    rows: list[Row] = []

    def sit_down(*, operator: str = LIDIA, place: int = 0, language: str = "ro") -> Counter:
        desk = Counter(new_context(browser, stack, language=language), stack, rows.append)
        opened.append(desk)
        desk.sign_in(operator, place=place)
        return desk

    request.node.counted_rows = rows
    yield sit_down
    for number, desk in enumerate(opened):
        desk.picture(f"end-{request.node.name}-{number}")
        desk.leave()
        desk.context.close()
    assert [fault for desk in opened for fault in desk.broken] == []


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Hand what was counted to the process that prints the table, also when the story fails."""
    yield
    item.user_properties += [("journey", row.as_json()) for row in getattr(item, "counted_rows", [])]


@pytest.fixture(scope="session")
def paper(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Return a function that makes the picture of a scanned paper with this name."""
    folder = tmp_path_factory.mktemp("scans")

    def scanned(name: str) -> Path:
        picture = Image.new("RGB", (1240, 1754), "white")
        ImageDraw.Draw(picture).text((100, 100), name, fill="black")
        content = io.BytesIO()
        picture.save(content, "JPEG", quality=60)
        path = folder / f"{name}.jpg"
        path.write_bytes(content.getvalue())
        return path

    return scanned
