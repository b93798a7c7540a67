import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ghiseu.foundation.identifiers import numbers
from ghiseu.foundation.identifiers.numbers import ORDER_KEY_ALPHABET, InvalidNumber, NumberFault, PublicNumber

any_number = st.builds(
    PublicNumber,
    centre=st.from_regex(r"[A-Z]{2,8}", fullmatch=True),
    year=st.integers(2021, 2099),
    sequence=st.integers(1, 999_999_999),
)
any_order_key = st.randoms(use_true_random=False).map(lambda source: numbers.new_order_key(source.choice))


class TestPublicNumber:
    def test_reads_as_centre_year_running_number_and_two_check_digits(self):
        assert numbers.make("LOZ", year=2026, sequence=123) == "LOZ-2026-000123-79"

    @given(any_number)
    def test_comes_back_whatever_became_of_case_hyphens_and_spaces(self, number):
        written = str(number)

        assert numbers.parse(written) == number
        assert numbers.parse(written.replace("-", "").lower()) == number
        assert numbers.parse(written.replace("-", " – ")) == number

    @given(any_number, st.data())
    def test_notices_every_single_wrong_character(self, number, data):
        plain = str(number).replace("-", "")
        place = data.draw(st.integers(0, len(plain) - 1))
        alphabet = "0123456789" if plain[place].isdigit() else "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        other = data.draw(st.sampled_from(alphabet))
        wrong = plain[:place] + other + plain[place + 1 :]

        assert numbers.is_valid(wrong) == (wrong == plain)

    @given(any_number, st.data())
    def test_notices_two_digits_that_changed_places(self, number, data):
        plain = str(number).replace("-", "")
        place = data.draw(st.integers(len(number.centre), len(plain) - 2))
        swapped = plain[:place] + plain[place + 1] + plain[place] + plain[place + 2 :]

        assert numbers.is_valid(swapped) == (swapped == plain)

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("LOZ-2026-000123-78", NumberFault.CHECK),
            ("LOZ-2026-000000-00", NumberFault.SHAPE),
            ("LOZ-0026-000123-00", NumberFault.SHAPE),
            ("LOZ-2026-123-79", NumberFault.SHAPE),
            ("", NumberFault.SHAPE),
        ],
    )
    def test_says_why_a_text_is_none(self, text, reason):
        with pytest.raises(InvalidNumber) as caught:
            numbers.parse(text)

        assert caught.value.reason is reason

    @pytest.mark.parametrize(("centre", "sequence"), [("loz", 1), ("L0Z", 1), ("LOZ", 0), ("LOZ", 10**9)])
    def test_cannot_be_made_of_parts_that_could_not_be_read_back(self, centre, sequence):
        with pytest.raises(ValueError, match=r"centre code|out of range"):
            numbers.make(centre, year=2026, sequence=sequence)


class TestOrderKey:
    @given(any_order_key)
    def test_comes_back_and_has_no_characters_that_look_alike(self, key):
        assert len(key) <= 36
        assert not set("0O1IL") & set(key)
        assert numbers.parse_order_key(key.replace("-", " ").lower()) == key

    @given(any_order_key, st.data())
    def test_notices_every_single_error_and_every_swap(self, key, data):
        plain = key.replace("-", "")
        first, second = data.draw(st.tuples(st.integers(0, 11), st.integers(0, 11)))
        other = data.draw(st.sampled_from(ORDER_KEY_ALPHABET))
        mistaken = plain[:first] + other + plain[first + 1 :]
        swapped = list(plain)
        swapped[first], swapped[second] = swapped[second], swapped[first]

        for wrong in (mistaken, "".join(swapped)):
            if wrong != plain:
                with pytest.raises(InvalidNumber) as caught:
                    numbers.parse_order_key(wrong)
                assert caught.value.reason is NumberFault.CHECK

    def test_is_drawn_anew_each_time(self):
        assert len({numbers.new_order_key() for _ in range(500)}) == 500

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("7KQM-3XRW-9AB", NumberFault.SHAPE),
            ("7KQM-3XRW-9AB0", NumberFault.LOOK_ALIKE),
            ("7KQM-3XRW-9A?B", NumberFault.SHAPE),
        ],
    )
    def test_says_why_a_text_is_none(self, text, reason):
        with pytest.raises(InvalidNumber) as caught:
            numbers.parse_order_key(text)

        assert caught.value.reason is reason

    def test_can_be_repeated_in_tests(self):
        assert numbers.new_order_key(random.Random(1).choice) == numbers.new_order_key(random.Random(1).choice)
