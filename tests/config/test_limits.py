"""Who asks too often waits: strangers by address, operators only where people are looked up."""

from types import SimpleNamespace

import pytest
import structlog
from django.conf import settings as configured
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import get_resolver

from ghiseu.config.limits import CODES, LOOK_UPS, REPORTS, SEARCH, SIGN_IN, STATUS, Limits, client_address

pytestmark = pytest.mark.django_db
IDNP = "2099010100376"


class Operator:
    def __init__(self, number: int) -> None:
        self.pk = number


def ask(
    limits: Limits, view: str, *, operator: int = 0, address: str = "192.0.2.1", **sent: str
) -> HttpResponse | None:
    request = RequestFactory(REMOTE_ADDR=address).post("/somewhere", sent)
    request.operator = Operator(operator) if operator else None
    request.resolver_match = SimpleNamespace(view_name=view)
    return limits.process_view(request)


@pytest.fixture
def limits(settings):
    settings.SIGN_INS_PER_MINUTE = settings.STATUS_PER_MINUTE = settings.LOOK_UPS_PER_MINUTE = 2
    settings.REPORTS_PER_MINUTE = settings.CODES_PER_MINUTE = 2
    return Limits(lambda _request: HttpResponse())


def statuses(limits: Limits, view: str, **given: object) -> list[int]:
    answers = [ask(limits, view, **given) for _ in range(3)]
    return [answer.status_code if answer else 200 for answer in answers]


def test_every_view_that_is_counted_exists():
    views = SIGN_IN | STATUS | CODES | REPORTS | LOOK_UPS | {SEARCH}
    channels = get_resolver().namespace_dict
    unknown = [view for view in views if view.partition(":")[2] not in channels[view.partition(":")[0]][1].reverse_dict]

    assert unknown == []


class TestStranger:
    @pytest.mark.parametrize(
        "view",
        [
            "callbacks:sign-in",
            "callbacks:saml-acs",
            "callbacks:sign-in-complete",
            "citizen:status",
            "citizen:screen-code",
        ],
    )
    def test_waits_after_too_many(self, limits, view):
        assert statuses(limits, view) == [200, 200, 429]

    def test_leaves_a_line_without_the_address(self, limits):
        with structlog.testing.capture_logs() as lines:
            statuses(limits, "citizen:status")

        assert [(line["event"], line["kind"]) for line in lines] == [("request.too-many", "status")]
        assert "192.0.2.1" not in str(lines)

    def test_at_another_address_does_not_wait(self, limits):
        statuses(limits, "citizen:status")

        assert ask(limits, "citizen:status", address="192.0.2.2") is None

    def test_is_not_counted_where_nothing_can_be_guessed(self, limits):
        assert statuses(limits, "citizen:help") == [200, 200, 200]
        assert statuses(limits, "callbacks:mpay-service") == [200, 200, 200]

    def test_is_told_in_words_and_by_a_header_how_long_to_wait(self, settings):
        settings.STATUS_PER_MINUTE = 1
        client = Client()
        client.get("/s/")

        answer = client.get("/s/", headers={"cookie": f"{configured.LANGUAGE_COOKIE_NAME}=en"})

        assert answer.status_code == 429
        assert 0 < int(answer["Retry-After"]) <= 60
        assert f"Try again in {answer['Retry-After']} seconds." in answer.content.decode()


class TestOperator:
    @pytest.mark.parametrize("view", ["desk:start-visit", "desk:acting-for"])
    def test_waits_after_looking_up_too_many_people(self, limits, view):
        assert statuses(limits, view, operator=7) == [200, 200, 429]

    def test_waits_after_searching_for_too_many_numbers(self, limits):
        assert statuses(limits, "desk:find", operator=7, q=f"{IDNP[:7]} {IDNP[7:]}") == [200, 200, 429]

    def test_may_search_for_names_and_services_as_often_as_needed(self, limits):
        assert statuses(limits, "desk:find", operator=7, q="naștere") == [200, 200, 200]

    def test_is_counted_apart_from_colleagues_at_the_same_address(self, limits):
        statuses(limits, "desk:start-visit", operator=7)

        assert ask(limits, "desk:start-visit", operator=8) is None

    def test_is_kept_from_nothing_else(self, limits):
        for view in ("callbacks:sign-in", "citizen:status", "desk:case", "desk:save-field"):
            assert statuses(limits, view, operator=7) == [200, 200, 200]


class TestClientAddress:
    def test_is_that_of_the_connection_without_a_proxy(self, settings):
        settings.BEHIND_PROXY = False
        request = RequestFactory(REMOTE_ADDR="192.0.2.9").get("/", headers={"x-forwarded-for": "10.0.0.1"})

        assert client_address(request) == "192.0.2.9"

    def test_is_what_the_proxy_added_and_never_what_the_client_wrote_before_it(self, settings):
        settings.BEHIND_PROXY = True
        request = RequestFactory(REMOTE_ADDR="127.0.0.1").get("/", headers={"x-forwarded-for": "10.0.0.1, 192.0.2.7"})

        assert client_address(request) == "192.0.2.7"
