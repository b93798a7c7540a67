"""Where each field stands in the layouts of the machine-readable zone (ICAO Doc 9303, parts 4, 5, 6)."""

from dataclasses import dataclass
from enum import StrEnum


class Field(StrEnum):
    """A field of the zone, as errors name it."""

    ZONE = "zone"
    CODE = "document-code"
    NUMBER = "document-number"
    BIRTH_DATE = "birth-date"
    SEX = "sex"
    EXPIRY_DATE = "expiry-date"
    OPTIONAL_DATA = "optional-data"
    COMPOSITE = "composite"


@dataclass(frozen=True)
class Span:
    """Characters of a line. Lines count from 1; `start` and `end` as slices do."""

    line: int
    start: int
    end: int


@dataclass(frozen=True, kw_only=True)
class Checked:
    """A check digit and the spans that it covers, in their order."""

    field: Field
    spans: tuple[Span, ...]
    digit: Span
    may_be_filler: bool = False


@dataclass(frozen=True, kw_only=True)
class Layout:
    """One of the three layouts. `checks` leaves out the document number, which may outgrow its span."""

    name: str
    code: Span
    state: Span
    names: Span
    number: Span
    number_check: Span
    optional: tuple[Span, ...]
    nationality: Span
    birth_date: Span
    sex: Span
    expiry_date: Span
    checks: tuple[Checked, ...]


def _checks_of_dates(birth: Span, *, expiry: Span) -> tuple[Checked, ...]:
    after = tuple(Span(span.line, span.end, span.end + 1) for span in (birth, expiry))
    return (
        Checked(field=Field.BIRTH_DATE, spans=(birth,), digit=after[0]),
        Checked(field=Field.EXPIRY_DATE, spans=(expiry,), digit=after[1]),
    )


TD1 = Layout(
    name="TD1",
    code=Span(1, 0, 2),
    state=Span(1, 2, 5),
    number=Span(1, 5, 14),
    number_check=Span(1, 14, 15),
    optional=(Span(1, 15, 30), Span(2, 18, 29)),
    birth_date=Span(2, 0, 6),
    sex=Span(2, 7, 8),
    expiry_date=Span(2, 8, 14),
    nationality=Span(2, 15, 18),
    names=Span(3, 0, 30),
    checks=(
        *_checks_of_dates(Span(2, 0, 6), expiry=Span(2, 8, 14)),
        Checked(
            field=Field.COMPOSITE,
            spans=(Span(1, 5, 30), Span(2, 0, 7), Span(2, 8, 15), Span(2, 18, 29)),
            digit=Span(2, 29, 30),
        ),
    ),
)

TD2 = Layout(
    name="TD2",
    code=Span(1, 0, 2),
    state=Span(1, 2, 5),
    names=Span(1, 5, 36),
    number=Span(2, 0, 9),
    number_check=Span(2, 9, 10),
    nationality=Span(2, 10, 13),
    birth_date=Span(2, 13, 19),
    sex=Span(2, 20, 21),
    expiry_date=Span(2, 21, 27),
    optional=(Span(2, 28, 35),),
    checks=(
        *_checks_of_dates(Span(2, 13, 19), expiry=Span(2, 21, 27)),
        Checked(
            field=Field.COMPOSITE,
            spans=(Span(2, 0, 10), Span(2, 13, 20), Span(2, 21, 35)),
            digit=Span(2, 35, 36),
        ),
    ),
)

TD3 = Layout(
    name="TD3",
    code=Span(1, 0, 2),
    state=Span(1, 2, 5),
    names=Span(1, 5, 44),
    number=Span(2, 0, 9),
    number_check=Span(2, 9, 10),
    nationality=Span(2, 10, 13),
    birth_date=Span(2, 13, 19),
    sex=Span(2, 20, 21),
    expiry_date=Span(2, 21, 27),
    optional=(Span(2, 28, 42),),
    checks=(
        *_checks_of_dates(Span(2, 13, 19), expiry=Span(2, 21, 27)),
        Checked(field=Field.OPTIONAL_DATA, spans=(Span(2, 28, 42),), digit=Span(2, 42, 43), may_be_filler=True),
        Checked(
            field=Field.COMPOSITE,
            spans=(Span(2, 0, 10), Span(2, 13, 20), Span(2, 21, 43)),
            digit=Span(2, 43, 44),
        ),
    ),
)

LAYOUTS: dict[tuple[int, ...], Layout] = {(30, 30, 30): TD1, (36, 36): TD2, (44, 44): TD3}
