"""The whole way in a real browser, with MPass on another site: scripts, policies, cookies and frames are its own.

The product is at `localhost` and MPass at `127.0.0.1`, so that every step between them is cross-site.
"""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer
from tests.channels.callbacks.conftest import LIDIA

from ghiseu.modules.centres.models import Operator
from ghiseu.modules.centres.sign_in_models import OperatorSession
from simulators.common.process import Running, running

CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
    pytest.mark.django_db(transaction=True),
]
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")


@pytest.fixture
def product(live_server: LiveServer, settings, tmp_path: Path, our_identity: Path) -> Iterator[str]:
    """Return the address of the running product; its MPass runs beside it."""
    with running("mpass", data=tmp_path, product=live_server.url) as mpass:
        connect(settings, mpass, our_identity, live_server.url)
        yield live_server.url


def connect(settings, mpass: Running, identity: Path, url: str) -> None:
    """Let the product know this MPass."""
    settings.PUBLIC_URL = url
    settings.CSRF_TRUSTED_ORIGINS = [url]
    settings.MPASS_URL = mpass.url
    settings.MPASS_CERTIFICATE = str(mpass.folder / "certificate.pem")
    settings.SAML_KEY = str(identity / "key.pem")
    settings.SAML_CERTIFICATE = str(identity / "certificate.pem")
    settings.ROOT_URLCONF = "tests.channels.callbacks.urls"


@pytest.fixture
def context(monkeypatch: pytest.MonkeyPatch) -> Iterator[BrowserContext]:
    """Return a fresh profile of a real browser."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # the driver's loop is not ours
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=[*QUIET])
        yield chromium.new_context(locale="ro")
        chromium.close()
        connection.close()  # inside the driver's loop Django keeps a connection of its own


@pytest.fixture
def page(context: BrowserContext, product: str, employ: Callable[..., Operator]) -> Page:
    """Return a page of the browser after Lidia has signed in by keyboard alone."""
    employ(LIDIA, "LOZ")
    page = context.new_page()
    page.goto(f"{product}/cases/17")
    page.wait_for_url("**/login/saml**")
    expect(page.locator(f"input[value='{LIDIA}']")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(f"{product}/cases/17")
    return page


def test_signing_in_takes_one_key(page: Page) -> None:
    assert LIDIA in page.content()
    assert OperatorSession.objects.open().count() == 1


def test_signing_out_goes_to_mpass_and_back(page: Page, product: str) -> None:
    page.goto(f"{product}/lock")
    page.goto(f"{product}/choose-desk")
    page.evaluate(
        """() => { const form = document.querySelector('form[action="/choose-desk"]');
                   form.action = '/sign-out'; form.submit(); }"""
    )
    page.wait_for_url(f"{product}/signed-out")

    page.goto(f"{product}/cases/17")

    page.wait_for_url("**/login/saml**")
    assert OperatorSession.objects.get().ended_because == "signed_out"


def test_single_log_out_works_in_the_frame_of_mpass(page: Page, settings) -> None:
    page.goto(settings.MPASS_URL)
    page.get_by_role("button", name="Ieșire").click()

    expect(page.locator("#states li")).to_have_text(f"{settings.PUBLIC_URL}: out", timeout=15_000)

    assert OperatorSession.objects.get().ended_because == "signed_out_elsewhere"


def test_somebody_elses_frame_stays_empty(page: Page, product: str, context: BrowserContext, settings) -> None:
    stranger = context.new_page()
    stranger.route(
        f"{settings.MPASS_URL}/stranger",
        lambda route: route.fulfill(content_type="text/html", body=f"<iframe src='{product}/signed-out'></iframe>"),
    )

    stranger.goto(f"{settings.MPASS_URL}/stranger")

    assert stranger.frames[1].url == "chrome-error://chromewebdata/"


def test_without_scripts_the_buttons_lead_the_same_way(
    context: BrowserContext, product: str, employ: Callable[..., Operator]
) -> None:
    employ(LIDIA, "LOZ")
    assert context.browser is not None
    page = context.browser.new_context(java_script_enabled=False, locale="ro").new_page()
    page.goto(f"{product}/cases/17")
    page.locator("#saml-message button").click()
    page.get_by_role("button", name="Autentificare").click()
    page.locator("#message button").click()

    page.wait_for_url(f"{product}/cases/17")
