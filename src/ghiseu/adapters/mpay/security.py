"""WS-Security of MPay: a signature over exactly Body and Timestamp, checked.

The profile is that of the signed samples in MPay's guide (July 2025): RSA with SHA-1 in the samples. We prefer SHA-256;
SHA-1 is accepted only when the settings say so, and then answered in kind. How it is checked:
`foundation/wire/signed_soap_reading`.
"""

from datetime import datetime

from cryptography import x509

from ghiseu.adapters.mpay.profile import PROFILE
from ghiseu.adapters.mpay.strict import told_as_refusals
from ghiseu.foundation.wire import signed_soap_reading
from ghiseu.foundation.wire.signed_soap_reading import Verified


def verified(message: bytes, *, pinned: tuple[x509.Certificate, ...], accepts_sha1: bool, at: datetime) -> Verified:
    """Return the Body of a message signed by the holder of a pinned certificate, fresh at `at`.

    Raises one of the refusals. Checking the same message again gives the same answer within its window.
    """
    with told_as_refusals():
        return signed_soap_reading.verified(message, profile=PROFILE, pinned=pinned, accepts_sha1=accepts_sha1, at=at)
