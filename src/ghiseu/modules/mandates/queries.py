"""Reading mandates: the one that an act rests on."""

from ghiseu.foundation.access import ActingContext
from ghiseu.modules.mandates.models import Mandate


def acted_on(acting: ActingContext) -> Mandate | None:
    """Return the mandate that the act rests on; None for whoever acts for themselves, or on none."""
    _kind, _, key = acting.mandate.rpartition(":")
    return Mandate.objects.get(pk=int(key)) if key else None
