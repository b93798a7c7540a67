"""The result is fetched, its signature checked, and given to whom it belongs, once."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from tests.support import counter
from tests.support.counter import (
    NOON,
    act_for,
    all_of,
    ask,
    ask_for,
    calls,
    case_of,
    change,
    come,
    decide,
    deliver,
    journaled,
    leave,
    place,
    submission_of,
    timeline,
)

from ghiseu.foundation.access import scoped_to, transaction
from ghiseu.foundation.states import StepNotAllowed
from ghiseu.journeys.hand_over_result import NotIdentified, NotTheirs
from ghiseu.journeys.load_case import NoSuchCase, case_numbered
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.custody.models import HandOver
from ghiseu.modules.documents.models import Document
from ghiseu.modules.mandates.models import MandateKind
from ghiseu.modules.submissions.models import Quarantined
from ghiseu.modules.visits.models import IdentifiedBy, Visit
from simulators.common.process import Running

BIRTH = "asp.civil.extract-birth"
SERVICES = [BIRTH]
EUGENIA, TUDOR = "2099010100376", "2099230108510"
VASILE, DARIA = "2099050101850", "2099040101480"
NEXT_DAY = NOON + timedelta(days=1)


class TestRefusal:
    def test_reaches_the_person_with_its_reason_and_may_be_collected(
        self, number: str, lozova: AtDesk, visit: Visit, asp: Running
    ) -> None:
        decide(asp, number, "refuse", reason="No record under this name")
        ask(number)
        assert (case_of(number).state, case_of(number).institution_reason) == ("refused", "No record under this name")
        assert calls(number) == ["refused"]

        counter.hand(number, visit, to=lozova)

        assert (case_of(number).state, case_of(number).outcome) == ("done", "refusal_handed_over")
        assert calls(number) == []


class TestResult:
    @pytest.fixture
    def ready(self, number: str, asp: Running) -> str:
        decide(asp, number, "approve")
        ask(number)
        return number

    def test_is_fetched_with_a_signature_that_was_checked(self, ready: str, asp: Running) -> None:
        assert case_of(ready).state == "result_ready"
        [document] = all_of(Document, kind="result")
        [there] = asp.ledger()["results"]
        assert document.sha256 == there["sha256"]
        assert document.signature_report["verdict"] == "valid"
        assert calls(ready) == ["result_ready"]

    def test_is_fetched_once_however_often_it_is_asked_for(self, ready: str) -> None:
        ask(ready, at=NEXT_DAY)
        ask(ready, at=NEXT_DAY)

        assert len(all_of(Document, kind="result")) == 1
        assert timeline(ready).count("result-ready") == 1

    def test_of_an_unknown_signer_is_kept_with_the_warning(self, number: str, asp: Running, settings) -> None:
        settings.RESULT_TRUST = ""
        decide(asp, number, "approve")

        ask(number)

        report = all_of(Document, kind="result")[0].signature_report
        assert report["verdict"] not in {"valid", ""}

    def test_that_cannot_be_fetched_yet_is_not_called_ready(self, number: str, asp: Running) -> None:
        decide(asp, number, "approve")
        asp.behave("5xx", operations=["result"])
        ask(number)
        assert case_of(number).state == "with_institution"

        asp.behave("normal")
        ask(number, at=NEXT_DAY)

        assert case_of(number).state == "result_ready"

    def test_that_is_garbage_is_put_aside_and_before_a_person(self, number: str, asp: Running) -> None:
        decide(asp, number, "approve")
        asp.behave("garbage", operations=["result"], times=1)

        ask(number)

        assert case_of(number).state == "with_institution"
        assert calls(number) == ["alarm"]
        assert all_of(Document, kind="result") == []
        assert number in all_of(Quarantined)[0].why

    def test_is_handed_to_the_holder_once(self, ready: str, lozova: AtDesk, visit: Visit) -> None:
        counter.hand(ready, visit, to=lozova)
        counter.hand(ready, visit, to=lozova)

        [given] = all_of(HandOver)
        assert (given.to_idnp, given.identification) == (EUGENIA, "identity_card")
        assert given.document_sha256 == all_of(Document, kind="result")[0].sha256
        assert (case_of(ready).outcome, calls(ready)) == ("result_handed_over", [])
        assert len(journaled("custody.result.handed-over")) == 1

    def test_is_not_handed_over_by_a_second_press(self, ready: str, lozova: AtDesk, visit: Visit) -> None:
        counter.hand(ready, visit, to=lozova)

        with pytest.raises(StepNotAllowed):
            counter.hand(ready, visit, to=lozova, command="press-2")

        assert len(all_of(HandOver)) == 1

    def test_is_not_given_to_a_stranger(self, ready: str, lozova: AtDesk, visit: Visit) -> None:
        leave(visit, to=lozova)
        stranger = come(TUDOR, to=lozova)

        with pytest.raises(NotTheirs):
            counter.hand(ready, stranger, to=lozova)

        assert case_of(ready).state == "result_ready"

    def test_is_not_given_to_somebody_whose_document_nobody_saw(self, ready: str, lozova: AtDesk, visit: Visit) -> None:
        leave(visit, to=lozova)
        unseen = come(EUGENIA, to=lozova, by=IdentifiedBy.NOT_SEEN)

        with pytest.raises(NotIdentified):
            counter.hand(ready, unseen, to=lozova)

    def test_is_given_to_who_shows_a_power(self, ready: str, lozova: AtDesk, visit: Visit) -> None:
        leave(visit, to=lozova)
        tudor = come(TUDOR, to=lozova)
        mandate = act_for(tudor, EUGENIA, MandateKind.NOTARISED_POWER, to=lozova, paper="1-234")

        counter.hand(ready, tudor, to=lozova)

        [given] = all_of(HandOver)
        assert (given.to_idnp, given.mandate_id) == (TUDOR, mandate.pk)

    def test_is_not_given_on_a_power_that_ran_out(self, ready: str, lozova: AtDesk, visit: Visit) -> None:
        leave(visit, to=lozova)
        tudor = come(TUDOR, to=lozova)
        mandate = act_for(tudor, EUGENIA, MandateKind.NOTARISED_POWER, to=lozova, paper="1-234")
        change(mandate, valid_until=date(2026, 11, 23))

        with pytest.raises(NotTheirs):
            counter.hand(ready, tudor, to=lozova, at=NEXT_DAY)

    @pytest.mark.parametrize("act_has_ended", [False, True])
    def test_is_given_to_the_guardian_who_applied_as_long_as_the_act_is_in_force(
        self, act_has_ended: bool, lozova: AtDesk, exchange: Running, asp: Running
    ) -> None:
        vasile = come(VASILE, to=lozova)
        mandate = act_for(vasile, DARIA, MandateKind.GUARDIAN, to=lozova)
        number = ask_for(BIRTH, visit=vasile, to=lozova)
        counter.complete_and_submit(number, to=lozova)
        deliver(number)
        decide(asp, number, "approve")
        ask(number)
        leave(vasile, to=lozova)
        later = come(VASILE, to=lozova, at=NEXT_DAY)

        if act_has_ended:
            change(mandate, revoked_on=NOON.date())
            with pytest.raises(NotTheirs):
                counter.hand(number, later, to=lozova)
        else:
            assert counter.hand(number, later, to=lozova).outcome == "result_handed_over"
            assert all_of(HandOver)[0].to_idnp == VASILE

    def test_of_another_centre_does_not_exist_here(self, ready: str, lozova: AtDesk, visit: Visit) -> None:
        tvardita = place(counter.DIMITAR, centre="TVA")

        with scoped_to(tvardita.scope):
            theirs = come(EUGENIA, to=tvardita)
            with pytest.raises(NoSuchCase):
                counter.hand(ready, theirs, to=tvardita)
            with transaction(), pytest.raises(NoSuchCase):
                case_numbered(ready)


class TestLedgers:
    def test_agree_after_everything(self, number: str, lozova: AtDesk, visit: Visit, asp: Running) -> None:
        decide(asp, number, "approve")
        ask(number)
        counter.hand(number, visit, to=lozova)

        effects = [row["kind"] for row in asp.ledger()["effects"]]
        assert effects.count("dossier.opened") == 1
        assert effects.count("dossier.approved") == 1
        assert json.loads(submission_of(number).payload)["number"] == number
        assert datetime(2026, 11, 24, tzinfo=UTC) < case_of(number).ended_at
