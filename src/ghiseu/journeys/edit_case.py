"""Filling in a case: each value saves itself; registers that hang on it are asked; nobody overwrites silently."""

from dataclasses import dataclass
from datetime import datetime

from ghiseu.foundation.access import ActingContext, transaction
from ghiseu.foundation.audit import journal
from ghiseu.journeys.load_case import (
    OpenedCase,
    acting_on,
    case_for,
    load_case,
    matter_of,
    opened,
    package_of,
)
from ghiseu.journeys.matter import read_registers
from ghiseu.modules.applicants import operations as applicants
from ghiseu.modules.cases import fields
from ghiseu.modules.cases import operations as cases
from ghiseu.modules.cases.fields import CaseIsNotEditable, JsonValue, RegisterValueStands
from ghiseu.modules.cases.models import Case, CaseField
from ghiseu.modules.cases.states import EDITABLE_STATES
from ghiseu.modules.catalogue.evaluation import FieldState
from ghiseu.modules.centres.at_desk import AtDesk

# Contacts are told once in a visit and known in every later form.
CONTACT_FIELDS = {"applicant_phone": "phone", "phone": "phone", "applicant_email": "email", "email": "email"}
# Choices that a package asks in its form, and under which name the case keeps them.
CHOICE_FIELDS = {"term": "term", "pay_despite_exemption": "pays_despite_exemption", "delivery": "delivery"}


class NoSuchField(Exception):
    """The package has no such field."""


@dataclass(frozen=True, kw_only=True)
class Typed:
    """One value as typed; `seen_version` is what the page showed (0: empty), `evidence` the paper it was read from."""

    field: str
    value: JsonValue
    seen_version: int
    evidence: str = ""


def save_field(*, number: str, typed: Typed, at_desk: AtDesk, at: datetime) -> OpenedCase:
    """Save one value and return the case as it stands then. The same value again changes nothing.

    What a register only proposes may be replaced; a fact of it stands as long as the register tells it.

    Raises NoSuchCase, NoSuchField, CaseIsNotEditable, FieldChangedMeanwhile, RegisterValueStands.
    """
    with transaction():
        # Locked, so that it is not sent between the look and the writing.
        case = cases.locked(case_for(number, at_desk=at_desk).pk)
        before = opened(case, at_desk=at_desk, at=at)
        package, state = before.package, _state_of(before, typed.field)
        if state.is_filled and state.value == typed.value:
            return before
        if state.is_filled and state.readonly and case.state in EDITABLE_STATES:
            raise RegisterValueStands(typed.field)
        acting = acting_on(case, at_desk=at_desk, package=package, reason="value typed at the desk")
        fields.save_field(
            case=case,
            field=typed.field,
            value=typed.value,
            seen_version=typed.seen_version,
            acting=acting,
            at=at,
            register_stands=False,
        )
        _keep_choice(case, typed)
        if typed.evidence:
            _keep_evidence(case, typed)
        _keep_contact(case, typed, acting=acting, at=at)
        matter = matter_of(case, fields.values_of(case))
    read_registers(matter, at_desk=at_desk, at=at, only_after=typed.field)
    with transaction():
        return _with_late_answers(number, at_desk=at_desk, at=at)


def _state_of(file: OpenedCase, field: str) -> FieldState:
    for state in file.judged.evaluation.fields:
        if state.field.id == field:
            return state
    raise NoSuchField(field)


def _keep_contact(case: Case, typed: Typed, *, acting: ActingContext, at: datetime) -> None:
    """Keep a phone or e-mail that was told in the form also as the person's."""
    if typed.field not in CONTACT_FIELDS or not isinstance(typed.value, str):
        return
    person = case.applicant
    contact = {"phone": person.phone, "email": person.email, CONTACT_FIELDS[typed.field]: typed.value}
    applicants.set_contact(
        person=person,
        **contact,
        relative=person.contact_relative,
        language=person.language,
        acting=acting,
        at=at,
    )


def _keep_evidence(case: Case, typed: Typed) -> None:
    row = CaseField.objects.get(case=case, field=typed.field)
    row.evidence = typed.evidence
    row.save(update_fields=["evidence"])


def _keep_choice(case: Case, typed: Typed) -> None:
    """Keep a choice of price, day or delivery that was made in the form also as the case's choice."""
    name = CHOICE_FIELDS.get(typed.field)
    if name is not None:
        empty = False if name == "pays_despite_exemption" else ""
        setattr(case, name, typed.value or empty)
        case.save(update_fields=[name])


