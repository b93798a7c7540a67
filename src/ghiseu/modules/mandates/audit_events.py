"""What the journal says about mandates."""

from ghiseu.foundation.audit import Event, declare

declare(
    Event(name="mandates.mandate.recorded", meaning="It was recorded that somebody may act for the person"),
    Event(name="mandates.mandate.refused", meaning="A mandate was shown that does not hold; nothing was opened on it"),
    Event(
        name="mandates.power.checked",
        meaning="The registry of powers was asked whether somebody may act for the person",
        reads=True,
    ),
    Event(
        name="mandates.power.listed",
        meaning="The powers that the person at the desk holds were shown from the registry of powers",
        reads=True,
    ),
    Event(name="mandates.mandate.ended", meaning="The registry of powers says that a mandate has ended"),
)
