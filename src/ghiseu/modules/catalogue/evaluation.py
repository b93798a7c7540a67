"""What a package says about one citizen's matter: who may apply, what holds, what is asked, what is missing."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ghiseu.modules.catalogue.complaints import COMPLAINTS, Complaint
from ghiseu.modules.catalogue.data_schema import offered_values, schema_faults
from ghiseu.modules.catalogue.field_types import check_value
from ghiseu.modules.catalogue.package import (
    Certainty,
    Effect,
    Exemption,
    Field,
    FieldPlace,
    Note,
    Option,
    Package,
    Precondition,
    Prefill,
)
from ghiseu.modules.catalogue.rules import Facts, judge, variables
from ghiseu.modules.catalogue.values import UNKNOWN, JsonObject, JsonValue, Known, UnknownType


class Outcome(StrEnum):
    """`told` is a precondition without a condition: it is only said."""

    HOLDS = "holds"
    FAILS = "fails"
    UNKNOWN = "unknown"
    TOLD = "told"


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """One precondition judged. `ask_key` is the question for the operator while the outcome is unknown."""

    id: str
    effect: Effect
    outcome: Outcome
    certainty: Certainty
    text_key: str
    ask_key: str
    answered_by_operator: bool
    registers: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class RoleVerdict:
    """May this role be taken? Unknown means that the register could not say; the papers then prove it."""

    id: str
    outcome: Outcome
    mandate: str
    evidence: tuple[str, ...]


class ValueOrigin(StrEnum):
    TYPED = "typed"
    PREFILLED = "prefilled"
    FIXED = "fixed"
    NONE = "none"


@dataclass(frozen=True, kw_only=True)
class FieldState:
    """One question as it stands now. `source` names the register (RSP, CNAS …) of a prefilled value.

    `source_path` is the fact it was filled from. `readonly` tells that the filled value stands; it can be disputed.
    `open_because_silent` tells that the register that should fill it gave nothing, so it is open to typing.
    """

    field: Field
    page: str
    group: str
    visible: bool
    required: bool
    readonly: bool
    value: JsonValue
    origin: ValueOrigin
    source: str
    source_path: str
    open_because_silent: bool
    options: tuple[Option, ...]

    @property
    def is_filled(self) -> bool:
        """Tell whether the value comes from a register or record and nobody typed another one."""
        return self.origin is ValueOrigin.PREFILLED

    @property
    def is_asked(self) -> bool:
        """Tell whether the operator has to ask: it shows, and nothing filled it."""
        return self.visible and self.origin in (ValueOrigin.NONE, ValueOrigin.TYPED)


@dataclass(frozen=True, kw_only=True)
class AttachmentNeed:
    """A paper to bring. `certain` False: a register could not say whether it is needed."""

    id: str
    form: str
    count: int
    certain: bool


@dataclass(frozen=True, kw_only=True)
class FieldError:
    """A value that cannot stay: the field, and what to do. Texts are message ids."""

    field: str
    code: str
    complaint: Complaint


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """Everything the page shows. `answers` are the visible values without a complaint: what goes to the institution."""

    preconditions: tuple[Verdict, ...]
    roles: tuple[RoleVerdict, ...]
    fields: tuple[FieldState, ...]
    attachments: tuple[AttachmentNeed, ...]
    exemptions: tuple[str, ...]
    errors: tuple[FieldError, ...]
    missing: tuple[str, ...]
    notes: tuple[Note, ...]
    links: tuple[str, ...]
    answers: JsonObject
    role: str

    @property
    def stops(self) -> tuple[Verdict, ...]:
        """Return the blocking preconditions that fail."""
        return tuple(v for v in self.preconditions if v.effect is Effect.BLOCK and v.outcome is Outcome.FAILS)

    @property
    def questions(self) -> tuple[Verdict, ...]:
        """Return the preconditions that wait for the operator's yes or no; nothing is sent before they have it."""
        return tuple(v for v in self.preconditions if v.outcome is Outcome.UNKNOWN and v.ask_key)

    @property
    def role_is_allowed(self) -> bool:
        return any(role.id == self.role and role.outcome is not Outcome.FAILS for role in self.roles)

    @property
    def is_complete(self) -> bool:
        """Tell whether the request may be sent: nothing stops it, nothing is missing or wrong."""
        return not (self.stops or self.questions or self.errors or self.missing) and self.role_is_allowed


