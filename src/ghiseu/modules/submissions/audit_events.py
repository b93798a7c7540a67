"""What the journal says about deliveries."""

from ghiseu.foundation.audit import Event, declare

declare(
    Event(name="submissions.attempt.started", meaning="A delivery was begun"),
    Event(name="submissions.attempt.postponed", meaning="Nothing was done there; the delivery is tried again later"),
    Event(name="submissions.submission.done", meaning="The institution holds the file"),
    Event(name="submissions.submission.refused", meaning="The institution declined the file"),
    Event(name="submissions.submission.unknown", meaning="No answer came; the institution is asked before repeating"),
    Event(name="submissions.submission.found", meaning="The institution was asked and holds the file"),
    Event(name="submissions.submission.not-seen", meaning="The institution was asked and never saw the file"),
    Event(name="submissions.submission.held", meaning="The delivery needs a person"),
    Event(name="submissions.submission.asked-again", meaning="A person had the institution asked again"),
    Event(name="submissions.submission.withdrawn", meaning="The delivery was given up before anything was sent"),
)
