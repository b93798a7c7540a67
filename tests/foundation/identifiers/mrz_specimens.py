"""Specimens of ICAO Doc 9303 (the invented state Utopia), and zones built here for invented people."""

from ghiseu.foundation.identifiers.mrz import check_digit

TD3_ICAO = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
TD1_ICAO = "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<"
TD2_ICAO = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6"
TD1_ICAO_LONG_NUMBER = "I<UTOD23145890<7349<<<<<<<<<<<\n3407127M9507122UTO<<<<<<<<<<<2\nSTEVENSON<<PETER<JOHN<<<<<<<<<"


def td1(
    *,
    number="A12345678",
    idnp="2099010100376",
    birth="450312",
    sex="F",
    expiry="350101",
    names="MUNTEANU<<EUGENIA",
    state="MDA",
    code="I<",
):
    upper = f"{code}{state}{number:<<9}{check_digit(number.ljust(9, '<'))}{idnp}".ljust(30, "<")
    middle = f"{birth}{check_digit(birth)}{sex}{expiry}{check_digit(expiry)}{state}".ljust(29, "<")
    composite = check_digit(upper[5:30] + middle[0:7] + middle[8:15] + middle[18:29])
    return "\n".join([upper, middle + composite, names.ljust(30, "<")])


def td3(
    *,
    number="AB1234567",
    idnp="2099010100376",
    birth="450312",
    sex="F",
    expiry="350101",
    names="MUNTEANU<<EUGENIA",
    state="MDA",
):
    upper = f"P<{state}{names}".ljust(44, "<")
    optional = idnp.ljust(14, "<")
    lower = f"{number:<<9}{check_digit(number.ljust(9, '<'))}{state}{birth}{check_digit(birth)}"
    lower += f"{sex}{expiry}{check_digit(expiry)}{optional}{check_digit(optional)}"
    return upper + "\n" + lower + check_digit(lower[0:10] + lower[13:20] + lower[21:43])
