"""The price line by line, and the day."""

from datetime import date
from decimal import Decimal

import pytest
from tests.modules.catalogue.conftest import BIRTH

from ghiseu.foundation.money import Money
from ghiseu.modules.catalogue.loading import load
from ghiseu.modules.catalogue.package import Certainty
from ghiseu.modules.catalogue.quote import quote
from ghiseu.modules.catalogue.rules import Facts

MONDAY = date(2026, 11, 23)


@pytest.fixture
def certificate(services):
    """A package with known prices: the ladder of the civil-status certificate."""
    path = services / BIRTH / "service.yaml"
    text = path.read_text(encoding="utf-8")
    for term, amount in (("t20", 80), ("t10", 160), ("t5", 240)):
        text = text.replace(
            f"{{term: {term}, channels: [counter, online], amount: null, certainty: unknown}}",
            f"{{term: {term}, channels: [counter, online], amount: {amount}, certainty: sure}}",
        )
    state_tax = text.index("    # The law on the state tax")
    path.write_text(text[:state_tax] + text[text.index("    # Seen in 2022") :], encoding="utf-8")
    return load(services / BIRTH)


def facts(*, exemption=None, channel="counter", country="MD", exemptions=(), delivery="paper_asp"):
    return Facts(
        {
            "form": {"delivery": delivery, **({"exemption": exemption} if exemption else {})},
            "person": {},
            "applicant": {"role": "holder"},
            "registers": {"CNAS": {"account": {"fee_exemptions": list(exemptions)}}},
            "channel": channel,
            "centre": {"country": country},
        }
    )


@pytest.fixture
def price(certificate, working_days):
    def ask(known, *, term=None, pays=False, at=MONDAY):
        return quote(certificate, known, term_id=term, pay_despite_exemption=pays, at=at, working_days=working_days)

    return ask


class TestQuote:
    def test_offers_every_term_of_the_channel_with_price_and_day(self, price):
        options = price(facts()).options

        assert [(one.term, str(one.price or "unknown"), str(one.date)) for one in options] == [
            ("t20", "80.00 MDL", "2026-12-21"),
            ("t10", "160.00 MDL", "2026-12-07"),
            ("t5", "240.00 MDL", "2026-11-30"),
            ("t1", "unknown", "2026-11-24"),
            ("t0", "unknown", "2026-11-23"),
        ]

    def test_without_a_term_takes_the_longest(self, price):
        assert (price(facts()).term, price(facts()).total) == ("t20", Money(amount=Decimal(80), currency="MDL"))

    def test_an_exemption_costs_nothing_in_the_longest_term(self, price):
        answer = price(facts(exemption="disability"), term="t20")

        assert answer.is_free
        assert (answer.exemption, answer.refusal) == ("disability", "")

    def test_an_exemption_with_a_short_term_is_refused(self, price):
        answer = price(facts(exemption="disability"), term="t5")

        assert (answer.total, answer.refusal) == (None, "free_only_in_longest_term")

    def test_the_citizen_may_pay_for_the_short_term(self, price):
        answer = price(facts(exemption="disability"), term="t5", pays=True)

        assert (str(answer.total), answer.exemption, answer.exemptions_found) == ("240.00 MDL", "", ("disability",))

    def test_two_grounds_are_found_and_the_named_one_is_recorded(self, price):
        answer = price(facts(exemption="disability", exemptions=["old_age_pensioner", "disability"]), term="t20")

        assert answer.exemptions_found == ("disability", "old_age_pensioner")
        assert answer.exemption == "disability"

    def test_a_register_shows_an_exemption_before_anybody_names_it(self, price):
        assert price(facts(exemptions=["disability"])).exemption == "disability"

    def test_a_free_request_is_not_taken_online(self, price):
        assert price(facts(exemption="disability", channel="online")).refusal == "free_not_in_this_channel"

    def test_one_unknown_part_makes_the_whole_unknown_and_never_zero(self, price):
        answer = price(facts(delivery="mdelivery"), term="t20")

        assert (answer.total, answer.certainty) == (None, Certainty.UNKNOWN)
        assert [(line.id, line.amount is None) for line in answer.lines] == [
            ("service", False),
            ("home_delivery", True),
        ]

    def test_every_line_names_its_act(self, price):
        assert {line.legal_basis for line in price(facts(delivery="mdelivery")).lines} == {"hg966"}

    def test_a_consulate_has_the_price_of_its_country_and_no_other(self, price):
        here, there = facts(channel="consulate", country="TR"), facts(channel="consulate", country="IT")

        assert str(price(here, term="c45").total) == "45.00 EUR"
        assert price(there, term="c45").total is None

    def test_a_term_of_another_channel_is_refused(self, price):
        assert price(facts(), term="c45").refusal == "term_not_offered"

    def test_the_same_question_gives_the_same_answer(self, price):
        assert price(facts(), term="t10") == price(facts(), term="t10")

    def test_a_total_of_inferred_parts_is_not_sure(self, price):
        answer = price(facts(channel="consulate", country="TR"), term="c45")

        assert answer.certainty is Certainty.INFERRED
        assert answer.date_certainty is Certainty.INFERRED
