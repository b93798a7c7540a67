"""Is the connection to MPass configured, and does MPass answer? The first question when nobody can sign in."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx

from ghiseu.adapters.mpass.parties import NotConfigured, ServiceProvider, service_provider

WARN_BEFORE = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One line for the administrator: `level` is ok, warning or error."""

    level: str
    fact: str


def check(*, at: datetime, timeout: float = 5.0) -> list[Finding]:
    """Return what is known about the connection. Nothing is changed anywhere; may be repeated at will."""
    try:
        sp = service_provider()
    except NotConfigured as error:
        return [Finding(level="error", fact=f"not configured: {error}")]
    return [*_certificates(sp, at=at), _answers(sp, timeout=timeout)]


def _certificates(sp: ServiceProvider, *, at: datetime) -> list[Finding]:
    found = []
    for owner, certificate in [("ours", sp.certificate), *(("MPass", one) for one in sp.mpass.certificates)]:
        left = certificate.not_valid_after_utc - at
        level = "error" if left <= timedelta() else "warning" if left < WARN_BEFORE else "ok"
        found.append(Finding(level=level, fact=f"certificate of {owner} ends in {left.days} days"))
    return found


def _answers(sp: ServiceProvider, *, timeout: float) -> Finding:
    try:
        answer = httpx.get(f"{sp.mpass.origin}/meta/saml", timeout=timeout)
    except httpx.HTTPError:
        return Finding(level="error", fact="MPass does not answer")
    return Finding(level="ok" if answer.is_success else "warning", fact=f"MPass answers {answer.status_code}")