def evaluate(package: Package, facts: Facts, *, at: date) -> Evaluation:
    """Judge the matter on these facts. `at` becomes the fact `today`. Facts that are absent judge as unknown.

    Raises RuleMistake for a rule outside the language, which a published package never has.
    """
    facts = Facts({**facts.values, "today": at.isoformat()})
    states = _field_states(package, facts)
    given = [state for state in states if state.visible and not _is_empty(state.value)]
    answers: JsonObject = {state.field.id: state.value for state in given if not _fault(package, state)}
    facts = facts.with_form(answers)
    role = facts.find("applicant.role")
    errors = _errors(package, given=given, facts=facts)
    return Evaluation(
        preconditions=tuple(_verdict(precondition, facts) for precondition in package.preconditions),
        roles=_roles(package, facts),
        fields=tuple(states),
        attachments=_attachments(package, facts),
        exemptions=tuple(exemption.id for exemption in entitled(package, facts)),
        errors=errors,
        missing=tuple(s.field.id for s in states if s.visible and s.required and _is_empty(s.value)),
        notes=tuple(note for note in package.notes if judge(note.when, facts) is True),
        links=tuple(link.service for link in package.links if judge(link.when, facts) is True),
        answers=answers,
        role=role if isinstance(role, str) else "",
    )


def entitled(package: Package, facts: Facts) -> tuple[Exemption, ...]:
    """Return the exemptions that apply: the one the citizen names first, then those that a register shows."""
    claimed = facts.find("form.exemption")
    named = [exemption for exemption in package.exemptions if exemption.id == claimed]
    shown = [
        exemption
        for exemption in package.exemptions
        if exemption.id != claimed and exemption.has_rule and judge(exemption.when, facts) is True
    ]
    return (*named, *shown)


def longest_term(package: Package, channel: str) -> str:
    """Return the id of the longest standard term in this channel, which a free request takes; empty without one."""
    standard = [
        term
        for term in package.terms
        if term.kind == "standard" and channel in term.channels and term.value is not None
    ]
    if not standard:
        return ""
    return max(standard, key=lambda term: term.value or 0).id


def _is_empty(value: JsonValue) -> bool:
    return value in (None, "", [], {})


def _field_states(package: Package, facts: Facts) -> list[FieldState]:
    """Walk the fields in order; the rules of one see the values of those before it that show and may stay."""
    typed = facts.find("form")
    typed_answers = typed if isinstance(typed, dict) else {}
    seen: JsonObject = {}
    states: list[FieldState] = []
    for place in package.places():
        state = _field_state(package, place=place, typed=typed_answers, facts=facts.with_form(seen))
        states.append(state)
        if state.visible and not _is_empty(state.value) and not _fault(package, state):
            seen = {**seen, place.field.id: state.value}
    return states


def _field_state(package: Package, *, place: FieldPlace, typed: JsonObject, facts: Facts) -> FieldState:
    field = place.field
    value, origin, filled_from = _value(field, typed, facts)
    silent = bool(field.prefill) and origin in (ValueOrigin.TYPED, ValueOrigin.NONE)
    return FieldState(
        field=field,
        page=place.page,
        group=place.group,
        visible=_shows(judge(field.visible, facts)),
        required=_shows(judge(field.required, facts)),
        readonly=field.readonly and not silent,
        value=value,
        origin=origin,
        source=filled_from.source if filled_from else "",
        source_path=filled_from.path if filled_from else "",
        open_because_silent=silent and _is_silent(field, facts),
        options=_options(package, field, facts),
    )


def _shows(verdict: Known) -> bool:
    # A register that cannot say must not hide a question: asking once too often is the lesser fault.
    return verdict is UNKNOWN or verdict is True


def _value(field: Field, typed: JsonObject, facts: Facts) -> tuple[JsonValue, ValueOrigin, Prefill | None]:
    if field.fixed is not None:
        return field.fixed, ValueOrigin.FIXED, None
    filled, filled_from = _prefilled(field, facts)
    if field.id in typed and not (field.readonly and not _is_empty(filled)):
        return typed[field.id], ValueOrigin.TYPED, None
    if _is_empty(filled):
        return None, ValueOrigin.NONE, None
    return filled, ValueOrigin.PREFILLED, filled_from


def _prefilled(field: Field, facts: Facts) -> tuple[JsonValue, Prefill | None]:
    """Return the first source that has a value."""
    for prefill in field.prefill:
        value = facts.find(prefill.path)
        if not isinstance(value, UnknownType) and not _is_empty(value):
            return _shaped(field, value), prefill
    return None, None


def _shaped(field: Field, value: JsonValue) -> JsonValue:
    """Keep of a register's person or address only what the field carries."""
    keep = {
        "person": ("idnp", "surname", "given_name", "full_name", "birth_date"),
        "address": ("text", "locality", "cuatm", "region", "post_code", "country"),
    }.get(field.type.value)
    if keep is None:
        return value
    if isinstance(value, list):
        return [_shaped(field, item) for item in value]
    if isinstance(value, dict):
        return {key: value[key] for key in keep if key in value}
    return {"text": value} if field.type.value == "address" else {"full_name": value}


def _is_silent(field: Field, facts: Facts) -> bool:
    registers = (prefill.path for prefill in field.prefill if prefill.path.startswith("registers."))
    return any(isinstance(facts.find(path), UnknownType) for path in registers)


