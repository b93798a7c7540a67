"""What is known of one person's matter: registers read for it, facts gathered, the package's judgement of them."""

import json
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import cast

from ghiseu.foundation import clock
from ghiseu.foundation.access import SubjectIsActor, transaction
from ghiseu.foundation.identifiers import idnp as idnp_rules
from ghiseu.journeys import read_register
from ghiseu.modules.applicants import operations as applicants
from ghiseu.modules.applicants import queries as people
from ghiseu.modules.applicants.models import Person, ReadingOutcome
from ghiseu.modules.applicants.operations import Names
from ghiseu.modules.applicants.ports import RegisterQuestion
from ghiseu.modules.catalogue.evaluation import Evaluation, FieldState, evaluate
from ghiseu.modules.catalogue.package import Package, RegisterUse
from ghiseu.modules.catalogue.quote import Quote, quote
from ghiseu.modules.catalogue.rules import Facts
from ghiseu.modules.catalogue.values import JsonObject, JsonValue
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.centres.queries import institution_days
from ghiseu.modules.mandates.models import Mandate, MandateKind
from ghiseu.modules.visits.models import Visit
from ghiseu.modules.visits.queries import acting_in

# When the population register told a fact of the person or of the applicant: ("person", "surname"), or ("person",).
PeopleReadAt = dict[tuple[str, ...], datetime]
ABROAD = frozenset({"embassy", "consulate"})
# How a mandate of ours is called in service packages.
_MANDATE_WORDS = {
    MandateKind.PARENT: "kinship",
    MandateKind.SPOUSE: "kinship",
    MandateKind.RELATIVE: "kinship",
    MandateKind.GUARDIAN: "guardianship",
    MandateKind.NOTARISED_POWER: "power_of_attorney",
    MandateKind.MPOWER: "mpower",
    MandateKind.HEIR: "kinship",
}


@dataclass(frozen=True, kw_only=True)
class Source:
    """How one register stood when it was asked for this matter."""

    register: str
    name: str
    outcome: str
    read_at: datetime


@dataclass(frozen=True, kw_only=True)
class Matter:
    """One person's matter of one service: before a case (`case_number` empty) and in it."""

    package: Package
    visit: Visit
    holder: Person
    mandate: Mandate | None
    role: str
    answers: dict[str, bool] = field(default_factory=dict)
    form: JsonObject = field(default_factory=dict)
    term: str = ""
    pays_despite_exemption: bool = False
    case_number: str = ""


@dataclass(frozen=True, kw_only=True)
class Judged:
    """The matter with everything the package says about it today."""

    matter: Matter
    facts: Facts
    sources: tuple[Source, ...]
    evaluation: Evaluation
    quote: Quote
    on: date
    people_read_at: PeopleReadAt

    def read_at(self, state: FieldState) -> datetime | None:
        """Return when the reading was made that filled the field, None when no register did."""
        head, *rest = state.source_path.split(".")
        if head != "registers":
            return self.people_read_at.get((head, *rest[:1]))
        return next((one.read_at for one in self.sources if [one.register, one.name] == rest[:2]), None)

    def register_of(self, state: FieldState) -> str:
        """Return the code of the register behind the value, else what is named as its source, empty when told."""
        return "RSP" if state.source in {"person", "applicant"} and self.read_at(state) else state.source


def read_registers(matter: Matter, *, at_desk: AtDesk, at: datetime, only_after: str = "") -> None:
    """Ask every register that the package names for this matter; what this visit already read is not asked again.

    With `only_after` (a field id) only the questions that depend on this field. Opens its own transactions; call it
    outside one. A register that stays silent leaves its facts unknown.
    """
    on = clock.today(at_desk.time_zone, at=at)
    for use in matter.package.registers:
        depends = [use.subject, *use.parameters.values()]
        if only_after and f"form.{only_after}" not in depends:
            continue
        with transaction():
            facts = _with_prefilled(matter, _gather(matter, at_desk=at_desk, at=at).facts, on=on)
            asked = _question(use, facts)
            if asked is None:
                continue
            person, question = _known(matter, asked, at_desk=at_desk, at=at), asked
        law = next((basis.act for basis in matter.package.legal_basis if basis.id == use.legal_basis), "")
        try:
            acting = acting_in(
                matter.visit,
                at_desk=at_desk,
                subject=person,
                legal_basis=law or use.legal_basis,
                legal_reason=f"{matter.package.code}: {matter.package.text(f'registers.{use.name}', 'ro')}",
                case_number=matter.case_number,
            )
        except SubjectIsActor:
            continue
        read_register.read(question=question, person=person, acting=acting, at=at)


