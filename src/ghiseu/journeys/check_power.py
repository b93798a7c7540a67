"""Asking the registry of powers whether somebody may act for another: at intake, and again whenever it matters.

The answer is kept with the mandate and serves on the day it was given. Whoever calls holds no transaction.
"""

from dataclasses import replace
from datetime import datetime

from ghiseu.foundation.access import ActingContext, transaction
from ghiseu.foundation.audit import journal
from ghiseu.foundation.outcomes import NotFoundThere, OutsideError, Refused, TryLater, UnusableAnswer, WrongSubject
from ghiseu.foundation.ports import PortNotServed
from ghiseu.journeys.matter import Matter
from ghiseu.modules.mandates import powers as kept
from ghiseu.modules.mandates.models import NOT_KNOWN, Mandate, MandateKind, Occasion, PowerCheck, PowerVerdict
from ghiseu.modules.mandates.operations import MandateDoesNotHold, MandateShown
from ghiseu.modules.mandates.ports import REGISTRY, Power, Powers, PowersQuestion, PowerState, powers
from ghiseu.modules.mandates.powers import OF_STATE, Judgement

# In the order in which somebody at a desk is likely to meet them.
_WHY_NOT = (
    PowerState.CANCELLED,
    PowerState.SUSPENDED,
    PowerState.PENDING_ACCEPTANCE,
    PowerState.PENDING_VALIDITY,
    PowerState.DRAFT,
)
_ABOUT_WHOM = frozenset({PowerVerdict.OTHER_SUBJECT, PowerVerdict.OTHER_REPRESENTATIVE, PowerVerdict.OF_ORGANISATION})
_PER_PAGE, _MOST_PAGES = 50, 4


class PowerNotKnown(Exception):
    """The registry gave no answer that can be used. Nothing was done; the same may be tried again."""

    def __init__(self, verdict: PowerVerdict) -> None:
        super().__init__(verdict)
        self.verdict = verdict


class PowerDoesNotHold(Exception):
    """The registry says that the mandate may not be used any more; nothing was done on it."""

    def __init__(self, verdict: PowerVerdict) -> None:
        super().__init__(verdict)
        self.verdict = verdict


def is_connected() -> bool:
    """Tell whether there is a registry to ask."""
    return REGISTRY in set(powers.keys())


def at_intake(*, code: str, acting: ActingContext, representative: str, at: datetime) -> Judgement:
    """Return that the power holds between these two people (`representative` is an IDNP). The question is journaled.

    Raises MandateDoesNotHold, PowerNotKnown. May be repeated.
    """
    judged = _ask(code, subject=acting.subject_idnp, representative=representative, acting=acting, at=at)
    with transaction():
        kept.record_question(acting=acting, occasion=Occasion.INTAKE, judged=judged, at=at)
    if judged.verdict in NOT_KNOWN or judged.verdict is PowerVerdict.ABOUT_OTHERS:
        raise PowerNotKnown(judged.verdict)
    if not judged.holds:
        raise MandateDoesNotHold(judged.verdict)
    return judged


def shown_by(judged: Judgement, shown: MandateShown, *, zone: str) -> MandateShown:
    """Return what is to be recorded: the registry's word in place of what was typed."""
    power = judged.power
    if power is None:
        return shown
    return replace(
        shown,
        evidence_number=power.code,
        issued_by=power.provider_name,
        issued_on=None,
        valid_until=kept.last_day(power, zone=zone),
        revoked_on=None,
        confirmed_by=REGISTRY,
    )


def renew(*, mandate_id: int, occasion: Occasion, acting: ActingContext, zone: str, at: datetime) -> PowerCheck:
    """Ask about a recorded mandate anew and keep the answer. May be repeated.

    Raises PowerDoesNotHold, PowerNotKnown; what was answered is kept all the same.
    """
    with transaction():
        mandate = Mandate.objects.select_related("subject", "representative").get(pk=mandate_id)
        subject, representative = mandate.subject.idnp, mandate.representative.idnp
    judged = _ask(mandate.evidence_number, subject=subject, representative=representative, acting=acting, at=at)
    if judged.verdict in _ABOUT_WHOM and mandate.confirmed_by == REGISTRY:
        # It once named these two people under this code: now it speaks of others.
        judged = replace(judged, verdict=PowerVerdict.ABOUT_OTHERS)
    with transaction():
        locked = Mandate.objects.select_for_update(of=("self",)).get(pk=mandate_id)
        check = kept.record_check(mandate=locked, occasion=occasion, judged=judged, acting=acting, zone=zone, at=at)
        kept.record_question(acting=acting, occasion=occasion, judged=judged, at=at)
    if judged.verdict in NOT_KNOWN:
        raise PowerNotKnown(judged.verdict)
    if not judged.holds:
        raise PowerDoesNotHold(judged.verdict)
    return check


