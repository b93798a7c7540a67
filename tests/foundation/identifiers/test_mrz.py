from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.foundation.identifiers.mrz_specimens import (
    TD1_ICAO,
    TD1_ICAO_LONG_NUMBER,
    TD2_ICAO,
    TD3_ICAO,
    td1,
    td3,
)

from ghiseu.foundation.identifiers import mrz, scan
from ghiseu.foundation.identifiers.idnp import InvalidIdnp
from ghiseu.foundation.identifiers.mrz import DocumentKind, Field, InvalidMrz, MrzFault, Sex

AT = datetime(2026, 11, 23, 10, tzinfo=UTC)
RUSSIAN = str.maketrans("QWERTYUIOPASDFGHJKLZXCVBNM<", "йцукенгшщзфывапролдячсмитьБ")


class TestSpecimens:
    @pytest.mark.parametrize(
        ("zone", "layout", "kind", "number"),
        [
            (TD3_ICAO, "TD3", DocumentKind.PASSPORT, "L898902C3"),
            (TD1_ICAO, "TD1", DocumentKind.IDENTITY_CARD, "D23145890"),
            (TD2_ICAO, "TD2", DocumentKind.IDENTITY_CARD, "D23145890"),
        ],
    )
    def test_of_icao_are_read(self, zone, layout, kind, number):
        document = mrz.parse(zone, at=AT)

        assert (document.layout, document.kind, document.number) == (layout, kind, number)
        assert (document.surname, document.given_names) == ("ERIKSSON", "ANNA MARIA")
        assert (document.issuing_state, document.nationality) == ("UTO", "UTO")
        assert (document.birth_date, document.sex) == (date(1974, 8, 12), Sex.FEMALE)
        assert document.expires_on == date(2012, 4, 15)
        assert document.is_expired(on=AT.date())
        assert document.idnp is None

    def test_with_a_number_that_goes_on_in_the_optional_data_is_read(self):
        document = mrz.parse(TD1_ICAO_LONG_NUMBER, at=AT)

        assert (document.number, document.optional_data) == ("D23145890734", "")

    def test_keep_their_optional_data(self):
        assert mrz.parse(TD3_ICAO, at=AT).optional_data == "ZE184226B"


class TestMoldovanDocuments:
    @pytest.mark.parametrize("zone", [td1(), td3()])
    def test_give_the_personal_number_of_the_optional_data(self, zone):
        document = mrz.parse(zone, at=AT)

        assert document.idnp == "2099010100376"
        assert (document.surname, document.given_names) == ("MUNTEANU", "EUGENIA")
        assert document.birth_date == date(1945, 3, 12)
        assert not document.is_expired(on=AT.date())

    def test_keep_the_leading_zero(self):
        assert mrz.parse(td3(idnp="0999010200419"), at=AT).idnp == "0999010200419"

    def test_give_none_when_the_optional_data_is_no_personal_number(self):
        assert mrz.parse(td1(idnp="2099010100377"), at=AT).idnp is None
        assert mrz.parse(td1(idnp=""), at=AT).idnp is None

    def test_of_another_state_give_no_personal_number(self):
        assert mrz.parse(td3(state="ROU"), at=AT).idnp is None

    def test_for_life_have_no_expiry(self):
        assert mrz.parse(td1(expiry="<<<<<<"), at=AT).expires_on is None


class TestCenturies:
    @pytest.mark.parametrize(
        ("birth", "expected"),
        [
            ("261123", date(2026, 11, 23)),
            ("261124", date(1926, 11, 24)),
            ("270101", date(1927, 1, 1)),
            ("000229", date(2000, 2, 29)),
        ],
    )
    def test_of_birth_end_with_today(self, birth, expected):
        assert mrz.parse(td1(birth=birth), at=AT).birth_date == expected

    @pytest.mark.parametrize(("expiry", "year"), [("760101", 2076), ("770101", 1977), ("990101", 1999)])
    def test_of_expiry_reach_fifty_years_ahead(self, expiry, year):
        assert mrz.parse(td1(expiry=expiry), at=AT).expires_on == date(year, 1, 1)

    def test_an_unknown_day_of_birth_is_none(self):
        assert mrz.parse(td1(birth="45<<<<"), at=AT).birth_date is None