def _question(use: RegisterUse, facts: Facts) -> RegisterQuestion | None:
    """Return whom and what to ask, or None while the matter does not name them yet."""
    parameters: dict[str, str] = {}
    for name, path in use.parameters.items():
        value = facts.find(path) if "." in path else path  # without a dot it is a plain word
        if not isinstance(value, str) or (not value and path.startswith("form.")):
            return None
        if value:  # a register knows that there is none (no earlier name): the question goes without it
            parameters[name] = value
    idnp = facts.find(use.subject if use.subject.startswith("form.") else f"{use.subject}.idnp")
    if not isinstance(idnp, str) or not idnp_rules.is_valid(idnp):
        return None
    return RegisterQuestion(register=use.register, operation=use.operation, subject_idnp=idnp, parameters=parameters)


def _known(matter: Matter, question: RegisterQuestion, *, at_desk: AtDesk, at: datetime) -> Person:
    return applicants.know_person(
        centre_id=at_desk.centre_id,
        idnp=question.subject_idnp,
        document="",
        names=Names(),
        language=matter.visit.language,
        at=at,
    )


@dataclass(frozen=True, kw_only=True)
class _Known:
    facts: Facts
    sources: tuple[Source, ...]
    people_read_at: PeopleReadAt


def _gather(matter: Matter, *, at_desk: AtDesk, at: datetime) -> _Known:
    """Collect what is known, without asking anybody. Call it inside a transaction."""
    sources: list[Source] = []
    found: dict[str, JsonObject] = {}
    base, people_read_at = _base(matter, at_desk)
    on = clock.today(at_desk.time_zone, at=at)
    facts = Facts({**base, "registers": cast(JsonObject, found)})
    for use in matter.package.registers:
        question = _question(use, _with_prefilled(matter, facts, on=on))
        known = _told(matter, question, at_desk) if question else None
        if known is None:
            continue
        sources.append(Source(register=use.register, name=use.name, outcome=known.outcome, read_at=known.read_at))
        if known.outcome == ReadingOutcome.ANSWERED:
            found.setdefault(use.register, {})[use.name] = cast(JsonObject, dict(known.values))
            facts = Facts({**base, "registers": cast(JsonObject, found)})
    return _Known(facts=facts, sources=tuple(sources), people_read_at=people_read_at)


def _told(matter: Matter, question: RegisterQuestion, at_desk: AtDesk) -> people.Facts | None:
    return people.latest(centre_id=at_desk.centre_id, question=question, visit_number=matter.visit.number)


def _with_prefilled(matter: Matter, facts: Facts, *, on: date) -> Facts:
    """A later question may hang on a field that an earlier register filled (the child's IDNP)."""
    needs_form = any(
        path.startswith("form.") for use in matter.package.registers for path in (use.subject, *use.parameters.values())
    )
    if not needs_form:
        return facts
    return facts.with_form(evaluate(matter.package, facts, at=on).answers)


