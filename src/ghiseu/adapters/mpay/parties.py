"""Our side and MPay's side: keys, certificates and the service's code, from the settings."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from django.conf import settings

from ghiseu.adapters.mpay.signing import KeyNamedBy, SignsWith
from ghiseu.foundation.wire.certificates import NotThere, NotUsable, read_certificate, read_rsa_key

SERVICE_PATH = "/mpay/service"
Choice = TypeVar("Choice", bound=StrEnum)


class NotConfigured(Exception):
    """A setting of the connection to MPay is missing or unusable. Names the setting."""


@dataclass(frozen=True, kw_only=True)
class Parties:
    """Who signs what. `pinned` holds MPay's certificate, or two during a change of its key.

    `zone` is that of MPay's times, which carry no offset. `words` holds what MPay's contract writes otherwise than its
    guide, by the guide's word.
    """

    service_id: str
    key: RSAPrivateKey = field(repr=False)
    certificate: x509.Certificate
    pinned: tuple[x509.Certificate, ...]
    accepts_sha1: bool
    signs_with: SignsWith = SignsWith.AS_ASKED
    key_named_by: KeyNamedBy = KeyNamedBy.X509DATA
    words: Mapping[str, str] = field(default_factory=dict)
    zone: ZoneInfo


def parties() -> Parties:
    """Return both sides from the settings; files are read again when they change. Raises NotConfigured.

    MPAY_SERVICE_ID, MPAY_CERTIFICATE, SAML_KEY and SAML_CERTIFICATE (the system certificate: one system has one for
    all platforms); optional: MPAY_CERTIFICATE_NEXT, MPAY_ACCEPTS_SHA1, MPAY_SIGNS_WITH, MPAY_KEY_NAMED_BY, MPAY_WORDS.
    """
    pinned = [_certificate("MPAY_CERTIFICATE")]
    if getattr(settings, "MPAY_CERTIFICATE_NEXT", ""):
        pinned.append(_certificate("MPAY_CERTIFICATE_NEXT"))
    return Parties(
        service_id=_setting("MPAY_SERVICE_ID"),
        key=_key("SAML_KEY"),
        certificate=_certificate("SAML_CERTIFICATE"),
        pinned=tuple(pinned),
        accepts_sha1=bool(getattr(settings, "MPAY_ACCEPTS_SHA1", False)),
        signs_with=_one_of(SignsWith, "MPAY_SIGNS_WITH", SignsWith.AS_ASKED),
        key_named_by=_one_of(KeyNamedBy, "MPAY_KEY_NAMED_BY", KeyNamedBy.X509DATA),
        words=dict(getattr(settings, "MPAY_WORDS", {})),
        zone=ZoneInfo(settings.TIME_ZONE),
    )


def service_address() -> str:
    """Return the address under which MPay calls us: of the endpoint's own process, else of the product."""
    return str(getattr(settings, "PAYMENTS_URL", "") or settings.PUBLIC_URL).rstrip("/") + SERVICE_PATH


def _one_of(choices: type[Choice], name: str, usual: Choice) -> Choice:
    try:
        return choices(str(getattr(settings, name, "") or usual))
    except ValueError as error:
        known = ", ".join(one for one in choices if one)
        raise NotConfigured(f"{name} is not one of {known}") from error


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
