"""Does the page of MDelivery answer, and could it call us? The first questions when papers do not leave."""

import httpx

from ghiseu.adapters.mdelivery.caller import Known
from ghiseu.foundation.wire.exchange import Limits
from ghiseu.foundation.wire.platforms import Finding, Level


def page_found(url: str, *, limits: Limits) -> Finding:
    """Return whether browsers would reach the page. Raises nothing."""
    patience = httpx.Timeout(limits.answer, connect=limits.connect)
    try:
        status = httpx.get(url, timeout=patience, trust_env=False).status_code
    except httpx.HTTPError as error:
        step = "Look at GHISEU_MDELIVERY_PAGE_URL and at the network."
        fact = f"the page of MDelivery does not answer ({type(error).__name__})"
        return Finding(level=Level.ERROR, fact=fact, next_step=step)
    if status >= httpx.codes.INTERNAL_SERVER_ERROR:
        step = "Wait, then ask AGE."
        return Finding(level=Level.ERROR, fact=f"the page of MDelivery answers with {status}", next_step=step)
    return Finding(level=Level.OK, fact="the page of MDelivery answers")


def caller_found(known: Known) -> Finding:
    """Return whether MDelivery could prove itself to us."""
    if not known.is_behind_ingress:
        step = "Set GHISEU_BEHIND_INGRESS once an ingress asks callers for certificates and deletes their headers."
        return Finding(level=Level.ERROR, fact="every call of MDelivery is refused", next_step=step)
    if not (known.serial or known.client_id):
        step = "Set GHISEU_MDELIVERY_SERIAL or GHISEU_MDELIVERY_CLIENT_ID."
        return Finding(level=Level.ERROR, fact="nobody knows how MDelivery proves itself", next_step=step)
    return Finding(level=Level.OK, fact="MDelivery may call us")
