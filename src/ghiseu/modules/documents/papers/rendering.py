"""Prints papers as PDF/A-3a and PDF/UA-1 in one file. Values reach Typst as JSON, so no text can become markup."""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Literal

import segno
import typst
from babel.dates import format_date

from ghiseu.foundation import ui
from ghiseu.foundation.money import Money
from ghiseu.modules.documents.papers import texts_en, texts_ro, texts_ru
from ghiseu.modules.documents.papers.kinds import Paper

HERE = Path(__file__).parent
FONTS = Path(str(ui.__file__)).parent / "fonts"
STANDARDS: list[Literal["a-3a", "ua-1"]] = ["a-3a", "ua-1"]
TEXTS = {"ro": texts_ro.TEXTS, "ru": texts_ru.TEXTS, "en": texts_en.TEXTS}
PAPER_LANGUAGES = tuple(TEXTS)

Plain = str | int | bool | None | list["Plain"] | dict[str, "Plain"]


class Size(StrEnum):
    """NORMAL is 14 points, LARGE 18. Papers that stay in the file (requests, receipts) are a step smaller."""

    NORMAL = "normal"
    LARGE = "large"


class PaperNotInLanguage(Exception):
    """The fixed phrases of papers do not exist in this language; print in one of PAPER_LANGUAGES."""


def render(paper: Paper, *, size: Size = Size.NORMAL) -> bytes:
    """Return the paper as PDF. The same paper gives the same bytes. Takes about 50 ms. Raises PaperNotInLanguage."""
    if paper.language not in TEXTS:
        raise PaperNotInLanguage(paper.language)
    worked_out = paper.worked_out()
    values = {
        "paper": _plain(paper, paper.language),
        "worked_out": {name: text for name, text in worked_out.items() if not name.startswith("qr_")},
        "codes": {name: _drawn(text) for name, text in worked_out.items() if name.startswith("qr_")},
        "texts": TEXTS[paper.language],
        "romanian": TEXTS["ro"],
        "size": size.value,
    }
    compiler, lock = _compiler(paper.TEMPLATE)
    with lock:
        content = compiler.compile(
            format="pdf",
            sys_inputs={"values": json.dumps(values, ensure_ascii=False)},
            pdf_standards=[*STANDARDS],
            timestamp=int(paper.made_at.timestamp()),
        )
    if not isinstance(content, bytes):
        raise TypeError("a PDF is one file")
    return content


@cache
def _compiler(template: str) -> tuple[typst.Compiler, Lock]:
    """Return the compiler of a template, kept with its parsed fonts, and the lock that lets one thread use it."""
    compiler = typst.Compiler(str(HERE / template), root=str(HERE), font_paths=[str(FONTS)], ignore_system_fonts=True)
    return compiler, Lock()


def _drawn(text: str) -> str:
    """Return a QR code as SVG text."""
    return str(segno.make_qr(text, error="m").svg_inline(border=2, omitsize=True))


def _plain(value: object, language: str) -> Plain:
    """Return the value as JSON has it; dates in the words of the language."""
    if value is None or isinstance(value, str | int | bool):
        return value
    if isinstance(value, date):
        return _moment(value, language)
    if isinstance(value, Money | Decimal):
        return str(value)
    if isinstance(value, tuple):
        return [_plain(one, language) for one in value]
    if is_dataclass(value):
        return {one.name: _plain(getattr(value, one.name), language) for one in fields(value)}
    raise TypeError(f"a paper does not print {type(value).__name__}")


def _moment(moment: date, language: str) -> dict[str, Plain]:
    day: Mapping[str, str] = {
        "day": format_date(moment, "d MMMM y", locale=language),
        "weekday": format_date(moment, "EEEE, d MMMM y", locale=language),
        "deadline": format_date(moment, "d MMMM y (EEEE)", locale=language),
        "figures": format_date(moment, "dd.MM.y", locale=language),
        "time": moment.strftime("%H:%M") if isinstance(moment, datetime) else "",
    }
    return dict(day)
