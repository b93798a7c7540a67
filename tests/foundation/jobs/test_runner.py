import pytest
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from ghiseu.foundation import clock
from ghiseu.foundation.access import NoTransaction, transaction
from ghiseu.foundation.jobs import defer, hold, queues
from ghiseu.foundation.jobs.jobs import rescue
from ghiseu.foundation.jobs.models import RuntimeFlag

NOTHING: dict[str, str] = {}


class Regretted(Exception):
    pass


def waiting() -> int:
    return ProcrastinateJob.objects.filter(task_name="jobs.rescue").count()


def enqueue_and_regret() -> None:
    with transaction():
        defer(rescue, arguments=NOTHING)
        raise Regretted


@pytest.mark.django_db
class TestDefer:
    def test_puts_the_job_into_the_queue_as_the_web_role(self):
        with transaction():
            number = defer(rescue, arguments=NOTHING)

        assert ProcrastinateJob.objects.get(id=number).queue_name == "housekeeping"

    def test_goes_back_with_the_transaction(self):
        with pytest.raises(Regretted):
            enqueue_and_regret()

        assert waiting() == 0

    def test_does_not_enqueue_twice_and_leaves_the_transaction_usable(self):
        with transaction():
            first = defer(rescue, arguments=NOTHING, once="one")
            second = defer(rescue, arguments=NOTHING, once="one")

            assert (first is not None, second) == (True, None)
            assert waiting() == 1

    def test_keeps_the_key_and_the_moment(self):
        at = clock.now()

        with transaction():
            number = defer(rescue, arguments={"case_id": 7}, one_at_a_time="case-7", not_before=at)

        kept = ProcrastinateJob.objects.get(id=number)
        assert (kept.lock, kept.scheduled_at, kept.args) == ("case-7", at, {"case_id": 7})


@pytest.mark.django_db(transaction=True)
def test_defer_demands_a_transaction():
    with pytest.raises(NoTransaction):
        defer(rescue, arguments=NOTHING)


def test_every_job_is_found_under_its_own_name():
    assert {"jobs.rescue", "jobs.sweep"} <= set(app.tasks)
    assert "housekeeping" in queues()


@pytest.mark.django_db
class TestHold:
    def test_keeps_its_first_reason_until_it_ends(self, as_owner):
        with as_owner():
            hold.pause_deliveries(reason="restored", at=clock.now())
            hold.pause_deliveries(reason="again", at=clock.now())

        assert RuntimeFlag.objects.get().reason == "restored"
        with as_owner():
            assert hold.resume_deliveries() is True
            assert hold.resume_deliveries() is False
        assert hold.deliveries_paused() is None
