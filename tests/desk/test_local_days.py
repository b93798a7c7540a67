"""At 23:30 by the clock of the machine (UTC) the day after has begun in Chisinau, and that day counts."""

from datetime import UTC, date, datetime, timedelta

import pytest
from tests.support.cards import identity_card
from tests.support.counter import ask_for, come, look

from ghiseu.channels.desk.photograph import recognise
from ghiseu.foundation import clock
from ghiseu.foundation.access import transaction
from ghiseu.journeys import look_at_service
from ghiseu.journeys.mind_work import CallAnswer, note_call
from ghiseu.modules.cases.models import CallReason, CallTask, Case
from ghiseu.modules.cases.operations import ask_to_call, local_day

SERVICES = ["asp.civil.extract-birth"]
EUGENIA = "2099010100376"
LATE = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
NEXT_DAY = date(2026, 11, 24)


@pytest.fixture
def number(lozova, exchange):
    return ask_for(SERVICES[0], visit=come(EUGENIA, to=lozova, at=LATE), to=lozova, at=LATE)


class TestCardOfSomebodyBornToday:
    def test_is_not_taken_for_one_of_a_hundred_years_ago(self, number, lozova):
        card = identity_card(idnp=EUGENIA, surname="Munteanu", given_name="Eugenia", born=NEXT_DAY)

        read = recognise(card, at=clock.local(lozova.time_zone, at=LATE))

        assert read.document is not None
        assert read.document.birth_date == NEXT_DAY


class TestDayOfTheCentre:
    def test_is_the_day_on_which_a_call_is_due(self, number, lozova):
        with transaction():
            case = Case.objects.get(number=number)
            ask_to_call(case, CallReason.ALARM, at=LATE)

            assert local_day(case, LATE) == NEXT_DAY
            assert CallTask.objects.get().due_on == NEXT_DAY

    def test_stands_beside_what_was_said_on_the_phone(self, number, lozova):
        with transaction():
            ask_to_call(Case.objects.get(number=number), CallReason.ALARM, at=LATE)
            task = CallTask.objects.get()

        note_call(task_id=task.pk, answer=CallAnswer.TOLD, note="comes tomorrow", at_desk=lozova, at=LATE)

        with transaction():
            task.refresh_from_db()
        assert task.note == "2026-11-24: comes tomorrow"

    def test_decides_which_version_of_a_service_is_offered(self, number, lozova, monkeypatch):
        asked = []
        present = look_at_service.catalogue.present_package

        def noted(code, *, on):
            asked.append(on)
            return present(code, on=on)

        monkeypatch.setattr(look_at_service.catalogue, "present_package", noted)
        with transaction():
            visit = Case.objects.get(number=number).visit

        look(SERVICES[0], visit=visit, to=lozova, at=LATE + timedelta(minutes=5))

        assert set(asked) == {NEXT_DAY}
