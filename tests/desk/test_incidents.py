"""The data-protection officer opens an incident: clocks, who is affected, letters, and the traces of all of it."""

import csv
import io
import re
import subprocess
from datetime import timedelta
from time import perf_counter

import pytest
from django.db import connection
from django.http import HttpResponse
from tests.desk.shop import (
    ADMINISTRATOR,
    AUDITOR,
    DATA_OFFICER,
    DIMITAR,
    EUGENIA,
    ILINCA,
    LIDIA,
    MANAGER,
    OFFICER,
    Shop,
    enter,
)
from tests.support.acting import acting_for
from tests.support.counter import all_of, come, leave, place

from ghiseu.foundation import clock
from ghiseu.foundation.access import scoped_to, transaction
from ghiseu.foundation.audit import journal
from ghiseu.foundation.audit.models import JournalRecord
from ghiseu.foundation.crypto import configured_keyring, fields, open_value, with_new_keys, write_keyring
from ghiseu.journeys.find_affected import SHOWN, _rows, count_affected
from ghiseu.modules.applicants.operations import Names, know_person
from ghiseu.modules.centres.models import Centre, Operator
from ghiseu.modules.privacy.models import Duty, Incident

GHEORGHE = "2099080102964"
HOUR = "%d.%m.%Y %H:%M"
PEOPLE, EVENTS = 250, 1_000
LONGEST = 20.0  # seconds for one request of the drill; the promise is an hour


def moment(**back: int) -> str:
    """Return a moment as it is typed, so long ago."""
    return (clock.now() - timedelta(**back)).astimezone(clock_zone()).strftime(HOUR)


def clock_zone():
    from zoneinfo import ZoneInfo

    return ZoneInfo("Europe/Chisinau")


def told(**other: str) -> dict[str, str]:
    """Return what is typed to open an incident about the last hours."""
    return {
        "kind": "both",
        "aware_at": moment(hours=1),
        "what_happened": "A list was photographed.",
        "from_at": moment(hours=2),
        "to_at": moment(minutes=-10),
        "centre": "",
        "desk": "",
        "operator": "",
        "acts": "",
        **other,
    }


def opened(**other: str) -> tuple[Incident, HttpResponse]:
    """Open an incident; return it with its page."""
    officer = enter(DATA_OFFICER)
    answer = officer.post("/programme/incidents", told(**other))
    assert answer.status_code == 302, answer.content.decode()
    (incident,) = all_of(Incident)
    return incident, officer.get(answer["Location"])


def rows_of(table: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(table.decode("utf-8-sig"))))


def listed(incident: Incident) -> list[dict[str, str]]:
    return rows_of(enter(DATA_OFFICER).post(f"/programme/incidents/{incident.pk}/people").content)


def counted(incident: Incident) -> HttpResponse:
    return enter(DATA_OFFICER).post(f"/programme/incidents/{incident.pk}/count")


def officer_id() -> int:
    return Operator.objects.by_idnp(DATA_OFFICER).pk


def note(found: list[str], place: str, value: bytes) -> bytes:
    found.append(place)
    return value


def journal_of(shop: Shop, event: str) -> list[JournalRecord]:
    with scoped_to(shop.lidia.scope):
        return all_of(JournalRecord, event=event)


