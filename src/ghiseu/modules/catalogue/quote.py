"""The price line by line, and the day, before anything is typed."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Protocol

from ghiseu.foundation.calendar import add_months
from ghiseu.foundation.money import CurrencyMismatch, Money
from ghiseu.modules.catalogue.evaluation import entitled, longest_term
from ghiseu.modules.catalogue.package import Certainty, Exemption, FeeLine, FeeRow, Package, Term, TermUnit
from ghiseu.modules.catalogue.rules import Facts, judge
from ghiseu.modules.catalogue.values import Known, UnknownType

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
    pricing = _Pricing(package, Facts({**facts.values, "today": at.isoformat()}), at, working_days)
    found = entitled(package, pricing.facts)
    free = None if pay_despite_exemption or not found else found[0]
    offered = [term for term in package.terms if pricing.channel in term.channels]
    chosen = term_id or pricing.longest or (offered[0].id if offered else "")
    term = next((term for term in offered if term.id == chosen), None)
    refusal = pricing.refusal(term, free)
    lines = () if term is None or refusal else pricing.lines(term, free)
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
        date=pricing.date_of(term),
        date_certainty=_certainty_of(term),
        options=tuple(pricing.option(each, next(iter(found), None)) for each in offered),
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


def _certainty_of(term: Term | None) -> Certainty:
    return Certainty.UNKNOWN if term is None or term.value is None else term.certainty


@dataclass(frozen=True)
class _Pricing:
    """What stays the same while several terms are priced."""

    package: Package
    facts: Facts
    at: date
    working_days: WorkingDays

    @property
    def channel(self) -> str:
        return str(self.facts.find("channel"))

    @property
    def longest(self) -> str:
        return longest_term(self.package, self.channel)

    def date_of(self, term: Term | None) -> date | None:
        return None if term is None else due_date(term, self.at, working_days=self.working_days)

    def refusal(self, term: Term | None, free: Exemption | None) -> str:
        """Say why there is no price, or nothing."""
        if term is None:
            return "term_not_offered"
        effect = self.package.exemption_effect
        if free and effect.term == "longest" and self.longest and term.id != self.longest:
            return "free_only_in_longest_term"
        if free and effect.channels and self.channel not in effect.channels:
            return "free_not_in_this_channel"
        return ""

    def option(self, term: Term, free: Exemption | None) -> TermOption:
        """Price a term beside the others; an exemption counts only where it may."""
        in_time = self.package.exemption_effect.term != "longest" or term.id == self.longest
        price, certainty = _total(self._if_chosen(term).lines(term, free if in_time else None))
        return TermOption(
            term=term.id,
            text_key=f"terms.{term.id}",
            price=price,
            price_certainty=certainty,
            date=self.date_of(term),
            certainty=_certainty_of(term),
            free=free is not None and in_time,
        )

    def _if_chosen(self, term: Term) -> "_Pricing":
        """Return the pricing as if this term were typed: some prices on top come with one term only."""
        form = self.facts.find("form")
        typed = {**(form if isinstance(form, dict) else {}), "term": term.id}
        return replace(self, facts=Facts({**self.facts.values, "form": typed}))

    def lines(self, term: Term, free: Exemption | None) -> tuple[QuoteLine, ...]:
        """Return the price of the service and what comes on top."""
        verdicts = [(line, judge(line.when, self.facts)) for line in self.package.fee_lines]
        on_top = [self._line_on_top(line, verdict, free) for line, verdict in verdicts if verdict is not False]
        return (self._service_line(term, free), *on_top)

    def _line_on_top(self, line: FeeLine, verdict: Known, free: Exemption | None) -> QuoteLine:
        amount = None if isinstance(verdict, UnknownType) else line.amount
        certainty = line.certainty
        if free and line.exempted:
            amount, certainty = Decimal(0), self.package.exemption_effect.certainty
        return QuoteLine(
            id=line.id,
            text_key=f"fees.{line.id}",
            amount=None if amount is None else Money(amount=amount, currency=line.currency),
            certainty=Certainty.UNKNOWN if amount is None else certainty,
            legal_basis=line.legal_basis,
        )

    def _service_line(self, term: Term, free: Exemption | None) -> QuoteLine:
        row = self._row(term)
        amount = Decimal(0) if free else row.amount if row else None
        certainty = self.package.exemption_effect.certainty if free else row.certainty if row else Certainty.UNKNOWN
        return QuoteLine(
            id="service",
            text_key=f"terms.{term.id}",
            amount=None if amount is None else Money(amount=amount, currency=row.currency if row else "MDL"),
            certainty=Certainty.UNKNOWN if amount is None else certainty,
            legal_basis=free.legal_basis if free else row.legal_basis if row else "",
        )

    def _row(self, term: Term) -> FeeRow | None:
        """Return the cell of the matrix; a row for the centre's country goes before the row for all."""
        kind, country = self.facts.find("applicant.person_type"), self.facts.find("centre.country")
        person = kind if isinstance(kind, str) else "natural"
        rows = [row for row in self.package.fee_rows if row.term == term.id and self.channel in row.channels]
        rows = [row for row in rows if person in row.persons]
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
