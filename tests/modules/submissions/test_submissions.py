"""A delivery is leased to one worker at a time, asked about when in doubt, and one for a case."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError
from tests.support.counter import NOON

from ghiseu.foundation.access import Channel, transaction
from ghiseu.foundation.states import StepNotAllowed
from ghiseu.modules.submissions import operations, queries
from ghiseu.modules.submissions.models import Attempt, IncomingAnswer, Submission, SubmissionState
from ghiseu.modules.submissions.operations import LEASE, PAUSES, RESOLVE_WITHIN, Frozen, LeaseLost, pause_after
from ghiseu.modules.submissions.ports import ProviderRecord

AFTER_THE_LEASE = NOON + LEASE


def frozen(number: str = "N-1") -> Frozen:
    return Frozen(number=number, institution="cnas", payload="{}", payload_sha256="0" * 64, files=[])


def queue(lozova, **more) -> Submission:
    return operations.queue(case=lozova.case, frozen=frozen(**more), acting=lozova.acting, at=NOON)


def record(sequence: int) -> ProviderRecord:
    return ProviderRecord(
        number="N-1",
        provider_number=f"P-{sequence}",
        subject_idnp="2099120104448",
        status="received",
        sequence=sequence,
        changed_at=NOON,
    )


@pytest.fixture
def working(lozova, as_worker):
    """Work at Lozova in the database role of the worker."""
    with lozova.at_work():
        submission = queue(lozova)
        with as_worker():
            yield submission


class TestLease:
    def test_is_given_to_one_worker(self, working: Submission) -> None:
        first = operations.lease(submission_id=working.pk, at=NOON)

        assert first is not None
        assert (first.state, first.fence) == ("sending", 1)
        assert operations.lease(submission_id=working.pk, at=NOON) is None
        assert operations.lease(submission_id=working.pk, at=AFTER_THE_LEASE - timedelta(seconds=1)) is None

    def test_that_ran_out_while_sending_turns_to_doubt_and_asks_first(self, working: Submission) -> None:
        operations.lease(submission_id=working.pk, at=NOON)

        second = operations.lease(submission_id=working.pk, at=AFTER_THE_LEASE)

        assert second is not None
        assert (second.state, second.fence) == ("unknown", 2)
        assert [one.kind for one in Attempt.objects.order_by("id")] == ["deliver", "find"]

    def test_that_was_lost_lets_nothing_be_written(self, working: Submission) -> None:
        operations.lease(submission_id=working.pk, at=NOON)
        operations.lease(submission_id=working.pk, at=AFTER_THE_LEASE)

        with pytest.raises(LeaseLost):
            operations.held_by(submission_id=working.pk, fence=1)

        assert operations.held_by(submission_id=working.pk, fence=2).fence == 2

    def test_is_written_on_what_is_sending(self, working: Submission) -> None:
        with pytest.raises(DatabaseError, match="submissions_sending_holds_a_lease"), transaction():
            Submission.objects.update(state="sending")

    def test_acts_in_the_name_of_the_operator(self, working: Submission, lozova) -> None:
        acting = operations.acting_from(working.acting)

        assert acting.operator_idnp == lozova.acting.operator_idnp
        assert (acting.channel, acting.subject_idnp) == (Channel.WORKER, lozova.acting.subject_idnp)


class TestParked:
    def test_file_does_not_leave_before_it_is_released(self, lozova) -> None:
        later = NOON + timedelta(days=3)
        with lozova.at_work():
            parked = operations.park(case=lozova.case, frozen=frozen(), acting=lozova.acting, at=NOON)
            assert queries.due(at=later) == []
            assert operations.lease(submission_id=parked.pk, at=later) is None

            operations.release(submission=parked, at=later)

            assert queries.due(at=later) == [parked.pk]
            assert parked.resolve_by == later + RESOLVE_WITHIN

    def test_file_that_is_given_up_makes_room_for_another(self, lozova) -> None:
        with lozova.at_work():
            parked = operations.park(case=lozova.case, frozen=frozen(), acting=lozova.acting, at=NOON)
            operations.withdraw(submission=parked, acting=lozova.acting, at=NOON)

            again = queue(lozova, number="N-2")

            assert queries.living(lozova.case) == again


class TestCase:
    def test_has_one_living_delivery(self, lozova) -> None:
        with lozova.at_work():
            queue(lozova)

            with pytest.raises(IntegrityError, match="one_living_submission"), transaction():
                queue(lozova, number="N-2")

    def test_of_one_number_is_delivered_once(self, lozova) -> None:
        with lozova.at_work():
            operations.withdraw(submission=queue(lozova), acting=lozova.acting, at=NOON)

            with pytest.raises(IntegrityError), transaction():
                queue(lozova)


class TestPause:
    def test_grows_and_then_stays(self) -> None:
        tries = range(1, len(PAUSES) + 3)

        assert [pause_after(one).total_seconds() for one in tries] == [*PAUSES, PAUSES[-1], PAUSES[-1]]

    def test_is_five_minutes_at_most_during_the_first_hour(self) -> None:
        waited, pauses = timedelta(), []
        while waited < timedelta(hours=1):
            pauses.append(pause_after(len(pauses) + 1))
            waited += pauses[-1]

        assert max(pauses) == timedelta(minutes=5)
        assert pause_after(len(pauses) + 1) > timedelta(minutes=5)

    def test_of_no_try_is_that_of_the_first(self) -> None:
        assert pause_after(0) == pause_after(1)


class TestHeld:
    def hold(self, working: Submission) -> Submission:
        operations.lease(submission_id=working.pk, at=NOON)
        held = operations.held_by(submission_id=working.pk, fence=1)
        return operations.end_attempt(
            submission=held, to=SubmissionState.HELD, outcome="wrong-subject", note="", at=NOON
        )

    def test_delivery_waits_for_a_person(self, working: Submission) -> None:
        held = self.hold(working)

        assert queries.due(at=NOON + timedelta(days=30)) == []
        assert operations.lease(submission_id=held.pk, at=NOON + timedelta(days=30)) is None
        assert list(queries.stuck(at=NOON)) == [held]

    def test_delivery_of_unknown_outcome_is_still_asked_about(self, working: Submission) -> None:
        held = self.hold(working)

        operations.keep_asking(submission=held, at=NOON)

        soon = NOON + timedelta(hours=1)
        assert queries.due(at=soon) == [held.pk]
        leased = operations.lease(submission_id=held.pk, at=soon)
        assert leased is not None
        assert leased.state == "held"
        assert Attempt.objects.order_by("-id")[0].kind == "find"

    def test_delivery_is_asked_about_at_once_when_a_person_wants_it(self, working: Submission) -> None:
        held = self.hold(working)

        operations.ask_again(submission=held, acting=operations.acting_from(held.acting), at=NOON)

        assert (held.state, queries.due(at=NOON)) == ("unknown", [held.pk])

    def test_and_only_a_held_one_can_be_asked_about_again(self, working: Submission) -> None:
        with pytest.raises(StepNotAllowed):
            operations.ask_again(submission=working, acting=operations.acting_from(working.acting), at=NOON)


class TestAnswer:
    def test_is_news_only_when_its_sequence_is_higher(self, working: Submission) -> None:
        told = [operations.remember_record(submission=working, record=record(n), at=NOON) for n in (5, 5, 4, 6)]

        assert told == [True, False, False, True]
        assert working.institution_number == "P-6"

    def test_is_stored_once_for_each_sequence(self, working: Submission) -> None:
        facts = {"centre_id": working.centre_id, "submission": working, "sequence": 5, "record": "{}"}
        IncomingAnswer.objects.create(**facts, came_by="push", received_at=NOON)

        with pytest.raises(IntegrityError, match="answer_is_stored_once"), transaction():
            IncomingAnswer.objects.create(**facts, came_by="poll", received_at=NOON)


class TestAnotherCentre:
    def test_sees_no_delivery(self, lozova, tvardita) -> None:
        with lozova.at_work():
            mine = queue(lozova)

        with tvardita.at_work():
            assert queries.due(at=NOON) == []
            assert operations.lease(submission_id=mine.pk, at=NOON) is None
            with pytest.raises(Submission.DoesNotExist):
                operations.locked(mine.pk)
