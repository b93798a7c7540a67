"""How a person can be reached, and showing their whole identifier: both leave a trace."""

from dataclasses import dataclass
from datetime import datetime

from ghiseu.foundation.access import transaction
from ghiseu.foundation.audit import journal
from ghiseu.journeys.start_visit import LEGAL_BASIS
from ghiseu.modules.applicants import operations as applicants
from ghiseu.modules.applicants.models import Person
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.visits.models import Visit
from ghiseu.modules.visits.queries import acting_in


@dataclass(frozen=True, kw_only=True)
class Contact:
    """What the person told; empty texts mean that there is no such way."""

    phone: str
    email: str
    relative: str
    language: str


def keep_contact(*, visit: Visit, told: Contact, at_desk: AtDesk, at: datetime) -> Person:
    """Keep the contact plan of the visit's person and use its language from now on. May be repeated."""
    with transaction():
        acting = acting_in(
            visit,
            at_desk=at_desk,
            subject=visit.person,
            legal_basis=LEGAL_BASIS,
            legal_reason="contact plan told by the person",
        )
        if visit.language != told.language:
            visit.language = told.language
            visit.save(update_fields=["language"])
        return applicants.set_contact(
            person=visit.person,
            phone=told.phone,
            email=told.email,
            relative=told.relative,
            language=told.language,
            acting=acting,
            at=at,
        )


def reveal(*, visit: Visit, at_desk: AtDesk, at: datetime) -> str:
    """Return the whole IDNP of the visit's person; each time is an event in the journal."""
    with transaction():
        acting = acting_in(
            visit,
            at_desk=at_desk,
            subject=visit.person,
            legal_basis=LEGAL_BASIS,
            legal_reason="identifier shown to the operator",
        )
        journal.record("applicants.person.revealed", acting=acting, at=at, object_type="person")
        return visit.person.idnp
