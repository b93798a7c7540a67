"""What browsers report about our content policy: the directive and the host, and nothing of a person."""

import json

import pytest
import structlog
from django.test import Client

PAGE = "https://ghiseu.example.md/cases/LOZ-26-000123-7?q=2099010100376"
OLD = {
    "csp-report": {
        "document-uri": PAGE,
        "referrer": PAGE,
        "violated-directive": "script-src-elem",
        "effective-directive": "script-src-elem",
        "blocked-uri": "https://evil.example/x.js?idnp=2099010100376",
        "script-sample": "Eugenia Munteanu",
    }
}
NEW = [{"type": "csp-violation", "url": PAGE, "body": {"effectiveDirective": "img-src", "blockedURL": "inline"}}]
pytestmark = pytest.mark.django_db


def send(body: object, *, kind: str = "application/csp-report", client: Client | None = None):
    written = body if isinstance(body, bytes) else json.dumps(body).encode()
    return (client or Client(enforce_csrf_checks=True)).post("/policy-report", written, content_type=kind)


@pytest.fixture
def lines():
    with structlog.testing.capture_logs() as kept:
        yield kept


def told(lines):
    return [line for line in lines if line["event"] == "policy.violated"]


class TestReport:
    def test_leaves_the_directive_and_the_host_and_nothing_else(self, lines):
        assert send(OLD).status_code == 204

        assert told(lines) == [
            {
                "event": "policy.violated",
                "directive": "script-src-elem",
                "blocked_host": "evil.example",
                "log_level": "warning",
            }
        ]

    def test_of_the_newer_form_is_read_too(self, lines):
        assert send(NEW, kind="application/reports+json").status_code == 204

        assert [(line["directive"], line["blocked_host"]) for line in told(lines)] == [("img-src", "inline")]

    @pytest.mark.parametrize(
        "blocked",
        ["https://[::1", "x" * 500, "https://ex ample/", 7, None, "chrome:x"],
    )
    def test_with_an_odd_address_says_only_other(self, lines, blocked):
        send({"csp-report": {"effective-directive": "2099010100376", "blocked-uri": blocked}})

        assert [(line["directive"], line["blocked_host"]) for line in told(lines)] == [("other", "other")]

    def test_with_very_many_parts_is_read_only_at_its_beginning(self, lines):
        send(NEW * 50, kind="application/reports+json")

        assert len(told(lines)) == 10

    def test_keeps_its_two_values_in_the_real_log(self):
        from ghiseu.foundation.log import ALLOWED

        assert {"directive", "blocked_host"} <= ALLOWED


class TestRefusedReport:
    @pytest.mark.parametrize(
        ("body", "kind", "status"),
        [
            (b"{" * 20_000, "application/csp-report", 413),
            (b"not json", "application/csp-report", 400),
            (b"\xff\xfe", "application/csp-report", 400),
            (b"{}", "text/plain", 415),
        ],
    )
    def test_is_answered_and_leaves_nothing(self, lines, body, kind, status):
        assert send(body, kind=kind).status_code == status
        assert told(lines) == []

    def test_too_often_from_one_address_has_to_wait(self, settings, lines):
        settings.REPORTS_PER_MINUTE = 2
        client = Client()

        assert [send(OLD, client=client).status_code for _ in range(3)] == [204, 204, 429]
        assert len(told(lines)) == 2

    def test_is_no_page(self):
        assert Client().get("/policy-report").status_code == 405
