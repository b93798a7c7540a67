"""A case opens on a package version, on a recorded identification and mandate, with what registers know filled in."""

from dataclasses import dataclass, field
from datetime import datetime

from ghiseu.foundation import clock
from ghiseu.foundation.access import ActingContext, transaction
from ghiseu.journeys import check_power, keep_agreement
from ghiseu.journeys.identify import identity_of
from ghiseu.journeys.look_at_service import Asked, Prospect, look_at_service, only_one, same_matters
from ghiseu.journeys.matter import Judged
from ghiseu.journeys.not_needed import write_not_needed
from ghiseu.modules.cases import commands
from ghiseu.modules.cases import fields as case_fields
from ghiseu.modules.cases import operations as cases
from ghiseu.modules.cases.evidence import Taken
from ghiseu.modules.cases.models import Case, EvidenceKind, EvidenceMethod
from ghiseu.modules.cases.operations import NewCase
from ghiseu.modules.catalogue.evaluation import ValueOrigin
from ghiseu.modules.catalogue.models import ServicePackage
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.centres.models import Role
from ghiseu.modules.mandates.models import Occasion
from ghiseu.modules.visits.models import Visit
from ghiseu.modules.visits.numbering import next_number
from ghiseu.modules.visits.queries import acting_in


class NotPossible(Exception):
    """A blocking precondition fails or waits for an answer. `preconditions` are their ids."""

    def __init__(self, preconditions: list[str]) -> None:
        super().__init__(", ".join(preconditions))
        self.preconditions = preconditions


class RoleDoesNotFit(Exception):
    """The person cannot apply in this role: the registers or the visit's mandate say otherwise."""


class PowerNotForThisService(RoleDoesNotFit):
    """The power of the registry, on which the person acts, is of a type that does not serve this service."""


class OnlyTheLeadMayOverride(Exception):
    """An operator tried to go past a block without the centre lead's role, or without a reason."""


@dataclass(frozen=True, kw_only=True)
class OpenOrder:
    """What the operator decided. `overrides` maps a blocking precondition to the centre lead's reason."""

    asked: Asked
    command: str
    overrides: dict[str, str] = field(default_factory=dict)


def open_case(*, visit: Visit, order: OpenOrder, at_desk: AtDesk, at: datetime) -> str:
    """Open the case and return its number. The same command again returns the same number.

    Raises NotPossible, RoleDoesNotFit (PowerNotForThisService), OnlyTheLeadMayOverride, MatterIsOpenAlready,
    NoSuchService; PowerDoesNotHold, PowerNotKnown when the power was asked about on an earlier day.
    """
    prospect = look_at_service(visit=visit, asked=order.asked, at_desk=at_desk, at=at)
    judged = prospect.judged
    _require_power(judged, at_desk=at_desk, at=at)
    _require_possible(prospect, order, at_desk)
    package = judged.matter.package
    with transaction():
        acting = acting_in(
            visit,
            at_desk=at_desk,
            subject=judged.matter.holder,
            legal_basis=package.legal_basis[0].act,
            legal_reason=f"{package.code}: case opened on request",
        )

        def do() -> dict[str, str]:
            case = _open(judged, order, at_desk=at_desk, acting=acting, at=at)
            return {"number": case.number}

        return commands.once(command=order.command, name="open-case", acting=acting, at=at, do=do)["number"]


def _require_power(judged: Judged, *, at_desk: AtDesk, at: datetime) -> None:
    """Refuse to open anything on a power of another type, or on one that nobody has asked about today."""
    matter = judged.matter
    with transaction():
        if check_power.fits(matter) is False:
            raise PowerNotForThisService(matter.role)
        acting = acting_in(
            matter.visit,
            at_desk=at_desk,
            subject=matter.holder,
            legal_basis=matter.package.legal_basis[0].act,
            legal_reason=f"{matter.package.code}: power checked",
        )
    check_power.require_standing_today(
        mandate=matter.mandate, occasion=Occasion.INTAKE, acting=acting, zone=at_desk.time_zone, at=at
    )


