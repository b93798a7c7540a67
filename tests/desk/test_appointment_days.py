"""Any day and hour can be booked by keys, and without scripts: the earliest places first, then day by day."""

import re

import pytest
from tests.support.counter import ask_for, come, tell

from ghiseu.foundation import clock

PICKUP = "asp.appointment.pickup"
IDENTITY = "asp.appointment.identity-passport"
SERVICES = [IDENTITY, PICKUP]
DENIS = "2099200107406"
LARGEST_PAGE = 30_000


@pytest.fixture
def number(lozova, exchange):
    at = clock.now()
    made = ask_for(IDENTITY, visit=come(DENIS, to=lozova, at=at), to=lozova, at=at)
    tell(made, to=lozova, at=at, service="id_card")
    return made


def places(shown):
    return re.findall(r'name="place" value="([^"]+)"', shown)


def link(shown, key):
    return re.search(rf'<a href="([^"]+)"[^>]*data-key="{re.escape(key)}"', shown)[1].replace("&amp;", "&")


def page(browser, path):
    return browser.get(path).content.decode()


class TestDays:
    def test_begin_with_the_earliest_places_by_one_key(self, number, browser):
        shown = page(browser, f"/cases/{number}/appointment")

        assert len(places(shown)) == 12
        assert 'data-key="1"' in shown

    def test_lead_to_every_place_of_the_next_day(self, number, browser):
        first = page(browser, f"/cases/{number}/appointment")

        morning = page(browser, link(first, "Alt+N"))
        afternoon = page(browser, link(morning, "Alt+T"))

        assert len(places(morning)) > 12
        assert places(afternoon)
        assert not set(places(morning)) & set(places(first))
        assert not set(places(morning)) & set(places(afternoon))
        assert max(len(morning.encode()), len(afternoon.encode())) <= LARGEST_PAGE

    def test_lead_to_the_afternoon_of_the_first_day(self, number, browser):
        first = page(browser, f"/cases/{number}/appointment")

        afternoon = page(browser, link(first, "Alt+T"))

        day = places(first)[0].partition("@")[2][:10]
        assert {one.partition("@")[2][:10] for one in places(afternoon)} == {day}
        assert {one.partition("@")[2] for one in places(first)} <= {
            one.partition("@")[2] for one in places(page(browser, link(afternoon, "Alt+T")))
        }

    def test_are_chosen_from_a_list_to_the_last_one(self, number, browser):
        first = page(browser, f"/cases/{number}/appointment")
        days = re.findall(r'<option value="([0-9-]+)"', first)

        last = page(browser, f"/cases/{number}/appointment?day={days[-1]}")

        assert len(days) > 15
        assert places(last)
        assert 'data-key="Alt+N"' not in last
        assert link(last, "Alt+P").startswith(f"/cases/{number}/appointment?day={days[-2]}")

    @pytest.mark.parametrize("day", ["yesterday", "1999-01-01", "2999-01-01"])
    def test_that_cannot_be_booked_show_the_earliest(self, number, browser, day):
        assert len(places(page(browser, f"/cases/{number}/appointment?day={day}"))) == 12

    def test_are_booked_by_the_form_alone(self, number, browser):
        first = page(browser, f"/cases/{number}/appointment")
        wanted = places(page(browser, link(first, "Alt+N")))[-1]

        booked = browser.post(f"/cases/{number}/appointment/book", {"place": wanted}, follow=True).content.decode()

        assert "panel--done" in booked

    def test_of_short_visits_still_fit_a_small_page(self, lozova, exchange, browser):
        at = clock.now()
        made = ask_for(PICKUP, visit=come(DENIS, to=lozova, at=at), to=lozova, at=at, answers={"order_ready": True})
        first = page(browser, f"/cases/{made}/appointment")

        morning = page(browser, link(first, "Alt+N"))

        assert len(places(morning)) > 60
        assert len(morning.encode()) <= LARGEST_PAGE
