"""Eugenia, 81, no phone and no e-mail, wants her birth extract."""

from collections.abc import Callable

from tests.support.counter import NOON, ask_for, case_of, come, deliver, scan, sign, tell

from ghiseu.journeys.submit_case import submit_case
from ghiseu.modules.centres.at_desk import AtDesk
from simulators.common.process import Running

SERVICES = ["asp.civil.extract-birth"]
EUGENIA = "2099010100376"


class TestBirthExtract:
    def test_reaches_the_institution_once_and_free_of_charge(
        self, lozova: AtDesk, exchange: Running, institution: Callable[[str], Running]
    ) -> None:
        asp = institution("asp")
        visit = come(EUGENIA, to=lozova)
        number = ask_for("asp.civil.extract-birth", visit=visit, to=lozova)
        tell(number, to=lozova, purpose="inheritance")
        scan(number, "id_applicant", to=lozova)
        sign(number, to=lozova)

        sent = submit_case(number=number, command="press-1", at_desk=lozova, at=NOON)
        again = submit_case(number=number, command="press-1", at_desk=lozova, at=NOON)
        deliver(number)

        assert sent == again
        assert case_of(number).state == "with_institution"
        assert len(asp.ledger()["dossiers"]) == 1
