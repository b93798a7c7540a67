"""`ghiseu services check` and `ghiseu services show`: what writers of packages run."""

import sys
from pathlib import Path

import yaml

from ghiseu.modules.catalogue.authoring import read_yaml
from ghiseu.modules.catalogue.checking.checker import check_all, check_package
from ghiseu.modules.catalogue.checking.examples import Example, read_people, run
from ghiseu.modules.catalogue.checking.report import Report
from ghiseu.modules.catalogue.loading import assemble, read_source
from ghiseu.modules.centres.calendars import load_calendar_days, working_calendar


def check(places: list[str], *, root: Path) -> int:
    """Check the named package folders, or all under `root`; print the report; return 1 when there are mistakes."""
    reports = [check_package(Path(place)) for place in places] or [check_all(root)]
    for report in reports:
        sys.stdout.write(_short(report))
    return 0 if all(report.is_green for report in reports) else 1


def show(place: str) -> int:
    """Print what one example comes out as, in the words of `expect`, to be read, judged and copied."""
    path = Path(place).resolve()
    package = assemble(read_source(path.parents[1]))
    played = run(
        package,
        example=Example(file=read_yaml(path)),
        people=read_people(path.parents[4] / "common"),
        working_days=working_calendar(load_calendar_days(), country="MD", zone="Europe/Chisinau"),
    )
    sys.stdout.write(
        yaml.safe_dump({"expect": played.observed()}, allow_unicode=True, sort_keys=False, default_flow_style=None)
    )
    return 0


def _short(report: Report) -> str:
    here = f"{Path.cwd()}/"
    return report.text().replace(here, "")
