"""What is committed must mean the same everywhere: no registry addresses, no paths of one machine."""

import re
import subprocess
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
# Built from parts, so that this file does not name them either.
PACKAGE_HOSTS = ["pypi" + ".org", "python" + "hosted.org", "registry.npm" + "js.org", "index-url", "find-" + "links"]
MACHINE_PATHS = [
    "/ro" + "ot/",
    "/ho" + r"me/\w+/",
    "/wo" + r"rk/\w+",
    "/op" + "t/(wheels|pypi)",
    "file:" + "///(?!etc/passwd)",
]
FORBIDDEN = re.compile("|".join([*map(re.escape, PACKAGE_HOSTS), *MACHINE_PATHS]))
OWN_NAME = Path(__file__).name


def kept_files() -> list[Path]:
    """Return the files that are committed or would be."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return [PROJECT / name for name in listed.split("\0") if name]


def test_no_committed_file_names_a_machine_or_a_registry():
    found = []
    for path in kept_files():
        if path.name == OWN_NAME or not path.is_file():
            continue
        try:
            text = path.read_text(encoding="utf8")
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            if FORBIDDEN.search(line):
                found.append(f"{path.relative_to(PROJECT)}:{number}")

    assert found == []


def test_a_registry_address_would_be_found():
    assert FORBIDDEN.search("see https://" + PACKAGE_HOSTS[0] + "/simple")


@pytest.mark.parametrize("folder", ["ro" + "ot", "ho" + "me/somebody", "wo" + "rk/main", "op" + "t/wheels"])
def test_a_path_of_one_machine_would_be_found(folder: str):
    assert FORBIDDEN.search(f"open(/{folder}/file)")


def test_the_lock_of_the_tool_is_not_kept():
    # It writes the registry's address beside every package; requirements/*.txt hold the hashes without it.
    assert PROJECT / "uv.lock" not in kept_files()
