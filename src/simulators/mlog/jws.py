"""Reading signed lines strictly, written from RFC 7515 alone: one algorithm, one key, canonical base64url.

The key is that of the certificate with which the caller opened the connection: MLog knows a system by it.
"""

import base64
import binascii
import json

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

PARTS = 3
LEAST_KEY_BITS = 2048
KNOWN_HEADERS = {"alg", "kid", "typ", "cty"}


class NotSigned(Exception):
    """The text is not what it must be; the reason stands in the index of faults."""


def payload_of(token: str, *, certificate: x509.Certificate) -> bytes:
    """Return what was signed. Raises NotSigned."""
    parts = token.split(".")
    if len(parts) != PARTS:
        raise NotSigned("a compact token has three parts")
    header, payload, signature = (_decoded(part) for part in parts)
    _check_header(header, certificate)
    key = certificate.public_key()
    if not isinstance(key, rsa.RSAPublicKey) or key.key_size < LEAST_KEY_BITS:
        raise NotSigned("RS256 needs an RSA key of 2048 bits")
    said = ".".join(parts[:2]).encode("ascii")
    try:
        key.verify(signature, said, padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature as error:
        raise NotSigned("the signature is not that of the calling system") from error
    return payload


def _check_header(header: bytes, certificate: x509.Certificate) -> None:
    try:
        said = json.loads(header)
    except ValueError as error:
        raise NotSigned("the header is no JSON") from error
    if not isinstance(said, dict) or set(said) - KNOWN_HEADERS:
        raise NotSigned("the header holds something unknown")
    if said.get("alg") != "RS256":
        raise NotSigned("only RS256 is taken")
    # The printed samples carry no kid, so one that is absent is no fault; a wrong one is.
    if "kid" in said and said["kid"] != format(certificate.serial_number, "x"):
        raise NotSigned("kid is not the serial number of the calling certificate")


def _decoded(part: str) -> bytes:
    try:
        found = base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise NotSigned("a part is not base64url") from error
    if base64.urlsafe_b64encode(found).rstrip(b"=").decode("ascii") != part:
        raise NotSigned("a part is not base64url as it must be written")
    return found
