"""Acting for another on a power of MPower: asked about at intake, and again before anything is sent or handed over."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from tests.support import counter
from tests.support.counter import (
    NOON,
    act_for,
    again,
    all_of,
    ask_for,
    calls,
    case_of,
    come,
    deliver,
    journaled,
    sign,
    submit,
    timeline,
)
from tests.support.platform_place import certificate_of

from ghiseu.adapters.mpower import MPower
from ghiseu.foundation.access import transaction
from ghiseu.foundation.wire.exchange import Limits
from ghiseu.journeys import act_for_another, check_power
from ghiseu.journeys.check_power import PowerDoesNotHold, PowerNotKnown
from ghiseu.journeys.destroy_content import destroy_due
from ghiseu.journeys.end_case import end_case
from ghiseu.journeys.lacking import NotReady
from ghiseu.journeys.open_case import PowerNotForThisService
from ghiseu.modules.cases.states import Outcome
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.mandates.models import Mandate, MandateKind, PowerCheck
from ghiseu.modules.mandates.operations import MandateDoesNotHold
from ghiseu.modules.mandates.ports import REGISTRY, powers
from ghiseu.modules.mandates.powers import forget_answers
from ghiseu.modules.submissions.models import Submission
from ghiseu.modules.visits.models import Visit
from simulators.common.behaviour import Mode
from simulators.common.process import Running, running

SERVICES = ["asp.civil.extract-birth", "cnas.info.account-extract", "cnam.insured-status-certificate"]
BIRTH, ACCOUNT, INSURED = SERVICES
EUGENIA, VASILE, TUDOR, GHEORGHE, DIANA = (
    "2099010100376", "2099050101850", "2099230108510", "2099080102964", "2099110104078",
)  # fmt: skip
CIVIL, CADASTRE, OF_COMPANY = "2026000000000011", "2026000000000012", "2026000000000051"
NEXT_DAY = NOON + timedelta(days=1)
SILENT = [Mode.BEFORE_COMMIT_TIMEOUT, Mode.AFTER_COMMIT_TIMEOUT, Mode.SERVER_ERROR, Mode.SERVER_ERROR_AFTER_COMMIT]
SILENT += [Mode.CUT_ANSWER, Mode.GARBAGE, Mode.SLOW]


@pytest.fixture(scope="module")
def process(simulators_folder: Path) -> Iterator[Running]:
    with running("mpower", data=simulators_folder) as started:
        yield started


@pytest.fixture
def registry(process: Running) -> Iterator[Running]:
    """Serve the registry of powers by the simulated one, with the powers it starts with."""
    process.reset()
    adapter = MPower(
        url=f"{process.system_url}/clients-api",
        limits=Limits(connect=2, answer=1),
        tls=certificate_of(process.folder.parent).client_context(),
    )
    with powers.serving(REGISTRY, adapter):
        yield process
    adapter.close()


@pytest.fixture
def vasile(lozova: AtDesk, exchange: Running) -> Visit:
    """Let Vasile come, to whom Eugenia gave a power for her civil-status papers and one for the cadastre."""
    return come(VASILE, to=lozova)


@pytest.fixture
def signed(lozova: AtDesk, vasile: Visit, registry: Running, asp: Running) -> str:
    """Bring Eugenia's request so far that it only has to be sent."""
    act_for(vasile, EUGENIA, MandateKind.MPOWER, to=lozova, paper=CIVIL)
    number = ask_for(BIRTH, visit=vasile, to=lozova)
    sign(number, to=lozova)
    return number


def act(registry: Running, code: str, what: str) -> None:
    httpx.post(f"{registry.url}/control/powers/{code}/{what}", json={}, timeout=10).raise_for_status()


def asked(registry: Running) -> list[str]:
    """Return the operations that were asked there."""
    return [str(row["operation"]) for row in registry.ledger()["questions"]]


def record(visit: Visit, code: str, *, to: AtDesk, subject: str = EUGENIA, at: datetime = NOON) -> Mandate:
    return act_for(visit, subject, MandateKind.MPOWER, to=to, paper=code, at=at)


