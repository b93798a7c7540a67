"""Many people want few places at the same moment."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date, time
from threading import Barrier

import pytest
from django.db import connection
from tests.modules.appointments.conftest import AT, office

from ghiseu.foundation.access import NoTransaction, transaction
from ghiseu.modules.appointments import operations, queries
from ghiseu.modules.appointments.models import Appointment, Occupancy
from ghiseu.modules.appointments.operations import SlotTaken, Wanted

PEOPLE = 24
PLACES = 20


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
class TestRace:
    def test_two_hundred_bookings_of_twenty_places_give_twenty_and_no_deadlock(self, seed, lozova, offered):
        seed(office("near", counters=2, closes=time(13)))
        slots = queries.free_slots(offered=offered("near"), day=date(2026, 11, 24), at=AT)
        wanted = [Wanted(offered_id=slot.offered_id, starts_at=slot.starts_at) for slot in slots]
        assert len(wanted) == PLACES / 2

        outcomes = together(lambda number: try_to_hold(lozova, wanted[number % len(wanted)]), times=200)

        assert outcomes == {"held": PLACES, "taken": 200 - PLACES}
        with lozova.working(), transaction():
            taken = set(Appointment.objects.values_list("occupancy__counter_id", "occupancy__starts_at"))
        assert len(taken) == PLACES

    def test_a_daily_cap_holds_however_many_come_at_once(self, seed, lozova, offered):
        seed(office("near", counters=4, daily_cap=5))
        slots = queries.free_slots(offered=offered("near"), day=date(2026, 11, 24), at=AT)
        wanted = [Wanted(offered_id=slot.offered_id, starts_at=slot.starts_at) for slot in slots]

        outcomes = together(lambda number: try_to_hold(lozova, wanted[number % len(wanted)]), times=48)

        assert outcomes["held"] == 5
        assert Occupancy.objects.count() == 5

    def test_two_people_who_exchange_places_do_not_wait_for_each_other(self, seed, lozova, offered):
        seed(office("near"))
        slots = queries.free_slots(offered=offered("near"), day=date(2026, 11, 24), at=AT)[:2]
        wanted = [Wanted(offered_id=slot.offered_id, starts_at=slot.starts_at) for slot in slots]
        booked = [book(lozova, each) for each in wanted]

        outcomes = together(lambda number: try_to_move(lozova, booked[number], wanted[1 - number]), times=2)

        assert outcomes == {"taken": 2}


@pytest.mark.django_db(transaction=True)
def test_holding_needs_a_transaction_of_the_caller(lozova):
    wanted = Wanted(offered_id=1, starts_at=AT)

    with pytest.raises(NoTransaction):
        operations.hold(wanted=wanted, person_id=1, case_id=None, acting=lozova.acting, at=AT)


def together(work, *, times):
    """Do the work so many times in many threads that start at once; count how each ended."""
    threads = min(PEOPLE, times)
    barrier = Barrier(threads)

    def begin(first):
        barrier.wait(timeout=30)
        try:
            return [work(number) for number in range(first, times, threads)]
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=threads) as pool:
        return Counter(outcome for outcomes in pool.map(begin, range(threads)) for outcome in outcomes)


def try_to_hold(desk, wanted):
    try:
        with desk.working(), transaction():
            operations.hold(wanted=wanted, person_id=desk.person.pk, case_id=None, acting=desk.acting, at=AT)
    except SlotTaken:
        return "taken"
    except operations.DailyCapReached:
        return "full"
    return "held"


def try_to_move(desk, appointment, wanted):
    try:
        with desk.working(), transaction():
            operations.move(appointment=appointment, wanted=wanted, acting=desk.acting, at=AT)
    except SlotTaken:
        return "taken"
    return "moved"


def book(desk, wanted):
    with desk.working(), transaction():
        held = operations.hold(wanted=wanted, person_id=desk.person.pk, case_id=None, acting=desk.acting, at=AT)
        return operations.confirm(appointment=held, acting=desk.acting, at=AT)
