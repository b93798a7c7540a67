"""Reads the lines of the machine-readable zone in a photograph that came from outside."""

import json
import subprocess
import sys
from enum import StrEnum

LARGEST = 12 * 1024 * 1024
PATIENCE = 15  # seconds by the clock; the processor time is limited inside
_HEADS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")


class Fault(StrEnum):
    """Why a picture was not read."""

    NO_PICTURE = "no-picture"
    TOO_LARGE = "too-large"
    DAMAGED = "damaged"
    NO_ZONE = "no-zone"


class PictureNotRead(Exception):
    """Nothing was read from the picture."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


def read_lines(content: bytes) -> str:
    """Return the lines of the zone as they look, parted by line breaks; for `mrz.parse`, which proves the check digits.

    Takes JPEG and PNG. Opens the picture in another process and waits for it some seconds: call it outside a
    transaction. Keeps nothing and may be repeated. Raises PictureNotRead.
    """
    if not content.startswith(_HEADS):
        raise PictureNotRead(Fault.NO_PICTURE)
    if len(content) > LARGEST:
        raise PictureNotRead(Fault.TOO_LARGE)
    command = [sys.executable, "-I", "-m", "ghiseu.foundation.identifiers.picture.sandboxed"]
    try:
        ended = subprocess.run(  # noqa: S603 - our own program without arguments
            command, input=content, capture_output=True, env={}, cwd="/", timeout=PATIENCE, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise PictureNotRead(Fault.NO_ZONE) from error
    # The system ended it at a limit of time or memory: there was far more in the picture than a document.
    if ended.returncode != 0:
        raise PictureNotRead(Fault.NO_ZONE)
    answer = json.loads(ended.stdout)
    if "fault" in answer:
        raise PictureNotRead(Fault(answer["fault"]))
    return "\n".join(answer["lines"])
