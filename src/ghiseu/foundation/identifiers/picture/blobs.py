"""Dark marks of a picture: points that touch each other, each mark with the box around it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image

_RUN = re.compile(rb"\xff+")
MOST_RUNS = 150_000  # a page of text has a tenth of this; beyond it is noise


@dataclass(frozen=True, slots=True)
class Blob:
    """The box around a mark, in points of the picture; `right` and `bottom` stand just outside."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def x(self) -> float:
        """The middle from the left."""
        return (self.left + self.right) / 2

    @property
    def y(self) -> float:
        """The middle from the top."""
        return (self.top + self.bottom) / 2

    @property
    def width(self) -> int:
        """Points across."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """Points down."""
        return self.bottom - self.top


class TooNoisy(Exception):
    """More marks than any document has."""


def find(ink: Image.Image) -> list[Blob]:
    """Return the marks of a picture whose points are 255 where there is ink and 0 elsewhere. Raises TooNoisy."""
    points, width = ink.tobytes(), ink.width
    parents: list[int] = []
    boxes: list[tuple[int, int, int, int]] = []
    above: list[tuple[int, int, int]] = []
    for row in range(ink.height):
        here = []
        for run in _RUN.finditer(points, row * width, (row + 1) * width):
            start, end = run.start() - row * width, run.end() - row * width
            here.append((start, end, len(parents)))
            parents.append(len(parents))
            boxes.append((start, row, end, row + 1))
        if len(parents) > MOST_RUNS:
            raise TooNoisy
        for upper, lower in _touching(above, here):
            parents[_root(parents, lower)] = _root(parents, upper)
        above = here
    return _boxes_together(parents, boxes)


def _touching(above: list[tuple[int, int, int]], here: list[tuple[int, int, int]]) -> Iterator[tuple[int, int]]:
    """Pair the runs of two neighbouring rows that touch, corners included."""
    first = 0
    for start, end, number in here:
        while first < len(above) and above[first][1] < start:
            first += 1
        other = first
        while other < len(above) and above[other][0] <= end:
            yield above[other][2], number
            other += 1


def _root(parents: list[int], number: int) -> int:
    while parents[number] != number:
        parents[number] = parents[parents[number]]
        number = parents[number]
    return number


def _boxes_together(parents: list[int], boxes: list[tuple[int, int, int, int]]) -> list[Blob]:
    together: dict[int, tuple[int, int, int, int]] = {}
    for number, box in enumerate(boxes):
        root = _root(parents, number)
        known = together.get(root, box)
        together[root] = (
            min(known[0], box[0]),
            min(known[1], box[1]),
            max(known[2], box[2]),
            max(known[3], box[3]),
        )
    return [Blob(*box) for box in together.values()]
