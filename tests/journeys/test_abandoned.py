"""A draft that nobody goes on with is closed by itself; its matter can then be opened anew."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from tests.support.counter import (
    NOON,
    all_of,
    as_worker,
    ask_for,
    calls,
    case_of,
    change,
    come,
    complete_and_submit,
    journaled,
    leave,
    print_request,
    scan,
    scan_all,
    timeline,
)

from ghiseu.foundation import clock
from ghiseu.foundation.access import transaction
from ghiseu.foundation.money import Money
from ghiseu.journeys import jobs
from ghiseu.journeys.close_abandoned import ABANDONED_AFTER, close_abandoned
from ghiseu.journeys.edit_case import Choices, choose
from ghiseu.journeys.load_case import acting_on, package_of
from ghiseu.modules.cases import operations as cases
from ghiseu.modules.cases import queries
from ghiseu.modules.cases.models import CallReason, CallTask, CaseField, OpenMatter
from ghiseu.modules.cases.operations import MatterIsOpenAlready
from ghiseu.modules.cases.queries import WorkList
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.payments import operations as payments
from simulators.common.process import Running

REEXAMINATION = "cnas.pension.reexam-old-age"
SERVICES = [REEXAMINATION]
MARIA = "2099120104448"
THEN = NOON + ABANDONED_AFTER + timedelta(minutes=1)


@pytest.fixture
def draft(lozova: AtDesk, exchange: Running) -> str:
    visit = come(MARIA, to=lozova)
    number = ask_for(REEXAMINATION, visit=visit, to=lozova)
    leave(visit, to=lozova)
    return number


def close(at: datetime = THEN) -> int:
    with as_worker():
        return close_abandoned(at=at)


def drafts_listed(desk: AtDesk) -> list[str]:
    with transaction():
        found = queries.work_list(WorkList.DRAFTS, centre_id=desk.centre_id, language="ro")
    return [row.number for row in found.rows]


class TestDraft:
    def test_untouched_for_thirty_days_is_closed(self, draft: str, lozova: AtDesk) -> None:
        assert drafts_listed(lozova) == [draft]
        assert len(all_of(OpenMatter)) == 1

        assert close() == 1

        case = case_of(draft)
        assert (case.state, case.outcome, case.ended_at) == ("closed", "gone", THEN)
        assert timeline(draft)[-1] == "abandoned"
        assert [(one.case_number, one.channel) for one in journaled("cases.case.closed")] == [(draft, "worker")]
        assert all_of(OpenMatter) == []
        assert drafts_listed(lozova) == []
        assert close() == 0

    def test_of_yesterday_stays(self, draft: str) -> None:
        assert close(NOON + ABANDONED_AFTER) == 0
        assert case_of(draft).state == "draft"

    @pytest.mark.parametrize("touch", ["choice", "typed", "scan", "print", "call"])
    def test_that_somebody_goes_on_with_stays(self, draft: str, lozova: AtDesk, touch: str) -> None:
        lately = NOON + timedelta(days=20)
        if touch == "choice":
            choose(number=draft, choices=Choices(readback_language="ru"), at_desk=lozova, at=lately)
        elif touch == "typed":
            change(all_of(CaseField, case__number=draft)[0], changed_at=lately)
        elif touch == "scan":
            scan(draft, "identity", to=lozova, at=lately)
        elif touch == "print":
            scan_all(draft, to=lozova)  # long ago; an incomplete request is not printed
            print_request(draft, to=lozova, at=lately)
        else:
            with transaction():
                case = case_of(draft)
                CallTask.objects.create(
                    centre_id=case.centre_id,
                    case=case,
                    reason=CallReason.PAYMENT_EXPIRED,
                    due_on=lately.date(),
                    made_at=NOON,
                )

        assert close() == 0
        assert case_of(draft).state == "draft"

    def test_for_which_money_came_is_left_to_a_person(self, draft: str, lozova: AtDesk) -> None:
        with transaction():
            case = case_of(draft)
            acting = acting_on(case, at_desk=lozova, package=package_of(case), reason="test", visit=case.visit)
            price = Money(amount=Decimal(10), currency="MDL")
            order = payments.issue_order(case=case, money=price, acting=acting, at=NOON)
        change(order, paid_amount=Decimal(4))

        assert close() == 0

    def test_leaves_nobody_to_call(self, draft: str) -> None:
        with transaction():
            case = case_of(draft)
            CallTask.objects.create(
                centre_id=case.centre_id,
                case=case,
                reason=CallReason.PAYMENT_EXPIRED,
                due_on=NOON.date() - timedelta(days=1),
                made_at=NOON,
            )
        assert calls(draft) == ["payment_expired"]

        close()

        assert calls(draft) == []

    def test_is_closed_by_the_job_in_every_centre(self, draft: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(clock, "now", lambda: THEN)

        with as_worker():
            jobs.close_abandoned_drafts()

        assert case_of(draft).state == "closed"

    def test_that_was_sent_is_no_draft(self, draft: str, lozova: AtDesk) -> None:
        complete_and_submit(draft, to=lozova)

        assert close() == 0
        assert case_of(draft).state == "sending"


class TestMatter:
    def test_is_free_for_a_new_case_when_the_draft_is_closed(self, draft: str, lozova: AtDesk) -> None:
        visit = come(MARIA, to=lozova)
        with pytest.raises(MatterIsOpenAlready):
            ask_for(REEXAMINATION, visit=visit, to=lozova)
        close()

        number = ask_for(REEXAMINATION, visit=visit, to=lozova, at=THEN)

        assert [one.case_number for one in all_of(OpenMatter)] == [number]

    def test_that_was_released_is_claimed_again_when_the_file_is_sent(self, draft: str, lozova: AtDesk) -> None:
        with transaction():
            cases.release_matters(case_number=draft)

        complete_and_submit(draft, to=lozova)

        assert [one.case_number for one in all_of(OpenMatter)] == [draft]

    def test_that_another_case_holds_by_now_is_not_sent_twice(self, draft: str, lozova: AtDesk) -> None:
        with transaction():
            cases.release_matters(case_number=draft)
        visit = come(MARIA, to=lozova)
        other = ask_for(REEXAMINATION, visit=visit, to=lozova)

        with pytest.raises(MatterIsOpenAlready) as known:
            complete_and_submit(draft, to=lozova)

        assert known.value.case_number == other
        assert case_of(draft).state == "draft"

    def test_that_the_file_is_no_more_about_is_given_up_when_it_is_sent(self, draft: str, lozova: AtDesk) -> None:
        with transaction():
            cases.claim_matters(["another child"], case_number=draft, centre_name="Lozova", on=NOON.date())

        complete_and_submit(draft, to=lozova)

        assert len(all_of(OpenMatter)) == 1
