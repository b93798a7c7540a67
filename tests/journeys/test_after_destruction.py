"""The content of a case is gone, and the world goes on: money comes, institutions speak, people call and come."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal

import psycopg
import pytest
from django.db import IntegrityError, OperationalError, connection
from tests.support import retention
from tests.support.counter import (
    NOON,
    all_of,
    as_worker,
    ask_for,
    case_of,
    change,
    come,
    deliver,
    journaled,
    leave,
    submission_of,
    timeline,
)
from tests.support.journals import owner_url
from tests.support.retention import EUGENIA, GHEORGHE, KEPT, ended, night, own_keys

from ghiseu.foundation.access import transaction
from ghiseu.foundation.crypto import Owner, forget_keys, seal_value
from ghiseu.foundation.crypto.models import DataKey
from ghiseu.foundation.crypto.months import destroy_key_of
from ghiseu.foundation.money import Money
from ghiseu.journeys import collect_payment, destroy_content, reach_person, receive_answer
from ghiseu.journeys.edit_case import Typed, save_field
from ghiseu.journeys.forget_people import forget_unless_needed
from ghiseu.journeys.load_case import ContentDestroyed
from ghiseu.journeys.mind_work import CallAnswer, note_call
from ghiseu.modules.applicants.models import NameKey, Person, Reading
from ghiseu.modules.cases import operations as cases
from ghiseu.modules.cases.models import CallReason, CallTask, CaseField
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.mandates.models import Mandate
from ghiseu.modules.payments.models import Confirmation, OrderPlace, PaymentOrder, UnassignedPayment
from ghiseu.modules.payments.operations import MoneyCame
from ghiseu.modules.submissions.models import IncomingAnswer, Quarantined
from ghiseu.modules.submissions.ports import ProviderRecord
from simulators.common.process import Running

SERVICES = retention.SERVICES
__all__ = ["ended", "own_keys"]
KEY = "7KQM-3XRW-9ABT"
AFTER = NOON + KEPT + timedelta(days=1)


@pytest.fixture
def destroyed(ended: str) -> str:
    """Let the night take out the content of Eugenia's case."""
    night(KEPT)
    assert case_of(ended).destroyed_at is not None
    return ended


def an_order(number: str, *, state: str) -> PaymentOrder:
    """Write an order of 80 lei of the case."""
    case = case_of(number)
    with transaction():
        OrderPlace.objects.create(key=KEY, centre_number=case.centre_id)
        return PaymentOrder.objects.create(
            centre_id=case.centre_id, case=case, key=KEY, state=state, amount="80.00", currency="MDL",
            lines=[], quote={}, issued_at=NOON, expires_at=NOON + timedelta(days=30),
        )  # fmt: skip


def pay(amount: str, *, payment: str = "1") -> None:
    came = MoneyCame(
        payment_id=payment, invoice_id=payment, money=Money(amount=Decimal(amount), currency="MDL"), paid_at=AFTER
    )
    collect_payment.confirm(key=KEY, came=came, at=AFTER)


def record(number: str) -> ProviderRecord:
    return ProviderRecord(
        number=submission_of(number).number, provider_number="ASP-1", subject_idnp=EUGENIA, status="in_progress",
        sequence=70, changed_at=AFTER,
    )  # fmt: skip


class TestMoney:
    def test_is_counted_and_given_to_a_person_to_settle(self, destroyed: str) -> None:
        an_order(destroyed, state="expired")

        pay("80.00")
        pay("80.00")

        assert [one.state for one in all_of(PaymentOrder)] == ["paid"]
        assert len(all_of(Confirmation)) == 1
        assert [one.reason for one in all_of(CallTask, done_at=None)] == [CallReason.ALARM]
        assert timeline(destroyed) == []

    def test_that_fits_no_order_is_kept(self, destroyed: str) -> None:
        an_order(destroyed, state="cancelled")

        pay("80.00")

        assert [(one.amount, one.why) for one in all_of(UnassignedPayment)] == [(Decimal("80.00"), "not-payable")]

    def test_order_still_runs_out(self, destroyed: str) -> None:
        an_order(destroyed, state="issued")

        with as_worker():
            assert collect_payment.expire(at=AFTER) == 1

        assert [one.state for one in all_of(PaymentOrder)] == ["expired"]


