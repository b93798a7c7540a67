"""Examples: a citizen's matter as input, and what the package must say about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ghiseu.modules.catalogue.authoring import SourceFile, read_yaml
from ghiseu.modules.catalogue.checking.places import inner
from ghiseu.modules.catalogue.evaluation import Evaluation, Outcome, evaluate
from ghiseu.modules.catalogue.package import Package, RegisterUse
from ghiseu.modules.catalogue.quote import Quote, WorkingDays, quote
from ghiseu.modules.catalogue.register_facts import with_empty_facts
from ghiseu.modules.catalogue.rules import Facts
from ghiseu.modules.catalogue.values import JsonObject, JsonValue, is_object

# What `applicant` has beside the facts of the population register.
OF_THE_VISIT = frozenset({"role", "person_type", "is_holder"})
People = Mapping[str, Mapping[str, Mapping[str, JsonObject]]]


class ExampleCannotRun(Exception):
    """The example names a person or fact that does not exist. `key` says where under `given`."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key = key


@dataclass(frozen=True, kw_only=True)
class Example:
    """One example as written."""

    file: SourceFile

    @property
    def given(self) -> JsonObject:
        return inner(self.file.value, "given")

    @property
    def expected(self) -> JsonObject:
        return inner(self.file.value, "expect")

    @property
    def path_of_states(self) -> tuple[str, ...]:
        states = self.file.value.get("states")
        return tuple(str(state) for state in states) if isinstance(states, list) else ()


@dataclass(frozen=True, kw_only=True)
class Run:
    """What the package said."""

    example: Example
    facts: Facts
    evaluation: Evaluation
    quote: Quote

    @property
    def could_be_sent(self) -> bool:
        """Tell whether nothing stops the request and nothing is missing or wrong."""
        return self.evaluation.is_complete and not self.quote.refusal

    def observed(self) -> JsonObject:
        """Return the same keys as `expect`, as they came out; empty optional ones are left out."""
        judged, priced = self.evaluation, self.quote
        said: JsonObject = {
            "asked": [state.field.id for state in judged.fields if state.is_asked],
            "verdicts": {
                verdict.id: verdict.outcome.value
                for verdict in judged.preconditions
                if verdict.outcome in (Outcome.FAILS, Outcome.UNKNOWN)
            },
            "attachments": [need.id if need.certain else f"{need.id}?" for need in judged.attachments],
            "fee": f"refused {priced.refusal}" if priced.refusal else str(priced.total or "unknown"),
            "date": priced.date.isoformat() if priced.date else "unknown",
        }
        optional: JsonObject = {
            "missing": list(judged.missing),
            "errors": {error.field: error.code for error in judged.errors},
            "role_refused": not judged.role_is_allowed,
            "exemption": priced.exemption,
        }
        return said | {key: value for key, value in optional.items() if value}


def read_people(common: Path) -> People:
    """Return the synthetic people of `people.yaml` by name: register, operation, facts. Raises NoSuchFact."""
    path = common / "people.yaml"
    if not path.exists():
        return {}
    people: dict[str, dict[str, dict[str, JsonObject]]] = {}
    for name, registers in read_yaml(path).value.items():
        known = people.setdefault(name, {})
        for register, operations in registers.items() if is_object(registers) else ():
            for operation, facts in operations.items() if is_object(operations) else ():
                filled = with_empty_facts(register, operation, facts if is_object(facts) else {})
                known.setdefault(register, {})[operation] = filled
    return people


def run(package: Package, *, example: Example, people: People, working_days: WorkingDays) -> Run:
    """Play one example. Raises ExampleCannotRun, NoSuchFact."""
    given = example.given
    at = date.fromisoformat(str(given["at"]))
    term = given.get("term")
    facts = _facts(package, given, people)
    judged = evaluate(package, facts, at=at)
    facts = Facts({**facts.values, "today": at.isoformat()}).with_form(judged.answers)
    priced = quote(
        package,
        facts,
        term_id=term if isinstance(term, str) else None,
        pay_despite_exemption=given.get("pay_despite_exemption") is True,
        at=at,
        working_days=working_days,
    )
    return Run(example=example, facts=facts, evaluation=judged, quote=priced)


