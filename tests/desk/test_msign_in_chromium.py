"""To MSign and back in a real browser, with MSign on another site: scripts, policies and cookies are its own.

The product is at `localhost` and MSign at `127.0.0.1`, so that every step between them is cross-site.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection
from playwright.sync_api import Page, expect, sync_playwright
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer
from tests.desk.shop import EUGENIA, LIDIA, Shop, enter
from tests.support.counter import all_of, scan_all
from tests.support.signing import served

from ghiseu.foundation import clock
from ghiseu.foundation.access import scoped_to
from ghiseu.modules.signatures.models import SignatureRequest
from simulators.common.process import Running, running

CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
    pytest.mark.django_db(transaction=True),
]
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")


@pytest.fixture
def product(live_server: LiveServer, settings: Settings) -> str:
    """Return the address of the running product."""
    settings.PUBLIC_URL = live_server.url
    settings.CSRF_TRUSTED_ORIGINS = [live_server.url]
    return str(live_server.url)


@pytest.fixture
def msign(product: str, settings: Settings, tmp_path: Path) -> Iterator[Running]:
    with running("msign", data=tmp_path, product=product) as started:
        settings.MSIGN_TRUST, settings.MSIGN_PAGE_URL = str(started.folder / "trust"), started.url
        with served(started):
            yield started


@pytest.fixture
def page(shop: Shop, product: str, msign: Running, monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    """Return the check page of a complete request, in the browser of Lidia."""
    with scoped_to(shop.lidia.scope):
        scan_all(shop.number, to=shop.lidia, at=clock.now())
    session = enter(LIDIA).cookies[django_settings.SESSION_COOKIE_NAME].value
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # the driver's loop is not ours
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=[*QUIET])
        context = chromium.new_context(locale="en")
        cookie = {"name": django_settings.SESSION_COOKIE_NAME, "value": session, "url": product, "sameSite": "Lax"}
        context.add_cookies([cookie, {"name": django_settings.LANGUAGE_COOKIE_NAME, "value": "en", "url": product}])
        opened = context.new_page()
        opened.goto(f"{product}/cases/{shop.number}/check")
        yield opened
        chromium.close()
        connection.close()  # inside the driver's loop Django keeps a connection of its own


def test_one_key_leads_to_msign_and_its_buttons_lead_back(page: Page, product: str, msign: Running, shop: Shop) -> None:
    page.keyboard.press("Alt+m")
    page.wait_for_url(f"{msign.url}/*")
    expect(page.get_by_text(shop.number).first).to_be_visible()

    page.get_by_role("button", name="Sign", exact=True).click()
    page.get_by_role("button", name="Back to the service").click()

    page.wait_for_url(f"{product}/cases/{shop.number}/check")
    expect(page.get_by_text("the document is unchanged")).to_be_visible()
    expect(page.get_by_role("button", name="Send to the institution")).to_be_enabled()


def test_a_signature_that_comes_later_appears_on_the_open_page(page: Page, product: str, msign: Running, shop) -> None:
    page.keyboard.press("Alt+m")
    page.wait_for_url(f"{msign.url}/*")
    there = page.url
    page.goto(f"{product}/cases/{shop.number}/check")
    expect(page.get_by_text("MSign waits for the signature.")).to_be_visible()

    elsewhere = page.context.new_page()
    elsewhere.set_content(
        f'<form method="post" action="{there}/sign"><input name="ReturnUrl" value="{product}/msign/return">'
        f'<input name="RelayState" value="{_key(shop)}"><input name="who" value="{EUGENIA}"><button>x</button></form>'
    )
    elsewhere.get_by_role("button").click()
    elsewhere.get_by_role("button").click()

    expect(page.get_by_text("the document is unchanged")).to_be_visible(timeout=15_000)


def _key(shop: Shop) -> str:
    with scoped_to(shop.lidia.scope):
        return str(all_of(SignatureRequest)[-1].key)