class TestInstitution:
    def test_that_speaks_late_is_put_aside_and_answered(self, destroyed: str) -> None:
        news = receive_answer.receive(
            number=record(destroyed).number, institution="asp", record=record(destroyed), came_by="push", at=AFTER
        )

        assert news is False
        assert all_of(IncomingAnswer) == []
        assert [(one.institution, "destroyed" in one.why) for one in all_of(Quarantined)] == [("asp", True)]

    def test_is_neither_asked_nor_sent_anything(self, destroyed: str) -> None:
        kept = submission_of(destroyed)
        assert (kept.next_try_at, kept.next_poll_at) == (None, None)

        with as_worker():
            receive_answer.ask(submission_id=kept.pk, at=AFTER)
            receive_answer.fetch_results(submission_id=kept.pk, at=AFTER)
        change(kept, next_try_at=NOON)

        assert deliver(destroyed, at=AFTER) is None
        assert all_of(Quarantined) == []


class TestKey:
    def test_is_not_made_again(self, destroyed: str) -> None:
        case = case_of(destroyed)
        forget_keys()
        connection.run_on_commit.clear()  # nothing is committed in a test, so this remembers the key too

        with pytest.raises(IntegrityError, match="destroyed"), transaction():
            seal_value(b"late", place="x.y", owner=Owner(centre_id=case.centre_id, case_id=case.pk))

        with transaction():
            assert not DataKey.objects.filter(case_id=case.pk).exists()

    def test_that_a_process_still_holds_seals_nothing_at_the_desk(self, ended: str, lozova: AtDesk) -> None:
        held = all_of(CaseField)[0]  # the process has the key in memory from now on
        case = case_of(ended)
        with as_worker():
            destroy_content.destroy(case.pk, at=NOON + KEPT)

        with pytest.raises(ContentDestroyed):
            save_field(
                number=ended, typed=Typed(field=held.field, value="late", seen_version=0), at_desk=lozova, at=AFTER
            )
        with pytest.raises(ContentDestroyed), transaction():
            cases.locked(case.pk)
        assert all_of(CaseField) == []


class TestCall:
    @pytest.fixture
    def task(self, ended: str) -> CallTask:
        """Let somebody have to be told something, still after the content is gone."""
        with transaction():
            cases.ask_to_call(cases.locked(case_of(ended).pk), CallReason.ALARM, at=NOON)
        night(KEPT)
        return all_of(CallTask, done_at=None)[0]

    def test_that_is_open_keeps_name_and_phone(self, task: CallTask) -> None:
        assert all_of(Person)[0].full_name != ""

    def test_can_be_ended_and_then_the_person_is_forgotten(self, task: CallTask, lozova: AtDesk) -> None:
        note_call(task_id=task.pk, answer=CallAnswer.TOLD, note="told her", at_desk=lozova, at=AFTER)

        night(KEPT + timedelta(days=2))

        [kept] = all_of(CallTask)
        assert (kept.done_at, kept.note) == (AFTER, "")
        assert all_of(Person)[0].full_name == ""

    def test_about_money_without_an_order_keeps_them_too(self, ended: str) -> None:
        an_order(ended, state="cancelled")
        pay("80.00")
        for one in all_of(CallTask, done_at=None):
            change(one, done_at=NOON, done_by_id=1)

        night(KEPT)

        assert case_of(ended).destroyed_at is not None
        assert all_of(Person)[0].full_name != ""