class TestErrors:
    @pytest.mark.parametrize(
        ("zone", "line", "field", "fault"),
        [
            (TD3_ICAO.replace("L898902C36", "L898902C46"), 2, Field.NUMBER, MrzFault.CHECK_DIGIT),
            (TD3_ICAO.replace("7408122", "7408132"), 2, Field.BIRTH_DATE, MrzFault.CHECK_DIGIT),
            (TD3_ICAO.replace("1204159", "1204169"), 2, Field.EXPIRY_DATE, MrzFault.CHECK_DIGIT),
            (TD3_ICAO.replace("ZE184226B", "ZE184227B"), 2, Field.OPTIONAL_DATA, MrzFault.CHECK_DIGIT),
            (TD3_ICAO[:-1] + "1", 2, Field.COMPOSITE, MrzFault.CHECK_DIGIT),
            (
                TD1_ICAO.replace("UTO<<<<<<<<<<<6", "UTO<<<<<<<<<<<7"),
                2,
                Field.COMPOSITE,
                MrzFault.CHECK_DIGIT,
            ),
            (TD1_ICAO.replace("2F1", "2Q1"), 2, Field.SEX, MrzFault.CHARACTERS),
            (td1(birth="451345"), 2, Field.BIRTH_DATE, MrzFault.DATE),
            (td1(expiry="3501A1"), 2, Field.EXPIRY_DATE, MrzFault.DATE),
            (TD1_ICAO.replace("I<UTO", "V<UTO"), 1, Field.CODE, MrzFault.KIND),
            (TD1_ICAO.replace("ANNA", "ANN%"), 3, Field.ZONE, MrzFault.CHARACTERS),
            (TD1_ICAO[:-45], 0, Field.ZONE, MrzFault.SHAPE),
            ("", 0, Field.ZONE, MrzFault.SHAPE),
        ],
    )
    def test_name_the_line_and_the_field(self, zone, line, field, fault):
        with pytest.raises(InvalidMrz) as caught:
            mrz.parse(zone, at=AT)

        assert (caught.value.line, caught.value.field, caught.value.fault) == (line, field, fault)

    @given(st.integers(0, 87), st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<"))
    def test_a_changed_character_under_a_check_digit_is_noticed(self, place, other):
        upper, lower = td3().split("\n")
        if place < 44:
            return
        wrong = lower[: place - 44] + other + lower[place - 43 :]
        covered = lower[:10] + lower[13:20] + lower[21:43] != wrong[:10] + wrong[13:20] + wrong[21:43]
        same_value = mrz.check_digit(lower[place - 44]) == mrz.check_digit(other)
        # Y and Z change places on a German keyboard: that is put right, not noticed.
        repaired = {lower[place - 44], other} == {"Y", "Z"}
        if not covered or same_value or repaired:
            return

        with pytest.raises(InvalidMrz):
            mrz.parse(upper + "\n" + wrong, at=AT)

    @given(st.text(max_size=100))
    def test_any_text_is_read_or_refused(self, text):
        try:
            document = mrz.parse(text, at=AT)
        except InvalidMrz:
            return
        assert document.number


class TestKeyboardDamage:
    @pytest.mark.parametrize("zone", [TD1_ICAO, TD2_ICAO, TD3_ICAO, td1(), td3()])
    @pytest.mark.parametrize(
        "damage",
        [
            str.lower,
            lambda zone: zone.replace("\n", ""),
            lambda zone: zone.replace("\n", "\r\n") + "\r\n",
            lambda zone: zone.replace("\n", "\t"),
            lambda zone: zone.replace("<", ";"),
            lambda zone: zone.lower().replace("<", ","),
            lambda zone: zone.replace("<", ">"),
            lambda zone: zone.replace("<<", "«"),
            lambda zone: zone.translate(RUSSIAN),
            lambda zone: zone.replace("<", " "),
            lambda zone: "  ".join(zone.split("\n")),
        ],
    )
    def test_is_undone(self, zone, damage):
        assert mrz.parse(damage(zone), at=AT) == mrz.parse(zone, at=AT)

    def test_lost_fillers_at_the_end_of_the_names_are_put_back(self):
        assert mrz.parse(td1().rstrip("<"), at=AT) == mrz.parse(td1(), at=AT)

    def test_exchanged_y_and_z_are_believed_only_when_every_check_digit_then_holds(self):
        zone = td1(number="ZY1234567", names="ZAHARIA<<YLENIA")
        swapped = zone.translate(str.maketrans("YZ", "ZY"))

        assert mrz.parse(swapped, at=AT) == mrz.parse(zone, at=AT)
        with pytest.raises(InvalidMrz) as caught:
            mrz.parse(swapped.replace("4503", "4504"), at=AT)
        assert caught.value.field is Field.NUMBER


class TestScan:
    def test_digits_alone_are_a_personal_number_without_a_document(self):
        read = scan.read("2099010100376\n", at=AT)

        assert (read.idnp, read.document) == ("2099010100376", None)

    def test_a_zone_gives_both(self):
        read = scan.read(td1(), at=AT)

        assert read.idnp == "2099010100376"
        assert read.document is not None
        assert read.document.number == "A12345678"

    def test_wrong_digits_are_refused_as_a_personal_number(self):
        with pytest.raises(InvalidIdnp):
            scan.read("2099010100377", at=AT)
