"""Folders on disk."""

import os
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """Make a name in the folder survive a power cut: that of a new file, or a renamed one. Raises OSError."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