def _base(matter: Matter, at_desk: AtDesk) -> tuple[JsonObject, PeopleReadAt]:
    visit, holder, presenter = matter.visit, matter.holder, matter.visit.person
    of_holder = _told_of(holder, visit)
    of_presenter = of_holder if holder.pk == presenter.pk else _told_of(presenter, visit)
    facts: JsonObject = {
        "form": matter.form,
        "person": _person_facts(holder, of_holder),
        "applicant": {
            **_person_facts(presenter, of_presenter),
            "role": matter.role,
            "person_type": "natural",
            "is_holder": holder.pk == presenter.pk,
        },
        "mandate": _mandate_facts(matter.mandate),
        "answers": cast(JsonObject, matter.answers),
        "channel": "consulate" if at_desk.centre_kind in ABROAD else "counter",
        "centre": {"kind": at_desk.centre_kind, "country": at_desk.country, "code": at_desk.centre_code},
        "operator": {"full_name": at_desk.operator_name},
        "document": {**_document_facts(visit), "number": visit.document_note, "kind": visit.identified_by},
        "case": {"number": matter.case_number},
    }
    return facts, {**_read_at("person", of_holder), **_read_at("applicant", of_presenter)}


def _told_of(person: Person, visit: Visit) -> people.Facts | None:
    return people.newest_facts(person=person, register="RSP", operation="person", visit_number=visit.number)


def _read_at(who: str, told: people.Facts | None) -> PeopleReadAt:
    return {(who,): told.read_at} | {(who, fact): told.read_at for fact in told.values} if told else {}


def _document_facts(visit: Visit) -> JsonObject:
    says = json.loads(visit.document_says) if visit.document_says else {}
    return {name: value for name, value in says.items() if value}


def _person_facts(person: Person, register: people.Facts | None) -> JsonObject:
    told: JsonObject = {
        "idnp": person.idnp,
        "surname": person.surname,
        "given_name": person.given_name,
        "full_name": f"{person.surname} {person.given_name}".strip(),
        "phone": person.phone,
        "email": person.email,
        "language": person.language,
    }
    if person.birth_date:
        told["birth_date"] = person.birth_date.isoformat()
    return {**told, **cast(JsonObject, dict(register.values))} if register else told


def _mandate_facts(mandate: Mandate | None) -> JsonObject:
    if mandate is None:
        return {"kind": "none"}
    return {
        "kind": _MANDATE_WORDS[MandateKind(mandate.kind)],
        "as": mandate.kind,
        "evidence_number": mandate.evidence_number,
        "issued_by": mandate.issued_by,
        "issued_on": mandate.issued_on.isoformat() if mandate.issued_on else None,
        "valid_until": mandate.valid_until.isoformat() if mandate.valid_until else None,
        "confirmed_by": mandate.confirmed_by,
    }


def judge(matter: Matter, *, at_desk: AtDesk, at: datetime) -> Judged:
    """Gather and judge: verdicts, fields, papers, price and day. Call it inside a transaction."""
    on = clock.today(at_desk.time_zone, at=at)
    known = _gather(matter, at_desk=at_desk, at=at)
    if not matter.role:
        matter = replace(matter, role=_likely_role(matter, known.facts, on))
        known = _gather(matter, at_desk=at_desk, at=at)
    evaluation = evaluate(matter.package, known.facts, at=on)
    filled = known.facts.with_form(evaluation.answers)
    term = matter.term or _text(evaluation.answers.get("term"))
    offer = quote(
        matter.package,
        filled,
        term_id=term or None,
        pay_despite_exemption=matter.pays_despite_exemption or evaluation.answers.get("pay_despite_exemption") is True,
        at=on,
        working_days=institution_days(),
    )
    return Judged(
        matter=matter,
        facts=filled,
        sources=known.sources,
        evaluation=evaluation,
        quote=offer,
        on=on,
        people_read_at=known.people_read_at,
    )


def _likely_role(matter: Matter, facts: Facts, on: date) -> str:
    """Choose the first role that fits how the person stands here: for themselves, or on the visit's mandate."""
    wanted = _MANDATE_WORDS[MandateKind(matter.mandate.kind)] if matter.mandate else "none"
    verdicts = {role.id: role.outcome for role in evaluate(matter.package, facts, at=on).roles}
    fitting = [role.id for role in matter.package.roles if role.mandate == wanted]
    for outcome in ("holds", "unknown", "fails"):
        for role in fitting:
            if verdicts[role] == outcome:
                return role
    return ""


def _text(value: JsonValue) -> str:
    return value if isinstance(value, str) else ""
