"""Our side and MPay's side: keys, certificates and the service's code, from the settings."""

import os
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.conf import settings

SERVICE_PATH = "/mpay/service"


class NotConfigured(Exception):
    """A setting of the connection to MPay is missing or unusable. Names the setting."""


@dataclass(frozen=True, kw_only=True)
class Parties:
    """Who signs what. `pinned` holds MPay's certificate, or two during a change of its key.

    `zone` is that of MPay's times, which carry no offset.
    """

    address: str
    service_id: str
    key: RSAPrivateKey = field(repr=False)
    certificate: x509.Certificate
    pinned: tuple[x509.Certificate, ...]
    accepts_sha1: bool
    zone: ZoneInfo


def parties() -> Parties:
    """Return both sides from the settings; files are read again when they change. Raises NotConfigured.

    PUBLIC_URL, MPAY_SERVICE_ID, MPAY_CERTIFICATE, SAML_KEY and SAML_CERTIFICATE (the system certificate: one system
    has one for all platforms); optional: MPAY_CERTIFICATE_NEXT, MPAY_ACCEPTS_SHA1.
    """
    pinned = [_certificate("MPAY_CERTIFICATE")]
    if getattr(settings, "MPAY_CERTIFICATE_NEXT", ""):
        pinned.append(_certificate("MPAY_CERTIFICATE_NEXT"))
    return Parties(
        address=_setting("PUBLIC_URL").rstrip("/") + SERVICE_PATH,
        service_id=_setting("MPAY_SERVICE_ID"),
        key=_read_key(*_file("SAML_KEY")),
        certificate=_certificate("SAML_CERTIFICATE"),
        pinned=tuple(pinned),
        accepts_sha1=bool(getattr(settings, "MPAY_ACCEPTS_SHA1", False)),
        zone=ZoneInfo(settings.TIME_ZONE),
    )


def _setting(name: str) -> str:
    if value := str(getattr(settings, name, "") or ""):
        return value
    raise NotConfigured(name)


def _file(name: str) -> tuple[str, int]:
    """Return the path and the moment of its last change."""
    path = _setting(name)
    try:
        return path, os.stat(path).st_mtime_ns
    except OSError as error:
        raise NotConfigured(f"{name}: {path}") from error


def _certificate(name: str) -> x509.Certificate:
    return _read_certificate(*_file(name))


@lru_cache(maxsize=8)
def _read_certificate(path: str, _changed_at: int) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(Path(path).read_bytes())
    except ValueError as error:
        raise NotConfigured(f"{path} is not a certificate") from error


@lru_cache(maxsize=2)
def _read_key(path: str, _changed_at: int) -> RSAPrivateKey:
    try:
        key = load_pem_private_key(Path(path).read_bytes(), password=None)
    except ValueError as error:
        raise NotConfigured(f"{path} is not a private key") from error
    if not isinstance(key, RSAPrivateKey):
        raise NotConfigured(f"{path} is not an RSA key")
    return key
