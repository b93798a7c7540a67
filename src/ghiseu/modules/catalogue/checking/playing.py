"""Play the examples: do they come out as written, and do they reach every branch?"""

from collections.abc import Iterable
from pathlib import Path

from ghiseu.modules.catalogue.authoring import Place, place_text, read_yaml
from ghiseu.modules.catalogue.checking.examples import Example, ExampleCannotRun, People, Run, run
from ghiseu.modules.catalogue.checking.places import rules_in
from ghiseu.modules.catalogue.checking.report import Findings, Problem
from ghiseu.modules.catalogue.checking.structure import shape_problems
from ghiseu.modules.catalogue.evaluation import Outcome
from ghiseu.modules.catalogue.loading import Source
from ghiseu.modules.catalogue.package import Package
from ghiseu.modules.catalogue.provider_states import TERMINAL, may_follow
from ghiseu.modules.catalogue.quote import WorkingDays
from ghiseu.modules.catalogue.register_facts import NoSuchFact
from ghiseu.modules.catalogue.rules import Rule, judge


def read_examples(folder: Path) -> tuple[list[Example], list[Problem]]:
    """Read the examples of a package; one of the wrong shape is a problem instead. Raises AuthoringMistake."""
    examples: list[Example] = []
    problems: list[Problem] = []
    for path in sorted((folder / "examples").glob("*.yaml")):
        file = read_yaml(path)
        wrong = shape_problems(file, schema="example.schema.yaml")
        problems.extend(wrong)
        if not wrong:
            examples.append(Example(file=file))
    return examples, problems


def play(
    source: Source,
    *,
    package: Package,
    examples: Iterable[Example],
    people: People,
    working_days: WorkingDays,
) -> list[Problem]:
    """Run the examples, compare, and look for what none of them reaches."""
    problems: list[Problem] = []
    runs: list[Run] = []
    for example in examples:
        found = Findings(example.file)
        try:
            played = run(package, example=example, people=people, working_days=working_days)
        except (ExampleCannotRun, NoSuchFact) as error:
            found.add(("given", getattr(error, "key", "registers")), str(error))
        else:
            runs.append(played)
            _compare(found, played)
            _states(found, package, played)
        problems.extend(found.problems)
    problems.extend(_unreached(source, package, runs))
    return problems


def _compare(found: Findings, played: Run) -> None:
    observed, expected = played.observed(), played.example.expected
    for key in sorted(set(observed) | set(expected)):
        if observed.get(key) != expected.get(key):
            found.add(
                ("expect", key),
                f"{key}: expected {_said(expected.get(key))}, but it is {_said(observed.get(key))}",
            )


def _said(value: object) -> str:
    return "nothing" if value is None else str(value)


def _states(found: Findings, package: Package, played: Run) -> None:
    words = {status.provider: status.ours for status in package.statuses}
    path = played.example.path_of_states
    if path and not played.could_be_sent:
        found.add(("states",), "this request could not be sent, so nothing can follow; remove the path, or complete it")
    for index, word in enumerate(path):
        if word not in words:
            found.add(("states", index), f"{word!r} is no status of this package; map it in statuses, or correct it")
            return
        if index and not may_follow(words[path[index - 1]], words[word]):
            found.add(("states", index), f"{word!r} cannot follow {path[index - 1]!r}")
    if path and words[path[-1]] not in TERMINAL:
        found.add(
            ("states", len(path) - 1),
            f"the path ends in {path[-1]!r}, where nothing is over; go on to the end",
        )


def _unreached(source: Source, package: Package, runs: list[Run]) -> list[Problem]:
    """Return branches, roles, papers, terms and states that no example reaches."""
    found = Findings(source.service)
    for place, rule in rules_in(source.service.value):
        if place[0] != "preconditions":
            _rule_reached(found, place=place, rule=rule, runs=runs)
    _preconditions_reached(found, package, runs)
    roles = {str(played.facts.find("applicant.role")) for played in runs}
    for index, role in enumerate(package.roles):
        if role.id not in roles:
            found.add(("roles", index), f"no example applies as {role.id!r}; add one, or remove the role")
    needed = {need.id for played in runs for need in played.evaluation.attachments if need.certain}
    for index, paper in enumerate(package.attachments):
        if paper.id not in needed:
            found.add(("attachments", index), f"{paper.id!r} is never required by an example; add one, or remove it")
    told = {word for played in runs for word in played.example.path_of_states}
    for index, status in enumerate(package.statuses):
        if status.provider not in told:
            found.add(
                ("statuses", index),
                f"no example passes through {status.provider!r}; add it to a path, or remove it",
            )
    return found.problems


def _rule_reached(found: Findings, *, place: Place, rule: Rule, runs: list[Run]) -> None:
    verdicts = [judge(rule, played.facts) for played in runs]
    for wanted, word in ((True, "true"), (False, "false")):
        if not any(verdict is wanted for verdict in verdicts):
            found.add(place, f"{place_text(place)}: no example makes this {word}; add one, or correct the condition")


def _preconditions_reached(found: Findings, package: Package, runs: list[Run]) -> None:
    for index, precondition in enumerate(package.preconditions):
        if not (precondition.has_rule or precondition.asked):
            continue
        outcomes = {played.evaluation.preconditions[index].outcome for played in runs}
        for wanted in (Outcome.HOLDS, Outcome.FAILS):
            if wanted not in outcomes:
                found.add(
                    ("preconditions", index),
                    f"no example in which {precondition.id!r} {wanted.value}; add one, or correct the rule",
                )
