"""What the slip promises: where the result is given, and a day only where we can name one."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO

import pikepdf
import pytest
from tests.support import counter
from tests.support.counter import (
    NOON,
    again,
    ask_for,
    case_of,
    come,
    deliver,
    look,
    opened,
    submission_of,
    submit,
    tell,
)

from ghiseu.foundation.access import transaction
from ghiseu.journeys import make_papers
from ghiseu.journeys.lacking import NotReady
from ghiseu.journeys.mind_work import ask_delivery_again
from ghiseu.journeys.tell_granted import tell_granted
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.documents.papers import render
from ghiseu.modules.documents.papers.kinds import SlipPaper
from ghiseu.modules.documents.queries import results_of
from ghiseu.modules.submissions.operations import PAUSES
from simulators.common.process import Running

SERVICES = ["asp.civil.extract-birth", "mpay.pay-order", "cnas.family.birth-allowance"]
BIRTH, PAY, ALLOWANCE = SERVICES
EUGENIA, VASILE, OLGA = "2099010100376", "2099050101850", "2099180106666"
ON_PAPER_THERE = "Rezultatul îl primiți: pe hârtie, la un centru ASP."
COME = "Veniți la noi după rezultat, cu buletinul."


@pytest.fixture
def asp(exchange: Running, institution: Callable[[str], Running]) -> Running:
    return institution("asp")


def slip_of(number: str, *, to: AtDesk) -> SlipPaper:
    with transaction():
        return make_papers.slip(opened(number, to=to), at_desk=to, at=NOON)


def said(slip: SlipPaper) -> list[str]:
    return [step.what for step in slip.steps]


def sent(delivery: str, *, to: AtDesk, idnp: str = EUGENIA) -> str:
    visit = come(idnp, to=to)
    number = ask_for(BIRTH, visit=visit, to=to)
    tell(number, to=to, delivery=delivery)
    counter.complete_and_submit(number, to=to)
    counter.leave(visit, to=to)
    return number


class TestDelivery:
    @pytest.mark.parametrize(
        ("delivery", "words"),
        [
            ("paper_asp", ON_PAPER_THERE),
            ("mcabinet", "Rezultatul îl primiți: electronic, în MCabinet."),
            ("mdelivery", "Rezultatul îl primiți: pe hârtie, acasă."),
        ],
    )
    def test_is_said_and_nobody_is_called_back_to_us_for_what_is_given_elsewhere(
        self, lozova: AtDesk, asp: Running, delivery: str, words: str
    ) -> None:
        number = sent(delivery, to=lozova)
        deliver(number)

        slip = slip_of(number, to=lozova)

        assert case_of(number).state == "with_institution"
        assert words in said(slip)
        assert COME not in said(slip)
        assert slip.come_back_on is None

    def test_that_nobody_chose_is_said_as_unknown(self, lozova: AtDesk, asp: Running) -> None:
        number = ask_for(BIRTH, visit=come(EUGENIA, to=lozova), to=lozova)
        tell(number, to=lozova, delivery="")

        assert "Nu se știe unde se dă rezultatul. Întrebați înainte de a merge." in said(slip_of(number, to=lozova))


class TestDayToComeBack:
    def test_is_a_day_on_which_the_centre_is_open(self, lozova: AtDesk, asp: Running) -> None:
        number = sent("paper_asp", to=lozova)
        deliver(number)
        file = opened(number, to=lozova)
        file.case.promised_on = date(2027, 1, 23)  # a Saturday
        here = replace(file.package.deliveries[0], id="cups_print")
        words = {**file.package.texts["ro"], "deliveries.cups_print": "tipărit la acest centru"}
        texts = {**file.package.texts, "ro": words}
        field = [one for one in file.judged.evaluation.fields if one.field.id == "delivery"]
        others = [one for one in file.judged.evaluation.fields if one.field.id != "delivery"]
        evaluation = replace(
            file.judged.evaluation, fields=(*others, *(replace(one, value="cups_print") for one in field))
        )
        file = replace(
            file,
            package=replace(file.package, deliveries=(*file.package.deliveries, here), texts=texts),
            judged=replace(file.judged, evaluation=evaluation),
        )

        with transaction():
            slip = make_papers.slip(file, at_desk=lozova, at=NOON)

        assert slip.come_back_on == date(2027, 1, 25)
        assert slip.come_back_note == "Ziua nu este confirmată: sunați înainte de a veni."
        assert COME in said(slip)
        [decision] = [step for step in slip.steps if step.by]
        assert decision.by == date(2027, 1, 23)


class TestNotReceivedYet:
    def test_promises_no_day_and_names_the_centre_to_call(self, lozova: AtDesk, asp: Running) -> None:
        number = sent("paper_asp", to=lozova)
        with_phone = replace(lozova, centre_phone="0 22 000 000", centre_address="str. Mare 1")

        slip = slip_of(number, to=with_phone)

        assert case_of(number).state == "sending"
        assert "Trimitem cererea la instituție. Ea încă nu a primit-o." in said(slip)
        assert "Termenul se numără din ziua în care instituția primește cererea." in said(slip)
        assert [step.by for step in slip.steps if step.by] == []
        assert slip.come_back_on is None
        assert [one.phone for one in slip.call] == ["0 22 000 000"]
        assert slip.office.address == "str. Mare 1"
        assert [one.phone for one in slip_of(number, to=lozova).call] == [lozova.centre_phone or "14 909"]

    def test_says_that_the_price_is_not_known(self, lozova: AtDesk, asp: Running) -> None:
        assert slip_of(sent("mdelivery", to=lozova), to=lozova).price == "nu se cunoaște; întrebați înainte de a plăti"


class TestRequest:
    def test_of_a_birth_extract_is_one_page_with_its_signature(self, lozova: AtDesk, asp: Running) -> None:
        number = sent("paper_asp", to=lozova)

        with transaction():
            drawn = render(make_papers.request_paper(opened(number, to=lozova), at_desk=lozova, at=NOON))

        with pikepdf.open(BytesIO(drawn)) as request:
            assert len(request.pages) == 1


class TestPayment:
    @pytest.fixture
    def number(self, lozova: AtDesk, exchange: Running) -> str:
        return ask_for(PAY, visit=come(EUGENIA, to=lozova), to=lozova, answers={"order_alive": True})

    def test_takes_no_number_that_is_none(self, lozova: AtDesk, number: str) -> None:
        file = tell(number, to=lozova, order_key="<b>9999</b>", way="terminal")

        assert [(one.field, one.code) for one in file.judged.evaluation.errors] == [("order_key", "text.pattern")]
        with pytest.raises(NotReady, match="field:order_key"):
            submit(number, to=lozova)

    def test_gives_a_sheet_with_the_number_and_promises_no_result(self, lozova: AtDesk, number: str) -> None:
        tell(number, to=lozova, order_key="CUPS-2026-000001", way="terminal")

        submit(number, to=lozova)

        slip, case = slip_of(number, to=lozova), case_of(number)
        assert (slip.heading, slip.order_key) == ("Fișă de plată", "CUPS-2026-000001")
        assert said(slip) == [
            "Plătiți la terminal, cu numerar.",
            "Centrul nu ia bani. După plată nu trebuie să reveniți.",
        ]
        assert (slip.come_back_on, slip.price) == (None, "")
        assert (case.state, case.outcome) == ("done", "answered")
        assert counter.timeline(number)[-1] == "told-to-pay"
        assert counter.all_of(counter.Document, case__number=number) == []


class TestReceipt:
    def test_names_what_was_handed_over_in_the_language_of_whoever_reads(self, lozova: AtDesk, asp: Running) -> None:
        number = sent("paper_asp", to=lozova)
        deliver(number)
        counter.decide(asp, number, "approve")
        counter.ask(number)

        with transaction():
            file = opened(number, to=lozova)
            visit = come(EUGENIA, to=lozova)
            [item] = make_papers.receipt(file, visit, at_desk=lozova, at=NOON).items
            [document] = results_of(file.case)
            in_english = make_papers.document_title(file, document, "en")

        assert item.title.startswith("Extras de pe actul de naștere (ASP-SC-")
        assert in_english.startswith(file.package.text("result.name", "en"))


class TestGranted:
    def test_says_what_the_register_told_and_no_sum_that_it_did_not(self, lozova: AtDesk, exchange: Running) -> None:
        prospect = look(ALLOWANCE, visit=come(OLGA, to=lozova), to=lozova)

        with transaction():
            paper = tell_granted(prospect, at_desk=lozova, at=NOON)

        assert (paper.decision_number, paper.granted_on) == ("D-2026-80455", date(2026, 11, 2))
        assert paper.amount is None
        assert "Dacă nu îi luați 12 luni, plata se suspendă." in paper.how_to_take[0]


class TestRecovery:
    def test_comes_soon_after_the_institution_is_back(self, lozova: AtDesk, asp: Running) -> None:
        first, second = sent("paper_asp", to=lozova), sent("mcabinet", to=lozova, idnp=VASILE)
        asp.behave("5xx")
        at = NOON
        for _ in range(6):
            at = deliver(first, at=at) or at
        assert at - NOON < timedelta(minutes=30)
        asp.behave("normal")

        deliver(second, at=NOON + timedelta(minutes=17))

        woken = again(submission_of(first))
        assert case_of(second).state == "with_institution"
        assert woken.next_try_at is not None
        assert woken.next_try_at <= NOON + timedelta(minutes=17, seconds=1)
        deliver(first, at=NOON + timedelta(minutes=18))
        soon = deliver(first, at=NOON + timedelta(minutes=19))
        assert soon is None
        assert case_of(first).state == "with_institution"

    def test_may_be_asked_for_by_a_person(self, lozova: AtDesk, asp: Running) -> None:
        number = sent("paper_asp", to=lozova)
        asp.behave("5xx")
        again_at = deliver(number)
        assert again_at is not None
        assert again_at > NOON
        asp.behave("normal")

        ask_delivery_again(number=submission_of(number).number, at_desk=lozova, at=NOON)

        assert submission_of(number).next_try_at == NOON
        soon = deliver(number)
        assert soon == NOON + timedelta(seconds=1 + PAUSES[0]), "it was asked, and is sent at once"
        deliver(number, at=soon)
        assert case_of(number).state == "with_institution"