class TestIntake:
    def test_records_what_the_registry_says(self, lozova, vasile, registry):
        mandate = record(vasile, "2026 0000 0000 0011", to=lozova)

        assert (mandate.confirmed_by, mandate.evidence_number) == ("MPower", CIVIL)
        assert mandate.valid_until == date(2036, 1, 14)
        assert again(vasile).mandate_id == mandate.pk
        assert asked(registry) == ["Code-Details-One"]

    def test_keeps_the_answer_sealed_with_its_time_and_end(self, lozova, vasile, registry):
        mandate = record(vasile, CIVIL, to=lozova)

        [check] = all_of(PowerCheck, mandate=mandate)
        assert (check.occasion, check.verdict, check.type_code) == ("intake", "holds", "AT-0000101")
        assert check.checked_at == NOON
        assert check.ends is not None
        assert json.loads(check.raw)["data"]["authorizedIdn"] == VASILE

    def test_is_in_the_journal_without_the_code(self, lozova, vasile, registry):
        record(vasile, CIVIL, to=lozova)

        [row] = journaled("mandates.power.checked")
        assert (row.subject_idnp, row.outcome) == (EUGENIA, "done")
        assert row.details == {"occasion": "intake", "verdict": "holds"}

    @pytest.mark.parametrize(
        ("code", "why"),
        [
            ("2026000000000041", "power-draft"),
            ("2026000000000042", "power-not-accepted"),
            ("2026000000000043", "power-not-begun"),
            ("2026000000000044", "power-suspended"),
            ("2026000000000045", "power-ended"),
            ("2026000000000046", "power-ended"),
        ],
    )
    def test_refuses_every_other_state_and_says_which(self, lozova, exchange, registry, code, why):
        tudor = come(TUDOR, to=lozova)

        with pytest.raises(MandateDoesNotHold) as refusal:
            record(tudor, code, to=lozova, subject=GHEORGHE)

        assert refusal.value.why == why
        assert all_of(Mandate) == []
        assert [row.details["why"] for row in journaled("mandates.mandate.refused")] == [why]

    @pytest.mark.parametrize(
        ("code", "subject", "why"),
        [
            (CIVIL, GHEORGHE, "power-other-subject"),
            ("2026000000000047", GHEORGHE, "power-other-representative"),
            ("9999999999999999", EUGENIA, "power-unknown"),
            ("17", EUGENIA, "power-no-code"),
            ("", EUGENIA, "power-no-code"),
        ],
    )
    @pytest.mark.usefixtures("registry")
    def test_refuses_a_power_of_other_people_and_no_power(self, lozova, vasile, code, subject, why):
        with pytest.raises(MandateDoesNotHold) as refusal:
            record(vasile, code, to=lozova, subject=subject)

        assert refusal.value.why == why
        assert all_of(Mandate) == []

    def test_refuses_a_power_of_an_organisation(self, lozova, exchange, registry):
        constantin = come("2099620122946", to=lozova)

        with pytest.raises(MandateDoesNotHold) as refusal:
            record(constantin, OF_COMPANY, to=lozova)

        assert refusal.value.why == "power-of-organisation"

    def test_reads_nothing_about_the_other_person_before_the_power_holds(self, lozova, vasile, registry, exchange):
        with pytest.raises(MandateDoesNotHold):
            record(vasile, "9999999999999999", to=lozova)

        assert EUGENIA not in [row["subject"] for row in exchange.ledger()["reads"]]

    @pytest.mark.parametrize("mode", SILENT)
    def test_records_nothing_while_nobody_knows(self, lozova, vasile, registry, mode):
        registry.behave(mode, seconds=1.5)

        with pytest.raises(PowerNotKnown):
            record(vasile, CIVIL, to=lozova)

        assert all_of(Mandate) == []
        assert journaled("mandates.mandate.refused") == []

        registry.behave(Mode.NORMAL)
        assert record(vasile, CIVIL, to=lozova).confirmed_by == "MPower"

    def test_uses_nothing_of_an_answer_about_other_people(self, lozova, vasile, registry):
        registry.behave(Mode.WRONG_SUBJECT)

        with pytest.raises(MandateDoesNotHold):
            record(vasile, CIVIL, to=lozova)

        assert all_of(Mandate) == []
        assert all_of(PowerCheck) == []

    def test_says_only_that_it_does_not_hold_without_the_right_to_lists(self, lozova, exchange, registry):
        rights = {"endpoints": ["Code-Details-One"]}
        httpx.post(f"{registry.url}/control/rights", json=rights, timeout=10).raise_for_status()
        tudor = come(TUDOR, to=lozova)

        with pytest.raises(MandateDoesNotHold) as refusal:
            record(tudor, "2026000000000044", to=lozova, subject=GHEORGHE)

        assert refusal.value.why == "power-not-valid"

    def test_without_a_registry_takes_the_code_as_a_paper(self, lozova, vasile):
        mandate = record(vasile, "17", to=lozova)

        assert (mandate.confirmed_by, mandate.evidence_number) == ("paper", "17")
        assert all_of(PowerCheck) == []


