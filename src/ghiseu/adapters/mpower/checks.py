"""How the connection to MPower is: our certificate, the handshake, our rights there."""

from datetime import datetime

import httpx

from ghiseu.foundation.outcomes import OutsideError
from ghiseu.foundation.wire.exchange import Exchange
from ghiseu.foundation.wire.platforms import Finding, Level, findings_about_ours
from ghiseu.foundation.wire.system_certificate import SystemCertificate

RENEW = "Order a new system certificate at STISC and tell its serial number to suport.mpower@egov.md."
REACH = "See that this machine's address is registered and that port 8443 of MPower is open to it."
RIGHTS = (
    "Let the Agency register this system: serial number of the certificate, and AllowedEndpoints with Code-True-One, "
    "Code-Details-One, TypeCode-Valid-One, Idn-Details-List and file."
)
ANSWERS = (httpx.codes.OK, httpx.codes.NOT_FOUND, httpx.codes.BAD_REQUEST)


def findings(
    exchange: Exchange, request: httpx.Request, *, certificate: SystemCertificate | None, at: datetime
) -> list[Finding]:
    """Return what is known at `at`; the request is about no power. Never raises for what is wrong outside."""
    found = [*findings_about_ours(certificate, at=at, next_step=RENEW)] if certificate is not None else []
    try:
        answer = exchange.read(request)
    except OutsideError as error:
        return [*found, Finding(level=Level.ERROR, fact=error.reason, next_step=REACH)]
    if answer.status in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
        fact = f"MPower refuses this system with status {answer.status}"
        return [*found, Finding(level=Level.ERROR, fact=fact, next_step=RIGHTS)]
    if answer.status not in ANSWERS or not answer.media_type.endswith("json"):
        fact = f"something else answers at the address of MPower (status {answer.status})"
        return [*found, Finding(level=Level.ERROR, fact=fact, next_step="Look at GHISEU_MPOWER_URL.")]
    return [*found, Finding(level=Level.OK, fact="MPower answers")]
