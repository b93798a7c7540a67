"""A paper on its way to the door: whatever MDelivery says, however often and in whatever order, the case is right."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
from tests.support import counter
from tests.support.counter import (
    LATER,
    NOON,
    all_of,
    as_worker,
    calls,
    case_of,
    change,
    come,
    hand,
    journaled,
    timeline,
)

from ghiseu.adapters.mdelivery.caller import Known
from ghiseu.adapters.mdelivery.pages import MDeliveryPages
from ghiseu.foundation.access import transaction
from ghiseu.foundation.states import StepNotAllowed
from ghiseu.journeys import deliver_paper, destroy_content
from ghiseu.journeys.deliver_paper import NoSuchOrder, NotOffered
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.custody.delivery_states import STEPS, WAY, PaperState
from ghiseu.modules.custody.models import DeliveryNews, PaperDelivery
from ghiseu.modules.custody.ports import COURIERS, CarrierNews, couriers
from ghiseu.modules.visits.models import Visit

SERVICES = ["asp.civil.extract-birth"]
EUGENIA = "2099010100376"
SERVICE = "7"
S = PaperState


@pytest.fixture
def connected() -> Iterator[None]:
    pages = MDeliveryPages(url="http://there.test", service=SERVICE, known=Known(is_behind_ingress=False))
    with couriers.serving(COURIERS, pages):
        yield


@pytest.fixture
def sent(lozova: AtDesk, visit: Visit) -> str:
    """Return Eugenia's case, which is with the institution and whose paper is to come to the door."""
    number = counter.ask_for(SERVICES[0], visit=visit, to=lozova)
    change(case_of(number), state="with_institution", delivery="mdelivery", submitted_at=NOON)
    return number


@pytest.fixture
def ordered(sent: str, connected: None, lozova: AtDesk) -> str:
    deliver_paper.order_delivery(number=sent, at_desk=lozova, at=NOON)
    return sent


@pytest.fixture
def paid(ordered: str) -> str:
    """Return a case whose result is here, and whose delivery is chosen and paid."""
    change(case_of(ordered), state="result_ready")
    hear(ordered, S.AWAITING_PAYMENT)
    hear(ordered, S.PAID)
    return ordered


@pytest.fixture
def ready(paid: str, lozova: AtDesk) -> str:
    deliver_paper.pack_paper(number=paid, at_desk=lozova, at=LATER)
    return paid


def hear(number: str, state: PaperState, *, raw: str = "", **more: object) -> bool:
    news = CarrierNews(state=state, raw=raw or f"{state} {more}", **more)
    return deliver_paper.hear(number=number, service=SERVICE, news=news, at=LATER)


def the_delivery() -> PaperDelivery:
    (found,) = all_of(PaperDelivery)
    return found


def told(*, after: timedelta = timedelta()) -> list[tuple[str, PaperState]]:
    return deliver_paper.tell_changes(service=SERVICE, at=LATER + after)


class TestOrder:
    def test_is_made_once_however_often_it_is_pressed(self, ordered, lozova):
        deliver_paper.order_delivery(number=ordered, at_desk=lozova, at=LATER)

        assert the_delivery().state == "ordered"
        assert timeline(ordered).count("delivery-ordered") == 1
        assert len(journaled("custody.delivery.ordered", case_number=ordered)) == 1

    def test_is_not_offered_without_mdelivery(self, sent, lozova):
        with pytest.raises(NotOffered):
            deliver_paper.order_delivery(number=sent, at_desk=lozova, at=NOON)

    @pytest.mark.parametrize("values", [{"delivery": "paper_asp"}, {"state": "draft"}, {"state": "refused"}])
    def test_is_not_offered_for_another_way_or_before_the_file_was_sent(self, values, sent, connected, lozova):
        change(case_of(sent), **values)

        with pytest.raises(NotOffered):
            deliver_paper.order_delivery(number=sent, at_desk=lozova, at=NOON)

    def test_is_told_to_mdelivery_with_receiver_and_that_is_in_the_journal(self, ordered):
        order = deliver_paper.tell_order(number=ordered, service=SERVICE, at=LATER)

        assert (order.number, order.state, order.receiver.idnp) == (ordered, "ordered", EUGENIA)
        assert order.pickup_point == "LOZ"
        assert order.accepted_until > order.submitted_at
        assert [one.case_number for one in journaled("custody.delivery.told")] == [ordered]

    @pytest.mark.parametrize("service", ["1", ""])
    def test_of_another_service_is_not_told(self, service, ordered):
        with pytest.raises(NoSuchOrder):
            deliver_paper.tell_order(number=ordered, service=service, at=LATER)

    @pytest.mark.parametrize("number", ["LOZ-2026-999999-00", "nonsense", "XYZ-2026-000001-46", ""])
    def test_that_is_not_there_is_not_told(self, number, ordered):
        with pytest.raises(NoSuchOrder):
            deliver_paper.tell_order(number=number, service=SERVICE, at=LATER)


