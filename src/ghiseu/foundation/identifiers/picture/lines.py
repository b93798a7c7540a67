"""Finds the lines of a machine-readable zone among the dark marks of a picture: many marks of one height, in one
row, at equal steps.

Numbers of characters: ICAO Doc 9303, parts 4 to 6. The steps may grow along the line and the line may bend a
little, because a camera is seldom held straight.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from ghiseu.foundation.identifiers.picture.blobs import Blob

Curve = tuple[float, float, float]  # value = a + b k + c k², k the place in the line
COUNTS = {30: 3, 36: 2, 44: 2}
_SEED = 6  # neighbours in a row that make a line worth following
_FEWEST = 18  # marks of its own size that a line of the zone has at least
_HEIGHTS = range(7, 111)  # of a character, in points
_HOPS = 6  # characters that may be lost to glare in a row
_ROOM = 4  # characters that may be lost at both ends together


@dataclass(frozen=True, kw_only=True)
class Line:
    """Places 0, 1, 2… of characters along two curves. `height` is that of a capital, in points."""

    across: Curve
    down: Curve
    first: int
    last: int
    height: float

    @property
    def count(self) -> int:
        """Characters from the first mark to the last."""
        return self.last - self.first + 1

    def at(self, place: float) -> tuple[float, float]:
        """Return where the middle of a character is."""
        return _value(self.across, place), _value(self.down, place)

    def step(self, place: float) -> tuple[float, float]:
        """Return the step from this character to the next."""
        return self.across[1] + 2 * self.across[2] * place, self.down[1] + 2 * self.down[2] * place


@dataclass(frozen=True, kw_only=True)
class Zone:
    """Lines from the top, each of `width` characters, with the place of the first character of each.

    `doubt` is how many characters more or fewer were seen.
    """

    lines: tuple[Line, ...]
    starts: tuple[int, ...]
    width: int
    doubt: int


def find(blobs: Iterable[Blob]) -> list[Zone]:
    """Return what may be the zone, the likeliest first; the places at its ends may be off by a few characters."""
    marks = sorted(_of_a_likely_size(blobs), key=lambda blob: blob.x)
    taken: set[Blob] = set()
    lines = []
    for seed in marks:
        if seed in taken:
            continue
        chain = _chain_from(seed, marks)
        if len(chain) < _SEED:
            continue
        line, members = _followed(chain, marks)
        if len(members) >= _FEWEST:
            lines.append(line)
            taken |= members
        else:
            taken |= set(chain)
    zones = [zone for group in _stacked(lines) for zone in _zones(group)]
    return sorted(zones, key=lambda zone: zone.doubt)


def _of_a_likely_size(blobs: Iterable[Blob]) -> list[Blob]:
    return [
        blob
        for blob in blobs
        if blob.height in _HEIGHTS and blob.width <= 1.6 * blob.height and blob.height <= 7 * blob.width
    ]


def _chain_from(seed: Blob, marks: list[Blob]) -> list[Blob]:
    """Walk from mark to mark to the right while the next stands one step away."""
    chain = [seed]
    while True:
        following = _next_to(chain, marks)
        if following is None:
            return chain
        chain.append(following)


def _next_to(chain: list[Blob], marks: list[Blob]) -> Blob | None:
    here = chain[-1]
    tall = median(blob.height for blob in chain[-7:])
    rise = (here.y - chain[-5].y) / (here.x - chain[-5].x) if len(chain) >= 5 else 0.0  # noqa: PLR2004 - a few steps
    start = bisect_left(marks, here.x + 0.55 * tall, key=lambda blob: blob.x)
    for blob in marks[start:]:
        away = blob.x - here.x
        if away > 1.9 * tall:
            return None
        if 0.6 < blob.height / tall < 1.5 and abs(blob.y - here.y - rise * away) < 0.35 * tall:  # noqa: PLR2004
            return blob
    return None


def _followed(chain: list[Blob], marks: list[Blob]) -> tuple[Line, set[Blob]]:
    """Fit the line to its first marks, then take in what stands on it, until nothing is added."""
    steps = [after.x - before.x for before, after in pairwise(chain)]
    pitch = median(steps)
    placed = {0: chain[0]}
    place = 0
    for blob, step in zip(chain[1:], steps, strict=True):
        place += max(1, round(step / pitch))
        placed[place] = blob
    line = _fitted(placed)
    for _ in range(6):
        grown = _on(line, marks)
        if not grown:
            break
        known, line, placed = set(placed), _fitted(grown), grown
        if set(placed) == known:
            break
    return line, set(placed.values())


def _fitted(placed: dict[int, Blob]) -> Line:
    places = sorted(placed)
    span = places[-1] - places[0]
    bends = len(places) >= _FEWEST and span >= _FEWEST
    heights = sorted(placed[place].height for place in places)
    return Line(
        across=_curve(places, [placed[place].x for place in places], bends=bends),
        down=_curve(places, [placed[place].y for place in places], bends=bends),
        first=places[0],
        last=places[-1],
        height=heights[len(heights) * 2 // 3],  # fillers are lower than capitals
    )


def _on(line: Line, marks: list[Blob]) -> dict[int, Blob]:
    """Return the marks at the places of the line and of those that go on from its ends."""
    found: dict[int, Blob] = {}
    for places in (range(line.first, line.first - 60, -1), range(line.first + 1, line.last + 60)):
        missing = 0
        for place in places:
            blob = _mark_at(line, place, marks)
            missing = 0 if blob else missing + 1
            if blob:
                found[place] = blob
            if missing > _HOPS:
                break
    return found


def _mark_at(line: Line, place: int, marks: list[Blob]) -> Blob | None:
    x, y = line.at(place)
    reach = 0.35 * abs(line.step(place)[0])
    start = bisect_left(marks, x - reach, key=lambda blob: blob.x)
    best: Blob | None = None
    for blob in marks[start:]:
        if blob.x > x + reach:
            break
        fits = abs(blob.y - y) < 0.3 * line.height and 0.55 < blob.height / line.height < 1.4  # noqa: PLR2004
        if fits and (best is None or abs(blob.x - x) < abs(best.x - x)):
            best = blob
    return best


def _stacked(lines: list[Line]) -> list[list[Line]]:
    """Put lines together that stand under each other with the same step; the lowest on the page first."""
    ordered = sorted(lines, key=lambda line: line.at((line.first + line.last) / 2)[1])
    groups: list[list[Line]] = []
    for line in ordered:
        for group in groups:
            if _under(group[-1], line):
                group.append(line)
                break
        else:
            groups.append([line])
    groups = [group[-3:] for group in groups if len(group) > 1]
    return sorted(groups, key=lambda group: -sum(line.count for line in group))


def _under(upper: Line, lower: Line) -> bool:
    pitch = upper.step(upper.first)[0]
    place = _place_of(lower, x=upper.at((upper.first + upper.last) / 2)[0])
    gap = lower.at(place)[1] - upper.at((upper.first + upper.last) / 2)[1]
    return abs(lower.step(lower.first)[0] / pitch - 1) < 0.12 and 1.1 * pitch < gap < 3.2 * pitch  # noqa: PLR2004


def _place_of(line: Line, *, x: float) -> float:
    place = (x - line.across[0]) / line.across[1]
    for _ in range(3):
        place += (x - line.at(place)[0]) / line.step(place)[0]
    return place


def _zones(group: list[Line]) -> list[Zone]:
    """Return the zone read from its left edge and, where marks are missing, from other places near it."""
    top = group[0]
    # The first place of each line, counted along the first line: a line may have lost its outer marks.
    shifts = [round(_place_of(line, x=top.at(top.first)[0])) - top.first for line in group]
    left = min(line.first - shift for line, shift in zip(group, shifts, strict=True))
    right = max(line.last - shift for line, shift in zip(group, shifts, strict=True))
    seen = right - left + 1
    zones = []
    for width, count in sorted(COUNTS.items(), key=lambda item: abs(item[0] - seen)):
        if abs(width - seen) > _ROOM or len(group) < count:
            continue
        chosen, moved = group[-count:], shifts[-count:]
        starts_at = range(left, right - width + 2) if width <= seen else range(left, right - width, -1)
        zones += [
            Zone(
                lines=tuple(chosen),
                starts=tuple(start + shift for shift in moved),
                width=width,
                doubt=abs(width - seen),
            )
            for start in starts_at
        ]
    return zones[:6]


def _value(curve: Curve, place: float) -> float:
    return curve[0] + curve[1] * place + curve[2] * place * place


def _curve(places: Sequence[int], values: Sequence[float], *, bends: bool) -> Curve:
    """Fit by least squares, places taken from their middle so that the sums stay small."""
    middle = (places[0] + places[-1]) / 2
    steps = [place - middle for place in places]
    count, s1 = len(steps), sum(steps)
    s2 = sum(step**2 for step in steps)
    v0, v1 = sum(values), sum(step * value for step, value in zip(steps, values, strict=True))
    if not bends:
        slope = (count * v1 - s1 * v0) / (count * s2 - s1 * s1)
        return ((v0 - slope * s1) / count - slope * middle, slope, 0.0)
    s3, s4 = sum(step**3 for step in steps), sum(step**4 for step in steps)
    v2 = sum(step**2 * value for step, value in zip(steps, values, strict=True))
    whole = _determinant((count, s1, s2), (s1, s2, s3), (s2, s3, s4))
    a = _determinant((v0, s1, s2), (v1, s2, s3), (v2, s3, s4)) / whole
    b = _determinant((count, v0, s2), (s1, v1, s3), (s2, v2, s4)) / whole
    c = _determinant((count, s1, v0), (s1, s2, v1), (s2, s3, v2)) / whole
    return (a - b * middle + c * middle * middle, b - 2 * c * middle, c)


def _determinant(*rows: tuple[float, float, float]) -> float:
    (a, b, c), (d, e, f), (g, h, i) = rows
    return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
