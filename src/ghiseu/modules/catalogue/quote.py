"""The price line by line, and the day, before anything is typed."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Protocol

from ghiseu.foundation.calendar import add_months
from ghiseu.foundation.money import CurrencyMismatch, Money
from ghiseu.modules.catalogue.evaluation import entitled, longest_term
from ghiseu.modules.catalogue.package import Certainty, Exemption, FeeRow, Package, Term, TermUnit
from ghiseu.modules.catalogue.rules import Facts, judge
from ghiseu.modules.catalogue.values import UnknownType

HOURS_OF_DAY = 24


class WorkingDays(Protocol):
    """The calendar of the institution's country."""

    def add_working_days(self, start: date, *, days: int) -> date:
        """Return the working day that is `days` working days after `start`, which is not counted itself."""
        ...


@dataclass(frozen=True, kw_only=True)
class QuoteLine:
    """One part of the price. `amount` None is unknown and must be told so. `text_key` names it."""

    id: str
    text_key: str
    amount: Money | None
    certainty: Certainty
    legal_basis: str


@dataclass(frozen=True, kw_only=True)
class TermOption:
    """What one term costs and when the result comes. `date` is a promise only when `certainty` is sure.

    `free` tells that an exemption makes it cost nothing; `price` None is unknown.
    """

    term: str
    text_key: str
    price: Money | None
    price_certainty: Certainty
    date: date | None
    certainty: Certainty
    free: bool


@dataclass(frozen=True, kw_only=True)
class Quote:
    """The price of one chosen term. `total` None: some part is unknown, or `refusal` says why there is none.

    `refusal` is empty, `term_not_offered`, `free_only_in_longest_term` or `free_not_in_this_channel`.
    """

    package: str
    version: int
    sha256: str
    term: str
    lines: tuple[QuoteLine, ...]
    total: Money | None
    certainty: Certainty
    exemption: str
    exemptions_found: tuple[str, ...]
    date: date | None
    date_certainty: Certainty
    options: tuple[TermOption, ...]
    refusal: str

    @property
    def is_free(self) -> bool:
        return self.total is not None and self.total.is_zero


def quote(
    package: Package,
    facts: Facts,
    *,
    term_id: str | None,
    pay_despite_exemption: bool,
    at: date,
    working_days: WorkingDays,
) -> Quote:
    """Price the service for these facts. Without a term: the longest standard one of the channel.

    The same package, facts and day always give the same quote.
    """
    facts = Facts({**facts.values, "today": at.isoformat()})
    channel = str(facts.find("channel"))
    found = entitled(package, facts)
    free = None if pay_despite_exemption or not found else found[0]
    longest = longest_term(package, channel)
    offered = [term for term in package.terms if channel in term.channels]
    chosen = term_id or longest or (offered[0].id if offered else "")
    term = next((term for term in offered if term.id == chosen), None)
    refusal = _refusal(package, term, free=free, longest=longest, channel=channel)
    lines = () if term is None or refusal else _lines(package, facts, term, free=free)
    total, certainty = _total(lines) if lines else (None, Certainty.UNKNOWN)
    return Quote(
        package=package.code,
        version=package.version,
        sha256=package.sha256,
        term=chosen,
        lines=lines,
        total=total,
        certainty=certainty,
        exemption=free.id if free else "",
        exemptions_found=tuple(exemption.id for exemption in found),
        date=None if term is None else due_date(term, at, working_days=working_days),
        date_certainty=Certainty.UNKNOWN if term is None or term.value is None else term.certainty,
        options=tuple(
            _option(package, facts, each, free=next(iter(found), None), at=at, working_days=working_days)
            for each in offered
        ),
        refusal=refusal,
    )


