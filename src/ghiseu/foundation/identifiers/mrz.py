"""The machine-readable zone of passports and identity cards: three lines of 30 characters, two of 36, or two
of 44.

Formats and check digits: ICAO Doc 9303, 8th edition, part 3 (section 4.9: check digits), part 4 (TD3,
passports), part 5 (TD1, cards), part 6 (TD2). Moldova writes the personal number into the optional data.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from ghiseu.foundation.identifiers import idnp as personal_number
from ghiseu.foundation.identifiers.check_digits import DIGITS_AND_LETTERS, sum_731
from ghiseu.foundation.identifiers.idnp import Idnp
from ghiseu.foundation.identifiers.mrz_layouts import LAYOUTS, TD3, Field, Layout, Span
from ghiseu.foundation.identifiers.mrz_repair import lines_of, with_y_and_z_swapped

_FILLER = "<"
_VALUES = {"<": 0} | {character: value for value, character in enumerate(DIGITS_AND_LETTERS)}
_YEARS_AHEAD = 50  # no document is issued for longer


class MrzFault(StrEnum):
    """What does not hold in a field."""

    SHAPE = "shape"
    CHARACTERS = "characters"
    CHECK_DIGIT = "check-digit"
    DATE = "date"
    KIND = "kind"


class InvalidMrz(ValueError):
    """A line and field (of ICAO 9303) that does not hold. Lines count from 1; 0 means the whole zone."""

    def __init__(self, fault: MrzFault, *, line: int, field: Field) -> None:
        super().__init__(f"line {line}, {field.value}: {fault.value}")
        self.fault = fault
        self.line = line
        self.field = field


class DocumentKind(StrEnum):
    """What kind of paper carries the zone."""

    PASSPORT = "passport"
    IDENTITY_CARD = "identity-card"
    OTHER = "other"


class Sex(StrEnum):
    """As printed; unspecified is X."""

    MALE = "M"
    FEMALE = "F"
    UNSPECIFIED = "X"


@dataclass(frozen=True, kw_only=True)
class MrzDocument:
    """What the zone says, every check digit proven. Names have no diacritics there and may be cut off.

    `birth_date` and `expires_on` are None when the issuer left them open (an unknown day of birth, a card for
    life). `idnp` is None unless the issuer is Moldova and the optional data holds a valid personal number.
    """

    kind: DocumentKind
    layout: str
    issuing_state: str
    number: str
    surname: str
    given_names: str
    nationality: str
    birth_date: date | None
    sex: Sex
    expires_on: date | None
    optional_data: str
    idnp: Idnp | None

    def is_expired(self, *, on: date) -> bool:
        """Tell whether the document had ended before this day."""
        return self.expires_on is not None and self.expires_on < on


def parse(text: str, *, at: datetime) -> MrzDocument:
    """Read a zone as a keyboard-wedge reader typed it, lower case and wrong keyboard layout forgiven where
    safe.

    A birth year is taken as the latest that is not after the day of `at`, which is given in the zone of the desk, so
    a person over a hundred comes out a hundred years too young: the register decides. Raises InvalidMrz, which names
    the first field that does not hold.
    """
    lines = lines_of(text)
    layout = LAYOUTS.get(tuple(len(line) for line in lines))
    if layout is None:
        raise InvalidMrz(MrzFault.SHAPE, line=0, field=Field.ZONE)
    try:
        return _read(lines, layout=layout, at=at)
    except InvalidMrz as error:
        # A keyboard set to a layout with Y and Z exchanged: believed only when every check digit then holds.
        swapped = with_y_and_z_swapped(lines)
        if error.fault is not MrzFault.CHECK_DIGIT or swapped == lines:
            raise
        try:
            return _read(swapped, layout=layout, at=at)
        except InvalidMrz:
            raise error from None


def check_digit(text: str) -> str:
    """Return the check digit of the characters: weights 7, 3, 1, letters from A = 10, filler 0."""
    return str(sum_731(_VALUES[character] for character in text))


def _read(lines: list[str], *, layout: Layout, at: datetime) -> MrzDocument:
    _check_characters(lines)
    code = _at(lines, layout.code).rstrip(_FILLER)
    if code.startswith("V"):
        raise InvalidMrz(MrzFault.KIND, line=layout.code.line, field=Field.CODE)
    number, rest = _document_number(lines, layout=layout)
    _check_digits(lines, layout=layout)
    surname, _, given_names = _at(lines, layout.names).partition("<<")
    optional = [rest, *(_at(lines, span) for span in layout.optional[1:])]
    state = _at(lines, layout.state).rstrip(_FILLER)
    return MrzDocument(
        kind=_kind_of(code),
        layout=layout.name,
        issuing_state=state,
        number=number,
        surname=_words(surname),
        given_names=_words(given_names),
        nationality=_at(lines, layout.nationality).rstrip(_FILLER),
        birth_date=_date(lines, span=layout.birth_date, field=Field.BIRTH_DATE, latest=at.date()),
        sex=_sex(lines, layout=layout),
        expires_on=_date(
            lines,
            span=layout.expiry_date,
            field=Field.EXPIRY_DATE,
            latest=date(at.year + _YEARS_AHEAD, 12, 31),
        ),
        optional_data=" ".join(filter(None, (_words(part) for part in optional))),
        idnp=_idnp_in(optional) if state == "MDA" else None,
    )


def _at(lines: list[str], span: Span) -> str:
    return lines[span.line - 1][span.start : span.end]


def _words(part: str) -> str:
    return " ".join(part.replace(_FILLER, " ").split())


def _kind_of(code: str) -> DocumentKind:
    if code.startswith("P"):
        return DocumentKind.PASSPORT
    return DocumentKind.IDENTITY_CARD if code[:1] in {"I", "A", "C"} else DocumentKind.OTHER


def _check_characters(lines: list[str]) -> None:
    for count, line in enumerate(lines, start=1):
        if any(character not in _VALUES for character in line):
            raise InvalidMrz(MrzFault.CHARACTERS, line=count, field=Field.ZONE)


def _document_number(lines: list[str], *, layout: Layout) -> tuple[str, str]:
    """Return the number and the first optional data without it: a long number goes on there (parts 5, 6)."""
    span, optional = layout.number, _at(lines, layout.optional[0])
    number, digit = _at(lines, span), _at(lines, layout.number_check)
    if digit == _FILLER and layout.name != TD3.name:
        tail, _, rest = optional.partition(_FILLER)
        number, digit, optional = number + tail[:-1], tail[-1:], rest
    if digit != check_digit(number):
        raise InvalidMrz(MrzFault.CHECK_DIGIT, line=span.line, field=Field.NUMBER)
    return number.rstrip(_FILLER), optional


def _check_digits(lines: list[str], *, layout: Layout) -> None:
    for checked in layout.checks:
        text, digit = "".join(_at(lines, span) for span in checked.spans), _at(lines, checked.digit)
        if checked.may_be_filler and digit == _FILLER and not text.strip(_FILLER):
            continue
        if digit != check_digit(text):
            raise InvalidMrz(MrzFault.CHECK_DIGIT, line=checked.digit.line, field=checked.field)


def _sex(lines: list[str], *, layout: Layout) -> Sex:
    letter = _at(lines, layout.sex)
    if letter not in {"M", "F", "X", _FILLER}:
        raise InvalidMrz(MrzFault.CHARACTERS, line=layout.sex.line, field=Field.SEX)
    return Sex.UNSPECIFIED if letter == _FILLER else Sex(letter)


def _date(lines: list[str], *, span: Span, field: Field, latest: date) -> date | None:
    text = _at(lines, span)
    if _FILLER in text:
        return None
    if not text.isdigit():
        raise InvalidMrz(MrzFault.DATE, line=span.line, field=field)
    year = latest.year - (latest.year - int(text[:2])) % 100
    try:
        found = date(year, int(text[2:4]), int(text[4:]))
        return found if found <= latest else found.replace(year=year - 100)
    except ValueError as error:
        raise InvalidMrz(MrzFault.DATE, line=span.line, field=field) from error


def _idnp_in(optional: list[str]) -> Idnp | None:
    for part in " ".join(optional).replace(_FILLER, " ").split():
        if personal_number.is_valid(part):
            return personal_number.check(part)
    return None
