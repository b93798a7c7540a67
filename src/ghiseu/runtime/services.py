"""Checking and publishing of service packages, from the command line and at start."""

import sys
from pathlib import Path

from django.conf import settings

from ghiseu.foundation import clock
from ghiseu.foundation.access import transaction
from ghiseu.modules.catalogue import operations
from ghiseu.modules.catalogue.authoring import AuthoringMistake
from ghiseu.modules.catalogue.checking import command


def check(places: list[str]) -> int:
    """Check the named package folders, or all; print the report; return 1 when there are mistakes."""
    try:
        return command.check(places, root=Path(settings.SERVICES_DIR))
    except (AuthoringMistake, FileNotFoundError) as error:
        sys.stderr.write(f"{error}\nA package is a folder services/INSTITUTION/SERVICE/VERSION.\n")
        return 1


def show(place: str) -> int:
    """Print what one example gives, to be judged and copied; return 1 when it cannot be read."""
    path = Path(place).resolve()
    if path.parent.name != "examples" or not path.is_file():
        sys.stderr.write(f"{place} is no file services/INSTITUTION/SERVICE/VERSION/examples/NAME.yaml.\n")
        return 1
    try:
        return command.show(place)
    except AuthoringMistake as error:
        sys.stderr.write(f"{error}\n")
        return 1


def publish() -> int:
    """Publish all packages of the services folder; say what is new. Returns 1, with the reason, when one is wrong."""
    try:
        with transaction():
            published = operations.publish(Path(settings.SERVICES_DIR), at=clock.now())
    except (operations.NotGreen, operations.ContentChanged, AuthoringMistake) as error:
        sys.stderr.write(f"not published: {error}\n")
        return 1
    for name in published.new:
        sys.stdout.write(f"published {name}\n")
    sys.stdout.write(f"{published.unchanged} service packages were published before\n")
    return 0
