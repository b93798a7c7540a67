"""What the journal says about hand-overs."""

from ghiseu.foundation.audit import Event, declare

declare(Event(name="custody.result.handed-over", meaning="A result was handed to a named, identified person"))
