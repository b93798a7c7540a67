import pytest
from hypothesis import given
from hypothesis import strategies as st

from ghiseu.foundation.identifiers import idno, idnp
from ghiseu.foundation.identifiers.check_digits import sum_731
from ghiseu.foundation.identifiers.idno import IdnoFault, InvalidIdno
from ghiseu.foundation.identifiers.idnp import IdnpFault, InvalidIdnp

PERSONS = (
    "2099010100376",
    "2099040101480",
    "0999010200419",
    "0999020200823",
    "2009000001233",
    "2000000000015",
)


def with_check_digit(twelve: str) -> str:
    return twelve + str(sum_731(int(digit) for digit in twelve))


twelve_digits_of_a_person = st.from_regex(r"[02-9][0-9]{11}", fullmatch=True).map(str)


class TestIdnp:
    @pytest.mark.parametrize("number", PERSONS)
    def test_holds_for_real_shapes_and_keeps_a_leading_zero(self, number):
        assert idnp.check(number) == number

    def test_forgives_spaces_as_numbers_are_written_in_groups(self):
        assert idnp.check(" 2099 0101 00376\n") == "2099010100376"

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("2099010100377", IdnpFault.CHECK_DIGIT),
            ("2000000000000", IdnpFault.CHECK_DIGIT),
            ("209901010037", IdnpFault.LENGTH),
            ("20990101003766", IdnpFault.LENGTH),
            ("", IdnpFault.LENGTH),
            ("2099010100O76", IdnpFault.LETTERS),
            ("２０９９０１０１００３７６", IdnpFault.LETTERS),
            ("209901010037²", IdnpFault.LETTERS),
            ("1099000000010", IdnpFault.ORGANISATION_NUMBER),
            ("1099000000011", IdnpFault.CHECK_DIGIT),
        ],
    )
    def test_says_why_a_text_is_none(self, text, reason):
        with pytest.raises(InvalidIdnp) as caught:
            idnp.check(text)

        assert caught.value.reason is reason
        assert not idnp.is_valid(text)

    def test_does_not_repeat_the_number_in_the_error(self):
        with pytest.raises(InvalidIdnp) as caught:
            idnp.check("2099010100377")

        assert "2099" not in str(caught.value)

    @given(twelve_digits_of_a_person)
    def test_exactly_one_check_digit_fits(self, twelve):
        fitting = [digit for digit in "0123456789" if idnp.is_valid(twelve + digit)]

        assert [twelve + digit for digit in fitting] == [with_check_digit(twelve)]

    @given(twelve_digits_of_a_person, st.integers(0, 12), st.sampled_from("0123456789"))
    def test_notices_every_single_wrong_digit(self, twelve, place, digit):
        number = with_check_digit(twelve)
        wrong = number[:place] + digit + number[place + 1 :]

        assert idnp.is_valid(wrong) == (wrong == number)

    @given(st.text())
    def test_refuses_or_returns_thirteen_digits_whatever_is_typed(self, text):
        try:
            number = idnp.check(text)
        except InvalidIdnp:
            return
        assert len(number) == 13
        assert number.isascii()
        assert number.isdigit()


class TestIdno:
    @pytest.mark.parametrize("number", ["1099000000010", "1008600038413"])
    def test_holds_for_organisations(self, number):
        assert idno.check(number) == number

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("2099010100376", IdnoFault.PERSONAL_NUMBER),
            ("1099000000011", IdnoFault.CHECK_DIGIT),
            ("109900000001", IdnoFault.LENGTH),
            ("10990000OO010", IdnoFault.LETTERS),
            ("", IdnoFault.LENGTH),
        ],
    )
    def test_says_why_a_text_is_none(self, text, reason):
        with pytest.raises(InvalidIdno) as caught:
            idno.check(text)

        assert caught.value.reason is reason
        assert not idno.is_valid(text)
