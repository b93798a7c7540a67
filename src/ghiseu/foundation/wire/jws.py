"""Signed JSON in the compact form: RFC 7515 (JWS), 3.1 and 7.1, with RS256 of RFC 7518, 3.3 and nothing else.

The header is ours to choose when writing; in reading it decides nothing: the algorithm is RS256, the key is pinned.
"""

import base64
import binascii
from collections.abc import Iterable
from datetime import datetime

import orjson
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

ALGORITHM = "RS256"
MEDIA_TYPE = "application/jose"
LEAST_KEY_BITS = 2048
# What would make the header decide something that it must not.
NOT_UNDERSTOOD = frozenset({"crit", "b64", "jku", "x5u"})


class NotGenuine(Exception):
    """This is no token, or none that a pinned certificate signed. The text says which, without its content."""


def signed(payload: bytes, *, key: rsa.RSAPrivateKey, key_id: str) -> str:
    """Return the token. `key_id` is what the other side knows our key by."""
    header = orjson.dumps({"alg": ALGORITHM, "kid": key_id})
    said = f"{_encoded(header)}.{_encoded(payload)}"
    signature = key.sign(said.encode("ascii"), padding.PKCS1v15(), hashes.SHA256())
    return f"{said}.{_encoded(signature)}"


def opened(token: bytes, *, certificates: Iterable[x509.Certificate], at: datetime) -> bytes:
    """Return the payload when one of the certificates, valid at `at`, signed it. Raises NotGenuine."""
    parts = token.strip().split(b".")
    if len(parts) != 3:  # noqa: PLR2004 - header, payload, signature
        raise NotGenuine("not a token of three parts")
    header, payload, signature = (_decoded(part) for part in parts)
    _require_our_header(header)
    said = parts[0] + b"." + parts[1]
    for certificate in certificates:
        if _holds(certificate, at=at) and _has_signed(certificate, signature, said):
            return payload
    raise NotGenuine("not signed by a pinned certificate")


def key_id_of(certificate: x509.Certificate) -> str:
    """Return the name of a key as the government's guides write it: the serial number in small hex digits."""
    return f"{certificate.serial_number:x}"


def _require_our_header(header: bytes) -> None:
    try:
        told = orjson.loads(header)
    except orjson.JSONDecodeError as error:
        raise NotGenuine("the header is not JSON") from error
    if not isinstance(told, dict) or told.get("alg") != ALGORITHM:
        raise NotGenuine("not signed with RS256")
    if NOT_UNDERSTOOD & told.keys():
        raise NotGenuine("the header asks for something that is not done here")


def _holds(certificate: x509.Certificate, *, at: datetime) -> bool:
    return certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc


def _has_signed(certificate: x509.Certificate, signature: bytes, said: bytes) -> bool:
    key = certificate.public_key()
    if not isinstance(key, rsa.RSAPublicKey) or key.key_size < LEAST_KEY_BITS:
        return False
    try:
        key.verify(signature, said, padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    return True


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode("ascii")


def _decoded(part: bytes) -> bytes:
    """Return the bytes of one part. Raises NotGenuine for anything but the one way to write them."""
    try:
        content = base64.b64decode(part + b"=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise NotGenuine("a part is not base64url") from error
    if _encoded(content).encode("ascii") != part:
        raise NotGenuine("a part is not written in the one possible way")
    return content
