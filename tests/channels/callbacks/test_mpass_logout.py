"""Leaving, in both directions, also when MPass is away or somebody else pretends to be it."""

import base64
from collections.abc import Callable
from datetime import timedelta

from django.test import Client
from lxml import etree
from tests.adapters.mpass.make_vectors import throw_away
from tests.channels.callbacks.conftest import LIDIA
from tests.channels.callbacks.mpass_browser import PRODUCT, Browser, form_in

from ghiseu.foundation import clock
from ghiseu.foundation.access import Scope, scoped_to, transaction
from ghiseu.foundation.audit.models import JournalRecord
from ghiseu.modules.centres.sign_in_models import OperatorSession, SessionEnd
from simulators.mpass.messages import logout_request, logout_response
from simulators.mpass.signing import Signer, sign


def posted(root: etree._Element, signer: Signer | None, *, field: str) -> dict[str, str]:
    """Return the form field of a message signed by somebody, or by nobody."""
    if signer is not None:
        sign(root, signer)
    return {field: base64.b64encode(etree.tostring(root)).decode(), "RelayState": "r"}


def request_of(browser: Browser, **changes: str) -> etree._Element:
    """Return a log-out request about Lidia's session as MPass would write it."""
    index = OperatorSession.objects.get().session_index
    facts = {"issuer": browser.simulator.url, "destination": f"{PRODUCT}/saml/slo", "name_id": LIDIA}
    return logout_request(**{**facts, "session_index": index, **changes}, at=clock.now())


class TestOurSignOut:
    def test_ends_the_session_before_anybody_else_is_asked(self, browser: Browser) -> None:
        browser.sign_in(LIDIA)

        response = browser.press("/sign-out", page="/choose-desk")

        assert response.status_code == 200
        assert not browser.is_let_in()
        assert OperatorSession.objects.get().ended_because == SessionEnd.SIGNED_OUT

    def test_clears_what_the_browser_keeps(self, browser: Browser) -> None:
        browser.sign_in(LIDIA)

        response = browser.press("/sign-out", page="/choose-desk")
        last = browser.go_on_after_sign_out(response)

        for one in (response, last):
            assert one.headers["Clear-Site-Data"] == '"cache", "storage"'
            assert one.headers["Cache-Control"] == "no-store"

    def test_needs_no_mpass(self, browser: Browser, settings) -> None:
        browser.sign_in(LIDIA)
        settings.MPASS_URL = ""

        response = browser.press("/sign-out", page="/choose-desk")

        assert response.headers["Location"] == "/signed-out"
        assert not browser.is_let_in()

    def test_cannot_be_pressed_by_another_site(self, browser: Browser) -> None:
        browser.sign_in(LIDIA)

        assert browser.product.post("/sign-out").status_code == 403
        assert browser.product.get("/sign-out").status_code == 405
        assert browser.is_let_in()

    def test_can_be_pressed_twice(self, browser: Browser) -> None:
        browser.sign_in(LIDIA)
        browser.press("/sign-out", page="/choose-desk")

        again = browser.press("/sign-out", page="/signed-out")

        assert again.headers["Location"] == "/signed-out"

    def test_says_when_another_service_did_not_follow(self, browser: Browser, mpass_signer: Signer) -> None:
        browser.sign_in(LIDIA)
        browser.press("/sign-out", page="/choose-desk")
        ours = OperatorSession.objects.get().logout_request_id
        facts = {"issuer": browser.simulator.url, "destination": f"{PRODUCT}/saml/slo", "in_response_to": ours}
        answer = logout_response(**facts, at=clock.now(), partial=True)

        response = Client().post("/saml/slo", posted(answer, mpass_signer, field="SAMLResponse"))

        assert (response.status_code, response.headers["Location"]) == (303, "/signed-out?elsewhere")
        assert b"Close the browser" in Client().get("/signed-out?elsewhere", headers={"cookie": "language=en"}).content

    def test_takes_no_answer_that_it_did_not_ask_for(self, browser: Browser, mpass_signer: Signer) -> None:
        facts = {"issuer": browser.simulator.url, "destination": f"{PRODUCT}/saml/slo", "in_response_to": "_other"}
        answer = logout_response(**facts, at=clock.now(), partial=False)

        assert Client().post("/saml/slo", posted(answer, mpass_signer, field="SAMLResponse")).status_code == 403

    def test_is_in_the_journal_of_the_centre(self, browser: Browser) -> None:
        browser.sign_in(LIDIA)
        browser.press("/sign-out", page="/choose-desk")

        session = OperatorSession.objects.get()
        with scoped_to(Scope(centre_id=session.centre_id or 0)), transaction():
            events = list(JournalRecord.objects.order_by("sequence").values_list("event", flat=True))
        assert events == ["centres.session.started", "centres.session.ended"]


