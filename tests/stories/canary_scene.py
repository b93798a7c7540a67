"""What a citizen's day leaves behind: addresses, headers, error pages, logs, files, the names in a backup."""

import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Request, Response
from tests.stories.test_shared_computer import Computer
from tests.support import canary
from tests.support.browser import Counter, Stack
from tests.support.installation import Installation

from ghiseu.runtime.database import embedded
from ghiseu.runtime.postgres import Postgres


@dataclass
class Traces:
    """What the browser asked for and was told, as somebody on the wire or with the access log sees it."""

    addresses: list[str] = field(default_factory=list)
    headers: list[bytes] = field(default_factory=list)
    error_pages: dict[str, bytes] = field(default_factory=dict)

    def listen(self, computer: Computer) -> None:
        """Write down every request and answer of the browser from now on."""
        assert computer.context is not None
        computer.context.on("request", self._note_request)
        computer.context.on("response", self._note_response)

    def _note_request(self, request: Request) -> None:
        self.addresses.append(request.url)

    def _note_response(self, response: Response) -> None:
        self.headers.append(canary.as_lines(response.headers))

    def places(self) -> Iterator[tuple[str, bytes]]:
        """Give the addresses, the headers of answers, and the error pages."""
        yield from ((f"address {one.partition('?')[0]}", one.encode()) for one in self.addresses)
        yield from ((f"header {number}", one) for number, one in enumerate(self.headers))
        yield from ((f"error page {name}", one) for name, one in self.error_pages.items())


@dataclass
class Scene:
    """One installation, one browser on a disk, and what both left behind."""

    place: Installation
    stack: Stack
    computer: Computer
    scans: Path
    traces: Traces = field(default_factory=Traces)

    @property
    def desk(self) -> Counter:
        """Return the operator's counter."""
        assert self.computer.desk is not None
        return self.computer.desk

    def scan(self, name: str) -> Path:
        """Return a scanned paper; people write the citizen's name into the name of the file."""
        return shutil.copy(self.scans / "paper.jpg", self.scans / f"{name} {canary.SURNAME}.jpg")

    def database(self) -> Postgres:
        """Return the database of this installation, attached to."""
        server = embedded(self.place.data)
        server.attach()
        return server


def logs(scene: Scene) -> Iterator[tuple[str, bytes]]:
    """Give our processes' logs, the supervisor's words, and the database server's log."""
    written = {one.name: one for one in (scene.place.data / "logs").iterdir() if one.name != "simulators.log"}
    written |= {"server.log": scene.database().place.root / "server.log", "up.out": scene.place.data.parent / "up.out"}
    assert {"web.log", "worker.log", "setup.log"} <= set(written)
    for name, path in sorted(written.items()):
        yield name, path.read_bytes()


def own_files(scene: Scene) -> Iterator[tuple[str, bytes]]:
    """Give the files of the data folder with their names; of the database's own files and of other systems, nothing."""
    yield from canary.files_below(
        scene.place.data, without=(scene.place.data / "postgres", scene.place.data / "simulators")
    )


def back_up(place: Installation, name: str) -> Path:
    """Make a backup beside the data folder."""
    target = place.data.parent / name
    done: subprocess.CompletedProcess[str] = place.run("backup", str(target))
    assert done.returncode == 0, done.stderr
    return target


def names_in(backup: Path) -> Iterator[tuple[str, bytes]]:
    """Give the names in a backup, and all of its list and its documents; the database in it is searched by its rows."""
    with tarfile.open(backup) as archive:
        for one in archive:
            content = archive.extractfile(one) if one.name != "database.dump" else None
            yield one.name, one.name.encode() + b"\n" + (content.read() if content else b"")
