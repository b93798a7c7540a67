"""Each rule finds what it is for, and leaves alone what is ordinary."""

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from ghiseu.journeys.watch_rules import (
    BURST_PEOPLE,
    FOUND_BY_SEARCH,
    REPEATED_TIMES,
    SURNAME_LEAST,
    UNSEEN_VISITS,
    Look,
    Severity,
    Surroundings,
    chance_of_at_least,
    find,
)

ZONE = ZoneInfo("Europe/Chisinau")
READ = "applicants.person.read"
DAY = date(2026, 11, 24)  # a Tuesday
AROUND = Surroundings(
    zone=ZONE,
    hours={weekday: (time(8), time(17)) for weekday in range(5)},
    is_working=lambda day: day.weekday() < 5,
    colleagues=frozenset(),
    relatives=frozenset(),
    moving=frozenset(),
    with_case=frozenset(),
    surnames={},
    own_surnames={1: "rusu"},
    population=Counter({"rusu": 5, "munteanu": 995}),
)


def look(
    subject="ion", *, at=time(10), day=DAY, visit="", case="", seen=True, record=1, event="applicants.person.read"
):
    return Look(
        record=record,
        at=datetime.combine(day, at, tzinfo=ZONE),
        event=event,
        operator_id=1,
        subject=subject,
        visit=visit or f"V-{subject}-{day}",
        case=case,
        is_document_seen=seen,
    )


def rules(looks, *, around=AROUND, day=DAY):
    return [(one.rule, one.severity) for one in find(looks, day=day, around=around)]


class TestOrdinaryWork:
    def test_is_left_alone(self):
        people = [look(f"person {number}", at=time(8 + number % 9), record=number) for number in range(30)]

        assert rules(people) == []

    def test_of_another_day_is_not_looked_at_again(self):
        assert rules([look(at=time(23))], day=DAY + timedelta(days=1)) == []


class TestRelativesAndColleagues:
    def test_of_the_operator_are_found(self):
        around = replace(AROUND, relatives=frozenset({(1, "aunt")}), colleagues=frozenset({"colleague"}))

        assert rules([look("aunt"), look("colleague"), look("ion")], around=around) == [
            ("own-relatives", Severity.HIGH),
            ("colleague", Severity.MEDIUM),
        ]

    def test_of_somebody_else_are_not(self):
        assert rules([look("aunt")], around=replace(AROUND, relatives=frozenset({(2, "aunt")}))) == []


class TestHours:
    @pytest.mark.parametrize("at", [time(7, 0), time(8), time(18, 0)])
    def test_around_the_opening_hours_are_ordinary(self, at):
        assert rules([look(at=at)]) == []

    @pytest.mark.parametrize(("at", "severity"), [
        (time(6, 30), Severity.MEDIUM),
        (time(18, 1), Severity.MEDIUM),
        (time(22, 0), Severity.HIGH),
        (time(3, 0), Severity.HIGH),
    ])  # fmt: skip
    def test_far_from_them_are_found(self, at, severity):
        assert rules([look(at=at)]) == [("out-of-hours", severity)]

    def test_of_a_closed_day_are_found(self):
        assert rules([look(day=DAY + timedelta(days=4))], day=DAY + timedelta(days=4)) == [
            ("out-of-hours", Severity.MEDIUM)
        ]

    def test_are_excused_for_a_visit_that_began_in_time(self):
        assert rules([look(at=time(17, 40), visit="V"), look(at=time(18, 30), visit="V", record=2)]) == []

    def test_are_not_excused_by_a_visit_of_another_day(self):
        looks = [look(day=DAY - timedelta(days=1), visit="V"), look(at=time(23), visit="V", record=2)]

        assert rules(looks) == [("out-of-hours", Severity.HIGH)]

    def test_of_an_unknown_timetable_count_at_night_only(self):
        around = replace(AROUND, hours={})

        assert rules([look(at=time(20))], around=around) == []
        assert rules([look(at=time(23))], around=around) == [("out-of-hours", Severity.HIGH)]


