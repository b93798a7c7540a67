"""The person at the desk acts for somebody else: find the other person, check the mandate, record it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from ghiseu.foundation import clock
from ghiseu.foundation.access import ActingContext, SubjectIsActor, transaction
from ghiseu.journeys import check_power
from ghiseu.journeys.start_visit import LEGAL_BASIS, OwnMatter, know_from_register
from ghiseu.modules.applicants import operations as applicants
from ghiseu.modules.applicants.models import Person, ReadingOutcome
from ghiseu.modules.applicants.operations import Names
from ghiseu.modules.applicants.ports import FactValue
from ghiseu.modules.applicants.queries import Facts
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.mandates import operations as mandates
from ghiseu.modules.mandates import powers
from ghiseu.modules.mandates.models import Mandate, MandateKind, Occasion
from ghiseu.modules.mandates.operations import MandateDoesNotHold, MandateShown
from ghiseu.modules.mandates.ports import Power
from ghiseu.modules.mandates.powers import Judgement
from ghiseu.modules.visits import operations as visits
from ghiseu.modules.visits.models import Visit
from ghiseu.modules.visits.queries import acting_in

REASON = "acts for another person"
# What the subject has to be to the person at the desk, in the register's words, for each kind of kinship.
_KIN = {
    MandateKind.PARENT: ("child",),
    MandateKind.GUARDIAN: ("ward",),
    MandateKind.SPOUSE: ("spouse",),
    MandateKind.RELATIVE: ("mother", "father", "brother", "sister", "child"),
}
_OF_AGE = 18


def act_for(*, visit: Visit, subject_idnp: str, shown: MandateShown, at_desk: AtDesk, at: datetime) -> Mandate:
    """Record that the person of the visit acts for the subject, and make it the visit's mandate.

    Kinship and guardianship are taken from the population register when it answers; a register that contradicts
    the paper wins. A power of the registry of powers is asked about there, when it is connected. A refusal is
    journaled. Raises MandateDoesNotHold, OwnMatter, PowerNotKnown.
    """
    if subject_idnp == at_desk.operator_idnp:
        raise OwnMatter
    with transaction():
        subject = applicants.know_person(
            centre_id=at_desk.centre_id,
            idnp=subject_idnp,
            document="",
            names=Names(),
            language=visit.language,
            at=at,
        )
    presenter = know_from_register(visit=visit, person=visit.person, at_desk=at_desk, reason=REASON, at=at)
    acting = acting_in(visit, at_desk=at_desk, subject=subject, legal_basis=LEGAL_BASIS, legal_reason=REASON)
    today = clock.today(at_desk.time_zone, at=at)
    try:
        _refuse_oneself(visit, subject)
        confirmed = _confirmed(shown, presenter, subject_idnp)
        judged = _asked_about(shown, visit, acting=acting, at=at)
        if judged is not None:
            confirmed = check_power.shown_by(judged, shown, zone=at_desk.time_zone)
        _know_subject(visit, subject, at_desk=at_desk, at=at)
        _refuse_the_impossible(shown, subject, today)
        if shown.kind == MandateKind.PARENT:
            # Whose age nobody knows may be of age tomorrow: then it holds for the day of this visit only.
            last_day = _last_day_of_childhood(subject.birth_date) if subject.birth_date else today
            confirmed = replace(confirmed, valid_until=last_day)
        return _record(visit, subject, confirmed, judged, acting=acting, at_desk=at_desk, at=at)
    except MandateDoesNotHold as refusal:
        with transaction():
            mandates.record_refusal(acting=acting, kind=shown.kind, why=refusal.why, at=at)
        raise


def _asked_about(shown: MandateShown, visit: Visit, *, acting: ActingContext, at: datetime) -> Judgement | None:
    """Return what the registry of powers says of a power that holds; None for other grounds, and without a registry."""
    if shown.kind != MandateKind.MPOWER or not check_power.is_connected():
        return None
    code = "".join(shown.evidence_number.split())
    return check_power.at_intake(code=code, acting=acting, representative=visit.person.idnp, at=at)


def _record(
    visit: Visit,
    subject: Person,
    confirmed: MandateShown,
    judged: Judgement | None,
    *,
    acting: ActingContext,
    at_desk: AtDesk,
    at: datetime,
) -> Mandate:
    zone = at_desk.time_zone
    with transaction():
        mandate = mandates.record_mandate(
            subject=subject,
            representative=visit.person,
            shown=confirmed,
            acting=acting,
            on=clock.today(zone, at=at),
            at=at,
        )
        if judged is not None:
            occasion = Occasion.INTAKE
            powers.record_check(mandate=mandate, occasion=occasion, judged=judged, acting=acting, zone=zone, at=at)
        visits.act_for(visit=visit, mandate=mandate, acting=acting, at=at)
    return mandate


def _know_subject(visit: Visit, subject: Person, *, at_desk: AtDesk, at: datetime) -> None:
    """Read about the subject, only after the evidence fits: nobody is read about because of a mere claim."""
    know_from_register(visit=visit, person=subject, at_desk=at_desk, reason=REASON, at=at)
    with transaction():
        subject.refresh_from_db()


def act_for_oneself(*, visit: Visit, at_desk: AtDesk, at: datetime) -> None:
    """From now on the visit is about the person at the desk again. May be repeated."""
    with transaction():
        try:
            acting = acting_in(
                visit, at_desk=at_desk, subject=visit.person, legal_basis=LEGAL_BASIS, legal_reason=REASON
            )
        except SubjectIsActor as error:
            raise OwnMatter from error
        visits.act_for(visit=visit, mandate=None, acting=acting, at=at)


def powers_to_choose_from(*, visit: Visit, at_desk: AtDesk, at: datetime) -> tuple[Power, ...]:
    """Return the powers that the person at the desk holds now, as the registry of powers lists them.

    Raises PowerNotKnown. May be repeated; each time it is journaled.
    """
    acting = acting_in(visit, at_desk=at_desk, subject=visit.person, legal_basis=LEGAL_BASIS, legal_reason=REASON)
    return check_power.powers_held(acting=acting, at=at)


def _refuse_oneself(visit: Visit, subject: Person) -> None:
    if subject.pk == visit.person_id:
        raise MandateDoesNotHold("oneself")


def _refuse_the_impossible(shown: MandateShown, subject: Person, today: date) -> None:
    if shown.kind == MandateKind.PARENT and subject.birth_date and _age(subject.birth_date, today) >= _OF_AGE:
        raise MandateDoesNotHold("of-age")
    if shown.kind == MandateKind.HEIR and subject.deceased_on is None and subject.register_read_at is not None:
        raise MandateDoesNotHold("alive")
    dead_end = {MandateKind.PARENT, MandateKind.GUARDIAN, MandateKind.NOTARISED_POWER, MandateKind.MPOWER}
    if shown.kind in dead_end and subject.deceased_on is not None:
        raise MandateDoesNotHold("deceased")


def _confirmed(shown: MandateShown, presenter: Facts, subject_idnp: str) -> MandateShown:
    """Return what is to be recorded: the register's word where it has one, else the paper that was shown."""
    relations = _KIN.get(shown.kind)
    if relations is None:
        return shown
    if presenter.outcome != ReadingOutcome.ANSWERED:
        if not shown.evidence_number:
            raise MandateDoesNotHold("no-evidence")
        return shown
    row = _row(presenter.values, subject_idnp, relations)
    if row is None and shown.evidence_number and shown.kind != MandateKind.PARENT:
        return shown  # the register does not know of it; the paper shown at the desk stands, and is scanned
    if row is None:
        raise MandateDoesNotHold("not-kin")
    act = row.get("act")
    if isinstance(act, dict) and _has_readable_days(act):
        return MandateShown(
            kind=shown.kind,
            evidence=shown.evidence,
            evidence_number=str(act.get("number") or shown.evidence_number),
            issued_by=str(act.get("authority") or shown.issued_by),
            issued_on=_day(act.get("date")),
            valid_until=_day(act.get("valid_until")),
            revoked_on=_day(act.get("revoked_on")),
            confirmed_by="RSP",
        )
    if act or row.get("confirmed") is False:  # no readable record proves it; then a paper has to
        if not shown.evidence_number:
            raise MandateDoesNotHold("no-evidence")
        return shown
    return MandateShown(kind=shown.kind, evidence=shown.evidence, evidence_number="", confirmed_by="RSP")


def _row(facts: Mapping[str, FactValue], idnp: str, relations: tuple[str, ...]) -> Mapping[str, FactValue] | None:
    family = facts.get("family")
    for row in family if isinstance(family, list) else []:
        if isinstance(row, dict) and row.get("idnp") == idnp and row.get("relation") in relations:
            return row
    return None


def _day(value: FactValue) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) and value else None


def _has_readable_days(act: Mapping[str, FactValue]) -> bool:
    """Tell whether the act proves something: never is an end that nobody can read "no end"."""
    try:
        for name in ("date", "valid_until", "revoked_on"):
            _day(act.get(name))
    except ValueError:
        return False
    return True


def _last_day_of_childhood(born: date) -> date:
    """Return the day before the person comes of age; born on 29 February means on 1 March."""
    year = born.year + _OF_AGE
    comes_of_age = date(year, 3, 1) if (born.month, born.day) == (2, 29) else born.replace(year=year)
    return comes_of_age - timedelta(days=1)


def _age(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
