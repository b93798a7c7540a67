"""A fault that nobody foresaw: the person sees a number, the log says where, and neither says anything of data."""

import pytest
import structlog
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from ghiseu.config import health

SECRET = "SELECT * FROM people WHERE idnp = 2099010100376"


def breaks(_request: HttpRequest) -> HttpResponse:
    raise RuntimeError(SECRET)


urlpatterns = [path("breaks", breaks)]
handler404, handler500 = "ghiseu.config.health.not_found", "ghiseu.config.health.fault"


@pytest.mark.django_db
@pytest.mark.urls("tests.config.test_last_resort")
class TestUnforeseenFault:
    def test_is_answered_with_a_number_and_without_code_or_data(self):
        answer = Client(raise_request_exception=False).get("/breaks")

        shown = answer.content.decode()
        assert answer.status_code == 500
        assert answer["X-Correlation-Id"][:12] in shown
        assert not any(word in shown for word in ("Traceback", "RuntimeError", "SELECT", "2099010100376", ".py"))
        assert answer["Cache-Control"] == "no-store"

    def test_is_measured_and_logged(self):
        with structlog.testing.capture_logs() as lines:
            Client(raise_request_exception=False).get("/breaks")

        assert [line["status"] for line in lines if line["event"] == "request.answered"] == [500]
        assert SECRET not in str(lines)


def test_the_page_of_faults_is_the_one_of_the_product():
    from ghiseu.config import urls

    assert urls.handler500 == f"{health.__name__}.{health.fault.__name__}"


@pytest.mark.django_db
def test_a_form_of_an_earlier_sign_in_gets_our_own_page():
    answer = Client(enforce_csrf_checks=True).post("/language", {"language": "ru"})

    assert (answer.status_code, "DEBUG" in answer.content.decode()) == (403, False)
    assert 'data-key="F2"' in answer.content.decode()
