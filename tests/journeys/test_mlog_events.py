"""Every event of the journal is either sent to the state's log under a name of the right form, or says why not."""

import re

import pytest
from django.utils.module_loading import autodiscover_modules

from ghiseu.foundation.audit import declared
from ghiseu.journeys import legal_events, my_data, who_looked  # noqa: F401 - declare events of their own
from ghiseu.journeys.legal_events import KINDS, NOT_SENT, PersonalData, type_of

autodiscover_modules("audit_events")
TYPE = re.compile(r"[A-Z][A-Za-z]*(\.[A-Z][A-Za-z0-9]*)+")
EVENTS = declared()


@pytest.mark.parametrize("event", EVENTS, ids=lambda one: one.name)
def test_event_goes_under_a_name_of_the_right_form(event):
    kind = type_of(event.name, outcome="done")

    assert (kind is None) == (event.name in NOT_SENT)
    assert kind is None or TYPE.fullmatch(kind)


def test_every_reading_is_an_event_of_personal_data():
    readings = {one.name: type_of(one.name, outcome="answered") for one in EVENTS if one.reads}

    assert len(readings) > 10
    assert {name for name, kind in readings.items() if kind not in set(PersonalData)} == set()


def test_every_event_about_a_citizen_goes():
    assert [one.name for one in EVENTS if one.has_subject and one.name in NOT_SENT] == []


def test_tables_name_declared_events_and_reasons():
    names = {one.name for one in EVENTS}

    assert set(KINDS) - names == set()
    assert set(NOT_SENT) - names == set()
    assert all(NOT_SENT.values())


@pytest.mark.parametrize(
    ("event", "outcome", "kind"),
    [
        ("applicants.person.read", "answered", "PersonalData.Access"),
        ("applicants.person.read", "not_found", "PersonalData.Access"),
        ("applicants.person.read", "wrong_subject", "PersonalData.Access"),
        ("applicants.person.read", "unavailable", "Register.NotRead"),
        ("applicants.person.read", "paused", "Register.NotRead"),
        ("applicants.person.found", "done", "PersonalData.Search"),
        ("privacy.affected.exported", "done", "PersonalData.Export"),
        ("submissions.submission.done", "done", "PersonalData.Transfer"),
        ("cases.case.handed-over", "done", "Cases.Case.HandedOver"),
        ("an.event.of-an-earlier-version", "done", "An.Event.OfAnEarlierVersion"),
        ("centres.session.locked", "done", None),
    ],
)
def test_event_is_told_as_what_it_is(event, outcome, kind):
    assert type_of(event, outcome=outcome) == kind
