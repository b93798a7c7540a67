"""What an incident makes somebody do, and by when."""

from datetime import UTC, datetime, timedelta

import pytest

from ghiseu.foundation.states import StepNotAllowed
from ghiseu.modules.privacy.incidents import HOURS, due_times, month_after
from ghiseu.modules.privacy.models import (
    CorrectionRequest,
    CorrectionState,
    Duty,
    DutyKind,
    DutyState,
    Incident,
    IncidentKind,
    IncidentState,
)

AWARE = datetime(2026, 1, 30, 22, 15, tzinfo=UTC)
TABLES = ((CorrectionRequest, CorrectionState), (Incident, IncidentState), (Duty, DutyState))


class TestClocks:
    def test_of_the_systems_are_a_day_three_days_and_a_month_after_the_notification(self):
        times = due_times(IncidentKind.CYBER, aware_at=AWARE)

        assert times == {
            DutyKind.EARLY_WARNING: AWARE + timedelta(hours=24),
            DutyKind.CYBER_NOTIFICATION: AWARE + timedelta(hours=72),
            DutyKind.FINAL_REPORT: datetime(2026, 3, 2, 22, 15, tzinfo=UTC),
        }

    def test_of_personal_data_are_three_days_and_without_delay(self):
        times = due_times(IncidentKind.PERSONAL_DATA, aware_at=AWARE)

        assert times == {DutyKind.DATA_AUTHORITY: AWARE + timedelta(hours=72), DutyKind.PEOPLE_TOLD: None}

    def test_of_both_run_side_by_side(self):
        times = due_times(IncidentKind.BOTH, aware_at=AWARE)

        assert set(times) == set(DutyKind)
        assert times[DutyKind.DATA_AUTHORITY] == times[DutyKind.CYBER_NOTIFICATION]
        assert set(HOURS.values()) == {24, 72}

    @pytest.mark.parametrize(
        ("day", "later"),
        [((2026, 1, 31), (2026, 2, 28)), ((2028, 1, 30), (2028, 2, 29)), ((2026, 12, 31), (2027, 1, 31))],
    )
    def test_a_month_ends_on_its_last_day(self, day, later):
        assert month_after(datetime(*day, 9, tzinfo=UTC)) == datetime(*later, 9, tzinfo=UTC)


class TestStates:
    @pytest.mark.parametrize(("model", "states"), TABLES)
    def test_have_the_steps_of_the_table_and_no_others(self, model, states):
        for begin in states.values:
            for end in states.values:
                row = model(state=begin)
                if (begin, end) in model.STEPS:
                    assert row.move_to(end).startswith("privacy.")
                    continue
                with pytest.raises(StepNotAllowed):
                    row.move_to(end)
