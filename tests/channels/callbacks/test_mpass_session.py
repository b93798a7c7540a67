"""What holds between sign-in and sign-out: keys, locks, limits, places."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from tests.channels.callbacks.conftest import LEAD, LIDIA
from tests.channels.callbacks.mpass_browser import Browser

from ghiseu.foundation import clock
from ghiseu.foundation.access import NoTransaction
from ghiseu.modules.centres import places, sign_in
from ghiseu.modules.centres.models import Desk, Operator, Role
from ghiseu.modules.centres.sign_in_models import OperatorSession, SessionEnd
from simulators.mpass import faults

COOKIE = "ghiseu"
Later = Callable[[timedelta], None]


def key_of(browser: Browser) -> str:
    """Return the session key that the browser holds."""
    return str(browser.product.cookies[COOKIE].value)


class TestSessionKey:
    def test_from_before_the_sign_in_opens_nothing(self, browser: Browser) -> None:
        planted = browser.product.session
        planted["planted"] = "by an attacker"
        planted.save()
        before = key_of(browser)

        browser.sign_in(LIDIA)

        assert key_of(browser) != before
        attacker = Client()
        attacker.cookies[COOKIE] = before
        assert attacker.get("/work").status_code == 302
        assert "planted" not in browser.product.session

    def test_of_one_session_does_not_serve_another(self, browser: Browser, another_browser: Browser) -> None:
        browser.sign_in(LIDIA)
        stolen = another_browser.product.session
        stolen[sign_in.SESSION_KEY] = OperatorSession.objects.get().pk
        stolen.save()

        assert not another_browser.is_let_in()

    def test_is_stored_as_a_hash_only(self, browser: Browser) -> None:
        browser.sign_in(LIDIA)

        session = OperatorSession.objects.get()
        assert len(session.key_hash) == 64
        assert key_of(browser) not in session.key_hash

    def test_changes_when_a_lock_is_opened(self, browser: Browser) -> None:
        browser.sign_in(LIDIA)
        before = key_of(browser)
        browser.press("/lock", page="/choose-desk")

        browser.sign_in_from_lock(LIDIA)

        assert key_of(browser) != before
        assert not Session.objects.filter(session_key=before).exists()
        thief = Client()
        thief.cookies[COOKIE] = before
        assert thief.get("/work").status_code == 302

    def test_of_an_ended_session_is_worth_nothing(self, browser: Browser) -> None:
        browser.sign_in(LIDIA)
        kept = key_of(browser)
        browser.press("/sign-out", page="/choose-desk")

        browser.product.cookies[COOKIE] = kept

        assert not browser.is_let_in()


class TestIdleLock:
    def test_comes_after_five_minutes_without_anybody(self, browser: Browser, later: Later) -> None:
        browser.sign_in(LIDIA)
        later(timedelta(seconds=301))

        assert browser.product.get("/work").headers["Location"] == "/lock?next=/work"
        assert OperatorSession.objects.get().locked_at is not None

    def test_does_not_come_to_somebody_at_work(self, browser: Browser, later: Later) -> None:
        browser.sign_in(LIDIA)

        for minute in range(1, 15):
            later(timedelta(minutes=minute))
            assert browser.is_let_in()

    def test_is_not_put_off_by_requests_that_pages_make_themselves(self, browser: Browser, later: Later) -> None:
        browser.sign_in(LIDIA)
        session = OperatorSession.objects.get()
        seen = session.last_seen_at
        later(timedelta(minutes=4))

        assert sign_in.lock_if_idle(session, at=clock.now()) is False
        session.refresh_from_db()
        assert session.last_seen_at == seen

    def test_keeps_the_draft_and_the_place_for_the_same_person(self, browser: Browser) -> None:
        browser.sign_in(LIDIA)
        browser.press("/work", page="/choose-desk", draft="half a sentence")
        before = OperatorSession.objects.get()
        # The clock of MPass cannot be moved with ours, so the last touch is.
        OperatorSession.objects.update(last_seen_at=clock.now() - timedelta(minutes=6))
        locked = browser.product.get("/cases/17", follow=True)
        assert locked.request["PATH_INFO"] == "/lock"

        response = browser.sign_in_from_lock(LIDIA, path="/cases/17")

        assert response.request["PATH_INFO"] == "/cases/17"
        assert response.json()["draft"] == "half a sentence"
        assert response.json()["session"] == before.pk
        assert response.json()["desk"] == "1"
        after = OperatorSession.objects.get()
        assert after.locked_at is None
        assert after.authenticated_at > before.authenticated_at

    def test_is_opened_by_asking_for_the_proof_again(self, browser: Browser) -> None:
        browser.sign_in(LIDIA)
        browser.press("/lock", page="/choose-desk")

        browser.sign_in_from_lock(LIDIA)

        assert [row["forced"] for row in browser.simulator.ledger()["requests"]] == [0, 1]

    def test_is_not_opened_by_an_old_proof(self, browser: Browser) -> None:
        browser.sign_in(LIDIA)
        browser.press("/lock", page="/choose-desk")
        browser.misbehave(faults.OLD_PROOF)

        response = browser.sign_in_from_lock(LIDIA)

        assert response.status_code == 403
        assert OperatorSession.objects.get().locked_at is not None
        assert browser.product.get("/work").headers["Location"] == "/lock?next=/work"

    def test_gives_another_person_a_session_of_their_own(
        self, browser: Browser, employ: Callable[..., Operator]
    ) -> None:
        employ(LEAD, "LOZ")
        browser.sign_in(LIDIA)
        browser.press("/work", page="/choose-desk", draft="of Lidia")
        browser.press("/lock", page="/choose-desk")

        response = browser.sign_in_from_lock(LEAD, path="/cases/17")

        assert response.request["PATH_INFO"] == "/"
        assert response.json()["operator"] == LEAD
        assert response.json()["draft"] == ""
        assert OperatorSession.objects.get(operator__surname="Operator-Test", ended_at__isnull=False)
        assert OperatorSession.objects.order_by("id").first().ended_because == SessionEnd.REPLACED

    def test_stays_when_the_person_cancels(self, browser: Browser) -> None:
        browser.sign_in(LIDIA)
        browser.press("/lock", page="/choose-desk")

        browser.sign_in_from_lock(LIDIA, decision="no")

        assert browser.product.get("/work").headers["Location"] == "/lock?next=/work"

    def test_page_offers_to_leave_instead(self, browser: Browser) -> None:
        browser.sign_in(LIDIA)
        browser.press("/lock", page="/choose-desk")

        browser.press("/sign-out", page="/lock")

        assert OperatorSession.objects.get().ended_because == SessionEnd.SIGNED_OUT

    def test_by_hand_comes_back_to_the_page_it_was_pressed_on(self, browser: Browser) -> None:
        browser.sign_in(LIDIA)
        page = browser.product.get("/choose-desk").content.decode()
        token = page.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
        came_from = {"referer": "http://testserver/cases/17"}

        response = browser.product.post("/lock", {"csrfmiddlewaretoken": token}, headers=came_from)

        assert response.headers["Location"] == "/lock?next=%2Fcases%2F17"

    def test_address_leads_on_when_nothing_is_locked(self, browser: Browser) -> None:
        assert browser.product.get("/lock").headers["Location"] == "/sign-in?next=%2F"
        browser.sign_in(LIDIA)

        assert browser.product.get("/lock?next=/work").headers["Location"] == "/work"


class TestDesertedComputer:
    """MPass still knows the operator; our cookie is gone; somebody else may be sitting there."""

    def opened_by_an_old_proof(self, browser: Browser) -> bool:
        browser.product.cookies.clear()
        refused = browser.bring_back(browser.at_mpass(browser.ask(), idnp="nobody is asked"))
        assert refused.status_code in {200, 403}
        if refused.status_code == 403:
            assert "/sign-in?fresh" in refused.content.decode()
        return browser.is_let_in()

    def test_does_not_open_after_a_lock(self, browser: Browser) -> None:
        browser.sign_in(LIDIA)
        browser.press("/lock", page="/choose-desk")

        assert not self.opened_by_an_old_proof(browser)

    def test_does_not_open_after_idleness(self, browser: Browser, settings) -> None:
        browser.sign_in(LIDIA)
        settings.IDLE_LOCK_AFTER = 0

        assert not self.opened_by_an_old_proof(browser)

    def test_does_not_open_after_a_sign_out_that_never_reached_mpass(self, browser: Browser) -> None:
        browser.sign_in(LIDIA)
        browser.press("/sign-out", page="/choose-desk")

        assert not self.opened_by_an_old_proof(browser)

    def test_does_not_open_after_the_longest_session(self, browser: Browser) -> None:
        browser.sign_in(LIDIA)
        OperatorSession.objects.update(started_at=clock.now() - timedelta(hours=9))

        assert not self.opened_by_an_old_proof(browser)
        assert OperatorSession.objects.get().ended_because == SessionEnd.TOO_LONG

    def test_opens_to_the_operator_who_gives_the_proof_again(self, browser: Browser) -> None:
        browser.sign_in(LIDIA)
        browser.press("/sign-out", page="/choose-desk")

        response = browser.bring_back(browser.at_mpass(browser.ask("/sign-in?fresh"), idnp=LIDIA))

        assert response.json()["operator"] == LIDIA

    def test_opens_to_an_operator_at_work_on_another_one(self, browser: Browser, another_browser: Browser) -> None:
        browser.sign_in(LIDIA)
        another_browser.mpass.cookies.update(browser.mpass.cookies)

        assert another_browser.sign_in("nobody is asked").json()["operator"] == LIDIA
        assert browser.is_let_in()


class TestStillHere:
    def test_keeps_the_session_open(self, browser: Browser, later: Later) -> None:
        browser.sign_in(LIDIA)
        token = browser.product.get("/choose-desk").cookies["csrf"].value
        for minutes in (4, 8):
            later(timedelta(minutes=minutes))
            assert browser.product.post("/still-here", headers={"X-CSRFToken": token}).status_code == 204

        assert browser.is_let_in()

    def test_says_when_it_is_too_late(self, browser: Browser, later: Later) -> None:
        browser.sign_in(LIDIA)
        token = browser.product.get("/choose-desk").cookies["csrf"].value
        later(timedelta(minutes=6))

        assert browser.product.post("/still-here", headers={"X-CSRFToken": token}).status_code == 401


class TestLongestSession:
    def test_is_eight_hours_however_busy(self, browser: Browser, later: Later) -> None:
        browser.sign_in(LIDIA)
        OperatorSession.objects.update(last_seen_at=clock.now() + timedelta(hours=8))
        later(timedelta(hours=7, minutes=59))
        assert browser.is_let_in()

        later(timedelta(hours=8))

        assert browser.product.get("/work").headers["Location"] == "/sign-in?next=/work"


class TestPlaces:
    def test_the_only_one_is_taken_without_asking(self, browser: Browser) -> None:
        response = browser.sign_in(LIDIA)

        assert (response.json()["centre"], response.json()["desk"]) == ("LOZ", "1")

    def test_several_are_asked_for_and_the_last_one_is_offered_first(
        self, browser: Browser, employ: Callable[..., Operator]
    ) -> None:
        employ(LEAD, "TVA", "BLG", desks=2)
        asked = browser.sign_in(LEAD)
        assert asked.request["PATH_INFO"] == "/choose-desk"
        assert asked.content.decode().count('type="radio"') == 4
        desk = Desk.objects.get(centre__code="TVA", code="2")

        browser.press("/choose-desk", page="/choose-desk", place=f"{desk.centre_id}-{desk.pk}", next="/work")
        work = browser.product.get("/work").json()

        assert (work["centre"], work["desk"]) == ("TVA", "2")
        again = browser.product.get("/choose-desk").content.decode()
        assert f'value="{desk.centre_id}-{desk.pk}" checked autofocus' in " ".join(again.split())

    def test_of_others_cannot_be_taken(self, browser: Browser, employ: Callable[..., Operator]) -> None:
        employ(LEAD, "TVA", desks=2)
        browser.sign_in(LEAD)
        desk = Desk.objects.get(centre__code="LOZ")

        response = browser.press("/choose-desk", page="/choose-desk", place=f"{desk.centre_id}-{desk.pk}")

        assert response.status_code == 403
        assert OperatorSession.objects.get().centre is None

    def test_for_the_whole_programme_need_no_desk(self, browser: Browser, employ, as_owner) -> None:
        operator = employ(LEAD)
        with as_owner():
            operator.assignments.create(role=Role.AUDITOR, from_date="2026-01-01")

        response = browser.sign_in(LEAD)

        assert response.json()["centre"] is None
        assert OperatorSession.objects.get().place_chosen_at is not None

    def test_that_are_over_are_not_offered(self, browser: Browser, as_owner) -> None:
        operator = Operator.objects.get()
        with as_owner():
            operator.assignments.update(to_date="2026-02-01")

        assert browser.sign_in(LIDIA).status_code == 403


class TestOperations:
    @pytest.mark.django_db(transaction=True)
    def test_demand_a_transaction(self) -> None:
        session = OperatorSession()
        at = clock.now()

        for operation in (sign_in.lock, sign_in.touch, sign_in.lock_if_idle):
            with pytest.raises(NoTransaction):
                operation(session, at=at)
        with pytest.raises(NoTransaction):
            sign_in.end(session, because=SessionEnd.SIGNED_OUT, at=at)
        with pytest.raises(NoTransaction):
            sign_in.take_answer(request_id="_1", at=at)
        with pytest.raises(NoTransaction):
            places.work_at(session, place_key="1-1", on=at.date(), at=at)

    @pytest.mark.django_db
    def test_count_an_assertion_once_even_for_another_question(self) -> None:
        sign_in.use_assertion(assertion_id="_a", expires_at=clock.now())

        with pytest.raises(sign_in.AssertionUsedBefore):
            sign_in.use_assertion(assertion_id="_a", expires_at=clock.now())

    @pytest.mark.django_db
    def test_forget_old_questions_and_assertions(self) -> None:
        long_ago = clock.now() - timedelta(days=8)
        sign_in.begin(request_id="_old", browser_token="x", return_path="/", at=long_ago)
        sign_in.use_assertion(assertion_id="_old", expires_at=long_ago)

        sign_in.begin(request_id="_new", browser_token="x", return_path="/", at=clock.now())

        assert list(sign_in.SignInRequest.objects.values_list("request_id", flat=True)) == ["_new"]
        assert not sign_in.UsedAssertion.objects.exists()
