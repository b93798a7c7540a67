"""Two presses at the same moment are one: a witness is wanted once, a text is shown once."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from tests.support.counter import NOON

from ghiseu.foundation.access import transaction
from ghiseu.modules.cases import agreeing
from ghiseu.modules.cases import operations as cases
from ghiseu.modules.cases.agreeing_models import ScreenOrder, ShownText, WitnessTask
from ghiseu.modules.centres import screens
from ghiseu.modules.centres.models import CitizenScreen

TEXT = "a" * 64
MANY = 6


def together(work: Callable[[int], object]) -> list[object]:
    """Do the work in as many threads that start at once; return what each made. What one raises is raised here."""
    barrier = threading.Barrier(MANY)

    def begin(number: int) -> object:
        barrier.wait(timeout=30)
        try:
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=MANY) as pool:
        return list(pool.map(begin, range(MANY)))


def asked(lozova, *, at=NOON) -> WitnessTask:
    return agreeing.ask_witness(
        case=cases.locked(lozova.case.pk), visit_id=lozova.visit.pk, text_sha256=TEXT, acting=lozova.acting, at=at
    )


def screen_at(lozova) -> CitizenScreen:
    desk = lozova.at_desk
    return screens.pair(screens.offer_code("", at=NOON).code, at_desk=desk, at=NOON)


class TestWitness:
    @pytest.mark.django_db(transaction=True)
    def test_is_wanted_once_however_many_press(self, lozova) -> None:
        def press(_number: int) -> int:
            with lozova.at_work(), transaction():
                return asked(lozova).pk

        assert len(set(together(press))) == 1

    def test_is_wanted_once_by_the_database(self, lozova) -> None:
        with lozova.at_work():
            task = asked(lozova)
            task.pk = None
            with pytest.raises(DatabaseError, match="cases_one_witness_is_wanted_for_one_text"), transaction():
                task.save(force_insert=True)

    def test_is_asked_for_anew_when_nobody_came_in_time(self, lozova) -> None:
        with lozova.at_work():
            first = asked(lozova)
            late = NOON + timedelta(minutes=20)

            again = asked(lozova, at=late)

            assert (again.pk, again.asked_at) == (first.pk, late)
            assert agreeing.witnesses_wanted(centre_id=lozova.at_desk.centre_id, at=late) == [again]


class TestShownText:
    @pytest.mark.django_db(transaction=True)
    def test_is_noted_once_however_many_ask(self, lozova) -> None:
        with lozova.at_work(), transaction():
            order = agreeing.put_on_screen(
                case=lozova.case,
                visit_id=lozova.visit.pk,
                screen_id=screen_at(lozova).pk,
                acting=lozova.acting,
                at=NOON,
            )

        def look(_number: int) -> int:
            with lozova.at_work(), transaction():
                return agreeing.note_shown(ScreenOrder.objects.get(pk=order.pk), text_sha256=TEXT, at=NOON).pk

        assert len(set(together(look))) == 1
        with lozova.at_work(), transaction():
            assert ShownText.objects.count() == 1


class TestScreen:
    @pytest.mark.django_db(transaction=True)
    def test_of_a_desk_is_one_however_many_take_theirs(self, lozova) -> None:
        with lozova.at_work(), transaction():
            codes = [screens.offer_code("", at=NOON).code for _ in range(MANY)]

        def pair(number: int) -> int:
            with lozova.at_work(), transaction():
                return screens.pair(codes[number], at_desk=lozova.at_desk, at=NOON).pk

        made = together(pair)

        assert len(set(made)) == MANY
        with lozova.at_work(), transaction():
            assert CitizenScreen.objects.filter(ended_at=None).count() == 1