class TestChoosing:
    def test_lists_what_the_person_holds_now(self, lozova, vasile, registry):
        held = act_for_another.powers_to_choose_from(visit=vasile, at_desk=lozova, at=NOON)

        assert [one.code for one in held] == [CIVIL, CADASTRE]
        [row] = journaled("mandates.power.listed")
        assert (row.subject_idnp, row.details) == (VASILE, {"count": 2})

    def test_leaves_out_every_other_state(self, lozova, exchange, registry):
        held = act_for_another.powers_to_choose_from(visit=come(TUDOR, to=lozova), at_desk=lozova, at=NOON)
        assert [one.code for one in held] == ["2026000000000047"]

    @pytest.mark.parametrize("mode", [Mode.SERVER_ERROR, Mode.GARBAGE, Mode.WRONG_SUBJECT])
    def test_shows_nothing_while_nobody_knows(self, lozova, vasile, registry, mode):
        registry.behave(mode)

        with pytest.raises(PowerNotKnown):
            act_for_another.powers_to_choose_from(visit=vasile, at_desk=lozova, at=NOON)

        assert journaled("mandates.power.listed") == []


class TestService:
    def test_refuses_a_power_of_another_type(self, lozova, vasile, registry):
        record(vasile, CADASTRE, to=lozova)

        with pytest.raises(PowerNotForThisService):
            ask_for(BIRTH, visit=vasile, to=lozova)

    def test_refuses_a_service_that_takes_no_power(self, lozova, vasile, registry):
        record(vasile, CIVIL, to=lozova)

        with pytest.raises(PowerNotForThisService):
            ask_for(INSURED, visit=vasile, to=lozova, role="representative")

    def test_does_not_judge_where_the_package_names_no_type(self, lozova, vasile, registry):
        record(vasile, CADASTRE, to=lozova)

        prospect = counter.look(ACCOUNT, visit=vasile, to=lozova)

        assert prospect.judged.matter.role == "mpower"
        assert check_power.fits(prospect.judged.matter) is None

    def test_asks_again_when_the_answer_is_of_yesterday(self, lozova, vasile, registry):
        record(vasile, CIVIL, to=lozova)
        act(registry, CIVIL, "revoke")

        with pytest.raises(PowerDoesNotHold):
            ask_for(BIRTH, visit=vasile, to=lozova, at=NEXT_DAY)

    def test_serves_on_the_answer_of_the_same_day(self, lozova, vasile, registry):
        record(vasile, CIVIL, to=lozova)

        ask_for(BIRTH, visit=vasile, to=lozova, at=NOON + timedelta(hours=3))

        assert asked(registry) == ["Code-Details-One"]

    def test_the_day_is_that_of_the_centre(self, lozova, vasile, registry):
        late = datetime(2026, 11, 23, 21, 59, tzinfo=UTC)  # 23:59 at Lozova
        record(vasile, CIVIL, to=lozova, at=late)

        ask_for(BIRTH, visit=vasile, to=lozova, at=late + timedelta(minutes=2))

        assert len(asked(registry)) == 2


