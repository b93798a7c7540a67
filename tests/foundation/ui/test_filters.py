"""Days, moments, money and identifiers as people read them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import translation

from ghiseu.foundation.money import Money
from ghiseu.foundation.ui import filters, texts

NBSP = "\u00a0"


@pytest.fixture(autouse=True)
def _catalogs() -> None:
    texts.compile_catalogs()


def lei(amount: str) -> Money:
    return Money(amount=Decimal(amount), currency="MDL")


class TestDays:
    def test_are_written_with_dots(self):
        assert filters.short_date(date(2024, 9, 2)) == "02.09.2024"

    def test_of_a_moment_are_those_of_the_clock_on_the_wall(self):
        late = datetime(2026, 3, 1, 22, 30, tzinfo=UTC)

        assert filters.short_date(late) == "02.03.2026"
        assert filters.date_and_time(late) == "02.03.2026, 00:30"
        assert filters.clock_time(late) == "00:30"

    @pytest.mark.parametrize(
        ("language", "shown"), [("ro", "12 septembrie 2024"), ("ru", "12 сентября 2024"), ("en", "12 September 2024")]
    )
    def test_have_a_long_form_in_each_language(self, language, shown):
        with translation.override(language):
            assert filters.long_date(date(2024, 9, 12)).replace(NBSP, " ") == shown

    def test_that_are_missing_become_a_dash(self):
        assert {filters.short_date(None), filters.long_date(None), filters.date_and_time(None)} == {"—"}


class TestMoney:
    @pytest.mark.parametrize(
        ("language", "amount", "shown"),
        [
            ("ro", "80", "80 lei"),
            ("ro", "1", "1 leu"),
            ("ro", "1250.50", "1 250,50 lei"),
            ("ru", "1", "1 лей"),
            ("ru", "22", "22 лея"),
            ("ru", "80", "80 леев"),
            ("ru", "80.50", "80,50 лея"),
            ("en", "1250.50", "1 250.50 lei"),
        ],
    )
    def test_is_written_as_people_say_it(self, language, amount, shown):
        with translation.override(language):
            assert filters.money(lei(amount)).replace(NBSP, " ") == shown

    def test_of_another_currency_keeps_its_code(self):
        assert filters.money(Money(amount=Decimal("12.5"), currency="EUR")) == f"12,50{NBSP}EUR"

    def test_that_is_unknown_says_so(self):
        with translation.override("ro"):
            assert filters.money(None) == "necunoscut"


class TestIdentifiers:
    def test_show_three_digits_when_masked(self):
        assert filters.masked_idnp("0999240108876") == "••••••••••876"

    def test_are_grouped_for_reading_aloud(self):
        assert filters.grouped_idnp("2099240108887").split(NBSP) == ["2099", "2401", "08887"]

    def test_of_another_length_stay_as_they_are(self):
        assert filters.grouped_idnp("12") == "12"

    def test_of_an_account_are_in_fours(self):
        assert filters.grouped_iban("MD24AG00").split(NBSP) == ["MD24", "AG00"]


class TestFileSize:
    @pytest.mark.parametrize(("size", "shown"), [(1, "1 kB"), (482_113, "483 kB"), (2_400_000, "2,4 MB")])
    def test_is_never_nothing(self, size, shown):
        assert filters.file_size(size).replace(NBSP, " ") == shown
