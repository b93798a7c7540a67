"""What the process in the sandbox may use, and how it and its parent speak."""

import json
import resource
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Seconds of processor, bytes of memory, output and what may be kept, pages, objects, pixels of a picture and of
    all its pages."""

    seconds: int = 20
    memory: int = 1024 * MEGABYTE
    output: int = 100 * MEGABYTE
    kept: int = 25 * MEGABYTE
    pages: int = 200
    objects: int = 200_000
    pixels: int = 60_000_000
    pixels_together: int = 600_000_000


class Finding(TypedDict):
    """What the process found: the clean copy is in the target file, unless `is_rewritten` is false."""

    media_type: str
    page_count: int
    is_signed: bool
    is_rewritten: bool


class NotTaken(Exception):
    """The file is not taken; the argument is a value of `intake.Reason`."""


Take = Callable[[Path, Path, Limits], Finding]


def bind(limits: Limits) -> None:
    """Bind this process to the limits. It cannot be undone."""
    for what, limit in (
        (resource.RLIMIT_CPU, limits.seconds),
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_FSIZE, limits.output),
        (resource.RLIMIT_NOFILE, 32),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (limit, limit))


def run(take: Take, arguments: list[str]) -> None:
    """Bind the process, take the file SOURCE into TARGET, and print a Finding or {"reason": ...} as JSON.

    `arguments` are SOURCE, TARGET and the limits as JSON.
    """
    source, target, limits_text = arguments
    limits = Limits(**json.loads(limits_text))
    bind(limits)
    try:
        answer = json.dumps(take(Path(source), Path(target), limits))
    except NotTaken as error:
        answer = json.dumps({"reason": str(error)})
    except MemoryError:
        answer = json.dumps({"reason": "too-heavy"})
    sys.stdout.write(answer)
