"""How the connection to eProgramări is: our certificate, the handshake, our rights there."""

from datetime import datetime

import httpx

from ghiseu.foundation.outcomes import OutsideError
from ghiseu.foundation.wire.exchange import Exchange
from ghiseu.foundation.wire.platforms import Finding, Level, findings_about_ours
from ghiseu.foundation.wire.system_certificate import SystemCertificate

RENEW = "Order a new system certificate at STISC and let the Agency register it for eProgramări."
REACH = "See that this machine's address is registered and that the system port of eProgramări is open to it."
RIGHTS = "Let the Agency register this system for eProgramări with this certificate."
ADDRESS = "Look at GHISEU_PROGRAMARI_URL: it ends with /api/v2."


def findings(
    exchange: Exchange, request: httpx.Request, *, certificate: SystemCertificate | None, at: datetime
) -> list[Finding]:
    """Return what is known at `at`; the request lists organisations. Never raises for what is wrong outside."""
    found = [*findings_about_ours(certificate, at=at, next_step=RENEW)] if certificate is not None else []
    try:
        answer = exchange.read(request)
    except OutsideError as error:
        return [*found, Finding(level=Level.ERROR, fact=error.reason, next_step=REACH)]
    if answer.status in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
        fact = f"eProgramări refuses this system with status {answer.status}"
        return [*found, Finding(level=Level.ERROR, fact=fact, next_step=RIGHTS)]
    if answer.status == httpx.codes.NO_CONTENT:
        fact = "eProgramări answers and shows no organisation"
        return [*found, Finding(level=Level.WARNING, fact=fact, next_step=RIGHTS)]
    if answer.status != httpx.codes.OK or not answer.media_type.endswith("json"):
        fact = f"something else answers at the address of eProgramări (status {answer.status})"
        return [*found, Finding(level=Level.ERROR, fact=fact, next_step=ADDRESS)]
    return [*found, Finding(level=Level.OK, fact="eProgramări answers")]
