"""The keys as whoever operates an installation changes them."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.installation import Installation, installation

from ghiseu.runtime.database import embedded, urls_of


@pytest.fixture(scope="module")
def place() -> Iterator[Installation]:
    with installation() as place:
        place.data.mkdir(parents=True)
        with embedded(place.data) as server:
            subprocess.run(
                [sys.executable, "-m", "ghiseu.runtime.setup_database", "--only-schema"],
                env={**place.environment(), **urls_of(server), "GHISEU_PROCESS": "owner"},
                check=True,
                capture_output=True,
            )
        yield place


def keys_of(file: Path) -> dict[str, dict[str, object]]:
    return json.loads(file.read_text())


@pytest.mark.slow
def test_new_keys_everything_under_them_and_the_end_of_past_months(place: Installation, tmp_path: Path) -> None:
    file = place.data / "keys.json"

    rotated = place.run("keys", "rotate")

    assert rotated.returncode == 0, rotated.stderr
    assert keys_of(file)["sealing"]["current"] == keys_of(file)["index"]["current"] == "2"
    resealed = place.run("keys", "reseal")
    assert resealed.returncode == 0, resealed.stderr
    shown = place.run("keys", "show").stdout
    assert "current: 2" in shown
    assert not any(key in shown for key in keys_of(file)["months"].values())

    written = keys_of(file)
    past = dict.fromkeys(["shred-2020-01"], next(iter(written["months"].values())))
    written["months"] = {**written["months"], **past}
    copy = tmp_path / "copy.keys"
    for one in (file, copy):
        one.write_text(json.dumps(written))
        one.chmod(0o600)
    done = place.run("keys", "destroy-due", "--file", str(copy))

    assert done.returncode == 0, done.stderr
    assert "shred-2020-01" not in keys_of(file)["months"]
    assert "shred-2020-01" not in keys_of(copy)["months"]


@pytest.mark.slow
def test_a_file_that_may_not_be_changed_is_said_to_be_so(place: Installation) -> None:
    (place.data / ".keys.json.lock").unlink(missing_ok=True)
    (place.data / ".keys.json.lock").mkdir()
    try:
        refused = place.run("keys", "rotate")
    finally:
        (place.data / ".keys.json.lock").rmdir()

    assert refused.returncode == 1
    assert "Nothing was changed" in refused.stdout
