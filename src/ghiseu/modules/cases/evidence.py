"""The five evidence objects of a case. Each is written once and never changed."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q

from ghiseu.foundation.access import ActingContext, require_transaction
from ghiseu.foundation.audit import journal
from ghiseu.modules.cases.models import Case, Evidence, EvidenceKind, EvidenceMethod, PrintedRequest


class ScanServedBefore(Exception):
    """The same scan stands as evidence for an earlier text of the request."""


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What was taken: exact text and language, the signed scan's hash, and facts without personal data."""

    kind: EvidenceKind
    method: EvidenceMethod
    text: str = ""
    language: str = ""
    document_sha256: str = ""
    details: Mapping[str, str] = field(default_factory=dict)
    screen_id: int | None = None
    witness_id: int | None = None
    mandate_id: int | None = None


def text_hash(text: str) -> str:
    """Return the SHA-256 of the exact text shown, lower-case hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def take(*, case: Case, taken: Taken, acting: ActingContext, at: datetime) -> Evidence:
    """Write an evidence object. The newest of its kind and method again is returned as it is: same text, scan, mandate.

    Raises NoTransaction.
    """
    require_transaction()
    digest = text_hash(taken.text) if taken.text else ""
    known = Evidence.objects.filter(case=case, kind=taken.kind, method=taken.method).order_by("-id").first()
    wanted = (digest, taken.document_sha256, taken.mandate_id)
    if known is not None and (known.text_sha256, known.document_sha256, known.mandate_id) == wanted:
        return known
    made = Evidence.objects.create(
        centre_id=case.centre_id,
        case=case,
        kind=taken.kind,
        method=taken.method,
        text=taken.text,
        language=taken.language,
        text_sha256=digest,
        document_sha256=taken.document_sha256,
        details=dict(taken.details),
        screen_id=taken.screen_id,
        witness_id=taken.witness_id,
        mandate_id=taken.mandate_id,
        taken_at=at,
        taken_by_id=acting.operator_id,
    )
    journal.record("cases.evidence.taken", acting=acting, at=at, object_type=taken.kind, object_id=str(made.pk))
    return made


def note_printed(*, case: Case, text_sha256: str, by_id: int, at: datetime) -> PrintedRequest:
    """Remember the text of a request that goes to the printer. Raises NoTransaction."""
    require_transaction()
    return PrintedRequest.objects.create(
        centre_id=case.centre_id, case=case, text_sha256=text_sha256, printed_at=at, printed_by_id=by_id
    )


def newest_printed(case: Case) -> str:
    """Return the hash of the text on the newest printed request of the case; empty when none was printed."""
    newest_one = PrintedRequest.objects.filter(case=case).order_by("-id").first()
    return newest_one.text_sha256 if newest_one else ""


def require_unused(*, case: Case, document_sha256: str, text_sha256: str) -> None:
    """Refuse a scan that this case has as evidence for an earlier text: what was signed there is not this.

    Other cases are not looked at: one scan may hold the signed papers of several. Raises ScanServedBefore.
    """
    signed = list(
        Evidence.objects.filter(case=case, kind=EvidenceKind.EXPLICIT_REQUEST)
        .exclude(document_sha256="")
        .order_by("id")
        .values_list("document_sha256", "text_sha256")
    )
    if any(scan == document_sha256 for scan, _ in signed) and signed[-1] != (document_sha256, text_sha256):
        raise ScanServedBefore(case.number)


def newest_request(case: Case, *, needs_paper: bool) -> Evidence | None:
    """Return the newest request of the person that counts for the case.

    Where a signature in ink is needed a touch does not count; an electronic signature does (Law 124/2022), and so does
    what was read aloud before a witness: it is for people who cannot sign.
    """
    asked = Evidence.objects.filter(case=case, kind=EvidenceKind.EXPLICIT_REQUEST)
    if needs_paper:
        asked = asked.filter(~Q(document_sha256="") | Q(method=EvidenceMethod.SPOKEN_BEFORE_WITNESS))
    return asked.order_by("-id").first()


def newest(case: Case) -> dict[EvidenceKind, Evidence]:
    """Return the newest object of each kind."""
    return {EvidenceKind(row.kind): row for row in Evidence.objects.filter(case=case).order_by("id")}
