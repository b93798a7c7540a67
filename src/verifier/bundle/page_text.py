"""What the pages of a PDF say, as a reader program hears it: ISO 32000-1, 9.10 (extraction of text content).

Enough for tagged documents whose fonts have a ToUnicode map; anything else says less than is there, never more.
"""

import re
from collections.abc import Iterator, Mapping
from io import BytesIO

import pikepdf

from verifier.bundle.faults import NotGood

_SECTION = re.compile(rb"begin(bfchar|bfrange)(.*?)end\1", re.DOTALL)
_PART = re.compile(rb"<([0-9A-Fa-f]+)>|(\[)|(\])")
_SHOWING = {"Tj", "'", '"', "TJ"}
_CODE_BYTES = 2  # Identity-H, ISO 32000-1, 9.7.5.2

Codes = Mapping[int, str]


def said_by(content: bytes) -> str:
    """Return the text of all pages of a PDF in their order, without white space and without heads and feet.

    Raises NotGood when the pages cannot be read.
    """
    known: dict[tuple[int, int], Codes] = {}
    try:
        with pikepdf.open(BytesIO(content), attempt_recovery=False, suppress_warnings=True) as pdf:
            return "".join("".join(_pieces(page, known)) for page in pdf.pages)
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, IndexError, AttributeError, RuntimeError) as error:
        raise NotGood("the pages cannot be read") from error


def bare(text: str) -> str:
    """Return the text without white space, as `said_by` gives it."""
    return "".join(text.split())


def _pieces(page: pikepdf.Page, known: dict[tuple[int, int], Codes]) -> Iterator[str]:
    fonts = page.obj["/Resources"]["/Font"]
    codes: Codes = {}
    marks: list[bool] = []  # for each open mark: is it decoration?
    for one in pikepdf.parse_content_stream(page):
        operands, name = one.operands, str(one.operator)
        if name == "Tf":
            font = fonts[str(operands[0])]
            codes = known.get(font.objgen) or _codes(font)
            known[font.objgen] = codes
        elif name in {"BMC", "BDC"}:
            marks.append(str(operands[0]) == "/Artifact")
        elif name == "EMC" and marks:
            marks.pop()
        elif name in _SHOWING and not any(marks):
            yield bare("".join(_shown(operands[-1], codes)))


def _shown(operand: object, codes: Codes) -> Iterator[str]:
    parts = operand if isinstance(operand, pikepdf.Array) else [operand]
    for part in parts:
        if isinstance(part, pikepdf.String):
            glyphs = bytes(part)
            for at in range(0, len(glyphs), _CODE_BYTES):
                yield codes.get(int.from_bytes(glyphs[at : at + _CODE_BYTES], "big"), "\N{REPLACEMENT CHARACTER}")


def _codes(font: pikepdf.Object) -> Codes:
    """Read the map from glyphs to text: Adobe Technical Note 5411."""
    codes: dict[int, str] = {}
    for section in _SECTION.finditer(font["/ToUnicode"].read_bytes()):
        words = list(_words(section[2]))
        if section[1] == b"bfchar":
            codes.update((int(words[at], 16), _text(words[at + 1])) for at in range(0, len(words) - 1, 2))
        else:
            codes.update(_ranges(words))
    return codes


def _words(section: bytes) -> Iterator[str]:
    for word, opening, closing in _PART.findall(section):
        yield (word or opening or closing).decode()


def _ranges(words: list[str]) -> Iterator[tuple[int, str]]:
    at = 0
    while at + 2 < len(words):
        first, last = int(words[at], 16), int(words[at + 1], 16)
        if words[at + 2] == "[":
            end = words.index("]", at)
            yield from ((first + place, _text(word)) for place, word in enumerate(words[at + 3 : end]))
            at = end + 1
            continue
        begin = _text(words[at + 2])
        yield from ((code, begin[:-1] + chr(ord(begin[-1]) + code - first)) for code in range(first, last + 1))
        at += 3


def _text(word: str) -> str:
    return bytes.fromhex(word).decode("utf-16-be")
