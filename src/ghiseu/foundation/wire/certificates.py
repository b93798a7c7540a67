"""Certificates and private keys in PEM files that may be exchanged while we run."""

import os
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key


class NotThere(Exception):
    """No file can be found under the path. Names the path."""


class NotUsable(Exception):
    """The file does not hold what it should. Names the path and what it is not."""


def read_certificate(path: str) -> x509.Certificate:
    """Return the certificate of a PEM file, read again when the file changes. Raises NotThere, NotUsable."""
    return _read_certificate(path, _changed_at(path))


def read_rsa_key(path: str) -> RSAPrivateKey:
    """Return the RSA key of a PEM file without password, read again when the file changes.

    Raises NotThere, NotUsable.
    """
    return _read_rsa_key(path, _changed_at(path))


def _changed_at(path: str) -> int:
    try:
        return os.stat(path).st_mtime_ns
    except OSError as error:
        raise NotThere(path) from error


@lru_cache(maxsize=16)
def _read_certificate(path: str, _changed_at: int) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(Path(path).read_bytes())
    except ValueError as error:
        raise NotUsable(f"{path} is not a certificate") from error


@lru_cache(maxsize=4)
def _read_rsa_key(path: str, _changed_at: int) -> RSAPrivateKey:
    try:
        key = load_pem_private_key(Path(path).read_bytes(), password=None)
    except ValueError as error:
        raise NotUsable(f"{path} is not a private key") from error
    if not isinstance(key, RSAPrivateKey):
        raise NotUsable(f"{path} is not an RSA key")
    return key
