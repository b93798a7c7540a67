"""Synthetic people without end: the same seed gives the same people. All numbers are invented."""

from dataclasses import dataclass
from random import Random

from ghiseu.foundation.identifiers.check_digits import sum_731

SEED = 20261123
# A series of personal numbers that no document uses; the next nine digits count.
SERIES = "209"
SURNAMES = [
    "Munteanu",
    "Rusu",
    "Ceban",
    "Țurcan",
    "Lungu",
    "Popescu",
    "Ciobanu",
    "Moraru",
    "Cojocaru",
    "Rotaru",
    "Sîrbu",
    "Gîrleanu",
    "Șevcenco",
    "Botnaru",
    "Grosu",
    "Plămădeală",
    "Bălan",
    "Cazacu",
    "Doibani",
    "Vîrlan",
    "Hîncu",
    "Guțu",
    "Melnic",
    "Ursu",
    "Tătaru",
    "Bejenaru",
    "Croitoru",
    "Zaporojan",
    "Nastas",
    "Iurcu",
]
GIVEN = [
    "Ion",
    "Maria",
    "Vasile",
    "Elena",
    "Gheorghe",
    "Ana",
    "Andrei",
    "Eugenia",
    "Mihai",
    "Natalia",
    "Ștefan",
    "Tatiana",
    "Nicolae",
    "Galina",
    "Petru",
    "Valentina",
    "Serghei",
    "Liudmila",
    "Victor",
    "Olga",
    "Dumitru",
    "Svetlana",
    "Alexandru",
    "Lidia",
    "Iurie",
    "Irina",
    "Anatolie",
    "Nadejda",
    "Oleg",
    "Ecaterina",
]
SYLLABLES = ["ba", "ce", "do", "fi", "go", "hu", "la", "me", "ni", "po", "ra", "se", "ti", "vu"]


@dataclass(frozen=True, kw_only=True)
class Somebody:
    """A person that does not exist."""

    idnp: str
    surname: str
    given_name: str


def idnp_of(serial: int) -> str:
    """Return the valid personal number with this running number."""
    body = f"{SERIES}{serial:09}"
    return f"{body}{sum_731(int(digit) for digit in body)}"


def somebody(serial: int) -> Somebody:
    """Return the serial-th person. One in three has a rare surname, so that names are as uneven as in life."""
    chance = Random(SEED + serial)  # noqa: S311 - the same people each time
    surname = chance.choice(SURNAMES)
    if chance.random() < 1 / 3:
        surname = "".join(chance.choice(SYLLABLES) for _ in range(4)).capitalize()
    return Somebody(idnp=idnp_of(serial), surname=surname, given_name=chance.choice(GIVEN))


def somebody_numbered(idnp: str) -> Somebody:
    """Return the person who has this number."""
    return somebody(int(idnp[len(SERIES) : -1]))
