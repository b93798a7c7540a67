"""What a reader types from an invented identity card."""

from datetime import date

from ghiseu.foundation.identifiers.mrz import check_digit

FOR_LIFE = "<<<<<<"


def identity_card(*, idnp: str, surname: str, given_name: str, born: date, sex: str = "F", number: str = "") -> str:
    """Return the three lines of a Moldovan card (ICAO 9303, TD1) with the personal number in the optional data."""
    number = number or "B0000" + idnp[-4:]
    first = f"I<MDA{number}{check_digit(number)}{idnp:<<15}"
    birth = f"{born:%y%m%d}"
    middle = f"{birth}{check_digit(birth)}{sex}{FOR_LIFE}{check_digit(FOR_LIFE)}MDA{'':<<11}"
    whole = first[5:] + middle[:7] + middle[8:15] + middle[18:]
    names = f"{surname}<<{given_name}".replace(" ", "<").upper()
    return f"{first}\n{middle}{check_digit(whole)}\n{names:<<30}"
