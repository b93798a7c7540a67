"""Is the connection to MPay configured? The first question when payments do not arrive."""

from datetime import datetime

from ghiseu.adapters.mpay.parties import NotConfigured, parties


def check(*, at: datetime) -> str:
    """Return what is wrong with our side at `at`, empty when nothing is. Calls nobody; may be repeated at will."""
    try:
        sides = parties()
    except NotConfigured as error:
        return f"not configured: {error}"
    for owner, certificate in (("ours", sides.certificate), *(("MPay", one) for one in sides.pinned)):
        if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
            return f"the certificate of {owner} is not valid now"
    return ""
