"""One version of one service, as data. Loaded once, never changed; `loading` makes it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from ghiseu.modules.catalogue.parts import (
    Appeal,
    Attachment,
    Benefit,
    Consent,
    Delivery,
    Duplicates,
    Exemption,
    ExemptionEffect,
    FeeLine,
    FeeRow,
    Field,
    FieldPlace,
    Group,
    HandoverField,
    LegalBasis,
    Link,
    Note,
    Option,
    Page,
    Precondition,
    Prefill,
    ProviderStatus,
    RegisterUse,
    Repeat,
    Result,
    Retention,
    Role,
    Route,
    Signature,
    Term,
)
from ghiseu.modules.catalogue.vocabulary import (
    LANGUAGES,
    Certainty,
    Effect,
    FieldType,
    Kind,
    ProviderState,
    RouteKind,
    TermUnit,
    UnknownProviderStatus,
)

__all__ = [
    "LANGUAGES",
    "Appeal",
    "Attachment",
    "Benefit",
    "Certainty",
    "Consent",
    "Delivery",
    "Duplicates",
    "Effect",
    "Exemption",
    "ExemptionEffect",
    "FeeLine",
    "FeeRow",
    "Field",
    "FieldPlace",
    "FieldType",
    "Group",
    "HandoverField",
    "Kind",
    "LegalBasis",
    "Link",
    "Note",
    "Option",
    "Package",
    "Page",
    "Precondition",
    "Prefill",
    "ProviderState",
    "ProviderStatus",
    "RegisterUse",
    "Repeat",
    "Result",
    "Retention",
    "Role",
    "Route",
    "RouteKind",
    "Signature",
    "Term",
    "TermUnit",
    "UnknownProviderStatus",
]


@dataclass(frozen=True, kw_only=True, eq=False)
class Package:
    """One version of one service. `canonical` is its JSON text; `sha256` is the hash of it, to compare by."""

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
        """Return a visible text; a language that is not there falls back to Romanian. Raises KeyError."""
        return self.texts.get(language, self.texts["ro"])[key]

    def has_text(self, key: str) -> bool:
        """Tell whether an optional text (a help) exists."""
        return key in self.texts["ro"]

    def name(self, language: str) -> str:
        return self.text("name", language)

    def places(self) -> Iterator[FieldPlace]:
        """Walk all fields with their page and group, in the order in which they are asked."""
        for page in self.pages:
            for group in page.groups:
                for one in group.fields:
                    yield FieldPlace(page=page.id, group=group.id, field=one)

    def fields(self) -> Iterator[Field]:
        """Walk all fields in the order in which they are asked."""
        return (place.field for place in self.places())

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
