"""One version of one service, as data. Loaded once, never changed; `loading` makes it from files or stored text.

Texts are not in here: each part has a text key, and `Package.text(key, language)` says it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from ghiseu.modules.catalogue.rules import Rule

LANGUAGES = ("ro", "ru", "en")


class Kind(StrEnum):
    APPLICATION = "application"
    STATUS_CHECK = "status_check"
    PROACTIVE_CHECK = "proactive_check"
    APPOINTMENT = "appointment"
    PAYMENT = "payment"
    LOOKUP = "lookup"


class Certainty(StrEnum):
    """Sure may be promised; inferred is told as "not confirmed"; unknown is told as unknown."""

    SURE = "sure"
    INFERRED = "inferred"
    UNKNOWN = "unknown"


class Effect(StrEnum):
    BLOCK = "block"
    WARN = "warn"
    INFORM = "inform"


class FieldType(StrEnum):
    TEXT = "text"
    DATE = "date"
    IDNP = "idnp"
    IDNO = "idno"
    PHONE = "phone"
    EMAIL = "email"
    IBAN = "iban"
    CHOICE = "choice"
    BOOLEAN = "boolean"
    MONEY = "money"
    ADDRESS = "address"
    CADASTRAL_NUMBER = "cadastral_number"
    PERSON = "person"


class TermUnit(StrEnum):
    WORKING_DAY = "working_day"
    CALENDAR_DAY = "calendar_day"
    MONTH = "month"
    HOUR = "hour"
    MOMENT = "moment"


class RouteKind(StrEnum):
    INSTITUTION_API = "institution_api"
    GUIDED = "guided"
    VISIT = "visit"
    OWN_CALENDAR = "own_calendar"
    NONE = "none"


class ProviderState(StrEnum):
    """What an institution can say of a matter, in our words. Closed: another word is an error, not a guess."""

    RECEIVED = "received"
    IN_EXAMINATION = "in_examination"
    PAPERS_MISSING = "papers_missing"
    DECIDED_GRANTED = "decided_granted"
    DECIDED_REFUSED = "decided_refused"
    RESULT_READY = "result_ready"
    WITHDRAWN = "withdrawn"
    NOT_FOUND = "not_found"
    BOOKED = "booked"
    MOVED = "moved"
    KEPT = "kept"
    MISSED = "missed"
    CANCELLED = "cancelled"
    PAYMENT_PENDING = "payment_pending"
    PAID = "paid"
    PAYMENT_FAILED = "payment_failed"
    PAYMENT_NOT_REQUIRED = "payment_not_required"


class UnknownProviderStatus(Exception):
    """The institution used a word that the package does not map. Nobody guesses; the answer is kept apart."""


@dataclass(frozen=True, kw_only=True)
class LegalBasis:
    """An act, for example `HG 966/2020`; its title is the text `legal.<id>`."""

    id: str
    act: str
    certainty: Certainty


@dataclass(frozen=True, kw_only=True)
class RegisterUse:
    """One question to a register. Facts stand at `registers.<register>.<name>`; text `registers.<name>` says why.

    `subject` is `person`, `applicant` or `form.<field>`; `parameters` take values from facts by path.
    """

    register: str
    operation: str
    name: str
    subject: str
    legal_basis: str
    parameters: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Role:
    """In what quality somebody applies. `mandate` is none, kinship, guardianship, power_of_attorney or mpower."""

    id: str
    mandate: str
    when: Rule
    evidence: tuple[str, ...]
    certainty: Certainty


@dataclass(frozen=True, kw_only=True)
class Precondition:
    """`rule` says what must hold. `asked` tells that the operator may answer instead; then `holds_when` is the
    answer that lets it hold. Without rule and question it is simply told."""

    id: str
    effect: Effect
    rule: Rule
    has_rule: bool
    asked: bool
    holds_when: bool
    certainty: Certainty


@dataclass(frozen=True, kw_only=True)
class Prefill:
    """Where the value comes from: `registers.<register>.<name>.<path>`, or person, applicant, mandate, operator,
    case or document followed by a path."""

    path: str

    @property
    def source(self) -> str:
        """Return the register's name, or the other source."""
        steps = self.path.split(".")
        return steps[1] if steps[0] == "registers" else steps[0]


