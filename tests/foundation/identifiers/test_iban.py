import pytest
from hypothesis import given
from hypothesis import strategies as st

from ghiseu.foundation.identifiers import iban
from ghiseu.foundation.identifiers.check_digits import remainder_97
from ghiseu.foundation.identifiers.iban import IbanFault, InvalidIban


@pytest.mark.parametrize("typed", ["MD22XX000000000000000001", "md22 xx00 0000 0000 0000 0001"])
def test_a_moldovan_account_is_kept_in_capitals_without_spaces(typed):
    assert iban.check(typed) == "MD22XX000000000000000001"


@pytest.mark.parametrize("number", ["GB82WEST12345698765432", "IT60X0542811101000000123456", "DE89370400440532013000"])
def test_published_examples_of_other_countries_hold(number):
    assert iban.is_valid(number)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("MD23XX000000000000000001", IbanFault.CHECK_DIGITS),
        ("MD22XX00000000000000001", IbanFault.LENGTH),
        ("22XX000000000000000001", IbanFault.SHAPE),
        ("MD22XX0000-0000000000001", IbanFault.SHAPE),
        ("", IbanFault.SHAPE),
    ],
)
def test_says_why_a_text_is_none(text, reason):
    with pytest.raises(InvalidIban) as caught:
        iban.check(text)

    assert caught.value.reason is reason


@given(st.from_regex(r"[A-Z]{2}[0-9A-Z]{18}", fullmatch=True), st.integers(0, 22), st.sampled_from("0123456789"))
def test_notices_every_single_wrong_digit(account, place, digit):
    check_digits = f"{98 - remainder_97(account + 'MD00'):02}"
    number = f"MD{check_digits}{account}"
    wrong = number[:place] + digit + number[place + 1 :]

    assert iban.is_valid(number)
    assert wrong == number or not iban.is_valid(wrong) or not number[place].isdigit()


def test_is_printed_in_groups_of_four():
    assert iban.in_groups(iban.check("MD22XX000000000000000001")) == "MD22 XX00 0000 0000 0000 0001"
