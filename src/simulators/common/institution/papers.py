"""Result documents: a Romanian PDF with a QR code, signed PAdES B-B by the institution's test key.

One thread makes them all: signing takes a while and runs its own event loop, which has no place in a request.
"""

import io
import secrets
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from zoneinfo import ZoneInfo

import orjson
import segno
import typst
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter

from simulators.common import clock
from simulators.common.institution.dossiers import Dossiers, UnknownDossier
from simulators.common.institution.profile import ResultText
from simulators.common.keys import Identity
from simulators.common.ledger import Row

# Documents bear the day of Moldova, whose evening is still the day before in UTC.
HOME = ZoneInfo("Europe/Chisinau")
TEMPLATE = Path(__file__).parent / "paper.typ"


class PaperMaker:
    """Makes the document of every approved dossier, also of those approved before a restart."""

    def __init__(self, dossiers: Dossiers, *, authority: Identity, signer: Identity) -> None:
        self._dossiers = dossiers
        self._authority = authority
        self._signer = signer
        self._made: list[Callable[[], None]] = []
        self._address = ""
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="papers", daemon=True)

    def start(self, url: str) -> None:
        """Begin; `url` is where the QR code leads."""
        self._address = url
        self._thread.start()

    def when_made(self, tell: Callable[[], None]) -> None:
        """Call this after each document."""
        self._made.append(tell)

    def wake(self) -> None:
        """Say that a dossier may have been approved."""
        self._wake.set()

    def stop(self) -> None:
        """End after the document in hand."""
        self._stopping.set()
        self._wake.set()
        self._thread.join(5)

    def _run(self) -> None:
        signer = signers.SimpleSigner.load(  # type: ignore[no-untyped-call]  # pyHanko leaves it so
            str(self._signer.key_path),
            str(self._signer.certificate_path),
            ca_chain_files=(str(self._authority.certificate_path),),
        )
        while not self._stopping.is_set():
            for dossier in self._dossiers.in_stage("decided"):
                with suppress(UnknownDossier):  # the ledger was emptied meanwhile
                    self._make(dossier, signer)
            self._wake.wait(1)
            self._wake.clear()

    def _make(self, dossier: Row, signer: signers.SimpleSigner) -> None:
        question = self._dossiers.question(dossier)
        text = self._dossiers.profile.write_result(question)
        code = secrets.token_urlsafe(18)
        pdf = write_pdf(
            text,
            organisation=self._dossiers.profile.organisation,
            number=str(dossier["provider_number"]),
            verification=f"{self._address}/verify/{code}",
            code=code,
        )
        self._dossiers.finish(
            str(dossier["number"]),
            name=f"{dossier['provider_number']!s}.pdf",
            content=sign_pdf(pdf, signer, reason=text.title),
            code=code,
            details={"document": text.title},
        )
        for tell in self._made:
            tell()


def write_pdf(text: ResultText, *, organisation: str, number: str, verification: str, code: str) -> bytes:
    """Return the unsigned PDF."""
    content = {
        "title": text.title,
        "organisation": organisation,
        "number": number,
        "date": clock.now().astimezone(HOME).strftime("%d.%m.%Y"),
        "intro": text.intro,
        "lines": [list(line) for line in text.lines],
        "note": text.note,
        "verification": verification,
        "code": code,
        "footer": f"{organisation}. {number}",
    }
    qr = segno.make(verification, error="m").svg_inline(scale=4)
    inputs = {"content": orjson.dumps(content).decode(), "qr": qr}
    return bytes(typst.compile(str(TEMPLATE), sys_inputs=inputs))


def sign_pdf(pdf: bytes, signer: signers.SimpleSigner, *, reason: str) -> bytes:
    """Return the PDF with a PAdES B-B signature. Runs its own event loop: never call it from one."""
    signed = signers.sign_pdf(
        IncrementalPdfFileWriter(io.BytesIO(pdf)),
        signers.PdfSignatureMetadata(
            field_name="Semnatura", subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256", reason=reason
        ),
        signer=signer,
    )
    return bytes(signed.getvalue())
