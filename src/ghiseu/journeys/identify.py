"""How the person of a case was identified, and whether that is enough for something to leave the centre."""

from ghiseu.foundation.access import Assurance
from ghiseu.journeys.load_case import OpenedCase, visit_about
from ghiseu.modules.cases import evidence
from ghiseu.modules.cases.evidence import Taken
from ghiseu.modules.cases.models import EvidenceKind, EvidenceMethod
from ghiseu.modules.visits.models import Visit
from ghiseu.modules.visits.queries import open_visit_at

_METHODS = {
    Assurance.DOCUMENT_READ: EvidenceMethod.DOCUMENT_READ,
    Assurance.DOCUMENT_SEEN: EvidenceMethod.DOCUMENT_SEEN,
}


def identity_of(visit: Visit) -> Taken:
    """Return how the person was identified in this visit. Method `recorded`: they came, and no document was seen."""
    return Taken(
        kind=EvidenceKind.IDENTITY_CHECK,
        method=_METHODS.get(Assurance(visit.assurance), EvidenceMethod.RECORDED),
        details={"by": visit.identified_by, "assurance": visit.assurance, "visit": visit.number},
    )


def is_identified(file: OpenedCase) -> bool:
    """Tell whether a document was seen: when the case opened, or in the visit of now. Call it inside a transaction."""
    kept = evidence.newest(file.case).get(EvidenceKind.IDENTITY_CHECK)
    return (kept is not None and kept.method in _METHODS.values()) or seen_now(file) is not None


def seen_now(file: OpenedCase) -> Taken | None:
    """Return the identity check of the open visit of somebody whom the case concerns, if a document was seen in it."""
    present = open_visit_at(file.desk_id)
    if present is None or visit_about(file.case, present) != present or present.assurance not in _METHODS:
        return None
    return identity_of(present)
