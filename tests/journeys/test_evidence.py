"""Five objects of evidence exist for each case, also those that are not needed: then with the reason."""

from dataclasses import replace

import pytest
from tests.support.counter import act_for, all_of, ask_for, case_of, come, complete_and_submit

from ghiseu.foundation.access import transaction
from ghiseu.journeys.load_case import acting_on, package_of
from ghiseu.journeys.not_needed import NO_CONSENT, NOTHING_SIGNED, OWN_MATTER, write_not_needed
from ghiseu.modules.cases.models import Evidence, EvidenceKind
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.mandates.models import MandateKind
from simulators.common.process import Running

BIRTH, STATUS, DRIVING = "asp.civil.extract-birth", "cnas.pension.reexam-status", "asp.appointment.driving"
SERVICES = [BIRTH, STATUS, DRIVING]
EUGENIA, VASILE, DARIA = "2099010100376", "2099050101850", "2099040101480"


def methods(number: str) -> dict[str, str]:
    """Return how the newest object of each kind was taken."""
    return {one.kind: one.method for one in all_of(Evidence, case__number=number)}


def reasons(number: str) -> dict[str, str]:
    return {one.kind: one.details["why"] for one in all_of(Evidence, case__number=number, method="not_needed")}


@pytest.fixture(autouse=True)
def registers_answer(exchange: Running) -> None:
    del exchange


def test_of_a_sent_file_are_five(lozova: AtDesk, asp: Running) -> None:
    number = ask_for(BIRTH, visit=come(EUGENIA, to=lozova), to=lozova)

    complete_and_submit(number, to=lozova)

    assert methods(number) == {
        "identity_check": "document_seen",
        "explicit_request": "hand_signature",
        "processing_consent": "hand_signature",
        "operator_act": "recorded",
        "mandate": "not_needed",
    }
    assert reasons(number) == {"mandate": OWN_MATTER}


@pytest.mark.parametrize("service", [STATUS, DRIVING])
def test_of_a_question_or_a_booking_are_five_from_the_start(lozova: AtDesk, service: str) -> None:
    answers = {"medical_083e": True, "retry": False} if service == DRIVING else {}
    number = ask_for(service, visit=come(EUGENIA, to=lozova), to=lozova, answers=answers)

    assert set(methods(number)) == set(EvidenceKind)
    assert reasons(number) == {
        "explicit_request": NOTHING_SIGNED,
        "processing_consent": NOTHING_SIGNED,
        "mandate": OWN_MATTER,
    }


def test_name_the_mandate_when_there_is_one(lozova: AtDesk) -> None:
    visit = come(VASILE, to=lozova)
    act_for(visit, DARIA, MandateKind.GUARDIAN, to=lozova)

    number = ask_for(BIRTH, visit=visit, to=lozova)

    assert methods(number)["mandate"] == "recorded"
    assert reasons(number) == {}


def test_say_that_a_service_asks_for_no_consent(lozova: AtDesk) -> None:
    number = ask_for(BIRTH, visit=come(EUGENIA, to=lozova), to=lozova)
    with transaction():
        case = case_of(number)
        package = replace(package_of(case), consents=())
        acting = acting_on(case, at_desk=lozova, package=package, reason="test")
        for _ in range(2):
            write_not_needed(case, package, acting=acting, at=case.opened_at)

    assert reasons(number) == {"mandate": OWN_MATTER, "processing_consent": NO_CONSENT}
    assert len(all_of(Evidence, case__number=number, kind="processing_consent")) == 1
