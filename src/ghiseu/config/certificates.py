"""How long the certificates of the settings still hold, as metrics: they are to be renewed before anybody notices."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from cryptography import x509
from django.conf import settings
from prometheus_client import Gauge

LEFT = Gauge(
    "ghiseu_certificate_left_seconds",
    "Until the certificate of this setting ends; below zero when it ended, NaN when it cannot be read",
    ["setting"],
)
NAMES = (
    "SYSTEM_CERTIFICATE",
    "SAML_CERTIFICATE",
    "MPASS_CERTIFICATE",
    "MPASS_CERTIFICATE_NEXT",
    "MCONNECT_CERTIFICATE",
    "MCONNECT_CERTIFICATE_NEXT",
    "MPAY_CERTIFICATE",
    "MPAY_CERTIFICATE_NEXT",
    "SEAL_CERTIFICATE",
)


def certificates() -> Iterator[tuple[str, Path]]:
    """Yield the settings that name the file of a certificate, with the file."""
    for name in NAMES:
        if path := getattr(settings, name):
            yield name, Path(path)


def measure(*, at: datetime) -> None:
    """Set the metric of every certificate that a setting names."""
    LEFT.clear()
    for name, path in certificates():
        LEFT.labels(setting=name).set(_seconds_left(path, at=at))


def _seconds_left(path: Path, *, at: datetime) -> float:
    try:
        found = x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError):
        return float("nan")
    return (found.not_valid_after_utc - at).total_seconds()
