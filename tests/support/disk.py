"""What was asked of the disk."""

import os
import stat
from pathlib import Path

import pytest


@pytest.fixture
def synced_folders(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the list of the folders whose names were put onto the disk, as it grows."""
    found: list[str] = []
    real = os.fsync

    def fsync(handle: int) -> None:
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            found.append(str(Path(f"/proc/self/fd/{handle}").readlink()))
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    return found
