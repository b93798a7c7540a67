"""What the journal says about visits."""

from ghiseu.foundation.audit import Event, declare

declare(
    Event(name="visits.visit.opened", meaning="A person was identified at a desk and a visit opened"),
    Event(name="visits.visit.ended", meaning="The operator ended the visit"),
    Event(name="visits.visit.relative-flagged", meaning="The person is a relative of the operator; the visit says so"),
    Event(name="visits.visit.acting-for", meaning="The person at the desk acts for somebody else in this visit"),
    Event(name="visits.visit.acting-for-oneself", meaning="The person at the desk acts for themselves again"),
)
