"""What the journal says about mandates."""

from ghiseu.foundation.audit import Event, declare

declare(
    Event(name="mandates.mandate.recorded", meaning="It was recorded that somebody may act for the person"),
    Event(name="mandates.mandate.refused", meaning="A mandate was shown that does not hold; nothing was opened on it"),
)
