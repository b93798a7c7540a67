"""Our side and MPay's side: keys, certificates and the service's code, from the settings."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from django.conf import settings

from ghiseu.foundation.wire.certificates import NotThere, NotUsable, read_certificate, read_rsa_key

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
        key=_key("SAML_KEY"),
        certificate=_certificate("SAML_CERTIFICATE"),
        pinned=tuple(pinned),
        accepts_sha1=bool(getattr(settings, "MPAY_ACCEPTS_SHA1", False)),
        zone=ZoneInfo(settings.TIME_ZONE),
    )


def _setting(name: str) -> str:
    if value := str(getattr(settings, name, "") or ""):
        return value
    raise NotConfigured(name)


def _certificate(name: str) -> x509.Certificate:
    with _file(name) as path:
        return read_certificate(path)


def _key(name: str) -> RSAPrivateKey:
    with _file(name) as path:
        return read_rsa_key(path)


@contextmanager
def _file(name: str) -> Iterator[str]:
    """Give the path that a setting names, for reading it."""
    path = _setting(name)
    try:
        yield path
    except NotThere as error:
        raise NotConfigured(f"{name}: {path}") from error
    except NotUsable as error:
        raise NotConfigured(str(error)) from error
