"""Reading what was asked to be signed."""

from datetime import datetime
from uuid import UUID

from ghiseu.modules.cases.models import Case
from ghiseu.modules.signatures.models import WAITING, Purpose, SignatureRequest, SigningPlace

AT_ONCE = 200
LISTED = 50
_SEALED = ("content", "acting", "signer_idnp", "message")  # a list opens no key of a case to show none of it


def newest(case: Case, *, purpose: Purpose = Purpose.AGREEMENT) -> SignatureRequest | None:
    """Return the case's newest request for a signature."""
    found = SignatureRequest.objects.defer("content").filter(case=case, purpose=purpose)
    return found.order_by("-id").first()


def due(*, at: datetime) -> list[int]:
    """Return the centre's requests that the platform is to be asked about now, at most 200."""
    found = SignatureRequest.objects.filter(state__in=WAITING, next_ask_at__lte=at)
    return list(found.order_by("next_ask_at", "id").values_list("id", flat=True)[:AT_ONCE])


def waiting(*, centre_id: int) -> list[SignatureRequest]:
    """Return what the centre waits for, the oldest first, at most 50."""
    found = SignatureRequest.objects.defer(*_SEALED).select_related("case", "desk")
    return list(found.filter(centre_id=centre_id, state__in=WAITING).order_by("asked_at", "id")[:LISTED])


def centre_of(key: UUID) -> int | None:
    """Return the id of the centre that asked, before any scope is set."""
    return SigningPlace.objects.filter(key=key).values_list("centre_number", flat=True).first()
