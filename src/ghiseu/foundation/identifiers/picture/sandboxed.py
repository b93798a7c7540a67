"""Reads one picture from its input in a process of its own with limits, and prints what it found as JSON.

Prints {"lines": [...]} or {"fault": ...}. Writes no file: the picture passes through memory only.
"""

import json
import resource
import sys
import warnings
from io import BytesIO

from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

from ghiseu.foundation.identifiers.picture import blobs, zone

SECONDS = 8
MEMORY = 768 * 1024 * 1024
PIXELS = 40_000_000


def main() -> None:
    """Bind this process to its limits, then read."""
    for what, limit in (
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 32),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (limit, limit))
    sys.stdout.write(json.dumps(_read(sys.stdin.buffer.read())))


def _read(content: bytes) -> dict[str, str | list[str]]:
    Image.MAX_IMAGE_PIXELS = PIXELS
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        with Image.open(BytesIO(content), formats=("JPEG", "PNG")) as picture:
            # A JPEG is decoded small at once: a phone's twelve million points are four times what is looked at.
            picture.draft("L", (zone.LONGEST_SIDE, zone.LONGEST_SIDE))
            reading = zone.read(ImageOps.exif_transpose(picture))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError):
        return {"fault": "too-large"}
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, KeyError, TypeError):
        return {"fault": "damaged"}
    except blobs.TooNoisy:
        return {"fault": "no-zone"}
    return {"fault": "no-zone"} if reading is None else {"lines": list(reading.lines)}


if __name__ == "__main__":
    main()
