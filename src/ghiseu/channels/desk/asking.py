"""Words of a search may name a person, so they never stand in an address.

They come in the body of a request and wait, sealed, in the operator's session; the page of results is asked for by a
mark. So reloading it and coming back to it show it again, without a question by the browser.
"""

import base64
import secrets

from ghiseu.channels.desk.session import DeskRequest
from ghiseu.foundation.crypto import CannotOpen, configured_keyring, open_sealed, seal

MARK = "search"
KEPT = 8  # searches that one can go back to
LONGEST = 200
_KEY = "searches"
_PLACE = "session.searches"


def keep(request: DeskRequest) -> str:
    """Keep the words that were sent; return what follows the path of the page that shows the results."""
    words = asked_now(request)
    if not words:
        return ""
    mark = secrets.token_urlsafe(9)
    sealed = seal(words.encode(), place=_PLACE, keyring=configured_keyring())
    known = request.session.get(_KEY, [])
    request.session[_KEY] = [*known, [mark, base64.b64encode(sealed).decode()]][-KEPT:]
    return f"?{MARK}={mark}"


def asked_now(request: DeskRequest) -> str:
    """Return the words of this request; nothing is read from an address."""
    return request.POST.get("q", "").strip()[:LONGEST]


def kept(request: DeskRequest) -> str:
    """Return the words that the mark in the address stands for, or an empty text."""
    mark = request.GET.get(MARK, "")
    for known, sealed in request.session.get(_KEY, []):
        if known == mark:
            try:
                return open_sealed(base64.b64decode(sealed), place=_PLACE, keyring=configured_keyring()).decode()
            except CannotOpen:  # the keys were changed meanwhile
                return ""
    return ""


def forget(request: DeskRequest) -> None:
    """Forget every search: whoever comes next has nothing to do with whom they found."""
    request.session.pop(_KEY, None)
