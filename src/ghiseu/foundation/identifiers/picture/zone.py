"""From a photograph to the lines of the machine-readable zone."""

from dataclasses import dataclass
from itertools import product

from PIL import Image, ImageChops, ImageFilter, ImageOps

from ghiseu.foundation.identifiers.mrz import check_digit
from ghiseu.foundation.identifiers.mrz_layouts import LAYOUTS, Checked, Field, Layout, Span
from ghiseu.foundation.identifiers.picture import blobs, lines, shapes
from ghiseu.foundation.identifiers.picture.lines import Line, Zone
from ghiseu.foundation.identifiers.picture.shapes import DIGITS, FILLER, LETTERS

LONGEST_SIDE = 1800
_ANY = DIGITS + LETTERS + FILLER
_NAMES = LETTERS + FILLER
_LEAST_FIT = 0.7  # mean over the zone; print that is no zone stays under it
_GOOD_FIT = 0.85
_LEAST_SLANTED_FIT = 0.55
_SLANTS = (-0.3, -0.2, -0.1, 0.1, 0.2, 0.3)
_THRESHOLDS = (60, 35, 90)  # how much darker than the paper ink is; faint print and dirty paper come later
_MOST_ZONES = 16
_TURNS = (None, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_270)
# What may stand where (ICAO Doc 9303, parts 4 to 6): n a digit, l a letter or filler, a anything, s the sex.
_CLASSES = {"n": DIGITS, "l": _NAMES, "a": _ANY, "s": "MFX<", "d": DIGITS + FILLER}
_PATTERNS = {
    30: ("l" * 5 + "a" * 9 + "d" + "a" * 15, "d" * 6 + "n" + "s" + "d" * 6 + "n" + "lll" + "a" * 11 + "n", "l" * 30),
    36: ("l" * 36, "a" * 9 + "d" + "lll" + "d" * 6 + "n" + "s" + "d" * 6 + "n" + "a" * 7 + "n"),
    44: ("l" * 44, "a" * 9 + "n" + "lll" + "d" * 6 + "n" + "s" + "d" * 6 + "n" + "a" * 14 + "d" + "n"),
}


@dataclass(frozen=True, kw_only=True)
class Reading:
    """The lines as they look, and how well they fit the shapes (1 is perfect). Check digits are not looked at."""

    lines: tuple[str, ...]
    score: float


def read(picture: Image.Image) -> Reading | None:
    """Return what the zone of a decoded photograph says, or None where there is none.

    The document may lie on a side or upside down. Raises blobs.TooNoisy.
    """
    grey = ImageOps.autocontrast(picture.convert("L"), cutoff=1)
    scale = LONGEST_SIDE / max(grey.size)
    grey = grey.resize(
        (max(1, round(grey.width * scale)), max(1, round(grey.height * scale))), Image.Resampling.BICUBIC
    )
    ink = _ink(grey)
    best: Reading | None = None
    for turn in _TURNS:
        turned = ink if turn is None else ink.transpose(turn)
        reading = _best(turned, _zones(turned))
        if reading is not None and (best is None or reading.score > best.score):
            best = reading
        # Upside down some characters fit others, so only a good fit ends the search.
        if best is not None and best.score >= _GOOD_FIT:
            break
    return None if best is None else _with_letter_o(best)


