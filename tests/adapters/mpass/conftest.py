"""Our side of MPass as the vectors know it, and a clock that stands in their day."""

import base64
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from tests.adapters.mpass.make_vectors import throw_away

from ghiseu.adapters.mpass.parties import IdentityProvider, ServiceProvider
from simulators.mpass.signing import Signer

VECTORS = Path(__file__).parent / "vectors"
AT = datetime(2026, 1, 15, 7, 35, tzinfo=UTC)
SPEAK = Callable[[str], str]


def pinned(path: Path) -> x509.Certificate:
    """Return a certificate of the vectors."""
    return x509.load_pem_x509_certificate(path.read_bytes())


def encoded(path: Path) -> str:
    """Return a vector as the form field that carries it."""
    return base64.b64encode(path.read_bytes()).decode()


def service(key: RSAPrivateKey, own: x509.Certificate, *certificates: x509.Certificate) -> ServiceProvider:
    """Return our side with these certificates of MPass pinned."""
    return ServiceProvider(
        entity_id="https://cups.example.md",
        acs_url="https://cups.example.md/saml/acs",
        slo_url="https://cups.example.md/saml/slo",
        key=key,
        certificate=own,
        mpass=IdentityProvider(
            issuer="https://mpass.staging.egov.md",
            sso_url="https://mpass.staging.egov.md/login/saml",
            slo_url="https://mpass.staging.egov.md/logout/saml",
            certificates=certificates,
        ),
    )


@pytest.fixture(scope="session")
def own() -> Signer:
    """Return a key and certificate of our own."""
    return throw_away("us")


@pytest.fixture
def sp(own: Signer) -> ServiceProvider:
    """Return our side as the hostile vectors address it."""
    return service(own.key, own.certificate, pinned(VECTORS / "hostile" / "pinned.cer.pem"))


@pytest.fixture
def sample_sp(own: Signer) -> ServiceProvider:
    """Return our side as the sample messages address it."""
    return service(own.key, own.certificate, pinned(VECTORS / "samples" / "mpass-idp.synthetic.cer.pem"))


@pytest.fixture
def strict_sp(sp: ServiceProvider) -> ServiceProvider:
    """Return our side when the registration asks for signed assertions too."""
    return replace(sp, assertion_signed_too=True)