class TestWay:
    def test_to_the_door_ends_the_case(self, ready):
        change(case_of(ready), state="result_ready")
        for state in (S.AWAITING_PICKUP, S.DELIVERING, S.DELIVERED, S.CONFIRMED):
            assert hear(ready, state, carrier="Curier Exemplu", tracking="0001")

        case = case_of(ready)
        assert (case.state, case.outcome) == ("done", "result_handed_over")
        assert timeline(ready)[-3:] == ["delivery-ready", "delivery-begun", "delivered"]
        assert calls(ready) == []
        assert (the_delivery().state, the_delivery().tracking) == ("confirmed", "0001")

    def test_that_is_told_twice_is_gone_once(self, ready):
        for _ in range(2):
            hear(ready, S.DELIVERING)

        assert timeline(ready).count("delivery-begun") == 1
        assert len(journaled("custody.delivery.delivering")) == 1
        assert len(all_of(DeliveryNews, state="delivering")) == 1

    @pytest.mark.parametrize("late", [S.AWAITING_PAYMENT, S.PAID, S.AWAITING_PICKUP, S.DELIVERING])
    def test_does_not_go_back_for_what_comes_late(self, late, ready):
        hear(ready, S.DELIVERED, carrier="Curier Exemplu")

        assert hear(ready, late, raw="late", carrier="Alt curier") is False

        assert the_delivery().state == "delivered"
        assert the_delivery().carrier == "Curier Exemplu"
        assert [one.was_followed for one in all_of(DeliveryNews, raw_sha256=all_of(DeliveryNews)[-1].raw_sha256)] == [
            False
        ]

    def test_may_begin_in_the_middle(self, ordered):
        assert hear(ordered, S.DELIVERING)

        assert the_delivery().state == "delivering"

    def test_that_ends_before_we_have_the_result_is_told_and_the_case_waits(self, ordered):
        hear(ordered, S.DELIVERED)

        assert (case_of(ordered).state, timeline(ordered)[-1]) == ("with_institution", "delivered")

    def test_with_costs_and_days_shows_them(self, ready):
        hear(ready, S.DELIVERING, cost=Decimal("65.00"), expected_until=LATER + timedelta(days=2))

        assert (the_delivery().cost, the_delivery().expected_until) == (Decimal("65.00"), LATER + timedelta(days=2))

    def test_with_a_problem_is_looked_at_and_may_go_on(self, ready):
        hear(ready, S.DELIVERING)
        hear(ready, S.PROBLEM)
        assert "alarm" in calls(ready)

        assert hear(ready, S.DELIVERED)

        assert case_of(ready).state == "done"

    def test_back_ends_on_the_shelf_and_the_person_is_called(self, ready, lozova, visit):
        for state in (S.DELIVERING, S.RETURNING, S.RETURNED):
            hear(ready, state)

        assert the_delivery().shelved_at == LATER
        assert (case_of(ready).state, calls(ready)) == ("result_ready", ["result_ready"])
        assert timeline(ready)[-1] == "delivery-returned"
        hand(ready, visit, to=lozova)
        assert (case_of(ready).state, the_delivery().state) == ("done", "returned")

    def test_back_that_cannot_be_followed_is_put_before_a_person(self, ready):
        hear(ready, S.CONFIRMED)

        assert hear(ready, S.RETURNED) is False

        assert calls(ready) == ["alarm"]


class TestTableOfSteps:
    def test_knows_no_step_back_on_the_way(self):
        way = [WAY.index(one) for one in WAY]
        back = [(WAY[a], WAY[b]) for a in way for b in way if b <= a]

        assert [pair for pair in back if pair in STEPS] == []

    @pytest.mark.parametrize("end", [S.CONFIRMED, S.RETURNED, S.CANCELLED, S.EXPIRED])
    def test_ends_there(self, end):
        assert [after for before, after in STEPS if before == end] == []