def due_date(term: Term, at: date, *, working_days: WorkingDays) -> date | None:
    """Return the day by which the term ends when it starts on `at`; None for an unknown term."""
    if term.value is None:
        return None
    match term.unit:
        case TermUnit.WORKING_DAY:
            return working_days.add_working_days(at, days=term.value)
        case TermUnit.CALENDAR_DAY:
            return at + timedelta(days=term.value)
        case TermUnit.MONTH:
            return add_months(at, count=term.value)
        case TermUnit.HOUR:
            return at + timedelta(days=-(-term.value // HOURS_OF_DAY) if term.value >= HOURS_OF_DAY else 0)
        case TermUnit.MOMENT:
            return at


def _refusal(package: Package, term: Term | None, *, free: Exemption | None, longest: str, channel: str) -> str:
    if term is None:
        return "term_not_offered"
    effect = package.exemption_effect
    if free and effect.term == "longest" and longest and term.id != longest:
        return "free_only_in_longest_term"
    if free and effect.channels and channel not in effect.channels:
        return "free_not_in_this_channel"
    return ""


def _lines(package: Package, facts: Facts, term: Term, *, free: Exemption | None) -> tuple[QuoteLine, ...]:
    row = _row(package, facts, term)
    lines = [_service_line(package, row, term, free=free)]
    for line in package.fee_lines:
        verdict = judge(line.when, facts)
        if verdict is False:
            continue
        exempted = free is not None and line.exempted
        amount = Decimal(0) if exempted else None if isinstance(verdict, UnknownType) else line.amount
        lines.append(
            QuoteLine(
                id=line.id,
                text_key=f"fees.{line.id}",
                amount=None if amount is None else Money(amount=amount, currency=line.currency),
                certainty=Certainty.UNKNOWN if amount is None else line.certainty,
                legal_basis=line.legal_basis,
            )
        )
    return tuple(lines)


def _service_line(package: Package, row: FeeRow | None, term: Term, *, free: Exemption | None) -> QuoteLine:
    amount = Decimal(0) if free else row.amount if row else None
    currency = row.currency if row else "MDL"
    certainty = package.exemption_effect.certainty if free else row.certainty if row else Certainty.UNKNOWN
    return QuoteLine(
        id="service",
        text_key=f"terms.{term.id}",
        amount=None if amount is None else Money(amount=amount, currency=currency),
        certainty=Certainty.UNKNOWN if amount is None else certainty,
        legal_basis=free.legal_basis if free else row.legal_basis if row else "",
    )


def _row(package: Package, facts: Facts, term: Term) -> FeeRow | None:
    """Return the cell of the matrix; a row for the centre's country goes before the row for all."""
    channel, country = str(facts.find("channel")), facts.find("centre.country")
    kind = facts.find("applicant.person_type")
    person = kind if isinstance(kind, str) else "natural"
    rows = [
        row for row in package.fee_rows if row.term == term.id and channel in row.channels and person in row.persons
    ]
    own = [row for row in rows if country in row.countries]
    return next(iter(own or [row for row in rows if not row.countries]), None)


def _total(lines: tuple[QuoteLine, ...]) -> tuple[Money | None, Certainty]:
    """Add up. One unknown part, or two currencies, make the whole unknown; one inferred part makes it inferred."""
    total: Money | None = None
    for line in lines:
        if line.amount is None:
            return None, Certainty.UNKNOWN
        try:
            total = line.amount if total is None else total + line.amount
        except CurrencyMismatch:
            return None, Certainty.UNKNOWN
    inferred = any(line.certainty is not Certainty.SURE for line in lines)
    return total, Certainty.INFERRED if inferred else Certainty.SURE


def _option(
    package: Package, facts: Facts, term: Term, *, free: Exemption | None, at: date, working_days: WorkingDays
) -> TermOption:
    longest = longest_term(package, str(facts.find("channel")))
    in_time = package.exemption_effect.term != "longest" or term.id == longest
    price, certainty = _total(_lines(package, facts, term, free=free if in_time else None))
    return TermOption(
        term=term.id,
        text_key=f"terms.{term.id}",
        price=price,
        price_certainty=certainty,
        date=due_date(term, at, working_days=working_days),
        certainty=Certainty.UNKNOWN if term.value is None else term.certainty,
        free=free is not None and in_time,
    )
