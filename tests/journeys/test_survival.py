"""Whatever breaks between the desk and the institution, the institution holds the file at most once, and we know it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import pytest
from tests.support import counter
from tests.support.counter import (
    NOON,
    again,
    all_of,
    as_worker,
    ask_for,
    calls,
    case_of,
    change,
    come,
    decide,
    deliver,
    opened,
    submission_of,
    submit,
    tell,
    timeline,
    verdicts,
)

from ghiseu.foundation.access import ActingContext, transaction
from ghiseu.journeys.edit_case import Typed, read_again, save_field
from ghiseu.journeys.mind_work import ask_delivery_again
from ghiseu.modules.applicants.models import Reading
from ghiseu.modules.cases.models import CallTask
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.submissions import operations, queries
from ghiseu.modules.submissions.models import Attempt
from ghiseu.modules.submissions.ports import Parcel, Provider, ProviderRecord, providers
from simulators.common.process import Running

SERVICES = ["asp.civil.extract-birth"]
BIRTH = SERVICES[0]
EUGENIA, VASILE, DARIA = "2099010100376", "2099050101850", "2099040101480"
AFTER_THE_LEASE = NOON + operations.LEASE + timedelta(seconds=1)
QUICK = {"times": 1, "seconds": 0.05}


class StoppedForLong:
    """Stands between a worker and the institution: the file arrives, and the worker stands still before it goes on."""

    def __init__(self, real: Provider, *, meanwhile: Callable[[], object]) -> None:
        self.repeatability = real.repeatability
        self.find = real.find
        self._real, self._meanwhile = real, meanwhile

    def deliver(self, parcel: Parcel, *, acting: ActingContext) -> ProviderRecord:
        record = self._real.deliver(parcel, acting=acting)
        with providers.serving(parcel.institution, self._real):
            self._meanwhile()
        return record


class WorkerKilled(BaseException):
    """The process ends here; nothing after this line runs."""


def killed() -> datetime:
    raise WorkerKilled


@pytest.fixture
def number(lozova: AtDesk, exchange: Running, asp: Running) -> str:
    """Submit Eugenia's request; it waits for the worker."""
    number = ask_for(BIRTH, visit=come(EUGENIA, to=lozova), to=lozova)
    counter.complete_and_submit(number, to=lozova)
    return number


def dossiers(asp: Running) -> list[str]:
    return [str(row["number"]) for row in asp.ledger()["dossiers"]]


def deliver_until_done(number: str, *, at: datetime) -> datetime:
    """Let the worker come whenever a try is due, for at most forty tries; return when it was done."""
    for _ in range(40):
        next_at = deliver(number, at=at)
        if next_at is None:
            return at
        at = next_at
    raise AssertionError("never done")


class TestWorkerKilled:
    def test_before_the_call_leaves_one_sending_to_the_next_worker(self, number: str, asp: Running) -> None:
        with as_worker(), transaction():
            assert operations.lease(submission_id=submission_of(number).pk, at=NOON) is not None

        assert deliver(number, at=NOON + timedelta(seconds=30)) is None, "the lease is still held"
        deliver_until_done(number, at=AFTER_THE_LEASE)

        assert dossiers(asp) == [number]
        assert submission_of(number).state == "done"

    def test_after_the_institution_accepted_finds_the_dossier_and_sends_no_second(
        self, number: str, asp: Running
    ) -> None:
        with pytest.raises(WorkerKilled):
            deliver(number, ended=killed)
        assert (submission_of(number).state, dossiers(asp)) == ("sending", [number])
        with as_worker(), transaction():
            assert queries.due(at=AFTER_THE_LEASE) == [submission_of(number).pk]

        deliver(number, at=AFTER_THE_LEASE)

        assert submission_of(number).state == "done"
        assert case_of(number).state == "with_institution"
        assert dossiers(asp) == [number]
        assert [one.outcome for one in all_of(Attempt)] == ["", "found"]

    def test_after_writing_down_does_nothing_twice(self, number: str, asp: Running) -> None:
        deliver(number)

        assert deliver(number) is None
        assert deliver(number, at=AFTER_THE_LEASE) is None

        assert dossiers(asp) == [number]
        assert timeline(number).count("received") == 1

    def test_and_overtaken_writes_nothing(self, number: str, asp: Running) -> None:
        stopped = StoppedForLong(providers.get("asp"), meanwhile=lambda: deliver(number, at=AFTER_THE_LEASE))

        with providers.serving("asp", stopped):
            assert deliver(number) is None

        assert dossiers(asp) == [number]
        assert [(one.fence, one.outcome) for one in all_of(Attempt)] == [(1, ""), (2, "found")]
        assert timeline(number).count("received") == 1