def _facts(package: Package, given: JsonObject, people: People) -> Facts:
    person = _person(given.get("person"), "person", people)
    stands_here = _person(given["applicant"], "applicant", people) if "applicant" in given else person
    form = dict(inner(given, "form"))
    if isinstance(given.get("term"), str) and package.field("term"):
        form.setdefault("term", given["term"])
    facts = Facts(
        {
            "form": form,
            "person": person,
            "applicant": {
                **stands_here,
                "role": given.get("role"),
                "person_type": given.get("person_type", "natural"),
                "is_holder": "applicant" not in given,
            },
            "mandate": inner(given, "mandate") or {"kind": "none"},
            "registers": {},
            "answers": inner(given, "answers"),
            "channel": given.get("channel", "counter"),
            "centre": given.get("centre", {"code": "lozova", "kind": "town_hall", "country": "MD"}),
        }
    )
    return _with_answers(package, given=given, facts=facts, people=people)


def _person(said: JsonValue, key: str, people: People) -> JsonObject:
    if is_object(said):
        return with_empty_facts("RSP", "person", said)
    if str(said) not in people:
        raise ExampleCannotRun(key, f"{said!r} is nobody in services/common/people.yaml; add or correct the name")
    return people[str(said)]["RSP"]["person"]


def _with_answers(package: Package, *, given: JsonObject, facts: Facts, people: People) -> Facts:
    """Answer each question in turn as people.yaml has it, with the facts that the example says instead.

    What is `down`, and what nobody said anything about, stays without an answer.
    """
    said, down = inner(given, "registers"), given.get("down")
    silent = {str(name) for name in down} if isinstance(down, list) else set()
    _only_asked(package, said, silent)
    by_idnp = {str(one["RSP"]["person"]["idnp"]): one for one in people.values()}
    at = date.fromisoformat(str(given["at"]))
    answers: dict[str, JsonObject] = {}
    for use in package.registers:
        if {use.register, f"{use.register}.{use.name}"} & silent:
            continue
        stored = (
            by_idnp.get(_subject(package, use=use, facts=facts, at=at), {}).get(use.register, {}).get(use.operation)
        )
        if (use.register, use.operation) == ("RSP", "person") and use.subject in ("person", "applicant"):
            stored = inner(facts.values, use.subject)
        changed = inner(inner(said, use.register), use.name)
        if stored is None and use.name not in inner(said, use.register):
            continue
        answer = {name: value for name, value in (stored or {}).items() if name not in OF_THE_VISIT} | changed
        answers.setdefault(use.register, {})[use.name] = with_empty_facts(use.register, use.operation, answer)
        facts = Facts({**facts.values, "registers": dict(answers)})
    return facts


def _subject(package: Package, *, use: RegisterUse, facts: Facts, at: date) -> str:
    """Return whose record is asked; a field of the form may have been filled by an earlier register."""
    if not use.subject.startswith("form."):
        return str(facts.find(f"{use.subject}.idnp"))
    answers = evaluate(package, facts, at=at).answers
    return str(answers.get(use.subject.removeprefix("form.")))


def _only_asked(package: Package, said: JsonObject, silent: set[str]) -> None:
    asked = {f"{use.register}.{use.name}" for use in package.registers}
    asked_registers = {use.register for use in package.registers}
    named = {f"{register}.{name}" for register in said for name in inner(said, register)}
    for one in sorted(named - asked):
        raise ExampleCannotRun("registers", f"{one} is not asked by this package; remove it")
    for one in sorted(silent - asked - asked_registers):
        raise ExampleCannotRun("down", f"{one} is not asked by this package; remove it")
