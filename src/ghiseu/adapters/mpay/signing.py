"""How we sign: Body and Timestamp, as the samples of MPay's guide show it (July 2025), with SHA-256 or SHA-1.

The guide names three ways to say whose key it was; its text and OASIS disagree about one identifier, so the way is a
setting. Faults are signed like answers.
"""

from datetime import datetime
from enum import StrEnum

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from lxml import etree

from ghiseu.adapters.mpay.profile import PROFILE
from ghiseu.foundation.wire import signed_soap_writing
from ghiseu.foundation.wire.signed_soap import KeyNamedBy

__all__ = ["KeyNamedBy", "SignsWith", "signed"]


class SignsWith(StrEnum):
    """With which digest we sign; MPay does not publish what it accepts."""

    AS_ASKED = ""
    SHA1 = "sha1"
    SHA256 = "sha256"

    def is_sha1(self, *, asked_with_sha1: bool) -> bool:
        """Tell whether an answer to a question signed so is signed with SHA-1."""
        return asked_with_sha1 if self is SignsWith.AS_ASKED else self is SignsWith.SHA1


def signed(
    content: etree._Element,
    *,
    key: RSAPrivateKey,
    certificate: x509.Certificate,
    with_sha1: bool,
    at: datetime,
    key_named_by: KeyNamedBy = KeyNamedBy.X509DATA,
) -> bytes:
    """Return a whole SOAP message with this content of the Body, signed by us at `at` and valid five minutes."""
    return signed_soap_writing.signed(
        content,
        key=key,
        certificate=certificate,
        with_sha1=with_sha1,
        at=at,
        profile=PROFILE,
        key_named_by=key_named_by,
    )