def _require_possible(prospect: Prospect, order: OpenOrder, at_desk: AtDesk) -> None:
    evaluation = prospect.judged.evaluation
    if not evaluation.role_is_allowed:
        raise RoleDoesNotFit(evaluation.role)
    reasons = [reason.strip() for reason in order.overrides.values()]
    if order.overrides and (not at_desk.has_role(Role.CENTRE_LEAD) or not all(reasons)):
        raise OnlyTheLeadMayOverride
    waiting = [verdict.id for verdict in evaluation.questions]
    failing = [verdict.id for verdict in evaluation.stops]
    left = [one for one in (*failing, *waiting) if one not in order.overrides]
    if left:
        raise NotPossible(left)


def _open(judged: Judged, order: OpenOrder, *, at_desk: AtDesk, acting: ActingContext, at: datetime) -> Case:
    matter, package = judged.matter, judged.matter.package
    stored = ServicePackage.objects.get(code=package.code, version=package.version)
    new = NewCase(
        number=next_number(centre_code=at_desk.centre_code, year=clock.today(at_desk.time_zone, at=at).year),
        visit=matter.visit,
        holder=matter.holder,
        mandate=matter.mandate,
        role=matter.role,
        package=stored,
        service_names={language: package.name(language) for language in ("ro", "ru", "en")},
        institution=package.institution,
        centre_name=at_desk.centre_name,
        centre_phone=at_desk.centre_phone,
        answers=order.asked.answers,
        overrides=order.overrides,
        same_matters=tuple(same_matters(judged)),
        only_one=only_one(judged),
    )
    acting = acting_in(
        matter.visit,
        at_desk=at_desk,
        subject=matter.holder,
        legal_basis=acting.legal_basis,
        legal_reason=acting.legal_reason,
        case_number=new.number,
    )
    case = cases.open_case(new=new, acting=acting, on=judged.on, at=at)
    case.term, case.pays_despite_exemption = order.asked.term, order.asked.pays_despite_exemption
    usual = _usual(judged)
    case.delivery = str(usual["delivery"][0]) if "delivery" in usual else ""
    case.promised_on = judged.quote.date
    case.save(update_fields=["term", "pays_despite_exemption", "delivery", "promised_on"])
    case_fields.prefill(case=case, values=_filled(judged) | usual, by_id=at_desk.operator_id, at=at)
    _take_evidence(case, judged, acting=acting, at=at)
    return case


def _filled(judged: Judged) -> dict[str, tuple[case_fields.JsonValue, str, datetime | None]]:
    filled: dict[str, tuple[case_fields.JsonValue, str, datetime | None]] = {}
    for state in judged.evaluation.fields:
        if state.origin is ValueOrigin.PREFILLED:
            filled[state.field.id] = (state.value, state.source, judged.read_at(state))
    return filled


def _usual(judged: Judged) -> dict[str, tuple[case_fields.JsonValue, str, datetime | None]]:
    """Return what most people choose: the quoted term and the usual delivery, to be changed by one key."""
    package = judged.matter.package
    usual = {
        "term": judged.quote.term,
        "delivery": next((delivery.id for delivery in package.deliveries if delivery.default), ""),
    }
    open_now = {state.field.id: state for state in judged.evaluation.fields if state.origin is ValueOrigin.NONE}
    for name, state in open_now.items():
        if state.visible and state.required and len(state.options) == 1:
            usual[name] = state.options[0].value  # nothing is left to choose
    return {
        name: (value, case_fields.OPERATOR, None)
        for name, value in usual.items()
        if name in open_now and value in {option.value for option in open_now[name].options}
    }


def _take_evidence(case: Case, judged: Judged, *, acting: ActingContext, at: datetime) -> None:
    """Write what exists from the start: who was identified how, the operator's act, the mandate, what needs none."""
    taken = [
        identity_of(judged.matter.visit),
        Taken(
            kind=EvidenceKind.OPERATOR_ACT,
            method=EvidenceMethod.RECORDED,
            details={"operator": str(acting.operator_id), "centre": acting.centre_code, "act": "case opened"},
        ),
    ]
    mandate = judged.matter.mandate
    if mandate is not None:
        taken.append(
            Taken(
                kind=EvidenceKind.MANDATE,
                method=EvidenceMethod.RECORDED,
                details={"mandate": str(mandate.pk), "kind": mandate.kind, "confirmed_by": mandate.confirmed_by},
            )
        )
    for one in taken:
        keep_agreement.take(case=case, taken=one, acting=acting, at=at)
    write_not_needed(case, judged.matter.package, acting=acting, at=at)