class TestNoAnswer:
    @pytest.mark.parametrize(
        ("mode", "held_there"),
        [
            ("before_commit_timeout", []),
            ("after_commit_timeout", ["it"]),
            ("cut_answer", ["it"]),
            ("garbage", ["it"]),
            ("5xx", []),
            ("5xx_after_commit", ["it"]),
        ],
    )
    def test_is_asked_about_before_anything_is_sent_again(
        self, mode: str, held_there: list[str], number: str, asp: Running
    ) -> None:
        asp.behave(mode, operations=["deliver"], **QUICK)

        next_at = deliver(number)
        assert (submission_of(number).state, len(dossiers(asp))) == ("unknown", len(held_there))
        assert case_of(number).state == "sending"
        assert timeline(number)[-1] == "not-known-yet"
        assert next_at is not None
        deliver_until_done(number, at=next_at)

        assert dossiers(asp) == [number]
        outcomes = [one.outcome for one in all_of(Attempt)]
        assert outcomes == (["unknown", "found"] if held_there else ["unknown", "not-seen", "done"])
        assert case_of(number).state == "with_institution"

    def test_for_a_day_drains_by_itself_when_the_institution_is_back(self, number: str, asp: Running) -> None:
        asp.behave("5xx")
        at, week_later = NOON, NOON + timedelta(days=7)
        while at < week_later:
            at = deliver(number, at=at) or week_later
        assert calls(number) == ["alarm"], "a person knows of it"

        asp.behave("normal")
        deliver_until_done(number, at=at)

        assert dossiers(asp) == [number]
        assert case_of(number).state == "with_institution"

    def test_of_a_server_that_is_off_is_no_doubt_and_waits_in_the_queue(
        self, number: str, asp: Running, unreachable: Callable[[], AbstractContextManager[None]]
    ) -> None:
        at = NOON
        with unreachable():
            for _ in range(45):
                at = deliver(number, at=at)
                assert submission_of(number).state == "queued"
        assert at > NOON + timedelta(days=1)
        assert calls(number) == ["alarm"]

        deliver_until_done(number, at=at)

        assert dossiers(asp) == [number]

    def test_beyond_the_deadline_is_held_with_a_task_for_a_person(self, number: str, asp: Running) -> None:
        asp.behave("after_commit_timeout", operations=["deliver"], **QUICK)
        deliver(number)
        asp.behave("5xx", operations=["find"])
        late = submission_of(number).resolve_by

        deliver(number, at=late)

        assert submission_of(number).state == "held"
        assert calls(number) == ["alarm"]
        with transaction():
            assert [one.number for one in queries.stuck(at=late)] == [number]

    def test_is_asked_about_again_when_a_person_wants_it(self, number: str, lozova: AtDesk, asp: Running) -> None:
        asp.behave("after_commit_timeout", operations=["deliver"], **QUICK)
        deliver(number)
        asp.behave("5xx", operations=["find"])
        late = submission_of(number).resolve_by
        deliver(number, at=late)
        asp.behave("normal")

        ask_delivery_again(number=number, at_desk=lozova, at=late)
        deliver(number, at=late)

        assert submission_of(number).state == "done"
        assert dossiers(asp) == [number]

    def test_that_stays_away_makes_one_task_not_one_for_each_try(self, number: str, asp: Running) -> None:
        asp.behave("after_commit_timeout", operations=["deliver"], **QUICK)
        deliver(number)
        asp.behave("5xx", operations=["find"])
        at = deliver(number, at=submission_of(number).resolve_by)
        for task in all_of(CallTask):
            change(task, done_at=NOON, done_by_id=1)

        for _ in range(3):
            at = deliver(number, at=at)

        assert submission_of(number).state == "held"
        assert calls(number) == []


class TestRefusedAtTheDoor:
    def test_opens_the_file_again_and_it_may_be_sent_anew(self, number: str, lozova: AtDesk, asp: Running) -> None:
        change(submission_of(number), payload_sha256="0" * 64)  # the institution checks what it gets

        deliver(number)

        assert case_of(number).state == "draft"
        assert timeline(number)[-1] == "not-accepted"
        submit(number, to=lozova)
        deliver(number)
        again = submission_of(number)
        assert again.number != number
        assert dossiers(asp) == [again.number]
        assert case_of(number).state == "with_institution"

    def test_for_lost_bytes_is_held_for_a_person(self, number: str, asp: Running) -> None:
        submission = submission_of(number)
        change(submission, files=[{**submission.files[0], "sha256": "1" * 64}])

        deliver(number)

        assert submission_of(number).state == "held"
        assert calls(number) == ["alarm"]
        assert dossiers(asp) == []

    def test_by_an_institution_that_nobody_connected_is_held(self, lozova: AtDesk, exchange: Running) -> None:
        number = ask_for(BIRTH, visit=come(EUGENIA, to=lozova), to=lozova)
        counter.complete_and_submit(number, to=lozova)

        deliver(number)

        assert submission_of(number).state == "held"
        assert deliver(number, at=NOON + timedelta(days=2)) is None


