"""Opening a case and moving it through its states."""

import hashlib
import secrets
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import IntegrityError

from ghiseu.foundation import clock
from ghiseu.foundation.access import ActingContext, require_transaction, transaction
from ghiseu.foundation.audit import journal
from ghiseu.foundation.crypto import blind_index, blind_indexes
from ghiseu.modules.applicants.models import Person
from ghiseu.modules.cases.content import ContentDestroyed
from ghiseu.modules.cases.models import CallReason, CallTask, Case, OpenMatter, PublicStatus
from ghiseu.modules.cases.states import CaseState, Outcome
from ghiseu.modules.cases.timeline import tell
from ghiseu.modules.catalogue.models import ServicePackage
from ghiseu.modules.mandates.models import Mandate
from ghiseu.modules.visits.models import Visit


class MatterIsOpenAlready(Exception):
    """The same matter of the same person is open: here or at another centre. Only date and centre are told."""

    def __init__(self, *, case_number: str, centre_name: str, opened_on: date) -> None:
        super().__init__(f"open since {opened_on.isoformat()}")
        self.case_number = case_number
        self.centre_name = centre_name
        self.opened_on = opened_on


@dataclass(frozen=True, kw_only=True)
class NewCase:
    """Everything that is settled before a case opens."""

    number: str
    visit: Visit
    holder: Person
    mandate: Mandate | None
    role: str
    package: ServicePackage
    service_names: dict[str, str]
    institution: str
    centre_name: str
    centre_phone: str
    answers: dict[str, bool] = field(default_factory=dict)
    overrides: dict[str, str] = field(default_factory=dict)
    same_matters: tuple[str, ...] = ()  # empty: nothing is the same as this
    only_one: bool = True  # False: a second open matter of the kind is allowed


def open_case(*, new: NewCase, acting: ActingContext, on: date, at: datetime) -> Case:
    """Open a case and its public status. Raises MatterIsOpenAlready, NoTransaction."""
    require_transaction()
    claim = claim_matters if new.only_one else note_matters
    claim(new.same_matters, case_number=new.number, centre_name=new.centre_name, on=on)
    code = secrets.token_urlsafe(18)
    case = Case.objects.create(
        centre_id=acting.centre_id,
        number=new.number,
        visit=new.visit,
        applicant=new.visit.person,
        holder=new.holder,
        role=new.role,
        mandate=new.mandate,
        package=new.package,
        service_code=new.package.code,
        institution=new.institution,
        language=new.visit.language,
        answers=new.answers,
        overrides=new.overrides,
        public_code=code,
        opened_at=at,
        opened_by_id=acting.operator_id,
        changed_at=at,
    )
    PublicStatus.objects.create(
        code_sha256=hashlib.sha256(code.encode()).hexdigest(),
        service_names=new.service_names,
        state=case.state,
        centre_name=new.centre_name,
        centre_phone=new.centre_phone,
        changed_at=at,
    )
    tell(case, "opened", at=at, by_id=acting.operator_id)
    journal.record("cases.case.opened", acting=acting, at=at, object_type="case", object_id=case.number)
    for precondition in new.overrides:
        tell(case, "overridden", at=at, by_id=acting.operator_id, precondition=precondition)
        journal.record("cases.precondition.overridden", acting=acting, at=at, details={"precondition": precondition})
    return case


_MATTER = "matter"  # of the keyed index under which an open matter is known in the whole country


def claim_matters(same_matters: Iterable[str], *, case_number: str, centre_name: str, on: date) -> None:
    """Make the case the only open one of these matters in the country. The same case may claim them again.

    Raises MatterIsOpenAlready, NoTransaction.
    """
    for same_matter in sorted(same_matters):
        _claim(same_matter, case_number=case_number, centre_name=centre_name, on=on)


def note_matters(same_matters: Iterable[str], *, case_number: str, centre_name: str, on: date) -> None:
    """Let others see that these matters are open; the first case stays the one that is named. Raises NoTransaction."""
    for same_matter in sorted(same_matters):
        with suppress(MatterIsOpenAlready):
            _claim(same_matter, case_number=case_number, centre_name=centre_name, on=on)


def _claim(same_matter: str, *, case_number: str, centre_name: str, on: date) -> None:
    require_transaction()
    matter = find_open_matter([same_matter])  # perhaps under the key before the present one
    if matter is None:
        try:
            with transaction():
                key = blind_index(same_matter, purpose=_MATTER)
                matter = OpenMatter.objects.create(
                    key=key, case_number=case_number, centre_name=centre_name, opened_on=on
                )
        except IntegrityError:  # another desk was quicker
            matter = find_open_matter([same_matter])
            if matter is None:
                raise
    if matter.case_number != case_number:
        raise MatterIsOpenAlready(
            case_number=matter.case_number, centre_name=matter.centre_name, opened_on=matter.opened_on
        )


