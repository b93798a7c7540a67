"""Of the five evidence objects some are not needed; that, too, is written down, with the reason."""

from datetime import datetime

from ghiseu.foundation.access import ActingContext
from ghiseu.modules.cases import evidence
from ghiseu.modules.cases.evidence import Taken
from ghiseu.modules.cases.models import Case, EvidenceKind, EvidenceMethod
from ghiseu.modules.catalogue.package import Package

OWN_MATTER = "the person acts in their own matter"
NO_CONSENT = "the service asks for no consent"
NOTHING_SIGNED = "the service has nothing signed at the centre"


def write_not_needed(case: Case, package: Package, *, acting: ActingContext, at: datetime) -> None:
    """Write why an object that the case lacks is not needed. May be repeated; what was taken stays the newest."""
    taken = evidence.newest(case)
    for kind, why in _reasons(case, package).items():
        if kind not in taken:
            one = Taken(kind=kind, method=EvidenceMethod.NOT_NEEDED, details={"why": why})
            evidence.take(case=case, taken=one, acting=acting, at=at)


def _reasons(case: Case, package: Package) -> dict[EvidenceKind, str]:
    reasons = {}
    if case.mandate_id is None:
        reasons[EvidenceKind.MANDATE] = OWN_MATTER
    if not package.consents:
        reasons[EvidenceKind.PROCESSING_CONSENT] = NO_CONSENT
    if package.signature.at_centre == "none":
        reasons[EvidenceKind.EXPLICIT_REQUEST] = NOTHING_SIGNED
        reasons.setdefault(EvidenceKind.PROCESSING_CONSENT, NOTHING_SIGNED)
    return reasons
