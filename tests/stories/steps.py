"""Steps that several stories take, with keys only."""

from pathlib import Path

from tests.support.browser import Counter, Printed


def ask_for(desk: Counter, idnp: str, words: str, *, first_page: str = "/cases/*") -> None:
    """Let the person come, find the service by these words, and open a case of it."""
    desk.scan(idnp, to="/visit")
    desk.type(words)
    desk.press("Enter", to="/services/*")
    desk.press("F9", to=first_page)


def choose_first(desk: Counter, questions: int) -> None:
    """Take the first answer of each of these questions, one after the other."""
    for _ in range(questions - 1):
        desk.press("Space")
        desk.press("Enter")
    desk.press("Space")


def add_paper(desk: Counter, key: str, *scans: Path) -> None:
    """Scan the pages of the paper that has this key; it is there when its row says so."""
    desk.scan_papers(key, *scans)
    assert desk.finds(".paper--done")


def sign(desk: Counter, scan: Path) -> Printed:
    """On the check page: print the request, let it be signed, scan it. Return what was printed."""
    request = desk.printed("F8")
    desk.scan_papers("F4", scan)
    assert desk.finds("button[data-key=F9]:enabled")
    return request


def hand_over(desk: Counter) -> None:
    """Say that the person holds the result, and confirm it."""
    desk.press("F9")
    desk.press("Enter", to="/cases/*")


def end_visit(desk: Counter) -> None:
    """End the visit of this desk, as the operator does."""
    desk.end_visit()


def to_the_first_matter(desk: Counter) -> None:
    """From the search of the visit go to the newest matter of the person."""
    for _ in range(5):
        desk.press("Tab")
        if desk.page.evaluate("document.activeElement.matches('[data-row-link]')"):
            break
    desk.press("Enter", to="/cases/*")