class TestSubmit:
    def test_asks_again_and_sends(self, lozova, signed, registry):
        assert submit(signed, to=lozova).state in {"sending", "awaiting_payment"}

        checks = all_of(PowerCheck)
        assert [(one.occasion, one.verdict) for one in checks] == [("intake", "holds"), ("submit", "holds")]
        assert (checks[1].case_number, asked(registry)) == (signed, ["Code-Details-One"] * 2)

    def test_tells_the_institution_which_power_and_when_it_was_asked_about(self, lozova, signed):
        submit(signed, to=lozova)

        power = json.loads(all_of(Submission)[0].payload)["power"]
        assert (power["registry"], power["code"], power["type"]) == ("MPower", CIVIL, "AT-0000101")
        assert power["checked_at"] == NOON.isoformat()

    def test_the_same_press_again_asks_nobody_again(self, lozova, signed, registry):
        first = submit(signed, to=lozova, command="press-1")

        assert submit(signed, to=lozova, command="press-1") == first
        assert len(asked(registry)) == 2

    @pytest.mark.parametrize(
        ("what", "verdict"),
        [("revoke", "power-ended"), ("renounce", "power-ended"), ("suspend", "power-suspended")],
    )
    def test_stops_when_the_power_was_taken_back_meanwhile(self, lozova, signed, registry, what, verdict):
        act(registry, CIVIL, what)

        with pytest.raises(PowerDoesNotHold) as refusal:
            submit(signed, to=lozova)

        assert refusal.value.verdict == verdict
        assert case_of(signed).state == "draft"
        assert timeline(signed)[-1] == "power-does-not-hold"
        assert all_of(Submission) == []

    def test_a_power_that_has_ended_is_over_here_too(self, lozova, signed, registry):
        act(registry, CIVIL, "revoke")

        with pytest.raises(PowerDoesNotHold):
            submit(signed, to=lozova)
        with pytest.raises(NotReady) as lacking:
            submit(signed, to=lozova)

        assert lacking.value.lacks == ["mandate"]
        assert len(journaled("mandates.mandate.ended")) == 1

    def test_a_suspended_power_serves_again_when_it_is_valid(self, lozova, signed, registry):
        act(registry, CIVIL, "suspend")
        with pytest.raises(PowerDoesNotHold):
            submit(signed, to=lozova)

        act(registry, CIVIL, "resume")

        assert submit(signed, to=lozova).state != "draft"

    @pytest.mark.parametrize("mode", SILENT)
    def test_waits_while_nobody_knows_and_loses_nothing(self, lozova, signed, registry, mode):
        registry.behave(mode, seconds=1.5)

        with pytest.raises(PowerNotKnown):
            submit(signed, to=lozova, command="press-1")

        assert case_of(signed).state == "draft"
        assert timeline(signed)[-1] == "power-not-known"
        assert all_of(Submission) == []

        registry.behave(Mode.NORMAL)
        assert submit(signed, to=lozova, command="press-1").state != "draft"
        assert len(all_of(Submission)) == 1

    def test_an_answer_about_other_people_stops_it_and_calls_somebody(self, lozova, signed, registry):
        registry.behave(Mode.WRONG_SUBJECT)

        with pytest.raises(PowerDoesNotHold) as refusal:
            submit(signed, to=lozova)

        assert refusal.value.verdict == "about-others"
        assert case_of(signed).state == "draft"
        assert "alarm" in calls(signed)
        assert all_of(Submission) == []

    def test_is_not_asked_about_while_something_lacks(self, lozova, vasile, registry, asp):
        record(vasile, CIVIL, to=lozova)
        number = ask_for(BIRTH, visit=vasile, to=lozova)

        with pytest.raises(NotReady):
            submit(number, to=lozova)

        assert asked(registry) == ["Code-Details-One"]

    def test_on_another_day_the_new_answer_decides(self, lozova, signed, registry):
        assert submit(signed, to=lozova, at=NEXT_DAY).state != "draft"
        assert [one.checked_at for one in all_of(PowerCheck)] == [NOON, NEXT_DAY]

    def test_what_the_registry_confirmed_is_not_used_without_it(self, lozova, signed, unconnected):
        with unconnected(), pytest.raises(PowerNotKnown):
            submit(signed, to=lozova)

        assert case_of(signed).state == "draft"

    def test_the_institution_gets_it_once(self, lozova, signed, registry, asp):
        registry.behave(Mode.AFTER_COMMIT_TIMEOUT, seconds=1.5, times=1)
        with pytest.raises(PowerNotKnown):
            submit(signed, to=lozova)
        submit(signed, to=lozova)

        if case_of(signed).state == "sending":
            deliver(signed)

        assert len(asp.ledger()["dossiers"]) == (case_of(signed).state != "awaiting_payment")


