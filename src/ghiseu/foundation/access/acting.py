"""Who acts for whom: attached to every record, register call, payment, document and message."""

from dataclasses import dataclass, replace
from enum import StrEnum


class Assurance(StrEnum):
    """How sure we are of the citizen. Typing an identifier never raises it; no operator act reaches AUTHENTICATED."""

    NONE = "none"  # a number was typed or said
    DOCUMENT_SEEN = "document-seen"  # the operator read an identity document at the desk
    DOCUMENT_READ = "document-read"  # its machine-readable zone was read and the check digits hold
    AUTHENTICATED = "authenticated"  # the citizen proved it themselves; never set by an operator


class Channel(StrEnum):
    DESK = "desk"
    WORKER = "worker"
    CITIZEN = "citizen"
    SUPPORT = "support"  # reads under a grant, at no desk


class SubjectIsActor(Exception):
    """The citizen and the operator are the same person."""


class NotProvedByTheCitizen(Exception):
    """An act at a desk or of the worker claims that the citizen proved who they are; only they themselves can."""


@dataclass(frozen=True, kw_only=True)
class ActingContext:
    """Immutable facts of one act: subject, operator, centre, mandate, basis, channel, language.

    Identifiers are text of 13 digits; `subject_idnp` is empty for a person without one, and then
    `subject_document` names the document. `case_number` is empty before a case exists; `visit_number` never is
    at a desk.
    """

    subject_idnp: str
    subject_document: str = ""
    identified_by: str
    assurance: Assurance
    operator_idnp: str
    operator_id: int
    centre_id: int
    centre_code: str
    legal_entity_idno: str
    represented_by_idnp: str = ""  # whoever stands at the desk for the subject
    mandate: str = ""
    legal_basis: str
    legal_reason: str
    channel: Channel
    language: str
    visit_number: str = ""
    case_number: str = ""
    correlation_id: str
    operator_mpower_number: str = ""  # the operator's own power in MPower, 16 digits or nothing

    def __post_init__(self) -> None:
        if not self.subject_idnp and not self.subject_document:
            raise ValueError("an act needs a subject: an IDNP or a document")
        if not self.operator_idnp:
            raise ValueError("an act needs the operator's own IDNP")
        if not (self.visit_number or self.case_number):
            raise ValueError("an act names its visit or its case")
        if self.subject_idnp == self.operator_idnp:
            raise SubjectIsActor("operators do not serve themselves")
        if self.assurance is Assurance.AUTHENTICATED and self.channel is not Channel.CITIZEN:
            raise NotProvedByTheCitizen("no operator act authenticates a citizen")

    def because(self, *, legal_basis: str, legal_reason: str) -> "ActingContext":
        """Return the same context for another legal basis and reason."""
        return replace(self, legal_basis=legal_basis, legal_reason=legal_reason)