class TestReady:
    def test_is_told_until_mdelivery_shows_that_it_knows(self, ready):
        assert told() == told(after=timedelta(days=1)) == [(ready, "ready")]

        hear(ready, S.AWAITING_PICKUP)

        assert told() == []

    def test_is_still_told_when_old_news_comes_again(self, ready):
        hear(ready, S.PAID, raw="paid once more")

        assert told() == [(ready, "ready")]

    def test_is_not_told_for_ever(self, ready):
        assert told(after=timedelta(days=8)) == []

    def test_waits_for_the_payment(self, ordered, lozova):
        change(case_of(ordered), state="result_ready")
        deliver_paper.pack_paper(number=ordered, at_desk=lozova, at=LATER)
        assert (the_delivery().state, told()) == ("ordered", [])

        hear(ordered, S.PAID)

        assert (the_delivery().state, told()) == ("ready", [(ordered, "ready")])

    def test_is_not_said_by_mdelivery_for_us(self, paid):
        assert hear(paid, S.READY) is False

        assert the_delivery().state == "paid"

    def test_needs_the_paper(self, ordered, lozova):
        with pytest.raises(StepNotAllowed):
            deliver_paper.pack_paper(number=ordered, at_desk=lozova, at=LATER)

    def test_is_said_once_however_often_it_is_pressed(self, ready, lozova):
        deliver_paper.pack_paper(number=ready, at_desk=lozova, at=LATER)

        assert timeline(ready).count("delivery-ready") == 1
        assert len(journaled("custody.delivery.packed")) == 1


class TestCallingOff:
    def test_is_told_until_mdelivery_says_so_too(self, ready, lozova):
        for _ in range(2):
            deliver_paper.cancel_delivery(number=ready, at_desk=lozova, at=LATER)

        assert told() == told() == [(ready, "cancelled")]
        hear(ready, S.CANCELLED)
        assert told() == []
        assert timeline(ready).count("delivery-cancelled") == 1

    def test_is_too_late_when_the_courier_has_it(self, ready, lozova):
        hear(ready, S.DELIVERING)

        with pytest.raises(StepNotAllowed):
            deliver_paper.cancel_delivery(number=ready, at_desk=lozova, at=LATER)

    def test_comes_from_mdelivery_too(self, ordered):
        assert hear(ordered, S.CANCELLED)

        assert (the_delivery().state, told()) == ("cancelled", [])

    def test_follows_the_hand_over_at_the_desk(self, paid, lozova, visit):
        hand(paid, visit, to=lozova)

        assert (the_delivery().state, told()) == ("cancelled", [(paid, "cancelled")])

    def test_follows_a_case_that_ends_without_a_paper(self, ordered):
        change(case_of(ordered), state="refused")

        assert told() == [(ordered, "cancelled")]

    def test_of_what_was_never_ordered_is_not_offered(self, sent, lozova):
        with pytest.raises(NotOffered):
            deliver_paper.cancel_delivery(number=sent, at_desk=lozova, at=LATER)


def test_orders_of_another_service_are_not_told(ready):
    assert deliver_paper.tell_changes(service="1", at=LATER) == []


def test_whoever_asked_for_it_receives_it(lozova, connected, visit, sent):
    another = come("2099230108510", to=counter.place(desk=1)).person
    change(case_of(sent), holder=another, mandate=None, applicant=another)
    deliver_paper.order_delivery(number=sent, at_desk=lozova, at=NOON)

    with transaction():
        order = deliver_paper.tell_order(number=sent, service=SERVICE, at=LATER)

    assert order.receiver.idnp == "2099230108510"


def test_what_was_said_goes_with_the_content_of_the_case(ready):
    hear(ready, S.DELIVERED, carrier="Curier Exemplu", tracking="0001")

    with as_worker():
        assert destroy_content.destroy(case_of(ready).pk, at=LATER + timedelta(days=4000))

    delivery = the_delivery()
    assert (delivery.acting, delivery.carrier, delivery.tracking, delivery.state) == ("", "", "", "delivered")
    assert {one.raw for one in all_of(DeliveryNews)} == {""}
    with pytest.raises(NoSuchOrder):
        deliver_paper.tell_order(number=ready, service=SERVICE, at=LATER)
