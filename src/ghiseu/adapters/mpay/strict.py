"""What a message of MPay is refused for before any cryptography, told in MPay's refusals."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from lxml import etree

from ghiseu.adapters.mpay.errors import (
    AlgorithmNotAllowed,
    DuplicateId,
    MessageRefused,
    NotReadable,
    NotSigned,
    OutsideWindow,
    SignatureShape,
    SignatureWrong,
)
from ghiseu.adapters.mpay.profile import PROFILE
from ghiseu.foundation.wire import signed_soap_form
from ghiseu.foundation.wire.signed_soap import LIMITS, Flaw, NotGenuine
from ghiseu.foundation.wire.strict_xml import Fault

MAX_BYTES = LIMITS.kilobytes * 1024
REFUSALS: Mapping[Fault, Callable[[str], MessageRefused]] = {
    **dict.fromkeys(Fault, NotReadable),
    Fault.IDENTIFIER: DuplicateId,
}
FLAWS: Mapping[Flaw, Callable[[str], MessageRefused]] = {
    Flaw.NOT_READABLE: NotReadable,
    Flaw.NOT_SIGNED: NotSigned,
    Flaw.SHAPE: SignatureShape,
    Flaw.IDENTIFIER: DuplicateId,
    Flaw.ALGORITHM: AlgorithmNotAllowed,
    Flaw.SIGNATURE: SignatureWrong,
    Flaw.WINDOW: OutsideWindow,
}


@contextmanager
def told_as_refusals() -> Iterator[None]:
    """Let each flaw found in the block end in the refusal that MPay is told, with the same reason."""
    try:
        yield
    except NotGenuine as error:
        raise FLAWS[error.flaw](error.reason) from error


def parse(message: bytes) -> etree._Element:
    """Return the envelope of a message of the right form.

    Raises NotReadable, NotSigned, SignatureShape, DuplicateId.
    """
    with told_as_refusals():
        return signed_soap_form.parse(message, profile=PROFILE)
