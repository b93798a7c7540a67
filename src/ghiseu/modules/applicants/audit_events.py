"""What the journal says about people and readings of registers."""

from ghiseu.foundation.audit import Event, declare

declare(
    Event(name="applicants.person.read", meaning="A register was read about a person", reads=True),
    Event(name="applicants.person.found", meaning="A person was shown in the result of a search", reads=True),
    Event(name="applicants.person.revealed", meaning="A masked identifier was shown in full", reads=True),
    Event(name="applicants.person.contact-changed", meaning="A phone, e-mail or contact relative was changed"),
    Event(name="applicants.person.another-answered", meaning="A register answered about another person; nothing used"),
    Event(
        name="applicants.people.forgotten",
        meaning="People whom no matter needs any more were forgotten but for their numbers",
        has_subject=False,
    ),
)