@dataclass(frozen=True, kw_only=True)
class Option:
    value: str
    text: str
    when: Rule


@dataclass(frozen=True, kw_only=True)
class Repeat:
    """A list of values: how many at least and at most, and whether one may stand twice."""

    least: int
    most: int
    unique: bool


@dataclass(frozen=True, kw_only=True)
class Field:
    """One question. `purpose` is why it is asked, from a closed list."""

    id: str
    type: FieldType
    purpose: str
    required: Rule
    visible: Rule
    options: tuple[Option, ...]
    options_from: str
    prefill: tuple[Prefill, ...]
    repeat: Repeat | None
    readonly: bool
    fixed: str | bool | None
    max_length: int
    certainty: Certainty

    @property
    def label_key(self) -> str:
        return f"fields.{self.id}.label"

    @property
    def help_key(self) -> str:
        return f"fields.{self.id}.help"


@dataclass(frozen=True, kw_only=True)
class Group:
    id: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, kw_only=True)
class Page:
    id: str
    groups: tuple[Group, ...]


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A paper. `when` is the rule, or None when only a role or an exemption asks for it as evidence."""

    id: str
    when: Rule
    by_rule: bool
    form: str
    count: int
    certainty: Certainty


@dataclass(frozen=True, kw_only=True)
class Consent:
    id: str
    mandatory: bool
    certainty: Certainty


@dataclass(frozen=True, kw_only=True)
class Signature:
    """How the request is signed at the centre and when the citizen sends it alone."""

    at_centre: str
    online: str
    certainty: Certainty


@dataclass(frozen=True, kw_only=True)
class FeeRow:
    """A cell of the matrix. `amount` None is unknown; empty `countries` is every country without an own row."""

    term: str
    channels: tuple[str, ...]
    persons: tuple[str, ...]
    countries: tuple[str, ...]
    amount: Decimal | None
    currency: str
    certainty: Certainty
    legal_basis: str


@dataclass(frozen=True, kw_only=True)
class FeeLine:
    """A price that comes on top under a condition: state tax, apostille, delivery."""

    id: str
    when: Rule
    amount: Decimal | None
    currency: str
    certainty: Certainty
    legal_basis: str
    exempted: bool


@dataclass(frozen=True, kw_only=True)
class Term:
    """`value` None is unknown. The longest standard term is the one of a free request."""

    id: str
    value: int | None
    unit: TermUnit
    kind: str
    channels: tuple[str, ...]
    certainty: Certainty


@dataclass(frozen=True, kw_only=True)
class Exemption:
    """Who pays nothing. `when` tells it from registers; else the person says so and shows `evidence`."""

    id: str
    when: Rule
    has_rule: bool
    evidence: str
    legal_basis: str
    certainty: Certainty


@dataclass(frozen=True, kw_only=True)
class ExemptionEffect:
    """What being free does: `term` longest or none; `channels` where a free request is taken (empty: all)."""

    term: str
    channels: tuple[str, ...]
    certainty: Certainty


@dataclass(frozen=True, kw_only=True)
class Delivery:
    id: str
    when: Rule
    default: bool
    certainty: Certainty


@dataclass(frozen=True, kw_only=True)
class Result:
    """What comes out: the text `result.name`; `paper` and `electronic` are yes, no or unknown."""

    electronic: str
    paper: str
    certainty: Certainty


@dataclass(frozen=True, kw_only=True)
class Route:
    kind: RouteKind
    institution: str
    provider_service: str
    repeatability: str
    portal: str
    certainty: Certainty


@dataclass(frozen=True, kw_only=True)
class ProviderStatus:
    """The institution's own word and ours; the text is `statuses.<provider>`."""

    provider: str
    ours: ProviderState
    certainty: Certainty