def release_matters(*, case_number: str, keep: Iterable[str] = ()) -> None:
    """Give up what the case claimed, but for the matters to keep. May be repeated. Raises NoTransaction."""
    require_transaction()
    OpenMatter.objects.filter(case_number=case_number).exclude(key__in=_keys(keep)).delete()


def _keys(same_matters: Iterable[str]) -> list[bytes]:
    """Return the keys under which the matters may be known, those of earlier index keys too."""
    return [key for one in same_matters for key in blind_indexes(one, purpose=_MATTER)]


def find_open_matter(same_matters: Iterable[str]) -> OpenMatter | None:
    """Return the oldest open matter of these anywhere in the country, for a warning before a case opens."""
    keys = _keys(same_matters)
    return OpenMatter.objects.filter(key__in=keys).order_by("opened_on", "id").first() if keys else None


def locked(case_id: int, *, destroyed_too: bool = False) -> Case:
    """Return the case, locked until the transaction ends.

    Whoever changes a case, its submissions or its orders locks the case first, so that nobody waits in a circle.
    Whoever says `destroyed_too` seals nothing for a destroyed case: the database refuses its key.
    Raises Case.DoesNotExist, ContentDestroyed, NoTransaction.
    """
    require_transaction()
    # Not against rows that only refer to the case: those are written without holding it.
    held = Case.objects.select_for_update(of=("self",), no_key=True)
    case = held.select_related("package", "holder", "applicant", "centre").get(pk=case_id)
    if case.destroyed_at is not None and not destroyed_too:
        raise ContentDestroyed(on=local_day(case, case.destroyed_at))
    return case


def move(
    case: Case,
    to: CaseState,
    *,
    acting: ActingContext,
    at: datetime,
    tell_as: str = "",
    outcome: Outcome | None = None,
    **values: str,
) -> Case:
    """Take the step, journal it, tell it on the timeline and on the citizen's page. Raises StepNotAllowed."""
    require_transaction()
    event = case.move_to(to)
    case.changed_at = at
    if outcome is not None:
        case.outcome, case.ended_at = outcome, at
    case.save()
    if tell_as:
        tell(case, tell_as, at=at, by_id=acting.operator_id, **values)
    journal.record(event, acting=acting, at=at, object_type="case", object_id=case.number, outcome=outcome or "done")
    show_publicly(case, at=at)
    if to in {CaseState.DONE, CaseState.CLOSED}:
        release_matters(case_number=case.number)
    return case


def show_publicly(case: Case, *, at: datetime) -> None:
    """Bring the citizen's page up to date with the case; it holds no personal data. Raises NoTransaction."""
    require_transaction()
    PublicStatus.objects.filter(code_sha256=hashlib.sha256(case.public_code.encode()).hexdigest()).update(
        state=case.state, promised_on=case.promised_on, respond_by=case.respond_by, changed_at=at
    )


def local_day(case: Case, at: datetime) -> date:
    """Return the calendar day of the moment at the centre of the case."""
    return clock.today(case.centre.time_zone, at=at)


def ask_to_call(case: Case, reason: CallReason, *, at: datetime, on: date | None = None) -> None:
    """Put the person on the call list for this reason, once; due today at the centre, or `on` that day.

    Raises NoTransaction.
    """
    require_transaction()
    CallTask.objects.get_or_create(
        case=case,
        reason=reason,
        done_at=None,
        defaults={"centre_id": case.centre_id, "due_on": on or local_day(case, at), "made_at": at},
    )


def close_call(
    *, task: CallTask, note: str, try_again_on: date | None, acting: ActingContext, at: datetime
) -> CallTask:
    """Note how the call went: done, or answered by nobody and to be tried again on a day. Raises NoTransaction."""
    require_transaction()
    is_kept = task.case.destroyed_at is None  # else nothing is written of what was said
    if is_kept:
        task.note = f"{task.note}\n{local_day(task.case, at).isoformat()}: {note}".strip()
    if try_again_on is None:
        task.done_at, task.done_by_id = at, acting.operator_id
        if is_kept:
            tell(task.case, "called", at=at, by_id=acting.operator_id)
    else:
        task.due_on, task.unanswered = try_again_on, task.unanswered + 1
    task.save(update_fields=["note", "done_at", "done_by_id", "due_on", "unanswered"])
    journal.record(
        "cases.call.done",
        acting=acting,
        at=at,
        object_type="call",
        object_id=str(task.pk),
        outcome="done" if try_again_on is None else "again",
    )
    return task


PRESENT_FOR = timedelta(seconds=45)
