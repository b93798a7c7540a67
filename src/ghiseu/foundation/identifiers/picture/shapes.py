"""Tells which character of OCR-B a piece of a picture shows, by laying the known shapes over it."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from math import sqrt
from operator import mul

from PIL import Image, ImageFilter

from ghiseu.foundation.identifiers.picture import ocr_b

WIDTH, HEIGHT = 14, 20  # points of a cell when shapes are compared
MARGIN = 2  # points around it, for shapes that stand a little aside
DIGITS = "0123456789"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
FILLER = "<"
TALL = HEIGHT / WIDTH  # height of a cell in steps of the line


@dataclass(frozen=True, kw_only=True)
class Match:
    """A character and how well it fits: 1 is the very shape, 0 has nothing of it."""

    character: str
    score: float


def best(cell: Image.Image, *, among: str) -> Match:
    """Return the best fit for a grey cell of WIDTH + 2 MARGIN by HEIGHT + 2 MARGIN points, ink bright."""
    winner = Match(character=FILLER, score=-1.0)
    for window in _windows(cell.tobytes()):
        mean = sum(window) / len(window)
        spread = sqrt(max(1.0, sum(map(mul, window, window)) - mean * mean * len(window)))
        for character in among:
            score = sum(map(mul, _SHAPES[character], window)) / spread
            if score > winner.score:
                winner = Match(character=character, score=score)
    return winner


def _windows(points: bytes) -> Iterator[bytes]:
    """Yield what a shape would lie over, for every place that it may have in the cell."""
    wide, places = WIDTH + 2 * MARGIN, range(2 * MARGIN + 1)
    for down, across in product(places, places):
        rows = range(down * wide + across, (down + HEIGHT) * wide + across, wide)
        yield b"".join(points[start : start + WIDTH] for start in rows)


def _drawn(character: str) -> list[float]:
    """Return a shape a little blurred, as a camera sees it, with mean 0 and length 1."""
    bits = bytes.fromhex(ocr_b.SHAPES[character])
    drawing = Image.frombytes("1", (ocr_b.WIDTH, ocr_b.HEIGHT), bits).convert("L")
    # The cell of the drawing is a third taller than wide, that of the comparison a little more.
    room = round(ocr_b.WIDTH * TALL)
    canvas = Image.new("L", (ocr_b.WIDTH, room))
    canvas.paste(drawing, (0, (room - ocr_b.HEIGHT) // 2))
    soft = canvas.filter(ImageFilter.GaussianBlur(1.2)).resize((WIDTH, HEIGHT), Image.Resampling.BOX)
    points = soft.tobytes()
    mean = sum(points) / len(points)
    length = sqrt(sum((point - mean) ** 2 for point in points))
    return [(point - mean) / length for point in points]


_SHAPES = {character: _drawn(character) for character in ocr_b.SHAPES}
