from decimal import Decimal

import pytest

from ghiseu.foundation.money import Money
from ghiseu.modules.documents.papers.words import (
    NumberTooLarge,
    amount_in_figures,
    amount_in_words,
    grouped,
    in_words,
    spoken,
)


def money(amount, currency="MDL"):
    return Money(amount=Decimal(amount), currency=currency)


class TestAmountInWords:
    @pytest.mark.parametrize(
        ("amount", "ro", "ru", "en"),
        [
            ("0", "zero lei", "ноль леев", "zero lei"),
            ("1", "un leu", "один лей", "one leu"),
            ("2", "doi lei", "два лея", "two lei"),
            ("5", "cinci lei", "пять леев", "five lei"),
            ("12", "doisprezece lei", "двенадцать леев", "twelve lei"),
            ("19", "nouăsprezece lei", "девятнадцать леев", "nineteen lei"),
            ("20", "douăzeci de lei", "двадцать леев", "twenty lei"),
            ("21", "douăzeci și unu de lei", "двадцать один лей", "twenty-one lei"),
            ("101", "o sută unu lei", "сто один лей", "one hundred and one lei"),
            ("111", "o sută unsprezece lei", "сто одиннадцать леев", "one hundred and eleven lei"),
            ("120", "o sută douăzeci de lei", "сто двадцать леев", "one hundred and twenty lei"),
            ("200", "două sute de lei", "двести леев", "two hundred lei"),
            ("1000", "o mie de lei", "одна тысяча леев", "one thousand lei"),
            ("2002", "două mii doi lei", "две тысячи два лея", "two thousand two lei"),
            ("12000", "douăsprezece mii de lei", "двенадцать тысяч леев", "twelve thousand lei"),
            (
                "21422",
                "douăzeci și una de mii patru sute douăzeci și doi de lei",
                "двадцать одна тысяча четыреста двадцать два лея",
                "twenty-one thousand four hundred and twenty-two lei",
            ),
            (
                "2000001",
                "două milioane unu lei",
                "два миллиона один лей",
                "two million one lei",
            ),
            (
                "80.50",
                "optzeci de lei și cincizeci de bani",
                "восемьдесят леев пятьдесят банов",
                "eighty lei and fifty bani",
            ),
            ("3.01", "trei lei și un ban", "три лея один бан", "three lei and one ban"),
        ],
    )
    def test_is_said_as_people_say_it(self, amount, ro, ru, en):
        said = [amount_in_words(money(amount), language) for language in ("ro", "ru", "en")]

        assert said == [ro, ru, en]

    def test_knows_euro_and_keeps_the_code_of_other_currencies(self):
        assert amount_in_words(money("40", "EUR"), "ro") == "patruzeci de euro"
        assert amount_in_words(money("40.05", "RON"), "en") == "forty RON 05/100"

    @pytest.mark.parametrize("number", [-1, 1_000_000_000])
    def test_refuses_what_it_cannot_say(self, number):
        with pytest.raises(NumberTooLarge):
            in_words(number, "ro")


class TestAmountInFigures:
    @pytest.mark.parametrize(
        ("amount", "language", "figures"),
        [
            ("120", "ro", "120,00 lei"),
            ("1", "ro", "1,00 leu"),
            ("1240.5", "en", "1,240.50 lei"),
            ("121", "ru", "121,00 лей"),
            ("80.5", "ru", "80,50 лея"),
        ],
    )
    def test_has_the_comma_and_the_form_of_its_language(self, amount, language, figures):
        assert amount_in_figures(money(amount), language) == figures


class TestNumbersForTheTelephone:
    def test_are_said_sign_by_sign(self):
        assert spoken("LZ-26-0417", "ro") == "L Z, doi șase, zero patru unu șapte"
        assert spoken("LZ-26-0417", "ru") == "L Z, два шесть, ноль четыре один семь"

    def test_are_written_in_groups_of_four(self):
        assert grouped("A1B2C3D4E5") == "A1B2 C3D4 E5"
        assert grouped("LZ-26-0417") == "LZ-26-0417"
        assert grouped("LOZ-2026-000417-07") == "LOZ-2026-000417-07"
