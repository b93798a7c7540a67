"""What the journal says about people at work."""

from ghiseu.foundation.audit import Event, declare

declare(
    Event(name="centres.session.started", meaning="An operator signed in and began work at a place", has_subject=False),
    Event(name="centres.session.locked", meaning="A session was locked, by hand or by idleness", has_subject=False),
    Event(name="centres.session.unlocked", meaning="The same operator proved who they are again", has_subject=False),
    Event(name="centres.session.ended", meaning="A session ended; the details say why", has_subject=False),
)
