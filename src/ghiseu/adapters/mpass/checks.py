"""Is the connection to MPass configured, and does MPass answer? The first question when nobody can sign in."""

from datetime import datetime

import httpx

from ghiseu.adapters.mpass.parties import NotConfigured, service_provider
from ghiseu.foundation.wire.platforms import Finding, Level, findings_about

METADATA = "/meta/saml"


class MPassConnection:
    """Tells how the connection to MPass is. It has no calls of its own: the browser carries the messages."""

    def __init__(self, *, seconds: float = 5.0) -> None:
        """`seconds` is how long MPass may take to answer the check."""
        self._seconds = seconds

    def check(self, *, at: datetime) -> list[Finding]:
        """Return what is known at `at`. Changes nothing anywhere; may be repeated at will."""
        try:
            sp = service_provider()
        except NotConfigured as error:
            return [
                Finding(
                    level=Level.ERROR, fact=f"not configured: {error}", next_step="Set it; see docs/howto/install.md."
                )
            ]
        renew = "Order the next system certificate and give its file to MPass before the day."
        replace = "Ask MPass for its next certificate and set GHISEU_MPASS_CERTIFICATE_NEXT."
        return [
            *findings_about("ours", [sp.certificate], at=at, next_step=renew),
            *findings_about("MPass", sp.mpass.certificates, at=at, next_step=replace),
            self._answers(sp.mpass.origin),
        ]

    def _answers(self, origin: str) -> Finding:
        reach = "Is GHISEU_MPASS_URL right, and is the way out open? Nobody can sign in until then."
        try:
            answer = httpx.get(f"{origin}{METADATA}", timeout=self._seconds, trust_env=False)
        except httpx.HTTPError as error:
            return Finding(level=Level.ERROR, fact=f"does not answer ({type(error).__name__})", next_step=reach)
        if not answer.is_success:
            return Finding(level=Level.ERROR, fact=f"answers its metadata with {answer.status_code}", next_step=reach)
        return Finding(level=Level.OK, fact="answers")
