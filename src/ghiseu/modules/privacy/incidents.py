"""Incidents: opening them, what has to be done by when, closing them when nothing is open any more.

Law 48/2023 (transposing NIS2, Article 23(4)): an early warning within 24 hours, a notification within 72, a final
report within a month after the notification. Law 195/2024 (transposing GDPR, Articles 33 and 34): the National Center
for Personal Data Protection within 72 hours, the people without delay when the risk to them is high.
"""

import calendar
from dataclasses import dataclass
from datetime import datetime, timedelta

from ghiseu.foundation.access import require_transaction
from ghiseu.modules.privacy.models import Duty, DutyKind, DutyState, Incident, IncidentKind, IncidentState

HOURS = {DutyKind.EARLY_WARNING: 24, DutyKind.DATA_AUTHORITY: 72, DutyKind.CYBER_NOTIFICATION: 72}
OF_DATA = (DutyKind.DATA_AUTHORITY, DutyKind.PEOPLE_TOLD)
OF_CYBER = (DutyKind.EARLY_WARNING, DutyKind.CYBER_NOTIFICATION, DutyKind.FINAL_REPORT)
DUTIES = {
    IncidentKind.PERSONAL_DATA: OF_DATA,
    IncidentKind.CYBER: OF_CYBER,
    IncidentKind.BOTH: (*OF_CYBER[:2], *OF_DATA, DutyKind.FINAL_REPORT),
}
LANGUAGES = ("ro", "ru", "en")


class NotTold(Exception):
    """What happened, or why a duty is not needed, was not said."""


class NotYet(Exception):
    """The incident began or became known after now, or it ended before it began."""


class DutiesOpen(Exception):
    """An incident is closed when every duty is done or said not to be needed."""


class IncidentClosed(Exception):
    """A closed incident is not changed."""


@dataclass(frozen=True, kw_only=True)
class Reach:
    """Which acts of the journal the incident is about; empty and None mean all."""

    from_at: datetime
    to_at: datetime
    centre_code: str = ""
    desk_number: int | None = None
    operator_number: int | None = None
    acts: str = ""


def due_times(kind: IncidentKind, *, aware_at: datetime) -> dict[DutyKind, datetime | None]:
    """Return by when each duty has to be done, in the order in which they fall due; None where no moment is named."""
    times: dict[DutyKind, datetime | None] = {}
    for duty in DUTIES[kind]:
        hours = HOURS.get(duty)
        times[duty] = aware_at + timedelta(hours=hours) if hours else None
    notified = times.get(DutyKind.CYBER_NOTIFICATION)
    if notified is not None:
        times[DutyKind.FINAL_REPORT] = month_after(notified)
    return times


def month_after(moment: datetime) -> datetime:
    """Return the same hour a month later; the last day of a month that is shorter."""
    year, month = (moment.year, moment.month + 1) if moment.month < 12 else (moment.year + 1, 1)  # noqa: PLR2004 - months
    return moment.replace(year=year, month=month, day=min(moment.day, calendar.monthrange(year, month)[1]))


def open_incident(
    *, kind: IncidentKind, aware_at: datetime, what_happened: str, reach: Reach, by_id: int, at: datetime
) -> Incident:
    """Keep an incident with its duties. Raises NotTold, NotYet, NoTransaction."""
    require_transaction()
    if not what_happened.strip():
        raise NotTold
    if aware_at > at or reach.to_at < reach.from_at:
        raise NotYet
    incident = Incident.objects.create(
        kind=kind,
        aware_at=aware_at,
        what_happened=what_happened.strip(),
        opened_at=at,
        opened_by_id=by_id,
        **_columns(reach),
    )
    for duty, due_at in due_times(kind, aware_at=aware_at).items():
        Duty.objects.create(incident=incident, kind=duty, due_at=due_at)
    return incident


def change(incident_id: int, *, reach: Reach, told: dict[str, str]) -> Incident:
    """Change what the incident is about and what the people are told, by language.

    Raises Incident.DoesNotExist, IncidentClosed, NotYet, NoTransaction.
    """
    incident = _open_one(incident_id)
    if reach.to_at < reach.from_at:
        raise NotYet
    for name, value in _columns(reach).items():
        setattr(incident, name, value)
    incident.told_ro, incident.told_ru, incident.told_en = (told.get(one, "").strip() for one in LANGUAGES)
    incident.save()
    return incident


def end_duty(
    incident_id: int, *, kind: DutyKind, to: DutyState, note: str, by_id: int, at: datetime
) -> tuple[Duty, str]:
    """Mark a duty done, or not needed with the reason; return it and the event of the step.

    A month for the final report is counted from the notification that was really sent.
    Raises Incident.DoesNotExist, Duty.DoesNotExist, IncidentClosed, StepNotAllowed, NotTold, NoTransaction.
    """
    incident = _open_one(incident_id)
    if to == DutyState.NOT_NEEDED and not note.strip():
        raise NotTold
    duty = Duty.objects.select_for_update(of=("self",)).get(incident=incident, kind=kind)
    event = duty.move_to(to)
    duty.ended_at, duty.ended_by_id, duty.note = at, by_id, note.strip()
    duty.save()
    if (kind, to) == (DutyKind.CYBER_NOTIFICATION, DutyState.DONE):
        Duty.objects.filter(incident=incident, kind=DutyKind.FINAL_REPORT).update(due_at=month_after(at))
    return duty, event


def close(incident_id: int, *, by_id: int, at: datetime) -> tuple[Incident, str]:
    """Close the incident; return it and the event of the step.

    Raises Incident.DoesNotExist, IncidentClosed, DutiesOpen, NoTransaction.
    """
    incident = _open_one(incident_id)
    if incident.duties.filter(state=DutyState.DUE).exists():
        raise DutiesOpen
    event = incident.move_to(IncidentState.CLOSED)
    incident.closed_at, incident.closed_by_id = at, by_id
    incident.save(update_fields=["state", "closed_at", "closed_by"])
    return incident, event


def newest(*, most: int = 50) -> list[Incident]:
    """Return the incidents with their duties: open ones first, then the newest."""
    found = Incident.objects.prefetch_related("duties").order_by("-state", "-aware_at", "-id")
    return list(found[:most])


def _open_one(incident_id: int) -> Incident:
    require_transaction()
    incident = Incident.objects.select_for_update(of=("self",)).get(pk=incident_id)
    if incident.state != IncidentState.OPEN:
        raise IncidentClosed
    return incident


def _columns(reach: Reach) -> dict[str, object]:
    return {
        "from_at": reach.from_at,
        "to_at": reach.to_at,
        "centre_code": reach.centre_code,
        "desk_number": reach.desk_number,
        "operator_number": reach.operator_number,
        "acts": reach.acts,
    }
