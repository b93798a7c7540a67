"""Check all packages of a folder, or one."""

from dataclasses import dataclass
from pathlib import Path

from ghiseu.modules.catalogue.authoring import AuthoringMistake, read_yaml
from ghiseu.modules.catalogue.checking.conditions import check_conditions
from ghiseu.modules.catalogue.checking.examples import People, read_people
from ghiseu.modules.catalogue.checking.places import items
from ghiseu.modules.catalogue.checking.playing import play, read_examples
from ghiseu.modules.catalogue.checking.promises import check_promises
from ghiseu.modules.catalogue.checking.references import World, check_references
from ghiseu.modules.catalogue.checking.report import Problem, Report
from ghiseu.modules.catalogue.checking.structure import shape_problems
from ghiseu.modules.catalogue.checking.wording import check_wording
from ghiseu.modules.catalogue.loading import Source, assemble, read_source
from ghiseu.modules.catalogue.quote import WorkingDays
from ghiseu.modules.catalogue.reader import NotOfTheFormat
from ghiseu.modules.catalogue.register_facts import NoSuchFact
from ghiseu.modules.centres.calendars import load_calendar_days, working_calendar


@dataclass(frozen=True, kw_only=True)
class _Setting:
    world: World
    people: People
    working_days: WorkingDays


def package_folders(root: Path) -> list[Path]:
    """Return the folders under `services/` that hold a service.yaml, in order."""
    return sorted(path.parent for path in root.glob("*/*/*/service.yaml"))


def check_all(root: Path) -> Report:
    """Check every package under the folder `services`."""
    return _check(root, package_folders(root))


def check_package(folder: Path) -> Report:
    """Check one package; what it names in other packages is looked up beside it."""
    return _check(folder.resolve().parents[2], [folder.resolve()])


def _check(root: Path, folders: list[Path]) -> Report:
    problems: list[Problem] = []
    examples = 0
    try:
        setting = _setting(root)
    except AuthoringMistake as mistake:
        return Report(problems=(_as_problem(mistake),), packages=0, examples=0)
    except NoSuchFact as mistake:
        problem = Problem(path=root / "common" / "people.yaml", line=1, message=str(mistake))
        return Report(problems=(problem,), packages=0, examples=0)
    for folder in folders:
        try:
            wrong, count = _one(folder, setting)
        except AuthoringMistake as mistake:
            wrong, count = [_as_problem(mistake)], 0
        except FileNotFoundError as error:
            wrong, count = (
                [Problem(path=Path(error.filename), line=1, message="this file is missing; write it")],
                0,
            )
        problems.extend(wrong)
        examples += count
    return Report(problems=tuple(sorted(set(problems))), packages=len(folders), examples=examples)


def _as_problem(mistake: AuthoringMistake) -> Problem:
    return Problem(path=mistake.path, line=mistake.line, message=mistake.message)


def _setting(root: Path) -> _Setting:
    institutions = read_yaml(root / "institutions.yaml").value
    entries = read_yaml(root / "catalogue.yaml").value
    listed = [*items(entries, "services"), *items(entries, "planned")]
    planned = {str(entry["package"]) for _, entry in listed if "package" in entry}
    written = {".".join(folder.parts[-3:-1]) for folder in package_folders(root)}
    return _Setting(
        world=World(
            institutions=frozenset(str(one["code"]) for _, one in items(institutions, "institutions")),
            services=frozenset(planned | written),
        ),
        people=read_people(root / "common"),
        working_days=working_calendar(load_calendar_days(), country="MD", zone="Europe/Chisinau"),
    )


def _one(folder: Path, setting: _Setting) -> tuple[list[Problem], int]:
    source: Source = read_source(folder)
    problems = shape_problems(source.service, schema="format.schema.yaml")
    if problems:
        return problems, 0
    try:
        package = assemble(source)
    except (NotOfTheFormat, ValueError) as error:
        return [Problem(path=source.service.path, line=1, message=str(error))], 0
    conditions = check_conditions(source, package)
    problems = [
        *check_references(source, package, setting.world).problems,
        *conditions.problems,
        *check_promises(source, package).problems,
        *check_wording(source, package),
    ]
    examples, wrong = read_examples(folder)
    problems.extend(wrong)
    if not conditions.problems:
        played = play(
            source,
            package=package,
            examples=examples,
            people=setting.people,
            working_days=setting.working_days,
        )
        problems.extend(played)
    return problems, len(examples)
