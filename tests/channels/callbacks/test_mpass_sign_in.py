"""Signing in with the running MPass: its official functional and security cases, and what may not let anybody in."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from tests.channels.callbacks.conftest import CITIZEN, LEAD, LIDIA
from tests.channels.callbacks.mpass_browser import Browser

from ghiseu.adapters.mpass.checks import MPassConnection
from ghiseu.foundation import clock
from ghiseu.modules.centres.models import Operator
from ghiseu.modules.centres.sign_in_models import OperatorSession, SignInRequest, UsedAssertion
from simulators.mpass import faults

NOBODY_GETS_IN_BY = sorted(set(faults.NAMES) - faults.HONEST - {faults.REPLAY, faults.OLD_PROOF})


class TestFunctionalCases:
    def test_tc_funct_01_sign_in_with_no_session_anywhere(self, browser: Browser) -> None:
        response = browser.sign_in(LIDIA, path="/cases/17")

        assert response.status_code == 200
        assert response.request["PATH_INFO"] == "/cases/17"
        assert response.json()["operator"] == LIDIA

    def test_tc_funct_02_single_sign_on_without_being_asked_again(self, browser: Browser) -> None:
        browser.sign_in(LIDIA)
        browser.product.cookies.clear()

        returned = browser.at_mpass(browser.ask(), idnp="nobody is asked")

        assert browser.bring_back(returned).json()["operator"] == LIDIA

    def test_tc_funct_03_cancelling_leaves_nobody_signed_in_and_shows_no_error(self, browser: Browser) -> None:
        returned = browser.at_mpass(browser.ask(), idnp=LIDIA, decision="no")

        response = browser.bring_back(returned)

        assert response.status_code == 200
        assert response.request["PATH_INFO"] == "/sign-in/cancelled"
        assert "box--danger" not in response.content.decode()
        assert not browser.is_let_in()

    def test_tc_funct_04_sign_out_from_here(self, browser: Browser) -> None:
        browser.sign_in(LIDIA)

        to_mpass = browser.press("/sign-out", page="/choose-desk")
        response = browser.go_on_after_sign_out(to_mpass)

        assert response.request["PATH_INFO"] == "/signed-out"
        assert not browser.is_let_in()
        assert "Neautentificat" in browser.mpass.get(browser.simulator.url).text

    def test_tc_funct_05_sign_out_from_mpass(self, browser: Browser) -> None:
        browser.sign_in(LIDIA)

        browser.leave_mpass()

        assert not browser.is_let_in()
        assert [one["state"] for one in browser.simulator.ledger()["participants"]] == ["out"]


class TestSecurityCases:
    @pytest.mark.parametrize(
        ("case", "fault"),
        [
            ("TC_SEC_01", "unsigned"),
            ("TC_SEC_02", "wrong_key"),
            ("TC_SEC_04", "local_time"),
            ("TC_SEC_05", "no_destination"),
            ("TC_SEC_06", "no_in_response_to"),
        ],
    )
    def test_tc_sec_switch_of_mpass(self, browser: Browser, case: str, fault: str) -> None:
        browser.misbehave(fault)

        response = browser.sign_in(LIDIA)

        assert response.status_code == 403, case
        assert not browser.is_let_in()

    def test_tc_sec_03_our_clock_hours_ahead(self, browser: Browser, later: Callable[[timedelta], None]) -> None:
        returned = browser.at_mpass(browser.ask(), idnp=LIDIA)
        later(timedelta(hours=3))

        assert browser.bring_back(returned).status_code == 403
        assert not browser.is_let_in()

    def test_tc_sec_07_the_question_was_lost_before_the_answer(self, browser: Browser) -> None:
        returned = browser.at_mpass(browser.ask(), idnp=LIDIA)
        SignInRequest.objects.all().delete()

        response = browser.bring_back(returned)

        assert response.status_code == 403
        assert "/sign-in" in response.content.decode()
        assert not browser.is_let_in()
        assert browser.sign_in(LIDIA).json()["operator"] == LIDIA


class TestFaultsOfMPass:
    @pytest.mark.parametrize("fault", NOBODY_GETS_IN_BY)
    def test_let_nobody_in_and_can_be_started_again(self, browser: Browser, fault: str) -> None:
        browser.misbehave(fault)

        response = browser.sign_in(LIDIA)

        assert 400 <= response.status_code < 500
        assert LIDIA not in response.content.decode()
        assert not OperatorSession.objects.exists()
        assert not browser.is_let_in()
        assert browser.sign_in(LIDIA).json()["operator"] == LIDIA

    @pytest.mark.parametrize("fault", ["exclusive_form", "both_signed"])
    def test_that_are_none_let_the_right_person_in(self, browser: Browser, fault: str) -> None:
        browser.misbehave(fault)

        assert browser.sign_in(LIDIA).json()["operator"] == LIDIA

    def test_an_old_answer_given_to_a_new_question(self, browser: Browser) -> None:
        browser.sign_in(LIDIA)
        browser.product.cookies.clear()
        browser.misbehave(faults.REPLAY)

        assert browser.sign_in(LIDIA).status_code == 403
        assert not browser.is_let_in()


class TestAnswers:
    def test_count_once(self, browser: Browser, another_browser: Browser) -> None:
        returned = browser.at_mpass(browser.ask(), idnp=LIDIA)
        browser.bring_back(returned)

        again = another_browser.bring_back(returned)

        assert again.status_code == 403
        assert not another_browser.is_let_in()
        assert OperatorSession.objects.count() == 1

    def test_are_remembered_until_they_expire(self, browser: Browser) -> None:
        browser.sign_in(LIDIA)

        (used,) = UsedAssertion.objects.all()
        assert used.expires_at > clock.now()

    def test_work_only_in_the_browser_that_asked(self, browser: Browser, another_browser: Browser) -> None:
        stolen = another_browser.at_mpass(another_browser.ask(), idnp=LIDIA)

        response = browser.bring_back(stolen)

        assert response.status_code == 403
        assert not browser.is_let_in()

    def test_work_in_two_tabs_of_one_browser(self, browser: Browser) -> None:
        first, second = browser.ask("/cases/1"), browser.ask("/cases/2")

        response = browser.bring_back(browser.at_mpass(second, idnp=LIDIA))

        assert response.request["PATH_INFO"] == "/cases/2"
        assert first.values["SAMLRequest"] != second.values["SAMLRequest"]

    def test_come_in_time_or_not_at_all(self, browser: Browser, later: Callable[[timedelta], None]) -> None:
        form = browser.ask()
        SignInRequest.objects.update(created_at=clock.now() - timedelta(minutes=16))

        assert browser.bring_back(browser.at_mpass(form, idnp=LIDIA)).status_code == 403
        assert not browser.is_let_in()

    def test_must_be_one_form_field(self, browser: Browser) -> None:
        for values in ({}, {"SAMLResponse": ["PHg+", "PHg+"]}):
            assert browser.product.post("/saml/acs", values).status_code == 403

    def test_are_not_taken_from_an_address(self, browser: Browser) -> None:
        assert browser.product.get("/saml/acs?SAMLResponse=PHg%2B").status_code == 405


class TestTicket:
    def test_works_once(self, browser: Browser) -> None:
        returned = browser.at_mpass(browser.ask(), idnp=LIDIA)
        handed = browser.product.post("/saml/acs", returned.values)
        browser.product.get(handed.headers["Location"])

        again = browser.product.get(handed.headers["Location"])

        assert again.status_code == 403
        assert OperatorSession.objects.count() == 1

    def test_holds_for_two_minutes(self, browser: Browser, later: Callable[[timedelta], None]) -> None:
        returned = browser.at_mpass(browser.ask(), idnp=LIDIA)
        handed = browser.product.post("/saml/acs", returned.values)
        later(timedelta(seconds=121))

        assert browser.product.get(handed.headers["Location"]).status_code == 403

    def test_cannot_be_guessed(self, browser: Browser) -> None:
        returned = browser.at_mpass(browser.ask(), idnp=LIDIA)
        handed = browser.product.post("/saml/acs", returned.values)

        ticket = handed.headers["Location"].partition("ticket=")[2]
        assert len(ticket) >= 43  # 256 bits in base64
        assert browser.product.get("/sign-in/complete?ticket=" + "A" * 43).status_code == 403
        assert browser.product.get("/sign-in/complete").status_code == 403


class TestPeople:
    def test_who_do_not_work_here_are_told_so(self, browser: Browser) -> None:
        response = browser.sign_in(CITIZEN)

        assert response.status_code == 403
        assert CITIZEN not in response.content.decode()
        assert not OperatorSession.objects.exists()

    def test_who_were_switched_off_do_not_get_in(self, browser: Browser) -> None:
        Operator.objects.update(is_active=False)

        assert browser.sign_in(LIDIA).status_code == 403

    def test_with_nothing_assigned_do_not_stay_in(self, browser: Browser, employ: Callable[..., Operator]) -> None:
        employ(LEAD)

        response = browser.sign_in(LEAD)

        assert response.status_code == 403
        assert not browser.is_let_in()
        assert OperatorSession.objects.get().ended_because == "not_assigned"


class TestReturnPath:
    @pytest.mark.parametrize(
        "wanted",
        [
            "https://evil.example.md/",
            "//evil.example.md/",
            "/\\evil.example.md",
            "javascript:alert(1)",
            "/sign-out",
            "",
        ],
    )
    def test_is_one_of_ours(self, browser: Browser, wanted: str) -> None:
        response = browser.product.get("/sign-in", {"next": wanted})

        assert response.status_code == 200
        assert SignInRequest.objects.get().return_path == "/"


class TestPageToMPass:
    def test_needs_no_inline_script_and_has_a_button(self, browser: Browser) -> None:
        response = browser.product.get("/sign-in")

        page = response.content.decode()
        assert "<script>" not in page
        assert "callbacks/send.js" in page
        assert '<button type="submit"' in page
        assert f"form-action 'self' {browser.simulator.url};" in response.headers["Content-Security-Policy"]
        assert "script-src 'self'" in response.headers["Content-Security-Policy"]
        assert response.headers["Cache-Control"] == "no-store"

    def test_binds_the_browser_by_a_cookie_that_scripts_cannot_read(self, browser: Browser) -> None:
        cookie = browser.product.get("/sign-in").cookies["sign-in"]

        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        assert len(cookie.value) >= 43

    def test_is_not_shown_to_somebody_signed_in(self, browser: Browser) -> None:
        browser.sign_in(LIDIA)

        response = browser.product.get("/sign-in?next=/cases/3")

        assert (response.status_code, response.headers["Location"]) == (302, "/cases/3")


class TestConnection:
    def test_that_is_not_configured_says_so(self, browser: Browser, settings) -> None:
        settings.MPASS_CERTIFICATE = ""

        assert browser.product.get("/sign-in").status_code == 503
        assert [one.level for one in MPassConnection().check(at=clock.now())] == ["error"]

    def test_can_be_checked(self, browser: Browser) -> None:
        assert {one.level for one in MPassConnection().check(at=clock.now())} == {"ok"}

    def test_to_a_dead_mpass_is_noticed(self, browser: Browser, settings) -> None:
        settings.MPASS_URL = "http://127.0.0.1:9"

        assert "does not answer (ConnectError)" in [one.fact for one in MPassConnection().check(at=clock.now())]

    def test_gives_our_metadata(self, browser: Browser) -> None:
        response = browser.product.get("/saml/metadata")

        assert response.headers["Content-Type"] == "application/samlmetadata+xml"
        assert b"http://testserver/saml/acs" in response.content

    def test_takes_either_of_two_certificates(self, browser: Browser, settings) -> None:
        settings.MPASS_CERTIFICATE_NEXT = settings.MPASS_CERTIFICATE
        settings.MPASS_CERTIFICATE = settings.SAML_CERTIFICATE

        assert browser.sign_in(LIDIA).json()["operator"] == LIDIA
