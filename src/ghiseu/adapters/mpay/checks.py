"""Is the connection to MPay configured, and do both ends answer? The first question when payments do not arrive."""

from datetime import datetime

import httpx

from ghiseu.adapters.mpay.client import MPayInvoices
from ghiseu.adapters.mpay.parties import NotConfigured, parties, service_address
from ghiseu.adapters.mpay.signing import SignsWith
from ghiseu.foundation.outcomes import OutsideError
from ghiseu.foundation.wire.platforms import Finding, Level, findings_about

RENEW = "Order the next system certificate and give its file to MPay before the day."
REPLACE = "Ask MPay for its next certificate and set GHISEU_MPAY_CERTIFICATE_NEXT."
WEAK = "Agree SHA-256 with MPay, then set GHISEU_MPAY_ACCEPTS_SHA1=0 and GHISEU_MPAY_SIGNS_WITH=sha256."


class MPayConnection:
    """Tells how the connection to MPay is. MPay calls us: what counts most is that our own endpoint answers."""

    def __init__(self, *, invoices: MPayInvoices | None, seconds: float = 5.0) -> None:
        """`invoices` asks the system port, when that is connected; `seconds` is how long our endpoint may take."""
        self._invoices = invoices
        self._seconds = seconds

    def check(self, *, at: datetime) -> list[Finding]:
        """Return what is known at `at`. Changes nothing anywhere; may be repeated at will."""
        try:
            sides = parties()
        except NotConfigured as error:
            fact, next_step = f"not configured: {error}", "Set it; see docs/howto/install.md."
            return [Finding(level=Level.ERROR, fact=fact, next_step=next_step)]
        found = [
            *findings_about("ours", [sides.certificate], at=at, next_step=RENEW),
            *findings_about("MPay", sides.pinned, at=at, next_step=REPLACE),
            self._endpoint(),
            self._system_port(),
        ]
        if sides.accepts_sha1 or sides.signs_with is SignsWith.SHA1:
            found.append(Finding(level=Level.WARNING, fact="messages signed with SHA-1 are in use", next_step=WEAK))
        return found

    def _endpoint(self) -> Finding:
        address = service_address()
        try:
            answer = httpx.get(address, params={"wsdl": ""}, timeout=self._seconds, trust_env=False)
            why = "" if answer.is_success else f"HTTP {answer.status_code}"
        except httpx.HTTPError as error:
            why = type(error).__name__
        if not why:
            return Finding(level=Level.OK, fact=f"our endpoint answers at {address}")
        next_step = "Start the payments process, or lead the address to it; MPay takes no money for us until then."
        return Finding(level=Level.ERROR, fact=f"our endpoint {address} does not answer ({why})", next_step=next_step)

    def _system_port(self) -> Finding:
        if self._invoices is None:
            return Finding(level=Level.OK, fact="its system port is not connected: notes are our own")
        try:
            self._invoices.answers()
        except OutsideError as error:
            next_step = "Is GHISEU_MPAY_API_URL right, and does MPay know our certificate and our internet address?"
            fact = f"its system port does not answer as agreed: {error.reason}"
            return Finding(level=Level.WARNING, fact=fact, next_step=next_step)
        return Finding(level=Level.OK, fact="its system port answers")
