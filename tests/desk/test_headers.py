"""What every answer says to the browser: no foreign script, no frame, nothing kept for the next person."""

from django.test import Client
from tests.desk.addresses import Values, every_address
from tests.desk.shop import LIDIA, MANAGER, OFFICER, Shop, enter

PAGE_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; frame-ancestors 'none'; form-action 'self'; object-src 'none'; base-uri 'none'; "
    "report-uri /policy-report; report-to policy"
)
COMMON = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=(), payment=(), usb=()",
    "Cache-Control": "no-store",
    "Reporting-Endpoints": 'policy="/policy-report"',
}
PAGE = {
    **COMMON,
    "Content-Security-Policy": PAGE_POLICY,
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
}
PAPER = {
    **COMMON,
    "Content-Security-Policy": "frame-ancestors 'self'",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
}
# Addresses that differ, by name, with what differs and why.
DIFFERENT = {
    "ask": {"Referrer-Policy": "no-referrer"},  # the code of a slip stands in the address of the next page
    "status": {"Referrer-Policy": "no-referrer"},
}


def faults(browser: Client, shop: Shop, *, channels: set[str] | None = None) -> list[str]:
    """Return every header of every address that is not as written down."""
    found = []
    for address in every_address(Values(number=shop.number)):
        if channels and address.channel not in channels:
            continue
        answer = browser.get(address.path)
        expected = PAPER if answer.headers.get("Content-Type") == "application/pdf" else PAGE
        for name, value in {**expected, **DIFFERENT.get(address.name, {})}.items():
            if answer.headers.get(name) != value:
                found.append(f"{address.path}: {name}: {answer.headers.get(name)}")
    return found


def test_every_answer_to_a_stranger(shop):
    assert faults(Client(), shop) == []


def test_every_answer_to_the_operator(shop):
    assert faults(enter(LIDIA), shop) == []


def test_the_pages_of_people_without_a_desk(shop):
    assert faults(enter(MANAGER), shop, channels={"programme"}) == []
    assert faults(enter(OFFICER), shop, channels={"office"}) == []


def test_a_missing_page_and_a_refused_method_are_no_exception(shop):
    lidia = enter(LIDIA)
    for answer in (lidia.get("/no-such-page"), lidia.post("/work-list"), Client().post("/visits")):
        assert {name: answer.headers.get(name) for name in PAGE} == PAGE


def test_a_paper_of_the_case_is_shown_only_in_our_own_frame(shop):
    answer = enter(LIDIA).get(f"/cases/{shop.number}/papers/slip")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert {name: answer.headers.get(name) for name in PAPER} == PAPER


def test_no_page_carries_a_script_or_a_style_of_its_own(shop):
    lidia, found = enter(LIDIA), []
    for address in every_address(Values(number=shop.number)):
        answer = lidia.get(address.path)
        if not answer.headers.get("Content-Type", "").startswith("text/html"):
            continue
        page = answer.content.decode()
        inline = "<style" in page or " style=" in page or " onclick=" in page or "<script>" in page
        if inline:
            found.append(address.path)
    assert found == []