class TestLogoutByMPass:
    def test_is_answered_in_a_frame_of_mpass_and_nobody_elses(self, browser: Browser) -> None:
        browser.sign_in(LIDIA)

        (answer,) = browser.leave_mpass()

        assert answer.status_code == 200
        assert f"frame-ancestors {browser.simulator.url};" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Frame-Options"] == f"ALLOW-FROM {browser.simulator.url}"
        assert b"<script>" not in answer.content

    def test_needs_no_cookie_of_ours(self, browser: Browser, mpass_signer: Signer) -> None:
        browser.sign_in(LIDIA)

        Client().post("/saml/slo", posted(request_of(browser), mpass_signer, field="SAMLRequest"))

        assert not browser.is_let_in()
        assert OperatorSession.objects.get().ended_because == SessionEnd.SIGNED_OUT_ELSEWHERE

    def test_echoes_what_mpass_wants_to_recognise(self, browser: Browser, mpass_signer: Signer) -> None:
        browser.sign_in(LIDIA)
        told = request_of(browser)

        answer = Client().post("/saml/slo", posted(told, mpass_signer, field="SAMLRequest"))

        values = form_in(answer.content).values
        assert values["RelayState"] == "r"
        root = etree.fromstring(base64.b64decode(values["SAMLResponse"]))
        assert root.get("InResponseTo") == told.get("ID")

    def test_of_a_session_that_is_over_is_no_error(self, browser: Browser, mpass_signer: Signer) -> None:
        browser.sign_in(LIDIA)
        told = posted(request_of(browser), mpass_signer, field="SAMLRequest")
        Client().post("/saml/slo", told)

        assert Client().post("/saml/slo", told).status_code == 200

    def test_ends_only_the_session_that_it_names(self, browser: Browser, mpass_signer: Signer) -> None:
        browser.sign_in(LIDIA)

        Client().post("/saml/slo", posted(request_of(browser, session_index="x"), mpass_signer, field="SAMLRequest"))
        Client().post(
            "/saml/slo", posted(request_of(browser, name_id="2099310101017"), mpass_signer, field="SAMLRequest")
        )

        assert browser.is_let_in()

    def test_by_somebody_else_ends_nothing(self, browser: Browser) -> None:
        browser.sign_in(LIDIA)

        for signer in (None, throw_away("stranger")):
            refused = Client().post("/saml/slo", posted(request_of(browser), signer, field="SAMLRequest"))
            assert refused.status_code == 403

        assert browser.is_let_in()

    def test_for_another_address_ends_nothing(self, browser: Browser, mpass_signer: Signer) -> None:
        browser.sign_in(LIDIA)
        told = request_of(browser, destination="https://other.example.md/saml/slo")

        assert Client().post("/saml/slo", posted(told, mpass_signer, field="SAMLRequest")).status_code == 403
        assert browser.is_let_in()

    def test_that_is_old_ends_nothing(
        self, browser: Browser, mpass_signer: Signer, later: Callable[[timedelta], None]
    ) -> None:
        browser.sign_in(LIDIA)
        told = posted(request_of(browser), mpass_signer, field="SAMLRequest")
        later(timedelta(minutes=12))

        assert Client().post("/saml/slo", told).status_code == 403
        assert OperatorSession.objects.open().exists()

    def test_is_not_asked_for_by_an_address(self, browser: Browser) -> None:
        assert Client().get("/saml/slo").status_code == 405

    def test_without_a_connection_is_answered_with_503(self, browser: Browser, settings) -> None:
        settings.MPASS_URL = ""

        assert Client().post("/saml/slo", {"SAMLRequest": "x"}).status_code == 503


class TestOtherPages:
    def test_may_not_be_framed(self, browser: Browser) -> None:
        for path in ("/sign-in", "/signed-out", "/sign-in/cancelled"):
            response = browser.product.get(path)
            assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"], path
            assert response.headers["X-Frame-Options"] == "DENY"
