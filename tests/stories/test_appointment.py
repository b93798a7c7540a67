"""A place at the agency's office: booked, on paper, in a file for a phone, moved."""

import re

DENIS, EUGENIA = "2099200107406", "2099010100376"
CALENDAR = "a[data-key='Alt+D']"


class TestAppointment:
    def test_is_booked_printed_and_moved(self, counter):
        desk = counter()
        with desk.journey("e", "appointment for a card, Denis"):
            desk.scan(DENIS, to="/visit")
            desk.type("buletin")
            desk.press("Enter", to="/services/*")
            desk.press("F9", to="/cases/*/appointment")
            desk.press("Space")  # an identity card
            desk.press("1", to="/cases/*/appointment")
            slip = desk.printed("F8")
        number = desk.page.inner_text(".panel--done .quiet").rpartition(" ")[2]
        first = desk.page.inner_text(".panel--done .big-number")
        assert number in slip.text
        assert "Centrul multifuncțional" in slip.text
        self.check_calendar_file(desk, number)
        desk.press("F7")
        desk.press("2", to="/cases/*/appointment")
        assert desk.page.inner_text(".panel--done .big-number") != first

    def check_calendar_file(self, desk, number):
        href = desk.page.get_attribute(CALENDAR, "href")
        told = desk.context.request.get(href)
        assert told.headers["content-type"].startswith("text/calendar")
        assert f"UID:{number}@ghiseu" in told.text()
        assert "Sîrbu" not in told.text()

    def test_is_not_booked_before_the_question_is_answered(self, counter):
        desk = counter()
        desk.scan(EUGENIA, to="/visit")
        desk.type("buletin")
        desk.press("Enter", to="/services/*")
        desk.press("F9", to="/cases/*/appointment")
        desk.press("1", to="/cases/*/appointment/book")
        assert desk.says("Nu s-a programat nimic")

    def test_is_booked_for_another_afternoon_by_keys(self, counter):
        desk = counter()
        desk.scan(EUGENIA, to="/visit")
        desk.type("buletin")
        desk.press("Enter", to="/services/*")
        desk.press("F9", to="/cases/*/appointment")
        desk.press("Space")
        first = desk.page.inner_text("#slot-1")
        desk.press("Alt+N")
        desk.page.wait_for_url(re.compile(r"/appointment\?day=[0-9-]+$"))
        desk.press("Alt+T")
        desk.page.wait_for_url(re.compile(r"part=afternoon$"))
        desk.press("1", to="/cases/*/appointment")
        booked = desk.page.inner_text(".panel--done .big-number")
        assert booked.partition(", 2")[0] != first.partition(", 2")[0]
        assert booked[-5:] >= "13:00"