class TestOpening:
    def test_starts_the_clocks_and_stands_in_the_journal_of_the_centre(self, shop):
        incident, page = opened(centre="LOZ")

        due = {one.kind: one.due_at for one in all_of(Duty)}
        assert due["early_warning"] - incident.aware_at == timedelta(hours=24)
        assert due["data_authority"] - incident.aware_at == timedelta(hours=72)
        assert due["cyber_notification"] - incident.aware_at == timedelta(hours=72)
        assert timedelta(days=28) < due["final_report"] - due["cyber_notification"] < timedelta(days=32)
        assert due["people_told"] is None
        (row,) = journal_of(shop, "privacy.incident.opened")
        assert (row.has_subject, row.details) == (False, {"incident": incident.pk, "kind": "both"})
        assert "22 " in page.content.decode()

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("what_happened", ""),
            ("aware_at", "yesterday"),
            ("from_at", "31.02.2026 10:00"),
            ("centre", "XXX"),
            ("aware_at", "01.01.2099 10:00"),
            ("operator", "l2"),
            ("operator", "12345678901"),
            ("operator", "987654"),
            ("desk", "front"),
            ("acts", "everything"),
            ("centre", "loz"),
        ],
    )
    def test_says_what_is_wrong_beside_the_field(self, shop, field, value):
        answer = enter(DATA_OFFICER).post("/programme/incidents", told(**{field: value}))

        assert answer.status_code == 422
        assert f'id="f-{field}-error"' in answer.content.decode()
        assert all_of(Incident) == []

    def test_keeps_what_happened_sealed(self, shop):
        opened()

        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("SELECT what_happened FROM privacy_incident")
            assert b"photographed" not in bytes(cursor.fetchone()[0])

    @pytest.mark.parametrize("person", [LIDIA, ILINCA, OFFICER, MANAGER, AUDITOR, ADMINISTRATOR])
    def test_is_for_the_officer_alone(self, shop, person):
        incident, _ = opened()
        browser, base = enter(person), f"/programme/incidents/{incident.pk}"

        answers = [browser.get("/programme/incidents"), browser.get(base), browser.get(f"{base}/letters/ro")]
        answers += [
            browser.post(f"{base}/{act}") for act in ("count", "people", "close", "change", "duties/early_warning")
        ]
        assert {one.status_code for one in answers} == {403}


class TestDuties:
    def test_are_marked_with_time_and_event(self, shop):
        incident, _ = opened(centre="LOZ")

        enter(DATA_OFFICER).post(f"/programme/incidents/{incident.pk}/duties/early_warning", {"state": "done"})

        (duty,) = all_of(Duty, kind="early_warning")
        assert (duty.state, duty.ended_at is not None) == ("done", True)
        assert [one.details["duty"] for one in journal_of(shop, "privacy.duty.done")] == ["early_warning"]

    def test_are_not_needed_for_a_reason_only(self, shop):
        incident, _ = opened()
        officer, path = enter(DATA_OFFICER), f"/programme/incidents/{incident.pk}/duties/data_authority"

        refused = officer.post(path, {"state": "not_needed", "note": " "})
        taken = officer.post(path, {"state": "not_needed", "note": "the list was empty"})

        assert (refused.status_code, taken.status_code) == (422, 302)
        assert [one.state for one in all_of(Duty, kind="data_authority")] == ["not_needed"]

    def test_a_late_notification_moves_the_final_report(self, shop):
        incident, _ = opened(aware_at=moment(days=10))
        before = all_of(Duty, kind="final_report")[0].due_at

        enter(DATA_OFFICER).post(f"/programme/incidents/{incident.pk}/duties/cyber_notification", {"state": "done"})

        assert all_of(Duty, kind="final_report")[0].due_at > before

    def test_hold_the_incident_open_until_they_are_ended(self, shop):
        incident, _ = opened(kind="personal_data", centre="LOZ")
        officer, base = enter(DATA_OFFICER), f"/programme/incidents/{incident.pk}"

        assert officer.post(f"{base}/close").status_code == 409
        for duty in ("data_authority", "people_told"):
            officer.post(f"{base}/duties/{duty}", {"state": "done"})
        assert officer.post(f"{base}/close").status_code == 302

        assert all_of(Incident)[0].state == "closed"
        assert len(journal_of(shop, "privacy.incident.closed")) == 1
        assert officer.post(f"{base}/change", told()).status_code == 409