def require_standing_today(
    *, mandate: Mandate | None, occasion: Occasion, acting: ActingContext, zone: str, at: datetime
) -> None:
    """Ask anew unless this day's newest answer says that the mandate holds. Raises as `renew`."""
    with transaction():
        if mandate is None or kept.stands_today(mandate, zone=zone, at=at):
            return
    renew(mandate_id=mandate.pk, occasion=occasion, acting=acting, zone=zone, at=at)


def powers_held(*, acting: ActingContext, at: datetime) -> tuple[Power, ...]:
    """Return the powers that the person of the act holds now, for them to choose from. Raises PowerNotKnown."""
    asked = PowersQuestion(
        party=acting.subject_idnp, given_to=acting.subject_idnp, state=PowerState.VALID, per_page=_PER_PAGE
    )
    found: list[Power] = []
    try:
        registry = powers.get(REGISTRY)
        for page in range(1, _MOST_PAGES + 1):
            rows = registry.listed(replace(asked, page=page), acting=acting)
            found += rows
            if len(rows) < _PER_PAGE:
                break
    except (OutsideError, PortNotServed) as error:
        raise PowerNotKnown(_verdict_of(error)) from error
    with transaction():
        journal.record(
            "mandates.power.listed", acting=acting, at=at, object_type="MPower", details={"count": len(found)}
        )
    return tuple(one for one in found if one.is_valid)


def fits(matter: Matter) -> bool | None:
    """Tell whether the mandate of the matter is for this service; None when the package names no types of powers.

    True for every mandate that the registry did not confirm: others are judged by their papers. Needs a transaction.
    """
    mandate = matter.mandate
    if mandate is None or mandate.kind != MandateKind.MPOWER or mandate.confirmed_by != REGISTRY:
        return True
    role = next((one for one in matter.package.roles if one.id == matter.role), None)
    if role is None or role.mandate != "mpower":
        return False
    if not role.authorisation_types:
        return None
    newest = kept.newest_check(mandate)
    return newest is not None and newest.type_code in role.authorisation_types


def _ask(code: str, *, subject: str, representative: str, acting: ActingContext, at: datetime) -> Judgement:
    """Return what the registry makes of the code; never raises. Holds no transaction."""
    try:
        registry = powers.get(REGISTRY)
        power = registry.details(code, acting=acting)
    except (OutsideError, PortNotServed) as error:
        return Judgement(verdict=_verdict_of(error))
    judged = kept.judge(power, subject=subject, representative=representative, at=at)
    if judged.verdict is PowerVerdict.NOT_VALID:
        return replace(judged, verdict=_why_not(registry, power, acting=acting))
    return judged


def _verdict_of(error: OutsideError | PortNotServed) -> PowerVerdict:
    """Return what an ending without an answer means."""
    if isinstance(error, NotFoundThere):
        return PowerVerdict.UNKNOWN_THERE
    if isinstance(error, WrongSubject):
        return PowerVerdict.ABOUT_OTHERS
    if isinstance(error, UnusableAnswer):
        return PowerVerdict.UNUSABLE
    if isinstance(error, Refused):
        meanings = {"400": PowerVerdict.NO_CODE, "no-success": PowerVerdict.UNKNOWN_THERE}
        return meanings.get(error.code, PowerVerdict.NO_RIGHT)
    return PowerVerdict.NO_ANSWER  # TryLater, or nothing is connected


def _why_not(registry: Powers, power: Power, *, acting: ActingContext) -> PowerVerdict:
    """Find the power in the lists of the states that do not hold: its details only say that it does not."""
    asked = PowersQuestion(
        party=power.representative.number,
        given_by=power.subject.number,
        given_to=power.representative.number,
        type_code=power.type_code,
        per_page=_PER_PAGE,
    )
    for state in _WHY_NOT:
        try:
            rows = registry.listed(replace(asked, state=state), acting=acting)
        except (TryLater, Refused, UnusableAnswer):
            return PowerVerdict.NOT_VALID
        if power.code in {one.code for one in rows}:
            return OF_STATE[state]
    return PowerVerdict.NOT_VALID
