"""The night's job reads the journal of each centre as desks wrote it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError
from tests.support.counter import DIMITAR, ILINCA, all_of, as_worker, ask_for, come, leave, place

from ghiseu.foundation import clock
from ghiseu.foundation.access import scoped_to, transaction
from ghiseu.foundation.audit.models import Finding, WatchedUntil
from ghiseu.journeys import watch_jobs
from ghiseu.journeys.find_people import find_cases
from ghiseu.journeys.show_case import show_rows
from ghiseu.journeys.watch_jobs import watch_days
from ghiseu.modules.cases import queries
from ghiseu.modules.cases.queries import WorkList

SERVICES = ("asp.civil.extract-birth",)
MOTHER, GHEORGHE, EUGENIA = "2099310111476", "2099080102964", "2099010100376"
MORNING = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)  # half past ten in Lozova, a Friday
NIGHT_AFTER = datetime(2026, 11, 21, 1, 53, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("exchange")


@pytest.fixture
def night(monkeypatch):
    """Return a function that does the night's work and returns what the centre's list then has."""

    def work(at=NIGHT_AFTER):
        monkeypatch.setattr(clock, "now", lambda: at)
        with as_worker():
            watch_days()
        return sorted((one.rule, one.operator_id) for one in all_of(Finding))

    return work


class TestNight:
    def test_finds_nothing_in_a_day_of_ordinary_work(self, lozova, night):
        visit = come(EUGENIA, to=lozova, at=MORNING)
        ask_for(SERVICES[0], visit=visit, to=lozova, at=MORNING)
        leave(visit, to=lozova, at=MORNING)

        assert night() == []

    def test_knows_relatives_from_what_the_register_told(self, lozova, night):
        leave(come(MOTHER, to=lozova, at=MORNING), to=lozova, at=MORNING)

        assert night() == [("own-relatives", lozova.operator_id)]

    def test_knows_them_also_from_the_operators_own_record(self, lozova, night):
        lead = place(ILINCA, desk=1)
        leave(come(lozova.operator_idnp, to=lead, at=MORNING), to=lead, at=MORNING)
        leave(come(MOTHER, to=lozova, at=MORNING), to=lozova, at=MORNING)

        assert night() == [("colleague", lead.operator_id), ("own-relatives", lozova.operator_id)]

    def test_knows_the_opening_hours_of_the_centre(self, lozova, night):
        leave(come(GHEORGHE, to=lozova, at=MORNING.replace(hour=20, minute=30)), to=lozova)

        assert night() == [("out-of-hours", lozova.operator_id)]

    def test_counts_by_the_calendar_of_the_centre(self, lozova, night):
        leave(come(GHEORGHE, to=lozova, at=MORNING.replace(hour=22, minute=10)), to=lozova)  # past midnight there

        assert night() == []
        assert night(NIGHT_AFTER + timedelta(days=1)) == [("out-of-hours", lozova.operator_id)]

    def test_keeps_a_finding_once_however_often_it_works(self, lozova, night):
        leave(come(MOTHER, to=lozova, at=MORNING), to=lozova, at=MORNING)

        first, second = night(), night(NIGHT_AFTER + timedelta(days=1))

        assert first == second
        assert len(first) == 1

    def test_looks_at_every_day_since_the_last_one_after_a_worker_stood_still(self, lozova, night):
        assert night() == []
        leave(come(MOTHER, to=lozova, at=MORNING + timedelta(days=1)), to=lozova, at=MORNING + timedelta(days=1))

        found = night(NIGHT_AFTER + timedelta(days=21))

        assert found == [("out-of-hours", lozova.operator_id), ("own-relatives", lozova.operator_id)]
        assert [one.day for one in all_of(WatchedUntil)] == [(NIGHT_AFTER + timedelta(days=20)).date()]

    def test_goes_on_the_next_night_after_a_very_long_time(self, lozova, night, monkeypatch):
        night()
        leave(come(MOTHER, to=lozova, at=MORNING + timedelta(days=7)), to=lozova, at=MORNING + timedelta(days=7))
        monkeypatch.setattr(watch_jobs, "MOST_AT_ONCE", 6)

        assert night(NIGHT_AFTER + timedelta(days=30)) == []
        assert night(NIGHT_AFTER + timedelta(days=31)) == [("own-relatives", lozova.operator_id)]

    def test_does_not_count_who_merely_stands_on_a_list(self, lozova, night):
        visit = come(MOTHER, to=lozova, at=MORNING - timedelta(days=20))
        ask_for(SERVICES[0], visit=visit, to=lozova, at=MORNING - timedelta(days=20))
        leave(visit, to=lozova, at=MORNING - timedelta(days=20))
        with transaction():
            rows = queries.work_list(WorkList.DRAFTS, centre_id=lozova.centre_id, language="ro").rows
            shown = show_rows(rows, at_desk=lozova, at=MORNING)

        assert len(shown) == 1
        assert night() == []

    def test_counts_who_was_searched_for(self, lozova, night):
        visit = come(MOTHER, to=lozova, at=MORNING - timedelta(days=20))
        number = ask_for(SERVICES[0], visit=visit, to=lozova, at=MORNING - timedelta(days=20))
        leave(visit, to=lozova, at=MORNING - timedelta(days=20))
        find_cases(words=number, language="ro", at_desk=lozova, at=MORNING)

        assert night() == [("own-relatives", lozova.operator_id)]

    def test_sees_each_centre_alone(self, lozova, night):
        tvardita = place(DIMITAR, centre="TVA")
        with scoped_to(tvardita.scope):
            leave(come(MOTHER, to=tvardita, at=MORNING.replace(hour=21)), to=tvardita)

        assert night() == []
        with scoped_to(tvardita.scope):
            assert [(one.rule, one.operator_id) for one in all_of(Finding)] == [("out-of-hours", tvardita.operator_id)]


class TestFinding:
    def test_is_never_changed_or_removed(self, lozova, night, as_owner):
        leave(come(MOTHER, to=lozova, at=MORNING), to=lozova, at=MORNING)
        night()

        for act in (lambda: Finding.objects.update(severity=1), lambda: Finding.objects.all().delete()):
            with pytest.raises(DatabaseError), as_owner(), transaction():
                act()

    def test_is_written_by_the_worker_alone(self, lozova):
        at = MORNING
        with pytest.raises(DatabaseError, match="permission denied"), transaction():
            Finding.objects.create(
                centre_id=lozova.centre_id, rule="x", severity=1, operator_id=1, from_at=at, to_at=at, count=1,
                records=[1], found_at=at, fingerprint="x",
            )  # fmt: skip
