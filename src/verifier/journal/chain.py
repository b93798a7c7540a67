"""Walks along the chain of one centre and notes what does not fit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from verifier.journal import canonical
from verifier.journal.findings import Finding, Kind
from verifier.journal.seals import SealedHead
from verifier.journal.source import Head, Link, Row


@dataclass(frozen=True, kw_only=True)
class Gap:
    """Numbers without a link: the hash before them, and the hash that is named after them, where they are known."""

    first: int
    last: int
    before: bytes | None
    after: bytes | None

    def without(self, number: int) -> list["Gap"]:
        """Return what remains when this number is explained."""
        if not self.first <= number <= self.last:
            return [self]
        lower = Gap(first=self.first, last=number - 1, before=self.before, after=None)
        upper = Gap(first=number + 1, last=self.last, before=None, after=self.after)
        return [one for one in (lower, upper) if one.first <= one.last]


@dataclass(kw_only=True)
class Around:
    """What else is known of a centre: its head, its rows without a link, where seals say that its chain stood."""

    head: Head | None
    unlinked: list[Row]
    sealed: Sequence[SealedHead]


@dataclass(kw_only=True)
class Chain:
    """The chain of one centre, as far as it was walked."""

    centre: int
    length: int = 0
    rows: int = 0
    last_hash: bytes = canonical.NOTHING_BEFORE
    last_computed: bytes = canonical.NOTHING_BEFORE
    findings: list[Finding] = field(default_factory=list)
    told: set[tuple[Kind, int | None, int | None]] = field(default_factory=set)
    gaps: list[Gap] = field(default_factory=list)
    wrong: list[Link] = field(default_factory=list)  # their hash is not that of their content
    strays: list[Link] = field(default_factory=list)  # they stand at a number where no link of theirs can be
    altered: list[Link] = field(default_factory=list)  # their row is not what they say
    without_row: list[Link] = field(default_factory=list)
    at_seals: dict[int, bytes] = field(default_factory=dict)  # the hashes at the numbers that seals name

    def add(self, kind: Kind, text: str, *, number: int | None = None, sequence: int | None = None) -> None:
        """Add a finding, once for each kind and place."""
        place = (kind, number, sequence)
        if place not in self.told:
            self.told.add(place)
            found = Finding(kind=kind, text=text, centre=self.centre, number=number, sequence=sequence)
            self.findings.append(found)

    def explain(self, number: int) -> None:
        """Take a number out of the gaps."""
        self.gaps = [part for gap in self.gaps for part in gap.without(number)]

    def walk(self, link: Link, *, sealed: frozenset[int]) -> None:
        """Take the next link, by number."""
        computed = link.computed()
        is_wrong = computed != link.hash
        self._check_row(link, is_wrong=is_wrong)
        if link.number <= self.length or (is_wrong and link.number != self.length + 1):
            self.strays.append(link)
            return
        self._check_place(link, is_wrong=is_wrong)
        if is_wrong:
            self.wrong.append(link)
        self.length, self.last_hash, self.last_computed = link.number, link.hash, computed
        if link.number in sealed:
            self.at_seals[link.number] = link.hash

    def _check_row(self, link: Link, *, is_wrong: bool) -> None:
        if link.row is None:
            self.without_row.append(link)
            return
        self.rows += 1
        content = link.row.content(link.known_form)
        if content == link.content or (is_wrong and link.computed(content=content) == link.hash):
            return  # in the second case the link was changed, not the row
        self.altered.append(link)

    def _check_place(self, link: Link, *, is_wrong: bool) -> None:
        if link.number != self.length + 1:
            gap = Gap(first=self.length + 1, last=link.number - 1, before=self.last_hash, after=link.previous)
            self.gaps.append(gap)
            return
        if is_wrong or link.previous in {self.last_hash, self.last_computed}:
            return
        if not self.length:
            self.add(Kind.CHANGED_LINK, "the first link names something before it", number=link.number)
        elif not self.wrong or self.wrong[-1].number != self.length:
            self.add(Kind.CHANGED_LINK, "the next link names another hash before it", number=self.length)


def walked(centre: int, links: Iterable[Link], *, sealed: Sequence[SealedHead]) -> Chain:
    """Return the chain of a centre after all its links, by number."""
    chain = Chain(centre=centre)
    named = frozenset(one.number for one in sealed)
    for link in links:
        chain.walk(link, sealed=named)
    return chain
