"""Who pays, how much, and what happens then: an exempted pensioner, an heir who pays at a terminal, a consulate."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests.support import counter
from tests.support.counter import (
    NOON,
    again,
    all_of,
    ask_for,
    calls,
    case_of,
    come,
    deliver,
    journaled,
    leave,
    opened,
    place,
    print_request,
    scan,
    sign,
    submit,
    tell,
    timeline,
    verdicts,
)

from ghiseu.foundation.access import scoped_to
from ghiseu.foundation.money import Money
from ghiseu.foundation.states import StepNotAllowed
from ghiseu.journeys import collect_payment, make_papers
from ghiseu.journeys.edit_case import Choices, choose
from ghiseu.journeys.end_case import FiledNumber, NumberMissing, end_case, file_number
from ghiseu.journeys.lacking import NotReady
from ghiseu.modules.cases.states import Outcome
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.mandates.models import MandateKind
from ghiseu.modules.payments.models import Confirmation, PaymentOrder
from ghiseu.modules.payments.operations import VALID_FOR, MoneyCame
from ghiseu.modules.submissions.models import Submission
from ghiseu.modules.visits.models import IdentifiedBy
from simulators.common.process import Running

SERVICES = [
    "asp.civil.certificate-civil-status",
    "asp.civil.transcription",
    "cbi.extract-register",
    "mai.criminal-record",
]
CERTIFICATE, TRANSCRIPTION, EXTRACT, RECORD = SERVICES
GHEORGHE, TUDOR, ANDREI = "2099080102964", "2099230108510", "2099130104818"
DIANA, LUCA = "2099110104078", "2099100103704"
HOUSE = "6490203.077.01"
Institution = Callable[[str], Running]


def money(amount: str, currency: str = "MDL") -> Money:
    return Money(amount=Decimal(amount), currency=currency)


class TestDisabledPensioner:
    @pytest.fixture
    def number(self, lozova: AtDesk, exchange: Running) -> str:
        visit = come(GHEORGHE, to=lozova)
        number = ask_for(CERTIFICATE, visit=visit, to=lozova, answers={"foreign_events": False})
        tell(number, to=lozova, purpose="marriage", country_of_use="Italia", exemption="disability")
        return number

    def test_has_it_free_in_twenty_days_on_one_of_two_grounds(self, lozova: AtDesk, number: str) -> None:
        quote = opened(number, to=lozova).judged.quote

        assert (quote.total, quote.date) == (money("0"), date(2026, 12, 21))
        assert quote.exemption == "disability"
        assert set(quote.exemptions_found) == {"disability", "old_age_pensioner"}

    @pytest.mark.parametrize("chosen_by", ["form", "price list"])
    def test_may_pay_and_keep_five_days_by_a_choice_that_the_case_keeps(
        self, chosen_by: str, lozova: AtDesk, number: str
    ) -> None:
        if chosen_by == "form":
            tell(number, to=lozova, term="t5", pay_despite_exemption=True)
        else:
            choices = Choices(term="t5", pays_despite_exemption=True)
            choose(number=number, choices=choices, at_desk=lozova, at=NOON)

        counter.complete_and_submit(number, to=lozova)

        case = case_of(number)
        assert (case.state, case.term, case.pays_despite_exemption) == ("awaiting_payment", "t5", True)
        assert (case.quote["total"], case.quote["date"]) == ("240.00", "2026-11-30")
        payload = json.loads(counter.submission_of(number).payload)
        assert (payload["term"], payload["answers"]["term"]) == ("t5", "t5")

    def test_cannot_have_it_free_and_in_five_days(self, lozova: AtDesk, number: str) -> None:
        tell(number, to=lozova, term="t5")

        with pytest.raises(NotReady) as lack:
            sign(number, to=lozova)

        assert set(lack.value.lacks) == {"field:term", "price:free_only_in_longest_term"}

    def test_is_not_warned_of_the_online_rule_at_the_counter(self, lozova: AtDesk, number: str) -> None:
        assert verdicts(opened(number, to=lozova))["exempt_not_online"] == "holds"


class TestHeirWhoIsNotKin:
    @pytest.fixture
    def number(self, lozova: AtDesk, exchange: Running) -> str:
        number = ask_for(EXTRACT, visit=come(TUDOR, to=lozova), to=lozova)
        tell(number, to=lozova, cadastral_number=HOUSE, object_kind="building", extract_kind="full", term="t3")
        return number

    def test_gets_the_anonymous_extract_like_anybody(
        self, lozova: AtDesk, number: str, institution: Institution
    ) -> None:
        cadastre = institution("cadastre")
        tell(number, to=lozova, asker_quality="anyone")
        counter.complete_and_submit(number, to=lozova)

        deliver(number)

        assert verdicts(opened(number, to=lozova))["personal_data"] == "fails"
        [dossier] = cadastre.ledger()["dossiers"]
        assert json.loads(str(dossier["payload"]))["answers"]["asker_quality"] == "anyone"
        assert case_of(number).state == "with_institution"

    def test_needs_the_heir_paper_for_the_wider_content(self, lozova: AtDesk, number: str) -> None:
        tell(number, to=lozova, asker_quality="heir")

        with pytest.raises(NotReady) as lack:
            print_request(number, to=lozova)

        assert lack.value.lacks == ["paper:heir_paper"]
        scan(number, "heir_paper", to=lozova)
        assert verdicts(opened(number, to=lozova))["personal_data"] == "holds"

    def test_is_told_no_price_when_nobody_knows_it_and_no_order_is_issued(self, lozova: AtDesk, number: str) -> None:
        tell(number, to=lozova, asker_quality="anyone")

        assert opened(number, to=lozova).judged.quote.total is None
        counter.complete_and_submit(number, to=lozova)

        assert case_of(number).quote["total"] is None
        with pytest.raises(StepNotAllowed):
            collect_payment.issue_order(number=number, at_desk=lozova, at=NOON)
        assert all_of(PaymentOrder) == []


class TestPayingAtATerminal:
    @pytest.fixture
    def order(self, lozova: AtDesk, exchange: Running, institution: Institution) -> PaymentOrder:
        institution("asp")
        number = ask_for(CERTIFICATE, visit=come(TUDOR, to=lozova), to=lozova, answers={"foreign_events": False})
        tell(number, to=lozova, declared_status="single", purpose="other", country_of_use="Italia", term="t20")
        counter.complete_and_submit(number, to=lozova)
        return collect_payment.issue_order(number=number, at_desk=lozova, at=NOON)

    @staticmethod
    def paid(amount: str = "80.00", payment_id: str = "P-1") -> MoneyCame:
        return MoneyCame(payment_id=payment_id, invoice_id="I-1", money=money(amount), paid_at=NOON)

    def test_prints_key_amount_last_day_and_places(self, lozova: AtDesk, order: PaymentOrder) -> None:
        file = opened(order.case.number, to=lozova)

        note = make_papers.payment_note(file, order, at_desk=lozova, at=NOON)

        assert (note.order_key, note.amount) == (order.key, money("80"))
        assert note.expires_on == date(2026, 12, 23)
        assert any("terminal" in where for where in note.where)
        assert collect_payment.issue_order(number=order.case.number, at_desk=lozova, at=NOON) == order

    def test_wakes_the_case_once_when_the_notice_comes_twice(self, lozova: AtDesk, order: PaymentOrder) -> None:
        number = order.case.number
        assert case_of(number).state == "awaiting_payment"
        assert deliver(number) is None, "nothing leaves before the money"

        for _ in range(2):
            collect_payment.confirm(key=order.key, came=self.paid(), at=NOON)

        assert case_of(number).state == "sending"
        assert len(all_of(Confirmation)) == 1
        assert timeline(number).count("paid") == 1
        deliver(number)
        assert case_of(number).state == "with_institution"

    def test_sends_what_was_signed_whatever_the_register_says_by_then(
        self, lozova: AtDesk, order: PaymentOrder, exchange: Running, institution: Institution
    ) -> None:
        number = order.case.number
        signed = counter.submission_of(number)
        exchange.behave("5xx")
        leave(case_of(number).visit, to=lozova)
        come(TUDOR, to=lozova, at=NOON + timedelta(days=2))

        collect_payment.confirm(key=order.key, came=self.paid(), at=NOON + timedelta(days=3))
        deliver(number, at=NOON + timedelta(days=3))

        sent = counter.submission_of(number)
        assert (sent.pk, sent.payload_sha256, sent.state) == (signed.pk, signed.payload_sha256, "done")

    def test_gives_the_case_back_when_the_order_runs_out(self, lozova: AtDesk, order: PaymentOrder) -> None:
        number = order.case.number

        assert collect_payment.expire(at=NOON + VALID_FOR - timedelta(seconds=1)) == 0
        assert collect_payment.expire(at=NOON + VALID_FOR) == 1
        assert collect_payment.expire(at=NOON + VALID_FOR) == 0

        assert case_of(number).state == "draft"
        assert calls(number) == ["payment_expired"]
        assert len(journaled("payments.order.expired")) == 1
        assert counter.submission_of(number).state == "not_done"

    def test_can_be_sent_anew_after_the_order_ran_out(self, lozova: AtDesk, order: PaymentOrder) -> None:
        number = order.case.number
        later = NOON + VALID_FOR
        collect_payment.expire(at=later)

        submit(number, to=lozova, at=later)
        second = collect_payment.issue_order(number=number, at_desk=lozova, at=later)
        collect_payment.confirm(key=second.key, came=self.paid(), at=later)
        deliver(number, at=later)

        assert second.key != order.key
        assert case_of(number).state == "with_institution"
        assert sorted(one.state for one in all_of(Submission)) == ["done", "not_done"]

    def test_that_comes_too_late_is_kept_and_seen_by_a_person(self, lozova: AtDesk, order: PaymentOrder) -> None:
        later = NOON + VALID_FOR
        collect_payment.expire(at=later)

        collect_payment.confirm(key=order.key, came=self.paid(), at=later + timedelta(hours=1))

        assert again(order).state == "paid"
        assert case_of(order.case.number).state == "draft"
        assert "alarm" in calls(order.case.number)

    def test_is_not_needed_any_more_when_the_person_changes_their_mind(
        self, lozova: AtDesk, order: PaymentOrder
    ) -> None:
        number = order.case.number

        end_case(number=number, outcome=Outcome.WITHDRAWN, at_desk=lozova, at=NOON)

        assert case_of(number).state == "closed"
        assert counter.submission_of(number).state == "not_done"


class TestConsulate:
    @pytest.fixture
    def bologna(self, lozova: AtDesk, exchange: Running):
        desk = place(counter.AURELIA, centre="BLG")
        with scoped_to(desk.scope):
            yield desk

    def test_promises_its_own_terms_and_no_price_that_its_list_does_not_have(self, bologna: AtDesk) -> None:
        visit = come(ANDREI, to=bologna, by=IdentifiedBy.PASSPORT)
        number = ask_for(CERTIFICATE, visit=visit, to=bologna, answers={"foreign_events": False})

        file = tell(number, to=bologna, purpose="other", country_of_use="Italia", with_apostille=True)

        assert [option.term for option in file.judged.quote.options] == ["c45", "c30"]
        assert file.judged.quote.total is None
        assert {line.id for line in file.judged.quote.lines} == {"service", "apostille"}
        assert file.judged.facts.find("channel") == "consulate"

    def test_names_the_day_of_a_criminal_record_that_a_centre_in_the_country_cannot_name(
        self, bologna: AtDesk, lozova: AtDesk
    ) -> None:
        abroad = ask_for(RECORD, visit=come(ANDREI, to=bologna, by=IdentifiedBy.PASSPORT), to=bologna)
        file = tell(abroad, to=bologna, record_kind="plain", language="en", apostille="yes")
        with scoped_to(lozova.scope):
            at_home = ask_for(RECORD, visit=come(ANDREI, to=lozova, by=IdentifiedBy.PASSPORT), to=lozova)
            promised_at_home = opened(at_home, to=lozova).judged.quote.date

        assert file.judged.quote.date == date(2026, 12, 13)
        assert "apostille" in [line.id for line in file.judged.quote.lines]
        assert promised_at_home is None

    def test_carries_a_request_over_to_the_portal_and_files_its_number(self, bologna: AtDesk) -> None:
        number = ask_for(RECORD, visit=come(ANDREI, to=bologna, by=IdentifiedBy.PASSPORT), to=bologna)
        tell(number, to=bologna, record_kind="plain", language="en", apostille="no", delivery="mcabinet")
        counter.complete_and_submit(number, to=bologna)

        with pytest.raises(NumberMissing):
            file_number(number=number, filed=FiledNumber(institution_number=" "), at_desk=bologna, at=NOON)
        file_number(number=number, filed=FiledNumber(institution_number="STI-77"), at_desk=bologna, at=NOON)

        assert (case_of(number).state, case_of(number).institution_number) == ("with_institution", "STI-77")
        assert timeline(number)[-2:] == ["handed-to-portal", "number-filed"]
        assert all_of(Submission) == []

    def test_takes_a_foreign_address_and_phone(self, bologna: AtDesk) -> None:
        visit = come(ANDREI, to=bologna, by=IdentifiedBy.PASSPORT)
        number = ask_for(CERTIFICATE, visit=visit, to=bologna, answers={"foreign_events": False})

        file = tell(number, to=bologna, delivery="mdelivery", applicant_phone="+393331234567")

        address = file.judged.evaluation.answers["delivery_address"]
        assert isinstance(address, dict)
        assert (address["country"], address["post_code"], address.get("cuatm")) == ("IT", "40121", None)
        assert file.judged.evaluation.errors == ()
        assert case_of(number).applicant.phone == "+393331234567"

    def test_transcribes_free_in_euro_in_sixty_days_with_two_copies(self, bologna: AtDesk) -> None:
        visit = come(DIANA, to=bologna)
        counter.act_for(visit, LUCA, MandateKind.PARENT, to=bologna, paper="Comune di Parma 118")
        number = ask_for(TRANSCRIPTION, visit=visit, to=bologna)

        file = tell(number, to=bologna, record_kind="birth", document_form="multilingual", term="c60")

        assert (file.judged.quote.total, file.judged.quote.date) == (money("0", "EUR"), date(2027, 1, 22))
        assert {n.id: n.count for n in file.judged.evaluation.attachments}["parents_birth"] == 2

    def test_sends_both_copies_of_a_paper(self, bologna: AtDesk, institution: Institution) -> None:
        asp = institution("asp")
        visit = come(DIANA, to=bologna)
        counter.act_for(visit, LUCA, MandateKind.PARENT, to=bologna, paper="Comune di Parma 118")
        number = ask_for(TRANSCRIPTION, visit=visit, to=bologna)
        tell(number, to=bologna, record_kind="birth", document_form="multilingual", term="c60")
        tell(number, to=bologna, foreign_authority="Comune di Parma", foreign_number="118", delivery="mission")
        counter.complete_and_submit(number, to=bologna)

        deliver(number)

        assert case_of(number).state == "with_institution"
        kept = [row["attachment_id"] for row in asp.ledger()["attachments"]]
        assert sum(str(one).startswith("parents_birth") for one in kept) == 2

    def test_has_terms_that_a_centre_in_the_country_cannot_promise(self, lozova: AtDesk, exchange: Running) -> None:
        visit = come(ANDREI, to=lozova, by=IdentifiedBy.PASSPORT)
        number = ask_for(CERTIFICATE, visit=visit, to=lozova, answers={"foreign_events": False})
        tell(number, to=lozova, purpose="other", country_of_use="Italia", term="c30")

        with pytest.raises(NotReady) as lack:
            sign(number, to=lozova)

        assert set(lack.value.lacks) == {"field:term", "price:term_not_offered"}
