"""`python -m bench`: prepare, measure, print the table, write it as JSON to .data/bench."""

import argparse
import json
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import django

from bench import machine
from bench.place import FOLDER, Place, prepared
from bench.table import Row, lines

SIZES = (1_000, 20_000)
ROUNDS = 40
DELIVERIES = 200


def main(arguments: list[str]) -> int:
    """Run the chosen workloads. A missed target is told and is no error: the exit code is 0 when all were measured."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--only", default="", help="such as W1,W3; default all")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="generated cases in the centre, growing")
    parser.add_argument("--deliveries", type=int, default=DELIVERIES)
    parser.add_argument("--json", type=Path, default=None, help="where to write; default .data/bench/<commit>.json")
    given = parser.parse_args(arguments)
    began = time.monotonic()
    with prepared() as place:
        say("preparing a database ...")
        place.run("bench.stock", process="owner")
        place.enter("web")
        told, rows = measure(place, given)
    told["seconds"] = round(time.monotonic() - began)
    report(told, rows, path=given.json or FOLDER / f"{told['commit'] or 'unknown'}.json")
    return 0


def measure(place: Place, given: argparse.Namespace) -> tuple[dict[str, object], list[Row]]:
    """Set the product up in this process and run the workloads one after the other."""
    django.setup()
    from bench.workloads import case_page, deliveries, lists, open_case, papers, scans
    from bench.workloads.run import Run

    workloads: dict[str, Callable[[Run], list[Row]]] = {
        "W1": open_case.measure,
        "W2": case_page.measure,
        "W3": lists.measure,
        "W5": scans.measure,
        "W8": deliveries.measure,
        "W11": papers.measure,
    }
    wanted = set(filter(None, given.only.replace("W4", "W3").split(","))) or set(workloads)
    rows: list[Row] = []
    with ExitStack() as stack:
        from bench.setting import running, web_settings

        run = stack.enter_context(running(place, given))
        told: dict[str, object] = {
            "commit": machine.commit(),
            "machine": machine.describe(),
            "settings": web_settings(place),
            "run": {"rounds": given.rounds, "sizes": given.sizes, "deliveries": given.deliveries},
        }
        for code, work in workloads.items():
            if code in wanted:
                say(f"{code} ...")
                rows += work(run)
    return told, rows


def report(told: dict[str, object], rows: list[Row], *, path: Path) -> None:
    """Print what was found and keep it."""
    say("")
    for name, value in told.items():
        shown = value if not isinstance(value, dict) else ", ".join(f"{key} {one}" for key, one in value.items())
        say(f"{name}: {shown}")
    say("")
    for line in lines(rows):
        say(line)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({**told, "rows": [row.as_json() for row in rows]}, indent=1), encoding="utf8")
    say(f"\nwritten to {path}")


def say(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
