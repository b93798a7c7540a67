"""The signed samples, the certificates that belong to them, and a clock that stands in their day."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509

from simulators.common.keys import Identity, identity_of

VECTORS = Path(__file__).parent / "vectors"
AT = datetime(2026, 1, 15, 8, 0, 30, tzinfo=UTC)


def vector(name: str) -> bytes:
    """Return a recorded message."""
    return (VECTORS / name).read_bytes()


def certificate(owner: str) -> x509.Certificate:
    """Return a certificate of the samples: mpay (requests) or service (answers)."""
    return x509.load_pem_x509_certificate(vector(f"{owner}.synthetic.cer.pem"))


@pytest.fixture(scope="session")
def own(tmp_path_factory: pytest.TempPathFactory) -> Identity:
    """Return a key and a certificate made for this run, valid in the days of the samples."""
    return identity_of(tmp_path_factory.mktemp("own"), common_name="us", organisation="test", at=AT)