def _options(package: Package, field: Field, facts: Facts) -> tuple[Option, ...]:
    """Return what a choice offers now, with the text key of each."""
    channel = facts.find("channel")
    if field.options_from == "roles":
        return tuple(_option("roles", role.id) for role in package.roles)
    if field.options_from == "terms":
        return tuple(_option("terms", term.id) for term in package.terms if channel in term.channels)
    if field.options_from == "exemptions":
        return tuple(_option("exemptions", exemption.id) for exemption in package.exemptions)
    if field.options_from == "deliveries":
        offered = (delivery for delivery in package.deliveries if judge(delivery.when, facts) is not False)
        return tuple(_option("deliveries", delivery.id) for delivery in offered)
    return tuple(option for option in field.options if judge(option.when, facts) is not False)


def _option(group: str, value: str) -> Option:
    return Option(value=value, text=f"{group}.{value}", when=True)


def _verdict(precondition: Precondition, facts: Facts) -> Verdict:
    outcome, by_operator = _outcome(precondition, facts)
    # What only informs changes nothing by its answer, so nobody is asked.
    asks = precondition.asked and precondition.effect is not Effect.INFORM and outcome is Outcome.UNKNOWN
    return Verdict(
        id=precondition.id,
        effect=precondition.effect,
        outcome=outcome,
        certainty=precondition.certainty,
        text_key=f"preconditions.{precondition.id}.text",
        ask_key=f"preconditions.{precondition.id}.ask" if asks else "",
        answered_by_operator=by_operator,
        registers=tuple(sorted({v.split(".")[1] for v in variables(precondition.rule) if v.startswith("registers.")})),
    )


def _outcome(precondition: Precondition, facts: Facts) -> tuple[Outcome, bool]:
    if not precondition.has_rule and not precondition.asked:
        return Outcome.TOLD, False
    verdict = judge(precondition.rule, facts) if precondition.has_rule else UNKNOWN
    if not isinstance(verdict, UnknownType):
        return (Outcome.HOLDS if verdict else Outcome.FAILS), False
    answer = facts.find(f"answers.{precondition.id}")
    if not precondition.asked or not isinstance(answer, bool):
        return Outcome.UNKNOWN, False
    return (Outcome.HOLDS if answer is precondition.holds_when else Outcome.FAILS), True


def _roles(package: Package, facts: Facts) -> tuple[RoleVerdict, ...]:
    verdicts = []
    for role in package.roles:
        verdict = judge(role.when, facts)
        outcome = Outcome.UNKNOWN if isinstance(verdict, UnknownType) else Outcome.HOLDS if verdict else Outcome.FAILS
        verdicts.append(RoleVerdict(id=role.id, outcome=outcome, mandate=role.mandate, evidence=role.evidence))
    return tuple(verdicts)


def _attachments(package: Package, facts: Facts) -> tuple[AttachmentNeed, ...]:
    chosen = facts.find("applicant.role")
    evidence = {paper for role in package.roles if role.id == chosen for paper in role.evidence}
    claimed = facts.find("form.exemption")
    for exemption in package.exemptions:
        if exemption.id == claimed and exemption.evidence and judge(exemption.when, facts) is not True:
            evidence.add(exemption.evidence)
    needs = []
    for paper in package.attachments:
        verdict = judge(paper.when, facts)
        if judge(paper.unless, facts) is True:
            continue
        if paper.id in evidence or verdict is True or verdict is UNKNOWN:
            certain = paper.id in evidence or verdict is True
            needs.append(AttachmentNeed(id=paper.id, form=paper.form, count=paper.count, certain=certain))
    return tuple(needs)


def _errors(package: Package, *, given: list[FieldState], facts: Facts) -> tuple[FieldError, ...]:
    answers: JsonObject = {state.field.id: state.value for state in given}
    found = {state.field.id: code for state in given if (code := _fault(package, state))}
    for field_id in schema_faults(package, answers):
        found.setdefault(field_id, "schema")
    if _free_but_hurried(package, answers, facts):
        found.setdefault("term", "choice.term_of_free_request")
    return tuple(FieldError(field=name, code=code, complaint=COMPLAINTS[code]) for name, code in found.items())


def _fault(package: Package, state: FieldState) -> str:
    field, value = state.field, state.value
    values = value if field.repeat and isinstance(value, list) else [value]
    if field.repeat and not field.repeat.least <= len(values) <= field.repeat.most:
        return "repeat.too_few" if len(values) < field.repeat.least else "repeat.too_many"
    if field.repeat and field.repeat.unique and len({str(item) for item in values}) < len(values):
        return "repeat.twice"
    for item in values:
        code = check_value(field, item)
        if code:
            return code
    offered = {option.value for option in state.options}
    if offered_values(package, field) and not {str(item) for item in values} <= offered:
        return "choice.not_offered"
    return ""


def _free_but_hurried(package: Package, answers: JsonObject, facts: Facts) -> bool:
    """Tell whether the citizen names an exemption and a shorter term, and did not choose to pay for it."""
    if package.exemption_effect.term != "longest" or not answers.get("exemption"):
        return False
    longest = longest_term(package, str(facts.find("channel")))
    return bool(longest) and answers.get("term", longest) != longest and not answers.get("pay_despite_exemption")
