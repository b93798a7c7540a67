"""Who talks to whom: our side, MPass's side, their keys and addresses, from the settings."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from django.conf import settings

from ghiseu.adapters.mpass import names
from ghiseu.foundation.wire.certificates import NotThere, NotUsable, read_certificate, read_rsa_key

ACS_PATH = "/saml/acs"
SLO_PATH = "/saml/slo"


class NotConfigured(Exception):
    """A setting of the connection to MPass is missing or unusable. Names the setting."""


@dataclass(frozen=True, kw_only=True)
class IdentityProvider:
    """MPass as we know it from the configuration; `certificates` holds one, or two during a change of its key."""

    issuer: str
    sso_url: str
    slo_url: str
    certificates: tuple[x509.Certificate, ...]

    @property
    def origin(self) -> str:
        """Return scheme and host, for the headers that allow it to frame and to be posted to."""
        parts = urlsplit(self.sso_url)
        return f"{parts.scheme}://{parts.netloc}"


@dataclass(frozen=True, kw_only=True)
class ServiceProvider:
    """Our side. The tolerance is for clocks; an answer older than `answer_lives` does not count."""

    entity_id: str
    acs_url: str
    slo_url: str
    key: RSAPrivateKey = field(repr=False)
    certificate: x509.Certificate
    mpass: IdentityProvider
    assertion_signed_too: bool = False
    strong_contexts: frozenset[str] = names.STRONG_CONTEXTS
    tolerance: timedelta = timedelta(seconds=60)
    answer_lives: timedelta = timedelta(minutes=10)


def service_provider() -> ServiceProvider:
    """Return both sides from the settings; files are read again when they change. Raises NotConfigured.

    PUBLIC_URL, MPASS_URL, MPASS_CERTIFICATE, SAML_KEY, SAML_CERTIFICATE; optional: MPASS_CERTIFICATE_NEXT, MPASS_ISSUER
    (else the URL), MPASS_ASSERTION_SIGNED (else no), SAML_ENTITY_ID (else PUBLIC_URL).
    """
    own = _setting("PUBLIC_URL").rstrip("/")
    mpass_url = _setting("MPASS_URL").rstrip("/")
    pinned = [_certificate(_setting("MPASS_CERTIFICATE"))]
    if following := _optional("MPASS_CERTIFICATE_NEXT"):
        pinned.append(_certificate(following))
    return ServiceProvider(
        entity_id=_optional("SAML_ENTITY_ID") or own,
        acs_url=own + ACS_PATH,
        slo_url=own + SLO_PATH,
        key=_key(_setting("SAML_KEY")),
        certificate=_certificate(_setting("SAML_CERTIFICATE")),
        mpass=IdentityProvider(
            issuer=_optional("MPASS_ISSUER") or mpass_url,
            sso_url=f"{mpass_url}/login/saml",
            slo_url=f"{mpass_url}/logout/saml",
            certificates=tuple(pinned),
        ),
        assertion_signed_too=bool(getattr(settings, "MPASS_ASSERTION_SIGNED", False)),
    )


def _optional(name: str) -> str:
    return str(getattr(settings, name, "") or "")


def _setting(name: str) -> str:
    if value := _optional(name):
        return value
    raise NotConfigured(name)


def _certificate(path: str) -> x509.Certificate:
    with _our_refusal():
        return read_certificate(path)


def _key(path: str) -> RSAPrivateKey:
    with _our_refusal():
        return read_rsa_key(path)


@contextmanager
def _our_refusal() -> Iterator[None]:
    try:
        yield
    except (NotThere, NotUsable) as error:
        raise NotConfigured(str(error)) from error
