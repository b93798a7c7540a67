"""A sealed PDF taken apart: which bytes the seal covers, and what file is inside.

ISO 32000-1, 12.8.1 (byte ranges), 7.11.4 (embedded files); ETSI EN 319 142-1, 6.3 (the seal's form).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

import pikepdf

from verifier.bundle.der import end_of
from verifier.bundle.faults import NotGood, NotReadable

ATTACHED = "evidence.json"
FORM = "/ETSI.CAdES.detached"
_HEX = re.compile(rb"<((?:[0-9A-F]{2})+|(?:[0-9a-f]{2})+)>")  # one way of writing, never both
DEEPEST = 8  # of a tree of form fields


@dataclass(frozen=True, kw_only=True)
class SealedPdf:
    """`container` is the seal in DER, `covered` all other bytes, `attached` the file inside."""

    container: bytes
    covered: bytes
    attached: bytes


def take_apart(content: bytes) -> SealedPdf:
    """Return the parts of a document that one seal covers from its first byte to its last.

    Raises NotReadable when it is no PDF, NotGood when a byte is outside of the seal.
    """
    try:
        with pikepdf.open(BytesIO(content), attempt_recovery=False, suppress_warnings=True) as pdf:
            try:
                return _parts(pdf, content)
            except (ValueError, TypeError, KeyError, IndexError, AttributeError, RuntimeError, OverflowError) as error:
                raise NotGood("the document cannot be taken apart") from error
    except pikepdf.PasswordError as error:
        raise NotReadable("the document is locked") from error
    except (pikepdf.PdfError, RuntimeError, ValueError) as error:
        raise NotReadable("this is not a whole PDF document") from error


def _parts(pdf: pikepdf.Pdf, content: bytes) -> SealedPdf:
    if pdf.is_encrypted:
        raise NotGood("the document is encrypted")
    seal = _only_seal(pdf)
    container, covered = _container(seal, content)
    return SealedPdf(container=container, covered=covered, attached=_only_file(pdf))


def _only_seal(pdf: pikepdf.Pdf) -> pikepdf.Object:
    form = pdf.Root.get("/AcroForm")
    fields = form.get("/Fields") if form is not None else None
    values = [field["/V"] for field in _leaves(fields, DEEPEST) if field.get("/FT") == "/Sig" and "/V" in field]
    if len(values) != 1:
        raise NotGood("there is no seal" if not values else "there is more than one seal")
    if values[0]["/SubFilter"] != FORM:
        raise NotGood("the seal is of another form")
    return values[0]


def _leaves(fields: pikepdf.Object | None, depth: int) -> Iterator[pikepdf.Object]:
    if depth == 0:
        raise NotGood("the form of the document is too deep")
    for field in fields if fields is not None else ():
        yield field
        yield from _leaves(field.get("/Kids"), depth - 1)


def _container(seal: pikepdf.Object, content: bytes) -> tuple[bytes, bytes]:
    begin, first, second, length = (int(one) for one in seal["/ByteRange"])
    if begin != 0 or not 0 < first < second < len(content):
        raise NotGood("the seal does not cover the document from its first byte")
    if second + length != len(content):
        raise NotGood("something was added after the seal")
    written = _HEX.fullmatch(content[first:second])
    if written is None:
        raise NotGood("what stands in the gap of the seal is not the seal")
    filled = bytes.fromhex(written[1].decode())
    if bytes(seal["/Contents"]) != filled:
        raise NotGood("the seal stands somewhere else")
    container = filled[: end_of(filled)]
    if filled[len(container) :].strip(b"\0"):
        raise NotGood("something stands behind the seal")
    return container, content[:first] + content[second:]


def _only_file(pdf: pikepdf.Pdf) -> bytes:
    if list(pdf.attachments) != [ATTACHED] or len(pdf.Root["/AF"]) != 1:
        raise NotGood(f"there is not exactly one file inside, called {ATTACHED}")
    streams = [one for one in pdf.objects if isinstance(one, pikepdf.Stream) and one.get("/Type") == "/EmbeddedFile"]
    if len(streams) != 1:
        raise NotGood("there is more than one file inside")
    attached = bytes(pdf.attachments[ATTACHED].get_file().read_bytes())
    if attached != bytes(streams[0].read_bytes()):
        raise NotGood("the file inside is not the one that is named")
    return attached
