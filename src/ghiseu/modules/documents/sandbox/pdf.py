"""Looks through every object of a PDF and writes a clean copy. Runs in the sandbox only.

Names of objects and actions: ISO 32000-2, 7.11.4 (embedded files), 12.5.6 (annotations), 12.6.4 (actions),
12.8.1 (signatures), 13 (multimedia).
"""

import sys
from collections.abc import Iterable
from pathlib import Path

import pikepdf

from ghiseu.modules.documents.sandbox.limits import Finding, Limits, NotTaken, run

# What runs, opens, plays, sends or carries something when the document is read.
ACTIVE_KEYS = frozenset(
    {"/JavaScript", "/JS", "/AA", "/XFA", "/EmbeddedFiles", "/RichMediaContent", "/RichMediaSettings"}
)
ACTIVE_ACTIONS = frozenset(
    {
        "/GoTo3DView",
        "/GoToDp",
        "/GoToE",
        "/GoToR",
        "/Hide",
        "/ImportData",
        "/JavaScript",
        "/Launch",
        "/Movie",
        "/Rendition",
        "/RichMediaExecute",
        "/SetOCGState",
        "/Sound",
        "/SubmitForm",
    }
)
ACTIVE_ANNOTATIONS = frozenset({"/3D", "/FileAttachment", "/Movie", "/RichMedia", "/Screen", "/Sound"})
IDENTIFYING_KEYS = frozenset({"/Metadata", "/PieceInfo", "/Thumb"})


def take_pdf(source: Path, target: Path, limits: Limits) -> Finding:
    """Check the document and write a copy without metadata; a signed one is never rewritten. Raises NotTaken."""
    try:
        with pikepdf.open(source, attempt_recovery=False, suppress_warnings=True) as pdf:
            _refuse_by_size(pdf, limits)
            is_signed = any(_is_signature(thing) for thing in pdf.objects)
            _refuse_active_content(pdf)
            if is_signed:
                _refuse_tail(source)
            else:
                _write_clean_copy(pdf, target)
            return {
                "media_type": "application/pdf",
                "page_count": len(pdf.pages),
                "is_signed": is_signed,
                "is_rewritten": not is_signed,
            }
    except pikepdf.PasswordError as error:
        raise NotTaken("locked") from error
    except (pikepdf.PdfError, ValueError, TypeError, RuntimeError, RecursionError) as error:
        raise NotTaken("damaged") from error


def _refuse_by_size(pdf: pikepdf.Pdf, limits: Limits) -> None:
    if pdf.is_encrypted:
        raise NotTaken("locked")
    if len(pdf.objects) > limits.objects or len(pdf.pages) > limits.pages:
        raise NotTaken("too-long")
    if len(pdf.pages) == 0:
        raise NotTaken("damaged")


def _is_signature(thing: object) -> bool:
    return isinstance(thing, pikepdf.Dictionary) and "/ByteRange" in thing and "/Contents" in thing


def _refuse_active_content(pdf: pikepdf.Pdf) -> None:
    """Walk the objects, and what is written directly inside them; what is only referred to is in the list anyway."""
    waiting: list[object] = list(pdf.objects)
    while waiting:
        thing = waiting.pop()
        inside: Iterable[object] = ()
        if isinstance(thing, pikepdf.Array):
            inside = list(thing)
        elif isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
            if _is_active(thing):
                raise NotTaken("active")
            inside = [thing[key] for key in thing.keys()]  # noqa: SIM118 - a PDF object is not a mapping
        waiting += [one for one in inside if isinstance(one, pikepdf.Object) and not one.is_indirect]


def _is_active(thing: pikepdf.Object) -> bool:
    keys = set(thing.keys())
    return bool(
        keys & ACTIVE_KEYS
        or _name(thing, "/S") in ACTIVE_ACTIONS
        or _name(thing, "/Subtype") in ACTIVE_ANNOTATIONS
        or _name(thing, "/Type") == "/EmbeddedFile"
        or "/EF" in keys
        or ("/OpenAction" in keys and not _only_shows_a_page(thing["/OpenAction"]))
    )


def _name(thing: pikepdf.Object, key: str) -> str:
    value = thing.get(key)
    return str(value) if isinstance(value, pikepdf.Name) else ""


def _only_shows_a_page(opening: object) -> bool:
    if isinstance(opening, pikepdf.Array):
        return True
    return isinstance(opening, pikepdf.Dictionary) and _name(opening, "/S") == "/GoTo" and "/Next" not in opening


def _refuse_tail(source: Path) -> None:
    """A signed file is kept byte for byte, so nothing may hang behind its end."""
    tail = source.read_bytes().rpartition(b"%%EOF")[2]
    if tail.strip(b"\r\n\t \x00"):
        raise NotTaken("damaged")


def _write_clean_copy(pdf: pikepdf.Pdf, target: Path) -> None:
    """Remove who made it, with what and where, and everything that no page refers to."""
    if pdf.check_pdf_syntax():
        raise NotTaken("damaged")
    if "/Info" in pdf.trailer:
        del pdf.trailer["/Info"]
    bearers = [thing for thing in pdf.objects if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream)]
    for thing in bearers:
        for key in IDENTIFYING_KEYS.intersection(thing.keys()):
            del thing[key]
    pdf.save(target, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)


if __name__ == "__main__":
    run(take_pdf, sys.argv[1:])
