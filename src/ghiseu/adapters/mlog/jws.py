"""Writing one kind of signed text: JWS in compact form with RS256 (RFC 7515 §3.1 and §7.1, RFC 7518 §3.3).

Nothing is read here, so nothing can be forged here: MLog sends no signed answers.
"""

import base64
import json

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

LEAST_KEY_BITS = 2048


class KeyTooShort(Exception):
    """RFC 7518 §3.3 wants 2048 bits at least."""


def key_id(serial: int) -> str:
    """Return how MLog names the key: the certificate's serial number in small hexadecimal digits, no zero before."""
    return format(serial, "x")


def signed(payload: bytes, *, key: RSAPrivateKey, serial: int) -> str:
    """Return the payload with header and signature. The same payload and key give the same text. Raises KeyTooShort."""
    if key.key_size < LEAST_KEY_BITS:
        raise KeyTooShort(f"the key has {key.key_size} bits")
    header = json.dumps({"alg": "RS256", "kid": key_id(serial)}, separators=(",", ":")).encode()
    said = f"{_encoded(header)}.{_encoded(payload)}"
    signature = key.sign(said.encode("ascii"), padding.PKCS1v15(), hashes.SHA256())
    return f"{said}.{_encoded(signature)}"


def signed_size(payload_bytes: int) -> int:
    """Return how many bytes a signed payload has at most: base64 makes four of three; header and signature come too."""
    return (payload_bytes + 2) // 3 * 4 + 1200


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode("ascii")
