"""What the registry's answer means for one mandate, and keeping it with the mandate."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from ghiseu.foundation import clock
from ghiseu.foundation.access import ActingContext, require_transaction
from ghiseu.foundation.audit import journal
from ghiseu.modules.mandates.models import Mandate, MandateKind, Occasion, PowerCheck, PowerVerdict
from ghiseu.modules.mandates.ports import REGISTRY, Power, PowerState, powers

# What a state of the registry means for somebody who wants to use the power now.
OF_STATE = {
    PowerState.DRAFT: PowerVerdict.DRAFT,
    PowerState.PENDING_ACCEPTANCE: PowerVerdict.NOT_ACCEPTED,
    PowerState.PENDING_VALIDITY: PowerVerdict.NOT_BEGUN,
    PowerState.SUSPENDED: PowerVerdict.SUSPENDED,
    PowerState.CANCELLED: PowerVerdict.ENDED,
}
# After this the mandate itself is over: nobody can use it again.
FINAL = frozenset({PowerVerdict.ENDED})


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """The verdict, and the answer it rests on (None when none came)."""

    verdict: PowerVerdict
    power: Power | None = None
    raw: str = ""

    @property
    def holds(self) -> bool:
        return self.verdict is PowerVerdict.HOLDS


def judge(power: Power, *, subject: str, representative: str, at: datetime) -> Judgement:
    """Compare the power with the two people of the mandate (numbers of 13 digits) and with the moment.

    Why a power does not hold its details do not say: then the verdict is NOT_VALID.
    """
    return Judgement(verdict=_verdict(power, subject, representative, at), power=power, raw=power.raw)


def _verdict(power: Power, subject: str, representative: str, at: datetime) -> PowerVerdict:
    if power.representative.number != representative:
        return PowerVerdict.OTHER_REPRESENTATIVE
    if power.subject.number != subject:
        return PowerVerdict.OF_ORGANISATION if power.subject.is_organisation else PowerVerdict.OTHER_SUBJECT
    if not power.is_valid:
        return PowerVerdict.NOT_VALID
    if power.begins is not None and at < power.begins:
        return PowerVerdict.NOT_BEGUN
    if power.ends is not None and power.ends <= at:
        return PowerVerdict.ENDED
    return PowerVerdict.HOLDS


def is_checked(mandate: Mandate | None) -> bool:
    """Tell whether the registry has to be asked about this mandate before it is used.

    One that it confirmed once is never used without it, also when it is not connected any more.
    """
    if mandate is None or mandate.kind != MandateKind.MPOWER:
        return False
    return mandate.confirmed_by == REGISTRY or REGISTRY in powers.keys()  # noqa: SIM118 - a port is no mapping


def newest_check(mandate: Mandate) -> PowerCheck | None:
    """Return the newest answer about the mandate."""
    return mandate.power_checks.order_by("-id").first()


def stands_today(mandate: Mandate | None, *, zone: str, at: datetime) -> bool:
    """Tell whether the newest answer says that the mandate holds, and was given on this day of the zone's clocks."""
    if mandate is None or not is_checked(mandate):
        return True
    newest = newest_check(mandate)
    if newest is None or newest.verdict != PowerVerdict.HOLDS:
        return False
    is_of_today = clock.today(zone, at=newest.checked_at) == clock.today(zone, at=at)
    return is_of_today and (newest.ends is None or at < newest.ends)


def last_day(power: Power, *, zone: str) -> date | None:
    """Return the last day on which the power holds, by the zone's clocks; None without end."""
    return clock.today(zone, at=power.ends) if power.ends is not None else None


def record_check(
    *, mandate: Mandate, occasion: Occasion, judged: Judgement, acting: ActingContext, zone: str, at: datetime
) -> PowerCheck:
    """Keep the answer with its mandate: its end follows the registry, and one that is over there is over here.

    Raises NoTransaction.
    """
    require_transaction()
    power = judged.power
    kept = PowerCheck.objects.create(
        centre_id=mandate.centre_id,
        mandate=mandate,
        occasion=occasion,
        verdict=judged.verdict,
        type_code=power.type_code if power else "",
        type_name=power.type_name if power else "",
        provider_name=power.provider_name if power else "",
        begins=power.begins if power else None,
        ends=power.ends if power else None,
        raw=judged.raw,
        checked_at=at,
        checked_by_id=acting.operator_id,
        case_number=acting.case_number,
    )
    if judged.holds and power is not None:
        mandate.valid_until, mandate.confirmed_by = last_day(power, zone=zone), REGISTRY
        mandate.save(update_fields=["valid_until", "confirmed_by"])
    elif judged.verdict in FINAL and mandate.revoked_on is None:
        mandate.revoked_on = clock.today(zone, at=at)
        mandate.save(update_fields=["revoked_on"])
        journal.record(
            "mandates.mandate.ended",
            acting=acting,
            at=at,
            object_type="mandate",
            object_id=str(mandate.pk),
            details={"why": judged.verdict},
        )
    return kept


def forget_answers(*, mandate_ids: Iterable[int]) -> None:
    """Take the answers themselves out; when was asked and what came of it is left. Raises NoTransaction."""
    require_transaction()
    for check in PowerCheck.objects.filter(mandate_id__in=mandate_ids).defer("raw").order_by("id"):
        check.raw = ""
        check.save(update_fields=["raw"])


def record_question(*, acting: ActingContext, occasion: Occasion, judged: Judgement, at: datetime) -> None:
    """Put into the journal that the registry was asked, whatever it said. Raises NoTransaction."""
    journal.record(
        "mandates.power.checked",
        acting=acting,
        at=at,
        object_type="MPower",
        outcome="done" if judged.holds else judged.verdict,
        details={"occasion": occasion, "verdict": judged.verdict},
    )