class TestBursts:
    def crowd(self, size, event="applicants.person.read"):
        return [look(f"p{n}", at=time(10, n % 10), record=n, event=event) for n in range(size)]

    def test_of_too_many_people_are_found(self):
        assert rules(self.crowd(BURST_PEOPLE)) == [("burst", Severity.HIGH)]
        assert rules(self.crowd(BURST_PEOPLE - 1)) == []

    def test_of_one_family_are_ordinary(self):
        assert rules([look("child", at=time(10, n), record=n) for n in range(10)]) == []

    def test_of_searches_need_more(self):
        assert rules(self.crowd(BURST_PEOPLE, event=FOUND_BY_SEARCH)) == []
        assert rules(self.crowd(60, event=FOUND_BY_SEARCH)) == [("burst-of-searches", Severity.HIGH)]


class TestRepeated:
    def days(self, times, **other):
        return [look(day=DAY - timedelta(days=n), record=n, **other) for n in range(times)]

    def test_looks_at_one_person_are_found(self):
        assert rules(self.days(REPEATED_TIMES)) == [("repeated", Severity.MEDIUM)]
        assert rules(self.days(REPEATED_TIMES - 1)) == []

    def test_looks_are_ordinary_while_a_case_goes_on(self):
        assert rules(self.days(REPEATED_TIMES), around=replace(AROUND, moving=frozenset({"ion"}))) == []

    def test_looks_are_ordinary_in_visits_with_somebody_elses_case(self):
        looks = self.days(REPEATED_TIMES)

        assert rules(looks, around=replace(AROUND, with_case=frozenset({looks[0].visit}))) == []

    def test_looks_at_an_open_case_are_ordinary_for_longer(self):
        assert rules(self.days(REPEATED_TIMES, case="LOZ-1")) == []
        assert rules(self.days(8, case="LOZ-1")) == [("repeated", Severity.MEDIUM)]


class TestWithoutCase:
    def typed(self, visits, **other):
        return [look(f"p{n}", record=n, seen=False, visit=f"V{n}", **other) for n in range(visits)]

    def test_typed_numbers_with_nothing_done_are_found(self):
        assert rules(self.typed(UNSEEN_VISITS)) == [("without-case", Severity.LOW)]
        assert rules(self.typed(UNSEEN_VISITS - 1)) == []

    def test_a_case_at_hand_explains_them(self):
        assert rules(self.typed(UNSEEN_VISITS), around=replace(AROUND, with_case=frozenset({"V0"}))) == []


class TestOwnSurname:
    def people(self, same, others):
        looks = [look(f"s{n}", record=n) for n in range(same)]
        looks += [look(f"o{n}", record=100 + n, at=time(11, n % 60)) for n in range(others)]
        named = {one.subject: "rusu" if one.subject[0] == "s" else "munteanu" for one in looks}
        spread = [replace(one, at=one.at.replace(hour=8 + i % 9)) for i, one in enumerate(looks)]
        return spread, replace(AROUND, surnames=named)

    def test_beyond_what_the_village_explains_is_found(self):
        looks, around = self.people(SURNAME_LEAST, 20)

        assert rules(looks, around=around) == [("own-surname", Severity.LOW)]

    def test_that_half_the_village_has_is_ordinary(self):
        looks, around = self.people(SURNAME_LEAST + 4, 8)

        assert rules(looks, around=replace(around, population=Counter({"rusu": 500, "munteanu": 500}))) == []

    def test_chance_is_that_of_the_binomial(self):
        assert chance_of_at_least(0, tries=5, share=0.3) == 1
        assert chance_of_at_least(1, tries=1, share=0.3) == pytest.approx(0.3)
        assert chance_of_at_least(2, tries=3, share=0.5) == pytest.approx(0.5)
