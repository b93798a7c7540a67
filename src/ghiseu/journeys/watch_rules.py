"""Rules that find look-ups worth a question. Pure: they see looks and what surrounds them, and ask nothing themselves.

A finding is no verdict. Every threshold below stands with its reason, and a drill measures how often the
rules are wrong. Whoever looks once, in opening hours, at somebody unrelated is found by none of them: only the person
can know, and they can ask who looked.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import IntEnum
from math import comb
from zoneinfo import ZoneInfo

WINDOW = timedelta(days=28)  # how far back the rules look
STAYS_ON = timedelta(minutes=60)  # before opening and after closing somebody may well be at work
NIGHT_BEGINS, NIGHT_ENDS = time(22), time(6)
BURST_SPAN, BURST_PEOPLE = timedelta(minutes=10), 8  # a family of six is read in one visit; eight people are not
SEARCH_PEOPLE = 60  # a search shows eight at most, so this is many searches
REPEATED_SPAN, REPEATED_TIMES, REPEATED_TIMES_ON_CASES = timedelta(days=14), 3, 8
UNSEEN_SPAN, UNSEEN_VISITS = timedelta(days=7), 3  # now and then a person has no document with them
SURNAME_LEAST, SURNAME_CHANCE = 4, 0.001
FOUND_BY_SEARCH = "applicants.person.found"


class Severity(IntEnum):
    LOW = 1
    MEDIUM = 2
    HIGH = 3


@dataclass(frozen=True, kw_only=True)
class Look:
    """One reading of a person's data. `record` is its number in the journal; `subject` names the person, unreadably."""

    record: int
    at: datetime
    event: str
    operator_id: int
    subject: str
    visit: str
    case: str
    is_document_seen: bool


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What the rules must know of a centre. Surnames are folded; `hours` are first opening and last closing by weekday.

    `moving` are the people for whom a case went on lately, `with_case` the visits in which a case was at hand.
    """

    zone: ZoneInfo
    hours: Mapping[int, tuple[time, time]]
    is_working: Callable[[date], bool]
    colleagues: frozenset[str]
    relatives: frozenset[tuple[int, str]]
    moving: frozenset[str]
    with_case: frozenset[str]
    surnames: Mapping[str, str]
    own_surnames: Mapping[int, str]
    population: Counter[str]


@dataclass(frozen=True, kw_only=True)
class Found:
    """What one rule found about one operator on one day; `about` tells findings of the same rule and day apart."""

    rule: str
    severity: Severity
    operator_id: int
    looks: tuple[Look, ...]
    about: str = ""


def find(looks: Iterable[Look], *, day: date, around: Surroundings) -> list[Found]:
    """Return what the rules find on the day (by the centre's calendar); `looks` reach back as far as WINDOW."""
    by_operator: dict[int, list[Look]] = defaultdict(list)
    for look in sorted(looks, key=lambda one: (one.at, one.record)):
        by_operator[look.operator_id].append(look)
    found: list[Found] = []
    for operator_id, own in sorted(by_operator.items()):
        today = [one for one in own if _day(one, around) == day]
        if today:
            for rule in RULES:
                found += rule(operator_id, own, today, around)
    return found


def _day(look: Look, around: Surroundings) -> date:
    return look.at.astimezone(around.zone).date()


def _own_relatives(operator_id: int, _own: list[Look], today: list[Look], around: Surroundings) -> Iterator[Found]:
    """A register says that the person is family of the operator."""
    for subject, looks in _by_subject(today).items():
        if (operator_id, subject) in around.relatives:
            yield _found("own-relatives", Severity.HIGH, looks, about=subject)


def _colleagues(operator_id: int, _own: list[Look], today: list[Look], around: Surroundings) -> Iterator[Found]:  # noqa: ARG001 - all rules are called alike
    """The person works at the same centre."""
    for subject, looks in _by_subject(today).items():
        if subject in around.colleagues:
            yield _found("colleague", Severity.MEDIUM, looks, about=subject)


def _out_of_hours(operator_id: int, _own: list[Look], today: list[Look], around: Surroundings) -> Iterator[Found]:  # noqa: ARG001 - as above
    """At night, on a closed day, or long before or after the opening hours; a visit begun in time may run late."""
    begun: dict[str, Look] = {}
    for look in today:
        begun.setdefault(look.visit, look)
    late = [one for one in today if _how_late(one, around) and _how_late(begun[one.visit], around)]
    by_severity: dict[Severity, list[Look]] = defaultdict(list)
    for look in late:
        by_severity[_how_late(look, around) or Severity.MEDIUM].append(look)
    for severity, looks in by_severity.items():
        yield _found("out-of-hours", severity, looks, about=severity.name)


def _how_late(look: Look, around: Surroundings) -> Severity | None:
    local = look.at.astimezone(around.zone)
    if local.time() >= NIGHT_BEGINS or local.time() < NIGHT_ENDS:
        return Severity.HIGH
    if not around.hours:  # nobody told when the centre is open
        return None
    if not around.is_working(local.date()):
        return Severity.MEDIUM
    opens, closes = around.hours.get(local.weekday()) or (
        min(one for one, _ in around.hours.values()),
        max(one for _, one in around.hours.values()),
    )
    begin = datetime.combine(local.date(), opens, tzinfo=around.zone) - STAYS_ON
    end = datetime.combine(local.date(), closes, tzinfo=around.zone) + STAYS_ON
    return None if begin <= local <= end else Severity.MEDIUM


def _bursts(operator_id: int, _own: list[Look], today: list[Look], around: Surroundings) -> Iterator[Found]:  # noqa: ARG001 - as above
    """More people in ten minutes than can be served."""
    searched = [one for one in today if one.event == FOUND_BY_SEARCH]
    read = [one for one in today if one.event != FOUND_BY_SEARCH]
    for name, looks, most in (("burst", read, BURST_PEOPLE), ("burst-of-searches", searched, SEARCH_PEOPLE)):
        crowded: dict[int, Look] = {}
        begin = 0
        for end, look in enumerate(looks):
            while look.at - looks[begin].at > BURST_SPAN:
                begin += 1
            if len({one.subject for one in looks[begin : end + 1]}) >= most:
                crowded.update({one.record: one for one in looks[begin : end + 1]})
        if crowded:
            yield _found(name, Severity.HIGH, list(crowded.values()))


def _repeated(operator_id: int, own: list[Look], today: list[Look], around: Surroundings) -> Iterator[Found]:  # noqa: ARG001 - as above
    """The same person again and again in two weeks, and nothing of theirs went on."""
    since = today[-1].at - REPEATED_SPAN
    recent = _by_subject(one for one in own if one.at >= since and one.at <= today[-1].at)
    for subject in _by_subject(today):
        looks = recent[subject]
        # A child read in the visit of a mother who files a request was not looked at without a case.
        without = {
            (one.visit, _day(one, around)) for one in looks if not one.case and one.visit not in around.with_case
        }
        all_times = {(one.visit, _day(one, around)) for one in looks}
        often = len(without) >= REPEATED_TIMES or len(all_times) >= REPEATED_TIMES_ON_CASES
        if often and subject not in around.moving:
            yield _found("repeated", Severity.MEDIUM, looks, about=subject)


def _without_case(operator_id: int, own: list[Look], today: list[Look], around: Surroundings) -> Iterator[Found]:  # noqa: ARG001 - as above
    """People whose number was typed, of whom no document was seen, and for whom nothing was done."""

    def is_unseen(look: Look) -> bool:
        return not look.case and not look.is_document_seen and look.visit not in around.with_case

    since = today[-1].at - UNSEEN_SPAN
    looks = [one for one in own if since <= one.at <= today[-1].at and is_unseen(one)]
    if any(is_unseen(one) for one in today) and len({one.visit for one in looks}) >= UNSEEN_VISITS:
        yield _found("without-case", Severity.LOW, looks)


def _own_surname(operator_id: int, own: list[Look], today: list[Look], around: Surroundings) -> Iterator[Found]:
    """More people of the operator's own surname than the centre's population explains."""
    name = around.own_surnames.get(operator_id, "")
    people = {one.subject for one in own if one.subject in around.surnames}
    same = {one for one in people if around.surnames[one] == name}
    if not name or len(same) < SURNAME_LEAST or not any(one.subject in same for one in today):
        return
    # One more than was counted: a name nobody has yet is no impossible name.
    share = (around.population[name] + 1) / (around.population.total() + 1)
    if chance_of_at_least(len(same), tries=len(people), share=min(share, 1.0)) < SURNAME_CHANCE:
        yield _found("own-surname", Severity.LOW, [one for one in own if one.subject in same])


def chance_of_at_least(least: int, *, tries: int, share: float) -> float:
    """Return how likely so many of the tries or more hit a share of the population."""
    return 1 - sum(comb(tries, hit) * share**hit * (1 - share) ** (tries - hit) for hit in range(least))


def _by_subject(looks: Iterable[Look]) -> dict[str, list[Look]]:
    found: dict[str, list[Look]] = defaultdict(list)
    for look in looks:
        found[look.subject].append(look)
    return found


def _found(rule: str, severity: Severity, looks: list[Look], *, about: str = "") -> Found:
    return Found(rule=rule, severity=severity, operator_id=looks[0].operator_id, looks=tuple(looks), about=about)


Rule = Callable[[int, list[Look], list[Look], Surroundings], Iterator[Found]]
RULES: tuple[Rule, ...] = (
    _own_relatives,
    _colleagues,
    _out_of_hours,
    _bursts,
    _repeated,
    _without_case,
    _own_surname,
)
