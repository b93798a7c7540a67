"""Incidents with personal data: opened by the data-protection officer, with duties, until nothing is open.

Every act stands in the journals of the centres that the incident is about: of one when it names one, else of all.
It is kept first; then each journal is written in a transaction of its own.
"""

from collections.abc import Iterable
from datetime import datetime

from ghiseu.foundation.access import Scope, scoped_to, transaction
from ghiseu.foundation.audit import journal
from ghiseu.modules.centres.models import Centre
from ghiseu.modules.privacy import incidents
from ghiseu.modules.privacy.incidents import Reach
from ghiseu.modules.privacy.models import DutyKind, DutyState, Incident, IncidentKind


class NoSuchCentre(Exception):
    """No centre has this code."""


def open_incident(
    *, kind: IncidentKind, aware_at: datetime, what_happened: str, reach: Reach, by_id: int, at: datetime
) -> Incident:
    """Keep the incident with its duties. Raises NotTold, NotYet, NoSuchCentre."""
    with transaction():
        centres = centres_of(reach.centre_code)
        incident = incidents.open_incident(
            kind=kind, aware_at=aware_at, what_happened=what_happened, reach=reach, by_id=by_id, at=at
        )
    note("privacy.incident.opened", incident, centres=centres, by_id=by_id, at=at, kind=str(kind))
    return incident


def change_incident(*, incident_id: int, reach: Reach, told: dict[str, str], by_id: int, at: datetime) -> Incident:
    """Change what it is about and what people are told.

    Raises Incident.DoesNotExist, IncidentClosed, NotYet, NoSuchCentre.
    """
    with transaction():
        centres = centres_of(reach.centre_code)
        incident = incidents.change(incident_id, reach=reach, told=told)
    note("privacy.incident.changed", incident, centres=centres, by_id=by_id, at=at, acts=reach.acts)
    return incident


def end_duty(*, incident_id: int, kind: DutyKind, to: DutyState, reason: str, by_id: int, at: datetime) -> None:
    """Mark a duty as done or not needed.

    Raises Incident.DoesNotExist, Duty.DoesNotExist, IncidentClosed, StepNotAllowed, NotTold.
    """
    with transaction():
        duty, event = incidents.end_duty(incident_id, kind=kind, to=to, note=reason, by_id=by_id, at=at)
        centres = centres_of(duty.incident.centre_code)
    note(event, duty.incident, centres=centres, by_id=by_id, at=at, duty=str(kind))


def close_incident(*, incident_id: int, by_id: int, at: datetime) -> None:
    """Close it. Raises Incident.DoesNotExist, IncidentClosed, DutiesOpen."""
    with transaction():
        incident, event = incidents.close(incident_id, by_id=by_id, at=at)
        centres = centres_of(incident.centre_code)
    note(event, incident, centres=centres, by_id=by_id, at=at)


def centres_of(code: str) -> list[Centre]:
    """Return the centre of this code, or all when it is empty. Raises NoSuchCentre."""
    found = Centre.objects.filter(code=code) if code else Centre.objects.all()
    centres = list(found.order_by("name", "id"))
    if not centres:
        raise NoSuchCentre(code)
    return centres


def note(
    event: str,
    incident: Incident,
    *,
    centres: Iterable[Centre],
    by_id: int,
    at: datetime,
    **details: str | int,
) -> None:
    """Put into the journal of each centre what was done about the incident; ids, codes and counts only.

    Call it outside any transaction: no transaction writes for two centres.
    """
    for centre in centres:
        with scoped_to(Scope(centre_id=centre.pk, operator_id=by_id)), transaction():
            journal.record_without_subject(
                event, centre_id=centre.pk, operator_id=by_id, at=at, details={"incident": incident.pk, **details}
            )
