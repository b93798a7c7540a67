"""A person takes their data home and asks for a correction, with keys only; the officer opens an incident."""

from tests.stories.steps import end_visit
from tests.stories.test_accessibility import all_faults, speak

VASILE, DATA_OFFICER = "2099050101850", "2099310109091"
NOW = "23.11.2026 09:00"


def test_a_person_gets_their_data_and_asks_for_a_correction(counter):
    desk = counter()
    desk.scan(VASILE, to="/visit")

    assert "Datele mele la centru" in desk.printed("Alt+D").text
    desk.press("Alt+R", to="/visit/correction")
    for name, said in (("field", "adresa"), ("person_says", "s. Lozova"), ("evidence", "buletin")):
        desk.page.fill(f"[name={name}]", said)
    desk.press("F9", to="/corrections/*")
    assert "s. Lozova" in desk.printed("F8").text

    request = desk.page.url.removeprefix(desk.stack.url)
    assert all_faults(desk, ["/visit", "/visit/correction", "/corrections", request]) == []
    speak(desk, "ro")
    desk.page.goto("/visit")
    end_visit(desk)


def test_the_officer_opens_an_incident(counter):
    desk = counter(operator=DATA_OFFICER)
    desk.page.goto("/programme/incidents")
    for name, said in (("aware_at", NOW), ("from_at", NOW), ("to_at", "31.12.2027 09:00")):
        desk.page.fill(f"[name={name}]", said)
    desk.page.fill("[name=what_happened]", "O listă a fost fotografiată.")
    desk.press("F9", to="/programme/incidents/*")

    incident = desk.page.url.removeprefix(desk.stack.url)
    assert all_faults(desk, ["/programme/incidents", incident]) == []