class TestAffected:
    def test_are_counted_when_somebody_asks_and_masked_on_screen(self, shop):
        incident, page = opened(centre="LOZ")
        assert journal_of(shop, "privacy.affected.counted") == []
        assert f'action="/programme/incidents/{incident.pk}/count"' in page.content.decode()

        said = counted(incident).content.decode()
        assert re.search(r"1 persoană|1 person", said)
        assert EUGENIA not in said
        assert "••••••••••376" in said
        assert "Munteanu" not in said
        assert [one.details["people"] for one in journal_of(shop, "privacy.affected.counted")] == [1]

    def test_are_counted_once_under_two_keys_of_the_index(self, shop, tmp_path, settings, tvardita):
        keyring = configured_keyring()
        settings.KEYS_FILE = tmp_path / "keys.json"
        write_keyring(settings.KEYS_FILE, keyring=with_new_keys(keyring))
        configured_keyring.cache_clear()
        with scoped_to(shop.lidia.scope), transaction():
            acting = acting_for(EUGENIA, centre_id=shop.lidia.centre_id, operator_id=shop.lidia.operator_id)
            journal.record("cases.case.shown", acting=acting, at=clock.now())
        incident, _ = opened()

        found = count_affected(incident_id=incident.pk, by_id=officer_id(), at=clock.now())

        configured_keyring.cache_clear()
        assert (found.people, dict(found.by_centre)) == (2, {"Lozova": 1, "Tvardița": 1})
        assert found.subjects == (EUGENIA, GHEORGHE)
        assert dict(found.by_language) == {"ro": 2}

    def test_identifiers_are_opened_for_those_who_are_shown_alone(self, shop, monkeypatch):
        with scoped_to(shop.lidia.scope), transaction():
            where = {"centre_id": shop.lidia.centre_id, "operator_id": shop.lidia.operator_id}
            people = [f"20991{number:08}" for number in range(SHOWN * 2)]
            for one in people:
                know(shop, one)
            shown = [(acting_for(one, **where), "1") for one in people]
            journal.record_each("cases.case.shown", shown=shown, object_type="case", at=clock.now())
        incident, _ = opened(centre="LOZ")
        found: list[str] = []
        monkeypatch.setattr(
            fields, "open_value", lambda sealed, *, place: note(found, place, open_value(sealed, place=place))
        )

        counted = count_affected(incident_id=incident.pk, by_id=officer_id(), at=clock.now())

        assert (counted.people, len(counted.subjects)) == (SHOWN * 2 + 1, SHOWN)
        assert found.count("audit_journalrecord.subject_idnp") == SHOWN

    def test_are_found_by_the_index_of_their_centre(self, shop):
        incident, _ = opened(centre="LOZ")
        centre = Centre.objects.get(code="LOZ")

        with scoped_to(shop.lidia.scope), transaction(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            plan = _rows(incident, centre).explain()

        assert re.search(r"Index Cond: .*centre_id = ", plan)

    def test_are_listed_for_the_officer_with_an_event_for_each(self, shop):
        incident, _ = opened()

        (row,) = listed(incident)

        assert (row["idnp_or_document"], row["name"], row["centre"]) == (EUGENIA, "Eugenia Munteanu", "Lozova")
        (event,) = journal_of(shop, "privacy.affected.exported")
        assert (event.subject_idnp, event.object_id, event.operator_id) == (
            EUGENIA,
            str(incident.pk),
            Operator.objects.by_idnp(DATA_OFFICER).pk,
        )

    def test_are_not_made_more_by_listing_them(self, shop):
        incident, _ = opened()

        first, second = listed(incident), listed(incident)

        assert first == second

    @pytest.fixture
    def tvardita(self, shop):
        """Gheorghe was at Tvardița an hour ago."""
        desk, at = place(DIMITAR, centre="TVA"), clock.now() - timedelta(hours=1)
        with scoped_to(desk.scope):
            leave(come(GHEORGHE, to=desk, at=at), to=desk, at=at)
        return desk

    @pytest.mark.parametrize(
        ("of", "people"),
        [
            ({}, {EUGENIA, GHEORGHE}),
            ({"centre": "TVA"}, {GHEORGHE}),
            ({"operator": "lidia"}, {EUGENIA}),
            ({"desk": "dimitar"}, {GHEORGHE}),
            ({"acts": "cases"}, {EUGENIA}),
            ({"acts": "payments"}, set()),
            ({"to_at": "after"}, {GHEORGHE}),
            ({"acts": "readings", "centre": "LOZ"}, {EUGENIA}),
        ],
    )
    def test_are_those_of_operator_desk_centre_time_and_acts(self, shop, tvardita, of, people):
        numbers = {
            "lidia": str(shop.lidia.operator_id),
            "dimitar": str(tvardita.desk_id),
            "after": moment(minutes=30),
        }
        incident, _ = opened(**{name: numbers.get(value, value) for name, value in of.items()})

        assert {one["idnp_or_document"] for one in listed(incident)} == people

    def test_are_searched_anew_when_the_incident_is_changed(self, shop, tvardita):
        incident, _ = opened(centre="LOZ")

        enter(DATA_OFFICER).post(f"/programme/incidents/{incident.pk}/change", told(centre="TVA", told_ro="Lista."))

        assert {one["idnp_or_document"] for one in listed(incident)} == {GHEORGHE}
        assert all_of(Incident)[0].told_ro == "Lista."

    def test_leave_the_officer_out(self, shop):
        with scoped_to(shop.lidia.scope), transaction():
            acting = acting_for(DATA_OFFICER, centre_id=shop.lidia.centre_id, operator_id=shop.lidia.operator_id)
            journal.record("cases.case.shown", acting=acting, at=clock.now())
        incident, _ = opened()

        assert {one["idnp_or_document"] for one in listed(incident)} == {EUGENIA}

    def test_are_a_table_without_formulas(self, shop):
        with scoped_to(shop.lidia.scope), transaction():
            know(shop, GHEORGHE, surname="=HYPERLINK(1)")
            acting = acting_for(GHEORGHE, centre_id=shop.lidia.centre_id, operator_id=shop.lidia.operator_id)
            journal.record("cases.case.shown", acting=acting, at=clock.now())
        incident, _ = opened()

        names = {one["name"] for one in listed(incident)}
        assert "'=HYPERLINK(1)" in names


def know(shop: Shop, idnp: str, *, surname: str = "Test") -> None:
    know_person(
        centre_id=shop.lidia.centre_id,
        idnp=idnp,
        document="",
        names=Names(surname=surname, given_name=""),
        language="ru",
        at=clock.now(),
    )


class TestDrill:
    def test_lists_the_affected_of_a_thousand_events_within_one_request(self, shop):
        with scoped_to(shop.lidia.scope), transaction():
            where = {"centre_id": shop.lidia.centre_id, "operator_id": shop.lidia.operator_id}
            people = [f"20991{number:08}" for number in range(PEOPLE)]
            for one in people:
                know(shop, one)
            shown = [(acting_for(people[number % PEOPLE], **where), str(number)) for number in range(EVENTS)]
            journal.record_each("cases.case.shown", shown=shown, object_type="case", at=clock.now())
        incident, page = opened(centre="LOZ", operator=str(shop.lidia.operator_id), acts="cases")

        began = perf_counter()
        assert str(PEOPLE + 1) in counted(incident).content.decode()
        rows = listed(incident)
        took = perf_counter() - began

        assert {one["idnp_or_document"] for one in rows} - {EUGENIA} == set(people)
        assert {one["acts"] for one in rows if one["idnp_or_document"] != EUGENIA} == {str(EVENTS // PEOPLE)}
        assert len(journal_of(shop, "privacy.affected.exported")) == PEOPLE + 1
        assert took < LONGEST
        assert page.status_code == 200


class TestLetters:
    @pytest.mark.parametrize(
        ("language", "title"),
        [("ro", "Despre datele dumneavoastră"), ("ru", "О ваших данных"), ("en", "About your data")],
    )
    def test_are_drafted_in_three_languages(self, shop, language, title):
        incident, _ = opened(centre="LOZ")
        officer, base = enter(DATA_OFFICER), f"/programme/incidents/{incident.pk}"
        officer.post(f"{base}/change", told(centre="LOZ", **{f"told_{language}": "Cineva a fotografiat o listă."}))

        answer = officer.get(f"{base}/letters/{language}")

        said = subprocess.run(
            ["pdftotext", "-layout", "-", "-"], input=answer.content, capture_output=True, check=True
        ).stdout.decode()
        assert title in said
        assert "Cineva a fotografiat o listă." in said
        assert [one.details["language"] for one in journal_of(shop, "privacy.letter.drafted")] == [language]

    @pytest.mark.parametrize("path", ["1/letters/bg", "987654", "987654/letters/ro"])
    def test_that_do_not_exist_are_answered_in_words(self, shop, path):
        answer = enter(DATA_OFFICER).get(f"/programme/incidents/{path}")

        assert answer.status_code == 404
        assert "text/html" in answer["Content-Type"]