def dispute_field(*, number: str, typed: Typed, at_desk: AtDesk, at: datetime) -> OpenedCase:
    """Record that the register's value is wrong by what the person says and shows; both values are kept.

    Raises NoSuchCase, NoSuchField, CaseIsNotEditable.
    """
    with transaction():
        case = cases.locked(case_for(number, at_desk=at_desk).pk)
        package = package_of(case)
        file = opened(case, at_desk=at_desk, at=at)
        state = _state_of(file, typed.field)
        acting = acting_on(case, at_desk=at_desk, package=package, reason="register value disputed")
        fields.prefill(
            case=case,
            values={typed.field: (state.value, state.source or "RSP", file.judged.read_at(state) or at)},
            by_id=at_desk.operator_id,
            at=at,
        )
        fields.dispute_field(
            case=case, field=typed.field, value=typed.value, evidence=typed.evidence, acting=acting, at=at
        )
        return load_case(number=number, at_desk=at_desk, at=at)


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What the person chose of price, day and delivery, and what they answered; None leaves it as it is."""

    term: str | None = None
    pays_despite_exemption: bool | None = None
    delivery: str | None = None
    readback_language: str | None = None
    answers: dict[str, bool] | None = None


def choose(*, number: str, choices: Choices, at_desk: AtDesk, at: datetime) -> OpenedCase:
    """Keep the choices; price and day follow. May be repeated. Raises NoSuchCase, CaseIsNotEditable."""
    with transaction():
        case = cases.locked(case_for(number, at_desk=at_desk).pk)
        if case.state not in EDITABLE_STATES:
            raise CaseIsNotEditable(number)
        package = package_of(case)
        acting = acting_on(case, at_desk=at_desk, package=package, reason="choice made at the desk")
        stored = fields.values_of(case)
        for name in (*CHOICE_FIELDS.values(), "readback_language"):
            chosen = getattr(choices, name)
            if chosen is not None:
                setattr(case, name, chosen)
        for field, name in CHOICE_FIELDS.items():
            chosen = getattr(choices, name)
            if chosen is not None and package.field(field) is not None:
                seen = stored[field].version if field in stored else 0
                fields.save_field(case=case, field=field, value=chosen, seen_version=seen, acting=acting, at=at)
        case.answers = {**case.answers, **(choices.answers or {})}
        case.changed_at = at
        case.save(update_fields=[*CHOICE_FIELDS.values(), "readback_language", "answers", "changed_at"])
        journal.record("cases.case.choices-changed", acting=acting, at=at, object_type="case", object_id=number)
        file = load_case(number=number, at_desk=at_desk, at=at)
        case.promised_on = file.judged.quote.date
        case.save(update_fields=["promised_on"])
        return file


def read_again(*, number: str, at_desk: AtDesk, at: datetime) -> OpenedCase:
    """Ask the registers that were silent once more. Values typed meanwhile stay, beside facts as what the person says.

    Raises NoSuchCase.
    """
    with transaction():
        case = case_for(number, at_desk=at_desk)
        if case.state not in EDITABLE_STATES:
            return load_case(number=number, at_desk=at_desk, at=at)
        matter = matter_of(case, fields.values_of(case))
    read_registers(matter, at_desk=at_desk, at=at)
    with transaction():
        return _with_late_answers(number, at_desk=at_desk, at=at)


def _with_late_answers(number: str, *, at_desk: AtDesk, at: datetime) -> OpenedCase:
    """Load the case; a fact that was typed while its register was silent becomes the register's, both values kept."""
    file = load_case(number=number, at_desk=at_desk, at=at)
    late = [
        state
        for state in file.judged.evaluation.fields
        if state.is_filled and state.readonly and _is_typed(file, state.field.id)
    ]
    if not late or file.case.state not in EDITABLE_STATES:
        return file
    acting = acting_on(file.case, at_desk=at_desk, package=file.package, reason="a register answered late")
    for state in late:
        told = fields.LateAnswer(value=state.value, source=state.source, read_at=file.judged.read_at(state))
        fields.take_late_answer(case=file.case, field=state.field.id, told=told, acting=acting, at=at)
    return load_case(number=number, at_desk=at_desk, at=at)


def _is_typed(file: OpenedCase, field: str) -> bool:
    return field in file.values and file.values[field].source == fields.OPERATOR
