"""Is a pushed callback really from the institution?

Header and signed bytes: the webhook of docs/interfaces/institution.openapi.yaml.
"""

import base64
import binascii
from collections.abc import Iterable, Mapping
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from ghiseu.foundation.outcomes import UnusableAnswer

HEADER = "institution-signature"
ALGORITHM = "rsa-pss-sha256"
SIGNED_PREFIX = b"ghiseu-institution-push-v1\n"
MIN_KEY_BITS = 2048


def require_genuine(
    raw: bytes,
    headers: Mapping[str, str],
    *,
    certificates: Iterable[x509.Certificate],
    at: datetime | None,
) -> None:
    """Raise UnusableAnswer unless one of the pinned certificates signed these bytes."""
    signature = _signature(headers)
    for certificate in certificates:
        if _is_valid(certificate, at) and _has_signed(certificate, signature, raw):
            return
    raise UnusableAnswer("the callback is not signed by the institution")


def _signature(headers: Mapping[str, str]) -> bytes:
    given = next((value for name, value in headers.items() if name.lower() == HEADER), "")
    algorithm, _space, encoded = given.partition(" ")
    if algorithm != ALGORITHM:
        raise UnusableAnswer("the callback carries no signature that we know")
    try:
        return base64.b64decode(encoded, validate=True)
    except binascii.Error as error:
        raise UnusableAnswer("the signature is not base64") from error


def _is_valid(certificate: x509.Certificate, at: datetime | None) -> bool:
    return at is None or certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc


def _has_signed(certificate: x509.Certificate, signature: bytes, raw: bytes) -> bool:
    key = certificate.public_key()
    if not isinstance(key, rsa.RSAPublicKey) or key.key_size < MIN_KEY_BITS:
        return False
    salted = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=padding.PSS.DIGEST_LENGTH)
    try:
        key.verify(signature, SIGNED_PREFIX + raw, salted, hashes.SHA256())
    except InvalidSignature:
        return False
    return True