@dataclass(frozen=True, kw_only=True)
class Duplicates:
    """Two matters are the same when person and service agree, and the child of `child_field` if one is named."""

    by: str
    child_field: str
    effect: Effect


@dataclass(frozen=True, kw_only=True)
class Appeal:
    days: int | None
    legal_basis: str
    certainty: Certainty


@dataclass(frozen=True, kw_only=True)
class Retention:
    """How long a closed case is kept; None is unknown."""

    months: int | None
    legal_basis: str
    certainty: Certainty


@dataclass(frozen=True, kw_only=True)
class Benefit:
    """How much an allowance is; None is unknown. The text is `benefits.<id>`."""

    id: str
    amount: Decimal | None
    currency: str
    since: str
    certainty: Certainty


@dataclass(frozen=True, kw_only=True)
class Note:
    """Something to tell: `at` start, result or slip. The text is `notes.<id>`."""

    id: str
    when: Rule
    at: str
    certainty: Certainty


@dataclass(frozen=True, kw_only=True)
class Link:
    """Another service worth offering; the text `links.<service>` says why."""

    service: str
    when: Rule


@dataclass(frozen=True, kw_only=True)
class HandoverField:
    """One value to carry to the institution's own portal: its label there and our field."""

    portal_label: str
    field: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Package:
    """One version of one service. `canonical` is its JSON text, `sha256` the hash of that text, by which to compare."""

    code: str
    version: int
    effective_from: date
    kind: Kind
    institution: str
    category: str
    legal_basis: tuple[LegalBasis, ...]
    registers: tuple[RegisterUse, ...]
    roles: tuple[Role, ...]
    preconditions: tuple[Precondition, ...]
    pages: tuple[Page, ...]
    attachments: tuple[Attachment, ...]
    consents: tuple[Consent, ...]
    signature: Signature
    fee_rows: tuple[FeeRow, ...]
    fee_lines: tuple[FeeLine, ...]
    terms: tuple[Term, ...]
    exemptions: tuple[Exemption, ...]
    exemption_effect: ExemptionEffect
    deliveries: tuple[Delivery, ...]
    result: Result
    route: Route
    statuses: tuple[ProviderStatus, ...]
    duplicates: Duplicates
    appeal: Appeal
    retention: Retention
    benefits: tuple[Benefit, ...]
    notes: tuple[Note, ...]
    links: tuple[Link, ...]
    handover: tuple[HandoverField, ...]
    unknown: tuple[str, ...]
    texts: Mapping[str, Mapping[str, str]] = field(repr=False)
    search: Mapping[str, tuple[str, ...]] = field(repr=False)
    canonical: str = field(repr=False)
    sha256: str

    def text(self, key: str, language: str) -> str:
        """Return a visible text; a language that the package lacks falls back to Romanian. Raises KeyError."""
        return self.texts.get(language, self.texts["ro"])[key]

    def has_text(self, key: str) -> bool:
        """Tell whether an optional text (a help) exists."""
        return key in self.texts["ro"]

    def name(self, language: str) -> str:
        return self.text("name", language)

    def fields(self) -> Iterator[Field]:
        """Walk all fields in the order in which they are asked."""
        for page in self.pages:
            for group in page.groups:
                yield from group.fields

    def field(self, field_id: str) -> Field | None:
        return next((field for field in self.fields() if field.id == field_id), None)

    def term(self, term_id: str) -> Term | None:
        return next((term for term in self.terms if term.id == term_id), None)

    def state_of(self, provider_status: str) -> ProviderState:
        """Return our word for the institution's. Raises UnknownProviderStatus."""
        for status in self.statuses:
            if status.provider == provider_status:
                return status.ours
        raise UnknownProviderStatus(f"{self.code} {self.version}: {provider_status!r} is not mapped")
