"""The gate for files that come from outside: what may come in, and the clean copy that is kept of it.

Allowed: PDF, JPEG, PNG, TIFF. The content decides what a file is; its name must only end in one of the allowed
ways. A signed PDF is kept byte for byte. Everything else is written anew, which leaves behind metadata and whatever
another program could take the file for.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path, PurePath

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ghiseu.modules.documents.sandbox.limits import MEGABYTE, Finding, Limits
from ghiseu.modules.documents.sheets import pictures_as_pdf

LARGEST = 25 * MEGABYTE
ALLOWED_ENDINGS = frozenset({".pdf", ".jpg", ".jpeg", ".png", ".tif", ".tiff"})
PICTURES = frozenset({"image/jpeg", "image/png"})
PATIENCE = 30  # seconds by the clock; the processor time is limited inside
_READERS = {
    b"%PDF-": "pdf",
    b"\xff\xd8\xff": "picture",
    b"\x89PNG\r\n\x1a\n": "picture",
    b"II*\x00": "picture",
    b"MM\x00*": "picture",
}


class Reason(StrEnum):
    """Why a file is not taken."""

    EMPTY = "empty"
    TOO_LARGE = "too-large"
    NOT_ALLOWED = "not-allowed"
    DAMAGED = "damaged"
    LOCKED = "locked"
    ACTIVE = "active"
    TOO_LONG = "too-long"
    TOO_MANY_PIXELS = "too-many-pixels"
    TOO_LARGE_ANEW = "too-large-anew"
    TOO_LARGE_TOGETHER = "too-large-together"
    TOO_HEAVY = "too-heavy"
    SIGNED_AMONG_SCANS = "signed-among-scans"


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """What the operator reads: why the file was not taken, and what to do now. Both are lazy translations."""

    cause: Promise | str
    next_step: Promise | str


EXPLANATIONS: dict[Reason, Explanation] = {
    Reason.EMPTY: Explanation(cause=_("The file is empty."), next_step=_("Scan the paper again.")),
    Reason.TOO_LARGE: Explanation(
        cause=_("The file is larger than 25 MB."),
        next_step=_("Scan in grey at 200 dpi, or split the document."),
    ),
    Reason.NOT_ALLOWED: Explanation(
        cause=_("This is not a PDF, JPEG, PNG or TIFF file."),
        next_step=_("Scan the paper, or save the document as PDF."),
    ),
    Reason.DAMAGED: Explanation(
        cause=_("The file is damaged or incomplete."),
        next_step=_("Scan the paper again, or ask for a new copy of the file."),
    ),
    Reason.LOCKED: Explanation(
        cause=_("The document is locked with a password."),
        next_step=_("Ask for a copy without a password, or scan the printed paper."),
    ),
    Reason.ACTIVE: Explanation(
        cause=_("The document holds a program, a form script or another file."),
        next_step=_("Print it and scan the paper, or save it as a plain PDF."),
    ),
    Reason.TOO_LONG: Explanation(
        cause=_("The document has more than 200 pages."),
        next_step=_("Split the document into parts."),
    ),
    Reason.TOO_MANY_PIXELS: Explanation(
        cause=_("The picture has more than 60 million pixels."),
        next_step=_("Scan at 300 dpi, or take the picture again at a smaller size."),
    ),
    Reason.TOO_LARGE_TOGETHER: Explanation(
        cause=_("Together the pages are larger than 25 MB."),
        next_step=_("Scan in grey at 200 dpi, or split the document."),
    ),
    Reason.TOO_LARGE_ANEW: Explanation(
        cause=_("The clean copy of this file would be larger than 25 MB: it has too many pixels."),
        next_step=_("Scan at 300 dpi, or take the picture again at a smaller size."),
    ),
    Reason.TOO_HEAVY: Explanation(
        cause=_("The file needs too much memory or time to open."),
        next_step=_("Scan the printed paper instead."),
    ),
    Reason.SIGNED_AMONG_SCANS: Explanation(
        cause=_("A signed document cannot be joined with other pages."),
        next_step=_("Add the signed document by itself."),
    ),
}


class FileNotTaken(Exception):
    """A file was refused; nothing of it is kept. `file_name` is the name that its owner gave it."""

    def __init__(self, reason: Reason, *, file_name: str) -> None:
        super().__init__(f"{reason}: a file was not taken")
        self.reason = reason
        self.file_name = file_name
        self.explanation = EXPLANATIONS[reason]


@dataclass(frozen=True, kw_only=True)
class CleanFile:
    """What may be kept. `media_type` is application/pdf, image/jpeg or image/png; a picture has one page."""

    content: bytes
    media_type: str
    page_count: int
    is_signed: bool


def take_in(content: bytes, *, file_name: str, limits: Limits | None = None) -> CleanFile:
    """Return the clean copy of a file from outside. Changes nothing and may be repeated.

    Opens the file in another process and waits for it up to half a minute: call it outside a transaction.
    Raises FileNotTaken.
    """
    if not content:
        raise FileNotTaken(Reason.EMPTY, file_name=file_name)
    if len(content) > LARGEST:
        raise FileNotTaken(Reason.TOO_LARGE, file_name=file_name)
    reader = next((name for head, name in _READERS.items() if content.startswith(head)), "")
    if not reader or PurePath(file_name).suffix.lower() not in ALLOWED_ENDINGS:
        raise FileNotTaken(Reason.NOT_ALLOWED, file_name=file_name)
    with tempfile.TemporaryDirectory(prefix="ghiseu-intake-") as folder:
        source, target = Path(folder, "source"), Path(folder, "target")
        source.write_bytes(content)
        try:
            finding = _ask_sandbox(reader, source, target, limits or Limits())
        except _Refused as error:
            raise FileNotTaken(error.reason, file_name=file_name) from error
        clean = target.read_bytes() if finding["is_rewritten"] else content
    if len(clean) > LARGEST:
        raise FileNotTaken(Reason.TOO_LARGE_ANEW, file_name=file_name)
    return CleanFile(
        content=clean,
        media_type=finding["media_type"],
        page_count=finding["page_count"],
        is_signed=finding["is_signed"],
    )


def join_pictures(pictures: Sequence[tuple[str, bytes]]) -> CleanFile:
    """Return one PDF of several photographed or scanned pages, given as (file name, bytes) in their order.

    Each goes through the intake first. Raises FileNotTaken naming the one that is not taken.
    """
    pages = []
    for file_name, content in pictures:
        clean = take_in(content, file_name=file_name)
        if clean.media_type not in PICTURES:
            raise FileNotTaken(Reason.NOT_ALLOWED, file_name=file_name)
        pages.append(clean.content)
    content = pictures_as_pdf(pages)
    if len(content) > LARGEST:
        raise FileNotTaken(Reason.TOO_LARGE_TOGETHER, file_name=pictures[-1][0])
    return CleanFile(content=content, media_type="application/pdf", page_count=len(pages), is_signed=False)


class _Refused(Exception):
    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


def _ask_sandbox(reader: str, source: Path, target: Path, limits: Limits) -> Finding:
    """Let the reader open the file in a process with limits, no environment and nothing on its input."""
    command = [sys.executable, "-I", "-m", f"ghiseu.modules.documents.sandbox.{reader}"]
    try:
        ended = subprocess.run(  # noqa: S603 - our own program with our own arguments
            [*command, str(source), str(target), json.dumps(asdict(limits))],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env={},
            cwd=source.parent,
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _Refused(Reason.TOO_HEAVY) from error
    # The system ended it at a limit, or the library fell over: in both cases the file is not one for us.
    if ended.returncode != 0:
        raise _Refused(Reason.TOO_HEAVY)
    answer = json.loads(ended.stdout)
    if "reason" in answer:
        raise _Refused(Reason(answer["reason"]))
    finding: Finding = answer
    return finding
