"""An operator at work for a citizen, for tests that need the facts of an act but no desk."""

from dataclasses import replace

from ghiseu.foundation.access import ActingContext, Assurance, Channel

EUGENIA, LIDIA = "2099010100376", "2099240108887"
FOR_EUGENIA = ActingContext(
    subject_idnp=EUGENIA,
    identified_by="identity_card",
    assurance=Assurance.DOCUMENT_SEEN,
    operator_idnp=LIDIA,
    operator_id=1,
    centre_id=1,
    centre_code="lozova",
    legal_entity_idno="1099000000010",
    legal_basis="request",
    legal_reason="test",
    channel=Channel.DESK,
    language="ro",
    visit_number="V-2026-000001",
    correlation_id="test",
)


def acting_for(subject_idnp: str, **other: object) -> ActingContext:
    """Return the facts of Lidia's work for the citizen; `other` replaces what is told of it by default."""
    return replace(FOR_EUGENIA, subject_idnp=subject_idnp, **other)
