"""W5: a scan of 300 kB is looked through, cleaned, hashed, stored and written down."""

import os
import tempfile
from io import BytesIO
from itertools import count
from pathlib import Path
from random import Random

import img2pdf
from PIL import Image

from bench.measuring import Contest, by_turns
from bench.people import SEED
from bench.raw import Statement, captured, copy_tables, only
from bench.table import Row, Target
from bench.workloads.run import Run, queries_in
from ghiseu.foundation import clock
from ghiseu.journeys import scan_paper
from ghiseu.journeys.scan_paper import Scan
from ghiseu.modules.documents.models import DocumentKind

SIDE = 615  # pixels of noise a side make about 300 kB
PEER_QUARTER_MS = 119 / 4
MOST_ROUNDS = 15


class _Scanner:
    """Makes another PDF each time, keeps it by the journey, and writes the same bytes plainly."""

    def __init__(self, run: Run) -> None:
        run.counter.free()
        self.run = run
        self.number = run.counter.receive()
        self.serials = count()
        self.content = b""
        self.inserts: list[Statement] = []
        self.queries = 0
        self.folder = Path(tempfile.mkdtemp(dir=run.place.data))

    def next_paper(self) -> None:
        self.content = paper(next(self.serials))

    def keep(self) -> None:
        scan = Scan(
            content=self.content,
            file_name="scan.pdf",
            kind=DocumentKind.ATTACHMENT,
            title="Scan",
            attachment_id="id_applicant",
        )
        scan_paper.keep(number=self.number, scan=scan, at_desk=self.run.counter.where, at=clock.now())

    def capture(self) -> None:
        self.next_paper()
        with captured() as found:
            self.keep()
        self.inserts[:] = only("INSERT", found)
        self.queries = queries_in(found)

    def write(self) -> None:
        handle = os.open(self.folder / str(next(self.serials)), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(self.content)
            file.flush()
            os.fsync(file.fileno())
        self.run.writes.replay(self.inserts)


def measure(run: Run) -> list[Row]:
    """Time scan_paper.keep against a file, an fsync and the INSERTs."""
    scanner = _Scanner(run)
    scanner.capture()
    copy_tables(run.owner, scanner.inserts)
    contest = Contest(
        ours=scanner.keep, before_ours=scanner.next_paper, limit=scanner.write, before_limit=scanner.capture
    )
    ours, limit = by_turns(contest, rounds=min(run.rounds, MOST_ROUNDS))
    run.counter.free()
    return [
        Row(
            code="W5",
            what=f"keep a scan, {len(scanner.content) // 1000} kB",
            limit_is=f"write and fsync the bytes, then the {len(scanner.inserts)} INSERTs in one transaction",
            ours=ours,
            limit=limit,
            queries=scanner.queries,
            targets=(
                Target(
                    says=f"a quarter of the best peer's 119 ms (<= {PEER_QUARTER_MS:.0f} ms; peer measured elsewhere)",
                    found=f"{ours.median:.0f} ms",
                    met=ours.median <= PEER_QUARTER_MS,
                ),
            ),
            notes=(
                "the file is opened in a process of its own with limits, which starts for every file; CPU ms is "
                "without that process",
            ),
        )
    ]


def paper(serial: int) -> bytes:
    """Return a PDF of one page whose picture is noise: the same serial gives the same picture."""
    noise = Random(SEED + serial).randbytes(SIDE * SIDE)  # noqa: S311 - the same pictures each time
    picture = BytesIO()
    Image.frombytes("L", (SIDE, SIDE), noise).save(picture, "JPEG", quality=90)
    return bytes(img2pdf.convert(picture.getvalue()))