class TestPersonWithoutACase:
    def test_is_forgotten_ninety_days_after_the_visit(self, lozova: AtDesk, exchange: Running) -> None:
        visit = come(GHEORGHE, to=lozova, document_says={"surname": "X"})
        told = reach_person.Contact(phone="069000000", email="", relative="", language="ro")
        reach_person.keep_contact(visit=visit, told=told, at_desk=lozova, at=NOON)
        leave(visit, to=lozova)

        assert night(timedelta(days=90)).forgotten == 0
        assert all_of(Person)[0].full_name != ""
        assert night(KEPT).forgotten == 1
        assert night(KEPT).forgotten == 0

        [person] = all_of(Person)
        assert (person.idnp, person.full_name, person.phone, person.birth_date) == (GHEORGHE, "", "", None)
        assert {one.facts for one in all_of(Reading)} == {""}
        assert all_of(NameKey) == []
        assert [(one.details, one.operator_id) for one in journaled("applicants.people.forgotten")] == [
            ({"people": 1}, None)
        ]

    def test_is_known_anew_when_they_come_again(self, lozova: AtDesk, exchange: Running) -> None:
        leave(come(GHEORGHE, to=lozova), to=lozova)
        night(KEPT)

        again = come(GHEORGHE, to=lozova, at=AFTER)

        assert (again.person.full_name != "", all_of(Person)[0].forgotten_at) == (True, None)

    def test_stays_while_they_come(self, lozova: AtDesk, exchange: Running) -> None:
        leave(come(GHEORGHE, to=lozova), to=lozova)
        visit = come(GHEORGHE, to=lozova, at=AFTER)
        assert night(KEPT * 3).forgotten == 0  # the visit is still open
        leave(visit, to=lozova, at=AFTER)

        assert night(KEPT * 2).forgotten == 0
        assert night(KEPT * 3).forgotten == 1

    def test_stays_for_a_mandate_until_its_last_day_at_the_centre(self, lozova: AtDesk, exchange: Running) -> None:
        people = []
        for idnp in (GHEORGHE, EUGENIA):
            visit = come(idnp, to=lozova)
            people.append(visit.person)
            leave(visit, to=lozova)
        late = timedelta(days=100, hours=13)  # 23:00 in Greenwich, the next day in Lozova
        with transaction():
            Mandate.objects.create(
                centre_id=lozova.centre_id, subject=people[0], representative=people[1], kind="notarised_power",
                evidence="paper", confirmed_by="paper", recorded_at=NOON, recorded_by_id=1,
                valid_until=(NOON + late).date(),
            )  # fmt: skip

        assert night(late - timedelta(hours=2)).forgotten == 0
        assert night(late).forgotten == 2

    def test_stays_while_a_case_is_open(self, lozova: AtDesk, exchange: Running) -> None:
        retention.a_case(EUGENIA, to=lozova, ends=False)

        assert night(KEPT * 4).forgotten == 0
        assert all_of(Person)[0].full_name != ""


@pytest.mark.django_db(transaction=True)
class TestAtOneMoment:
    """Another session holds the person's row; whoever has to wait for it is refused here after a fifth of a second."""

    @pytest.fixture
    def held(self, lozova: AtDesk, exchange: Running) -> Iterator[Callable[[str], Person]]:
        """Return a function that lets another session lock Gheorghe's row in this way."""
        leave(come(GHEORGHE, to=lozova), to=lozova)
        [person] = all_of(Person)
        with psycopg.connect(owner_url()) as other, connection.cursor() as cursor:

            def hold(lock: str) -> Person:
                other.execute(f"SELECT 1 FROM applicants_person WHERE id = {person.pk} FOR {lock}")  # type: ignore[arg-type]
                cursor.execute("SET lock_timeout = '200ms'")
                return person

            yield hold
            cursor.execute("RESET lock_timeout")

    def test_nobody_is_forgotten_to_whom_something_begins_to_refer(self, held: Callable[[str], Person]) -> None:
        person = held("KEY SHARE")  # as the insert of a visit, a case or an appointment does

        with pytest.raises(OperationalError, match="lock timeout"), as_worker(), transaction():
            forget_unless_needed(person.pk, at=AFTER)

    def test_nobody_comes_in_while_they_are_forgotten(self, held: Callable[[str], Person], lozova: AtDesk) -> None:
        held("UPDATE")  # as forgetting does

        with pytest.raises(OperationalError, match="lock timeout"):
            come(GHEORGHE, to=lozova, at=AFTER)

    def test_no_key_is_made_for_a_case_while_it_is_destroyed(self, lozova: AtDesk, exchange: Running) -> None:
        number = ask_for(SERVICES[0], visit=come(GHEORGHE, to=lozova), to=lozova)
        case = case_of(number)
        with as_worker(), transaction():
            destroy_key_of(case.pk)
        forget_keys()
        with psycopg.connect(owner_url()) as other, connection.cursor() as cursor:
            other.execute("SELECT 1 FROM cases_case FOR NO KEY UPDATE")  # as destroying does
            cursor.execute("SET lock_timeout = '200ms'")

            with pytest.raises(OperationalError, match="lock timeout"), transaction():
                seal_value(b"late", place="x.y", owner=Owner(centre_id=case.centre_id, case_id=case.pk))

            cursor.execute("RESET lock_timeout")

    def test_work_of_others_about_the_person_goes_on(self, held: Callable[[str], Person], lozova: AtDesk) -> None:
        held("KEY SHARE")

        assert come(GHEORGHE, to=lozova, at=AFTER).person.full_name != ""
