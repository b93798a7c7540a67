"""Recording that one person may act for another."""

from dataclasses import dataclass
from datetime import date, datetime

from ghiseu.foundation.access import ActingContext, require_transaction
from ghiseu.foundation.audit import journal
from ghiseu.modules.applicants.models import Person
from ghiseu.modules.mandates.models import Mandate, MandateKind


class MandateDoesNotHold(Exception):
    """The evidence shows that the mandate has ended or never was. `why` is expired, revoked, not-kin or dead."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, kw_only=True)
class MandateShown:
    """What was shown or found at the desk. `confirmed_by` names a register, or `paper`."""

    kind: MandateKind
    evidence: str
    evidence_number: str = ""
    issued_by: str = ""
    issued_on: date | None = None
    valid_until: date | None = None
    revoked_on: date | None = None
    confirmed_by: str


def record_mandate(
    *, subject: Person, representative: Person, shown: MandateShown, acting: ActingContext, on: date, at: datetime
) -> Mandate:
    """Record a mandate that holds today. The same evidence shown again returns the same mandate.

    Raises MandateDoesNotHold, NoTransaction.
    """
    require_transaction()
    if shown.revoked_on is not None and shown.revoked_on <= on:
        raise MandateDoesNotHold("revoked")
    if shown.valid_until is not None and shown.valid_until < on:
        raise MandateDoesNotHold("expired")
    for known in Mandate.objects.filter(
        subject=subject, representative=representative, kind=shown.kind, revoked_on=None
    ).order_by("-id"):
        if known.evidence_number == shown.evidence_number and known.is_in_force(on):
            return known
    mandate = Mandate.objects.create(
        centre_id=subject.centre_id,
        subject=subject,
        representative=representative,
        kind=shown.kind,
        evidence=shown.evidence,
        evidence_number=shown.evidence_number,
        issued_by=shown.issued_by,
        issued_on=shown.issued_on,
        valid_until=shown.valid_until,
        revoked_on=shown.revoked_on,
        confirmed_by=shown.confirmed_by,
        recorded_at=at,
        recorded_by_id=acting.operator_id,
    )
    journal.record("mandates.mandate.recorded", acting=acting, at=at, object_type="mandate", object_id=str(mandate.pk))
    return mandate


def record_refusal(*, acting: ActingContext, kind: str, why: str, at: datetime) -> None:
    """Put into the journal that a mandate was shown that does not hold. Raises NoTransaction."""
    journal.record("mandates.mandate.refused", acting=acting, at=at, details={"kind": kind, "why": why})
