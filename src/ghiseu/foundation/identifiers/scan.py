"""What a reader at the desk delivers: a machine-readable zone, or a bar code with the personal number."""

from dataclasses import dataclass
from datetime import datetime

from ghiseu.foundation.identifiers import idnp, mrz
from ghiseu.foundation.identifiers.idnp import Idnp
from ghiseu.foundation.identifiers.mrz import MrzDocument


@dataclass(frozen=True, kw_only=True)
class Scan:
    """One reading. `document` is None when only a bar code was read: nobody looked at a document."""

    idnp: Idnp | None
    document: MrzDocument | None


def read(text: str, *, at: datetime) -> Scan:
    """Read what the device typed. Digits alone are a personal number. Raises InvalidIdnp, InvalidMrz."""
    if "".join(text.split()).isdigit():
        return Scan(idnp=idnp.check(text), document=None)
    document = mrz.parse(text, at=at)
    return Scan(idnp=document.idnp, document=document)
