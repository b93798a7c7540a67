"""Headers of every answer."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from ghiseu.foundation.ui.security import SecurityHeaders


def answer(response: HttpResponse) -> HttpResponse:
    return SecurityHeaders(lambda _: response)(RequestFactory().get("/"))


class TestSecurityHeaders:
    @pytest.fixture(autouse=True)
    def _settings(self, settings):
        settings.MPASS_URL = "https://mpass.example/login/saml"
        settings.CSP_FORM_TARGETS = ["https://mpay.example/service/pay", "https://mpass.example/"]

    def test_allow_only_our_own_scripts_styles_and_no_frames(self):
        policy = answer(HttpResponse("page"))["Content-Security-Policy"]

        rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
        assert rules["script-src"] == rules["style-src"] == rules["default-src"] == rules["font-src"] == "'self'"
        assert rules["frame-ancestors"] == rules["object-src"] == rules["base-uri"] == "'none'"
        assert rules["img-src"] == "'self' data: blob:"
        assert "unsafe" not in policy

    def test_let_forms_go_to_the_named_platforms_only(self):
        policy = answer(HttpResponse("page"))["Content-Security-Policy"]

        assert "form-action 'self' https://mpass.example https://mpay.example;" in policy

    def test_say_where_to_report_what_was_blocked(self):
        headers = answer(HttpResponse("page"))

        assert headers["Content-Security-Policy"].endswith("report-uri /policy-report; report-to policy")
        assert headers["Reporting-Endpoints"] == 'policy="/policy-report"'

    def test_ask_for_https_where_the_installation_has_it(self, settings):
        assert "Strict-Transport-Security" not in answer(HttpResponse("page"))

        settings.SECURE_HSTS_SECONDS = 31_536_000

        assert answer(HttpResponse("page"))["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"

    def test_keep_pages_out_of_every_cache(self):
        assert answer(HttpResponse("page"))["Cache-Control"] == "no-store"

    def test_leave_what_the_view_decided(self):
        kept = HttpResponse("style", headers={"Cache-Control": "max-age=60"})

        assert answer(kept)["Cache-Control"] == "max-age=60"

    def test_let_our_own_page_frame_a_pdf_for_printing(self):
        headers = answer(HttpResponse(b"%PDF", content_type="application/pdf"))

        assert headers["X-Frame-Options"] == "SAMEORIGIN"
        assert headers["Content-Security-Policy"] == "frame-ancestors 'self'"
