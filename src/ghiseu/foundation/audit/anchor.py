"""The anchor: a file outside the database to which every seal is appended."""

import fcntl
import json
import os
from pathlib import Path
from typing import BinaryIO

from ghiseu.foundation.audit.daily_seal import anchor_line
from ghiseu.foundation.audit.models import JournalSeal
from ghiseu.foundation.folders import sync_folder

_LONGEST_LINE = 1 << 23  # bytes: one line names every centre, in about a hundred bytes each


class AnchorDisagrees(Exception):
    """The last line of the anchor is no seal of this database, or its lines are gone: a restore, or somebody's deed."""


def bring_up_to_date(path: Path, *, begin: bool = False) -> int:
    """Append the seals that the anchor lacks, and put them onto the disk. Returns how many; may be repeated.

    A line that was not written to its end (the machine stopped) is written anew. A file without a line is only filled
    by whoever begins an anchor: one that was emptied would else be made anew from the database that it is to prove.
    Raises AnchorDisagrees and OSError.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    is_new = not path.exists()
    if is_new and not begin:
        _refuse_without_lines(path)
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o644), "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        last = _last_number(file, path)
        if last == 0 and not begin:
            _refuse_without_lines(path)
        missing = list(JournalSeal.objects.filter(number__gt=last).order_by("number"))
        for seal in missing:
            file.write(anchor_line(seal).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    if is_new:
        sync_folder(path.parent)
    return len(missing)


def _refuse_without_lines(path: Path) -> None:
    if JournalSeal.objects.exists():
        raise AnchorDisagrees(f"{path} has no line although there are seals; see ghiseu journal begin-anchor")


def _last_number(file: BinaryIO, path: Path) -> int:
    """Return the number of the last whole line, 0 for an empty file; the file then stands after that line."""
    begin = max(0, file.seek(0, os.SEEK_END) - _LONGEST_LINE)
    file.seek(begin)
    content = file.read()
    whole = content[: content.rfind(b"\n") + 1]
    file.seek(begin + len(whole))
    file.truncate()
    if not whole:
        return 0
    last = whole.splitlines()[-1].decode(errors="replace")
    number = _number_in(last)
    seal = JournalSeal.objects.filter(number=number).first()
    if seal is None or anchor_line(seal) != last:
        raise AnchorDisagrees(
            f"the last line of {path} is not seal {number} of this database; see ghiseu journal verify"
        )
    return number


def _number_in(line: str) -> int:
    try:
        found = json.loads(line)
    except ValueError:
        return 0
    number = found.get("number") if isinstance(found, dict) else None
    return number if isinstance(number, int) else 0