class TestAnotherPerson:
    def test_in_the_answer_stops_the_case_and_nothing_of_it_is_used(self, number: str, asp: Running) -> None:
        asp.behave("wrong_subject", operations=["deliver"], times=1)

        deliver(number)

        case = case_of(number)
        assert (case.state, case.alarm, case.institution_number) == ("stopped", "another-person", "")
        assert calls(number) == ["alarm"]
        assert submission_of(number).institution_status == ""

    def test_in_an_answer_to_our_question_stops_the_case_too(self, number: str, asp: Running) -> None:
        deliver(number)
        before = case_of(number).institution_number
        decide(asp, number, "refuse", reason="of somebody else")
        asp.behave("wrong_subject", operations=["find"], times=1)

        counter.ask(number)

        case = case_of(number)
        assert (case.state, case.institution_number, case.institution_reason) == ("stopped", before, "")
        assert calls(number) == ["alarm"]


class TestRegisterFails:
    @pytest.mark.parametrize(
        ("mode", "outcome"),
        [
            ("5xx", "unavailable"),
            ("before_commit_timeout", "unavailable"),
            ("garbage", "unusable"),
            ("wrong_subject", "wrong_subject"),
        ],
    )
    def test_and_the_operator_types_from_the_papers_and_goes_on(
        self, mode: str, outcome: str, lozova: AtDesk, exchange: Running, asp: Running
    ) -> None:
        exchange.behave(mode, seconds=0.05)
        visit = come(EUGENIA, to=lozova)
        assert {one.outcome for one in all_of(Reading)} == {outcome}
        number = ask_for(BIRTH, visit=visit, to=lozova, answers={"born_abroad": True, "transnistria_act": False})
        file = opened(number, to=lozova)
        assert not file.judged.evaluation.errors
        lacking = {
            "applicant_surname": "Munteanu",
            "applicant_given_name": "Eugenia",
            "applicant_birth_date": "1945-02-11",
            "applicant_id_document": "A24010037",
            "holder_idnp": EUGENIA,
            "event_date": "1945-02-11",
            "event_place": "Colibași",
        }
        for field, value in lacking.items():
            seen = file.values[field].version if field in file.values else 0
            typed = Typed(field=field, value=value, seen_version=seen, evidence="identity card")
            file = save_field(number=number, typed=typed, at_desk=lozova, at=NOON)

        counter.complete_and_submit(number, to=lozova)
        deliver(number)

        assert dossiers(asp) == [number]
        assert opened(number, to=lozova).values["event_place"].evidence == "identity card"
        assert opened(number, to=lozova).values["event_place"].source == "operator"

    def test_about_another_person_is_in_the_journal_and_nothing_is_taken_over(
        self, lozova: AtDesk, exchange: Running
    ) -> None:
        exchange.behave("wrong_subject")

        visit = come(EUGENIA, to=lozova)

        person = again(visit.person)
        assert (person.surname, person.birth_date) == ("", None)
        assert len(counter.journaled("applicants.person.another-answered")) == 1

    def test_later_and_does_not_take_back_what_it_told(self, lozova: AtDesk, exchange: Running) -> None:
        number = ask_for(BIRTH, visit=come(EUGENIA, to=lozova), to=lozova)
        exchange.behave("5xx")

        file = read_again(number=number, at_desk=lozova, at=NOON + timedelta(hours=2))

        assert verdicts(file)["born_abroad"] == "holds"
        assert file.judged.evaluation.missing == ()
        assert file.judged.evaluation.answers["event_place"] == "s. Colibași, raionul Cahul"

    def test_and_answers_when_it_is_asked_again(
        self, lozova: AtDesk, exchange: Running, rested: Callable[[], AbstractContextManager[None]]
    ) -> None:
        exchange.behave("5xx")
        number = ask_for(
            BIRTH, visit=come(EUGENIA, to=lozova), to=lozova, answers={"born_abroad": True, "transnistria_act": False}
        )
        tell(number, to=lozova, event_place="typed meanwhile", record_number="31")
        exchange.behave("normal")

        with rested():
            file = read_again(number=number, at_desk=lozova, at=NOON + timedelta(hours=2))

        place, record = file.values["event_place"], file.values["record_number"]
        assert (place.value, place.source, place.disputed) == ("s. Colibași, raionul Cahul", "SC", "typed meanwhile")
        assert place.evidence
        assert (record.value, record.source, record.is_disputed) == ("31", "SC", False)
        assert file.judged.evaluation.answers["event_place"] == "s. Colibași, raionul Cahul"
        assert file.judged.evaluation.answers["event_date"] == "1945-02-11"


class TestEveryReading:
    def test_is_in_the_journal_with_operator_subject_basis_and_reason(
        self, lozova: AtDesk, exchange: Running, number: str
    ) -> None:
        reads = [(row["register"], row["operation"], row["subject"]) for row in exchange.ledger()["reads"]]
        events = counter.journaled("applicants.person.read")

        told = [(*event.object_type.split("."), event.subject_idnp) for event in events]
        assert sorted(told) == sorted(reads)
        assert {event.operator_idnp for event in events} == {counter.LIDIA}
        assert all(event.legal_basis and event.legal_reason for event in events)