class TestDelivery:
    """What was submitted on one day and leaves on another: paid later, or the institution was away."""

    @pytest.fixture
    def queued(self, lozova: AtDesk, signed: str) -> str:
        submit(signed, to=lozova)
        assert case_of(signed).state == "sending"
        return signed

    def test_on_the_same_day_asks_nobody_again(self, queued, registry, asp):
        deliver(queued)

        assert len(asked(registry)) == 2
        assert len(asp.ledger()["dossiers"]) == 1

    def test_on_another_day_leaves_on_a_new_answer(self, queued, registry, asp):
        deliver(queued, at=NEXT_DAY)

        assert len(asked(registry)) == 3
        assert len(asp.ledger()["dossiers"]) == 1

    def test_waits_and_is_tried_again_while_nobody_knows(self, queued, registry, asp):
        registry.behave(Mode.SERVER_ERROR)
        again_at = deliver(queued, at=NEXT_DAY)

        assert asp.ledger()["dossiers"] == []
        assert again_at is not None

        registry.behave(Mode.NORMAL)
        deliver(queued, at=again_at)
        assert len(asp.ledger()["dossiers"]) == 1

    def test_stops_when_the_power_was_withdrawn_and_calls_somebody(self, queued, registry, asp):
        act(registry, CIVIL, "revoke")

        deliver(queued, at=NEXT_DAY)

        assert asp.ledger()["dossiers"] == []
        assert all_of(Submission)[0].state == "held"
        assert timeline(queued)[-1] == "power-does-not-hold"
        assert "alarm" in calls(queued)


class TestHandOver:
    @pytest.fixture
    def ready(self, lozova: AtDesk, signed: str, asp: Running) -> str:
        submit(signed, to=lozova)
        deliver(signed)
        counter.decide(asp, signed, "approve")
        counter.ask(signed)
        assert case_of(signed).state == "result_ready"
        return signed

    def test_asks_again_on_another_day(self, lozova, ready, vasile, registry):
        assert counter.hand(ready, vasile, to=lozova, at=NEXT_DAY).state == "done"

        assert all_of(PowerCheck)[-1].occasion == "hand_over"

    def test_gives_nothing_on_a_power_that_was_withdrawn(self, lozova, ready, vasile, registry):
        act(registry, CIVIL, "revoke")

        with pytest.raises(PowerDoesNotHold):
            counter.hand(ready, vasile, to=lozova, at=NEXT_DAY)

        assert case_of(ready).state == "result_ready"

    def test_waits_while_nobody_knows(self, lozova, ready, vasile, registry):
        registry.behave(Mode.SERVER_ERROR)
        with pytest.raises(PowerNotKnown):
            counter.hand(ready, vasile, to=lozova, at=NEXT_DAY)

        registry.behave(Mode.NORMAL)
        assert counter.hand(ready, vasile, to=lozova, at=NEXT_DAY).state == "done"

    def test_asks_nobody_when_the_holder_comes(self, lozova, ready, vasile, registry):
        counter.leave(vasile, to=lozova)
        before = len(asked(registry))

        counter.hand(ready, come(EUGENIA, to=lozova), to=lozova, at=NEXT_DAY)

        assert len(asked(registry)) == before


class TestAnswers:
    def test_are_taken_out_when_they_are_needed_no_more(self, lozova, vasile, registry):
        mandate = record(vasile, CIVIL, to=lozova)

        with counter.as_worker(), transaction():
            forget_answers(mandate_ids=[mandate.pk])

        [check] = all_of(PowerCheck)
        assert (check.raw, check.verdict) == ("", "holds")

    def test_go_with_the_content_of_the_last_case_on_the_mandate(self, lozova, signed, registry):
        end_case(number=signed, outcome=Outcome.WITHDRAWN, at_desk=lozova, at=NOON)

        with counter.as_worker():
            assert destroy_due(at=NOON + timedelta(days=36500)) == 1

        assert {one.raw for one in all_of(PowerCheck)} == {""}


@pytest.fixture
def unconnected(registry: Running) -> Callable[[], AbstractContextManager[None]]:
    """Return a context manager: inside it no registry of powers is served."""

    @contextmanager
    def without() -> Iterator[None]:
        served = powers.get(REGISTRY)
        powers._served.pop(REGISTRY)
        yield
        powers.serve(REGISTRY, served)

    return without
