"""Alive, ready, measured; and one id from the key press to the provider."""

import pytest
from django.conf import settings
from django.test import Client

from ghiseu.config import health
from ghiseu.foundation.crypto import SelfTestFailed

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
pytestmark = pytest.mark.django_db


class TestHealth:
    def test_says_that_it_is_alive(self):
        assert Client().get("/livez").content == b"alive"

    def test_is_ready_with_a_database_and_keys(self):
        assert Client().get("/readyz").json() == {"ready": True, "faults": {}}

    def test_is_not_ready_without_usable_keys(self, monkeypatch):
        def fail(*_given):
            raise SelfTestFailed("no keys")

        monkeypatch.setattr(health, "self_test", fail)

        answer = Client().get("/readyz")

        assert (answer.status_code, answer.json()["faults"]) == (503, {"keys": "SelfTestFailed"})

    def test_counts_requests_by_view(self):
        client = Client()
        client.get("/sign-in")

        told = client.get("/metrics").content.decode()

        assert 'ghiseu_requests_total{method="GET"' in told
        assert 'view="callbacks:sign-in"' in told

    def test_hides_its_figures_from_other_machines(self):
        assert Client(REMOTE_ADDR="192.0.2.7").get("/metrics").status_code == 404


class TestCorrelation:
    def test_takes_over_the_trace_of_the_caller(self):
        answer = Client().get("/livez", headers={"traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"})

        assert answer["X-Correlation-Id"] == TRACE

    @pytest.mark.parametrize("sent", ["", "00-short-1-01", f"00-{TRACE.upper()}-00f067aa0ba902b7-01"])
    def test_makes_its_own_for_a_caller_without_a_proper_one(self, sent):
        answer = Client().get("/livez", headers={"traceparent": sent})

        assert len(answer["X-Correlation-Id"]) == len(TRACE)
        assert answer["X-Correlation-Id"] != TRACE


class TestLanguage:
    def test_is_remembered_and_used(self, strict_client):
        strict_client.submit("/language", {"language": "ru", "next": "/s/"}, page="/s/")

        page = strict_client.get("/s/")

        assert strict_client.cookies[settings.LANGUAGE_COOKIE_NAME].value == "ru"
        assert page["Content-Language"] == "ru"
        assert '<html lang="ru">' in page.content.decode()

    @pytest.mark.parametrize("elsewhere", ["https://example.md/", "//example.md/", "javascript:alert(1)"])
    def test_never_leads_to_another_site(self, strict_client, elsewhere):
        answer = strict_client.submit("/language", {"language": "en", "next": elsewhere}, page="/s/")

        assert answer["Location"] == "/"


class TestFaultPages:
    def test_an_unknown_address_is_told_in_plain_words(self):
        answer = Client().get("/no/such/page")

        assert answer.status_code == 404
        assert "<h1>" in answer.content.decode()
