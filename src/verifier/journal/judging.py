"""Says what happened to a chain: what was changed, removed, added or moved, and where."""

from collections.abc import Iterable, Sequence

from verifier.journal import canonical
from verifier.journal.chain import Around, Chain, Gap, walked
from verifier.journal.findings import Kind
from verifier.journal.source import Link, Row

_TRIED_AT_MOST = 300  # beyond that many faults it is not told any more what was moved where


def check_chain(centre: int, links: Iterable[Link], around: Around) -> Chain:
    """Walk along the chain and say what is wrong with it."""
    chain = walked(centre, links, sealed=around.sealed)
    _tell_links(chain)
    _tell_rows(chain)
    for place, link in enumerate(chain.without_row):
        _tell_absent_row(link, chain, around.unlinked, tried=place < _TRIED_AT_MOST)
    _tell_end(chain, around)
    for place, gap in enumerate(chain.gaps):
        if place >= _TRIED_AT_MOST or not _is_link_removed(gap, chain, around):
            up_to = "" if gap.first == gap.last else f", up to the number {gap.last}"
            chain.add(Kind.MISSING_ROW, f"row and link are gone{up_to}", number=gap.first)
    _tell_sealed(chain, around)
    _tell_unlinked(chain, around)
    chain.findings.sort(key=lambda one: (one.number or 0, one.sequence or 0, one.kind))
    return chain


def _tell_links(chain: Chain) -> None:
    """Tell links that had another number from links that were changed otherwise."""
    moved_to = [link.number for link in (*chain.wrong, *chain.strays)]
    absent = [
        number for gap in chain.gaps for number in range(gap.first, min(gap.last, gap.first + _TRIED_AT_MOST) + 1)
    ]
    candidates = [*absent, *moved_to, chain.length + 1]
    for link in (*chain.wrong, *chain.strays)[:_TRIED_AT_MOST]:
        if link in chain.strays and link.computed() == link.hash:
            chain.add(Kind.INSERTED_ROW, "a second link has this number", number=link.number)
            continue
        was = next((one for one in candidates[:_TRIED_AT_MOST] if link.computed(number=one) == link.hash), None)
        if was is None:
            chain.add(Kind.CHANGED_LINK, "its hash is not that of its content", number=link.number)
        else:
            chain.add(Kind.RENUMBERED, f"this link had the number {was}", number=link.number)
        chain.explain(link.number if was is None else was)
    for link in (*chain.wrong, *chain.strays)[_TRIED_AT_MOST:]:
        chain.add(Kind.CHANGED_LINK, "its hash is not that of its content", number=link.number)


def _tell_rows(chain: Chain) -> None:
    """Tell rows that exchanged their places from rows that were altered."""
    for link in chain.altered:
        other = _where_its_row_is(link, chain.altered if len(chain.altered) <= _TRIED_AT_MOST else [])
        if other is not None:
            chain.add(Kind.SWAPPED_ROWS, f"its row stands at the number {other.number}", number=link.number)
        else:
            chain.add(Kind.ALTERED_ROW, f"the row {link.record_sequence} is not what was linked", number=link.number)


def _where_its_row_is(link: Link, others: Sequence[Link]) -> Link | None:
    for other in others:
        if other is link or other.row is None:
            continue
        moved = other.row.with_sequence(link.record_sequence)
        if link.content in {other.row.content(link.known_form), moved.content(link.known_form)}:
            return other
    return None


def _tell_absent_row(link: Link, chain: Chain, unlinked: list[Row], *, tried: bool) -> None:
    """Tell a row that has another sequence now from one that is gone."""
    for row in unlinked[:_TRIED_AT_MOST] if tried else []:
        if row.content(link.known_form) == link.content:
            chain.add(Kind.CHANGED_LINK, f"it does not name its row {row.sequence} any more", number=link.number)
        elif row.with_sequence(link.record_sequence).content(link.known_form) == link.content:
            text = f"its row {link.record_sequence} has the sequence {row.sequence} now"
            chain.add(Kind.RENUMBERED, text, number=link.number)
        else:
            continue
        unlinked.remove(row)
        return
    chain.add(Kind.MISSING_ROW, f"the row {link.record_sequence} is gone, its link is there", number=link.number)


def _tell_end(chain: Chain, around: Around) -> None:
    """Compare the last link with the head."""
    head = around.head
    if head is None:
        if chain.length:
            chain.add(Kind.CHANGED_HEAD, "the centre has links and no head", number=chain.length)
    elif head.number > chain.length:
        missing = Gap(first=chain.length + 1, last=head.number, before=chain.last_hash, after=head.hash)
        if not _is_moved_away(missing, chain) and not _is_link_removed(missing, chain, around):
            text = f"the head says {head.number}, the links end with {chain.length}"
            chain.add(Kind.MISSING_TAIL, text, number=missing.first)
    elif head.number < chain.length:
        text = f"the head says {head.number}, the links go on to {chain.length}"
        chain.add(Kind.CHANGED_HEAD, text, number=head.number)
    elif head.hash not in {chain.last_hash, chain.last_computed}:
        chain.add(Kind.CHANGED_HEAD, "its hash is not that of the last link", number=head.number)


def _is_moved_away(missing: Gap, chain: Chain) -> bool:
    """Tell whether the last link has only got another number."""
    return missing.first == missing.last and any(
        link.computed(number=missing.first) == link.hash for link in chain.strays
    )


def _is_link_removed(gap: Gap, chain: Chain, around: Around) -> bool:
    """Tell whether the one row that belongs into the gap is there without its link, and say so."""
    if gap.first != gap.last or gap.before is None:
        return False
    form = canonical.NEWEST_FORM
    for row in around.unlinked[:_TRIED_AT_MOST]:
        linked = canonical.link_hash(
            form=form, centre=chain.centre, number=gap.first, previous=gap.before, content=row.content(form)
        )
        if linked == gap.after:
            chain.add(Kind.ROW_WITHOUT_LINK, f"the link of the row {row.sequence} is gone", number=gap.first)
            around.unlinked.remove(row)
            return True
    return False


def _tell_sealed(chain: Chain, around: Around) -> None:
    """Compare the chain with where the seals say that it stood."""
    said_missing = any(one.kind is Kind.ROW_WITHOUT_LINK and one.number for one in chain.findings)
    good = 0
    for one in around.sealed:
        found = chain.at_seals.get(one.number)
        if one.number > chain.length and not said_missing and not chain.strays:
            text = f"the seal of {one.day} says {one.number}, the links end with {chain.length}"
            chain.add(Kind.MISSING_TAIL, text, number=chain.length + 1)
        elif found is not None and found != one.hash:
            text = f"the seal of {one.day} says otherwise; something after the number {good} was written anew"
            chain.add(Kind.REWRITTEN_CHAIN, text, number=one.number)
        elif found is not None:
            good = one.number


def _tell_unlinked(chain: Chain, around: Around) -> None:
    """Say which rows have no link. Where no number is free, they never had a place in the chain."""
    is_whole = not chain.gaps and not any(one.kind is Kind.MISSING_TAIL for one in chain.findings)
    for row in around.unlinked:
        if is_whole:
            chain.add(Kind.INSERTED_ROW, "the chain has no place for it", sequence=row.sequence)
        else:
            chain.add(Kind.ROW_WITHOUT_LINK, "no link names it", sequence=row.sequence)
