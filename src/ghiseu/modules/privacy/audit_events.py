"""What the journal says about people's rights and about incidents with their data."""

from ghiseu.foundation.audit import Event, declare

declare(
    Event(name="privacy.correction.asked", meaning="The person asked the owner of a register to correct it"),
    Event(name="privacy.correction.shown", meaning="A request to correct a register was opened", reads=True),
    Event(name="privacy.correction.printed", meaning="A request to correct a register was printed", reads=True),
    Event(name="privacy.correction.answered", meaning="The owner of the register corrected it or answered"),
    Event(name="privacy.correction.refused", meaning="The owner of the register refused to correct it"),
    Event(name="privacy.correction.destroyed", meaning="The time to keep a request to correct a register was over"),
    Event(name="privacy.incident.opened", meaning="An incident with personal data was opened", has_subject=False),
    Event(name="privacy.incident.changed", meaning="What is known of an incident was changed", has_subject=False),
    Event(name="privacy.incident.closed", meaning="An incident was closed: no duty is open", has_subject=False),
    Event(name="privacy.duty.done", meaning="A duty that an incident brings was done", has_subject=False),
    Event(name="privacy.duty.not-needed", meaning="A duty was found not to be needed, and why", has_subject=False),
    Event(name="privacy.affected.counted", meaning="The people of an incident were counted", has_subject=False),
    Event(
        name="privacy.letter.drafted", meaning="A letter to the people of an incident was drafted", has_subject=False
    ),
    Event(
        name="privacy.affected.exported",
        meaning="The person stands on the list of people affected by an incident, which the officer took out",
        reads=True,
    ),
)
