"""What the journal says about people at work."""

from ghiseu.foundation.audit import Event, declare

declare(
    Event(name="centres.session.started", meaning="An operator signed in and began work at a place", has_subject=False),
    Event(name="centres.session.locked", meaning="A session was locked, by hand or by idleness", has_subject=False),
    Event(name="centres.session.unlocked", meaning="The same operator proved who they are again", has_subject=False),
    Event(name="centres.session.ended", meaning="A session ended; the details say why", has_subject=False),
    Event(
        name="access.refused",
        meaning="An operator asked for an object that their centre does not have; the details name the address",
        has_subject=False,
    ),
    Event(name="centres.screen.paired", meaning="A citizen's screen was bound to a desk", has_subject=False),
    Event(name="centres.screen.ended", meaning="A desk let its citizen's screen go", has_subject=False),
    Event(name="centres.grant.asked", meaning="Support asked to read one case of a centre", has_subject=False),
    Event(name="centres.grant.approved", meaning="A second person agreed; the grant ends by itself", has_subject=False),
    Event(name="centres.grant.ended", meaning="A grant was turned down or ended before its time", has_subject=False),
)
