import pytest
from hypothesis import given
from hypothesis import strategies as st

from ghiseu.foundation.identifiers import phone
from ghiseu.foundation.identifiers.phone import InvalidPhone, PhoneFault


@pytest.mark.parametrize(
    "typed",
    [
        "+373 600 00 012",
        "060000012",
        "0 600 00 012",
        "60000012",
        "00373 60000012",
        "373-600-00-012",
        "(+373) 60000012",
    ],
)
def test_every_way_to_write_a_moldovan_mobile_gives_one_number(typed):
    assert phone.check(typed) == "+37360000012"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("022 257 777", "+37322257777"),
        ("+39 051 123456", "+39051123456"),
        ("0039 051 123456", "+39051123456"),
    ],
)
def test_fixed_and_foreign_numbers_are_kept_in_international_form(typed, kept):
    assert phone.check(typed) == kept


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", PhoneFault.LENGTH),
        ("+373 600 00 01", PhoneFault.LENGTH),
        ("0600", PhoneFault.LENGTH),
        ("+3736000001234567890", PhoneFault.LENGTH),
        ("3331234567", PhoneFault.COUNTRY_MISSING),
        ("call me", PhoneFault.CHARACTERS),
        ("+٣٧٣٦٠٠٠٠٠١٢", PhoneFault.CHARACTERS),
    ],
)
def test_says_why_a_text_is_none(text, reason):
    with pytest.raises(InvalidPhone) as caught:
        phone.check(text)

    assert caught.value.reason is reason


@given(st.text(alphabet="0123456789+ -()", max_size=20))
def test_what_is_kept_is_kept_again_unchanged(text):
    try:
        kept = phone.check(text)
    except InvalidPhone:
        return
    assert phone.check(kept) == kept
    assert phone.check(phone.in_groups(kept)) == kept


def test_tells_mobiles_from_fixed_lines():
    assert phone.is_moldovan_mobile(phone.check("060000012"))
    assert not phone.is_moldovan_mobile(phone.check("022257777"))
    assert phone.in_groups(phone.check("060000012")) == "+373 600 00 012"
