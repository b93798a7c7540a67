"""The parts of a service package, one dataclass each. Texts are not in here: each part has a text key."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from ghiseu.modules.catalogue.rules import Rule
from ghiseu.modules.catalogue.vocabulary import Certainty, Effect, FieldType, ProviderState, RouteKind, TermUnit


@dataclass(frozen=True, kw_only=True)
class LegalBasis:
    """An act, for example `HG 966/2020`; its title is the text `legal.<id>`."""

    id: str
    act: str
    certainty: Certainty


@dataclass(frozen=True, kw_only=True)
class RegisterUse:
    """One question to a register; its facts stand at `registers.<register>.<name>`, the text there says why.

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
    """In what quality somebody applies; `mandate`: none, kinship, guardianship, power_of_attorney, mpower.

    `authorisation_types` are the types of MPower powers that serve; empty means that they are not known.
    """

    id: str
    mandate: str
    authorisation_types: tuple[str, ...]
    when: Rule
    evidence: tuple[str, ...]
    certainty: Certainty


@dataclass(frozen=True, kw_only=True)
class Precondition:
    """`rule` says what must hold. `asked` tells that the operator may answer instead; `holds_when` is then the
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
    """Where the value comes from: `registers.<register>.<name>.<path>`, or person, applicant, mandate,
    operator, case or document followed by a path."""

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
    """One question. `purpose` is why it is asked, from a closed list; `pattern` what a text has to look like."""

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
    pattern: str
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
class FieldPlace:
    """A field with the ids of the page and the group where it stands."""

    page: str
    group: str
    field: Field


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A paper. Needed when its rule says so, or a role or an exemption names it as evidence; never when `unless`
    holds: then a register shows it already."""

    id: str
    when: Rule
    unless: Rule
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
    """A cell of the matrix. `amount` None is unknown; no `countries`: every country without an own row."""

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
    """How a result reaches the person; `days` is how long they may read it there, None when nothing says so."""

    id: str
    when: Rule
    default: bool
    days: int | None
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
    """Two matters are the same when person and service agree, and the child of `child_field` if named."""

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