def _ink(grey: Image.Image) -> Image.Image:
    """Return how much darker each point is than the paper around it."""
    paper = grey.filter(ImageFilter.MaxFilter(3)).filter(ImageFilter.BoxBlur(LONGEST_SIDE // 40))
    return ImageChops.subtract(paper, grey)


def _zones(ink: Image.Image) -> list[Zone]:
    for threshold in _THRESHOLDS:
        marks = ink.point([255 if value >= threshold else 0 for value in range(256)])
        found = lines.find(blobs.find(marks))
        if found:
            return found[:_MOST_ZONES]
    return []


def _best(ink: Image.Image, zones: list[Zone]) -> Reading | None:
    """Return the reading that fits best, taken upright and, when that fits badly, at the slant that fits better."""
    best: Reading | None = None
    for zone in zones:
        if _fit(ink, zone, slant=0.0) < _LEAST_SLANTED_FIT:
            continue
        reading = _reading(ink, zone, slant=0.0)
        if reading.score < _GOOD_FIT:
            reading = max(reading, _reading(ink, zone, slant=_slant(ink, zone)), key=lambda one: one.score)
        if best is None or reading.score > best.score:
            best = reading
        if best.score >= _GOOD_FIT:
            break
    return best if best is not None and best.score >= _LEAST_FIT else None


def _slant(ink: Image.Image, zone: Zone) -> float:
    """Return how far characters lean, in steps across per step down."""
    return max(_SLANTS, key=lambda slant: _fit(ink, zone, slant=slant))


def _fit(ink: Image.Image, zone: Zone, *, slant: float) -> float:
    """Return how well some characters of the last line fit."""
    line, start, pattern = zone.lines[-1], zone.starts[-1], _PATTERNS[zone.width][-1]
    places = range(0, zone.width, 5)
    scores = [
        shapes.best(_cell(ink, line, start + place, slant=slant), among=_CLASSES[pattern[place]]).score
        for place in places
    ]
    return sum(scores) / len(scores)


def _reading(ink: Image.Image, zone: Zone, *, slant: float) -> Reading:
    texts, scores = [], []
    for line, start, pattern in zip(zone.lines, zone.starts, _PATTERNS[zone.width], strict=True):
        matches = [
            shapes.best(_cell(ink, line, start + place, slant=slant), among=_CLASSES[kind])
            for place, kind in enumerate(pattern)
        ]
        texts.append("".join(match.character for match in matches))
        scores += [match.score for match in matches]
    return Reading(lines=tuple(texts), score=sum(scores) / len(scores))


def _cell(ink: Image.Image, line: Line, place: int, *, slant: float) -> Image.Image:
    """Cut out a character upright, at the size in which shapes are compared."""
    (x, y), (step, rise) = line.at(place), line.step(place)
    right, down = (
        (step / shapes.WIDTH, rise / shapes.WIDTH),
        ((step * slant - rise) / shapes.WIDTH, step / shapes.WIDTH),
    )
    wide, tall = shapes.WIDTH + 2 * shapes.MARGIN, shapes.HEIGHT + 2 * shapes.MARGIN
    corner_x = x - (right[0] * wide + down[0] * tall) / 2
    corner_y = y - (right[1] * wide + down[1] * tall) / 2
    return ink.transform(
        (wide, tall),
        Image.Transform.AFFINE,
        (right[0], down[0], corner_x, right[1], down[1], corner_y),
        resample=Image.Resampling.BILINEAR,
    )


def _with_letter_o(reading: Reading) -> Reading:
    """Tell O from 0 in the number and the optional data, where both may stand and look alike from afar.

    Taken as 0, unless more check digits hold with the letters as they looked. Nothing else is tried out: a check
    digit that was made to hold proves nothing.
    """
    layout = LAYOUTS[tuple(len(line) for line in reading.lines)]
    spans = (layout.number, *layout.optional)
    variants = []
    for kept in product((False, True), repeat=len(spans)):
        changed = [span for span, is_kept in zip(spans, kept, strict=True) if not is_kept]
        variants.append(tuple(_with_zeros(line, row, changed) for row, line in enumerate(reading.lines, start=1)))
    return Reading(lines=max(variants, key=lambda lines: _held(lines, layout)), score=reading.score)


def _with_zeros(line: str, row: int, spans: list[Span]) -> str:
    for span in spans:
        if span.line == row:
            line = line[: span.start] + line[span.start : span.end].replace("O", "0") + line[span.end :]
    return line


def _held(lines: tuple[str, ...], layout: Layout) -> int:
    """Count the check digits that hold."""
    number = Checked(field=Field.NUMBER, spans=(layout.number,), digit=layout.number_check)
    return sum(
        check_digit("".join(_at(lines, span) for span in checked.spans)) == _at(lines, checked.digit)
        for checked in (number, *layout.checks)
    )


def _at(lines: tuple[str, ...], span: Span) -> str:
    return lines[span.line - 1][span.start : span.end]
