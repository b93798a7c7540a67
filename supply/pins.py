"""The pinned lists and what is really installed."""

import re
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from pathlib import Path

from packaging.markers import Marker

PROJECT = Path(__file__).resolve().parents[1]
LISTS = {"run": PROJECT / "requirements" / "run.txt", "dev": PROJECT / "requirements" / "dev.txt"}
BOOT = PROJECT / "requirements" / "boot.txt"
OURSELVES = "ghiseu"
# They come with every virtual environment of Python and are not pinned; nothing of ours imports them.
OF_THE_ENVIRONMENT = frozenset({"pip", "setuptools", "wheel"})
_PIN = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?==([^\s;\\]+)\s*(?:;\s*([^\\]+?))?\s*\\?$")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


class ListNotUsable(Exception):
    """A line of a pinned list is not an exact version with hashes."""


@dataclass(frozen=True, kw_only=True)
class Pin:
    """One package at one version; `hashes` are those of all its files that may be installed."""

    name: str
    version: str
    marker: str = ""
    hashes: tuple[str, ...] = ()

    @property
    def counts_here(self) -> bool:
        """Tell whether the package is meant for this Python and system."""
        return not self.marker or Marker(self.marker).evaluate()


def plain(name: str) -> str:
    """Return the name as packages are compared (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pinned(path: Path) -> dict[str, Pin]:
    """Return the packages of a list by name. Raises ListNotUsable for a line that is not pinned by hash."""
    found: dict[str, Pin] = {}
    block: list[str] = []
    for line in [*path.read_text(encoding="utf8").splitlines(), ""]:
        starts = bool(line) and not line.startswith((" ", "#", "\t"))
        if block and (starts or not line):
            pin = _read("\n".join(block), path)
            found[pin.name] = pin
            block = []
        if starts or (block and line.strip()):
            block.append(line)
    return found


def _read(block: str, path: Path) -> Pin:
    first = _PIN.match(block.splitlines()[0])
    hashes = tuple(_HASH.findall(block))
    if first is None or not hashes:
        raise ListNotUsable(f"{path.name}: {block.splitlines()[0]!r} is not an exact version with hashes")
    return Pin(name=plain(first[1]), version=first[2], marker=(first[3] or "").strip(), hashes=hashes)


def installed() -> dict[str, Distribution]:
    """Return what is installed beside this Python, without ourselves and what every environment brings."""
    found = {plain(one.metadata["Name"]): one for one in distributions()}
    return {name: one for name, one in sorted(found.items()) if name not in OF_THE_ENVIRONMENT | {OURSELVES}}


def differences(pins: dict[str, Pin], there: dict[str, Distribution]) -> list[str]:
    """Return a line for each package that is installed otherwise than pinned."""
    wanted = {name: pin.version for name, pin in pins.items() if pin.counts_here}
    found = {name: one.version for name, one in there.items()}
    lines = [f"{name} {wanted[name]} is pinned and not installed" for name in sorted(set(wanted) - set(found))]
    lines += [f"{name} {found[name]} is installed and not pinned" for name in sorted(set(found) - set(wanted))]
    both = sorted(set(wanted) & set(found))
    return lines + [
        f"{name}: {wanted[name]} is pinned, {found[name]} installed" for name in both if wanted[name] != found[name]
    ]
