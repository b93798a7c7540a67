"""What the views of signing in share: refusals in plain words, pages that send a message on, local addresses."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

import structlog
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from ghiseu.adapters.mpass import errors
from ghiseu.adapters.mpass.parties import NotConfigured
from ghiseu.adapters.mpass.requests import Form
from ghiseu.foundation.ui.security import content_policy
from ghiseu.foundation.wire import correlation_id
from ghiseu.modules.centres import sign_in
from ghiseu.modules.centres.places import NotAssignedThere

Arguments = ParamSpec("Arguments")
View = Callable[Concatenate[HttpRequest, Arguments], HttpResponse]
log = structlog.get_logger()

# Never a place to come back to: they would start, answer or end a sign-in.
NOT_TO_RETURN_TO = ("/sign-in", "/sign-out", "/signed-out", "/saml/", "/lock", "/choose-desk", "/still-here")

START_AGAIN = _("Start the sign-in again from this computer.")
CLOCKS = _("If it happens again, tell the administrator: the clocks of the two systems may differ.")
TELL = _("Tell the administrator the number below. Nobody was signed in.")
Words = tuple[int, "Promise | str", "Promise | str"]

# Status, cause and next step; the first class that fits counts.
WORDS: tuple[tuple[type[Exception], Words], ...] = (
    (errors.Expired, (403, _("The answer from MPass came too late."), CLOCKS)),
    (errors.TooNew, (403, _("The answer from MPass is from the future."), CLOCKS)),
    (
        errors.WeakContext,
        (
            403,
            _("You proved who you are in a way that is too weak for this work."),
            _("Sign in again and choose mobile signature or electronic identity card."),
        ),
    ),
    (errors.NotSuccess, (403, _("MPass did not accept our request."), TELL)),
    (errors.TooLarge, (413, _("The answer from MPass is too large to be genuine."), TELL)),
    (errors.MessageRefused, (403, _("The answer from MPass cannot be trusted."), TELL)),
    (
        sign_in.UnknownRequest,
        (403, _("This sign-in was not started here, is too old or was used."), START_AGAIN),
    ),
    (sign_in.AssertionUsedBefore, (403, _("This proof from MPass was used already."), START_AGAIN)),
    (
        sign_in.NotAPersonNumber,
        (
            403,
            _("MPass did not say your personal number (IDNP)."),
            _("Sign in to MPass with your own account, not with that of an organisation."),
        ),
    ),
    (
        sign_in.NotFreshlyAuthenticated,
        (
            403,
            _("MPass did not ask for your proof again."),
            _("Try once more; MPass has to ask for your signature or card."),
        ),
    ),
    (
        sign_in.UnknownOperator,
        (
            403,
            _("You are not an operator here."),
            _("Ask the head of your centre to have you added. Nothing about you was kept."),
        ),
    ),
    (
        sign_in.TicketNotUsable,
        (403, _("This sign-in belongs to another browser or is completed."), START_AGAIN),
    ),
    (
        NotAssignedThere,
        (
            403,
            _("You have no work assigned at this place today."),
            _("Choose another place, or ask the head of your centre."),
        ),
    ),
    (
        NotConfigured,
        (
            503,
            _("Signing in is not set up on this server."),
            _("Tell the administrator: the connection to MPass is not configured."),
        ),
    ),
)


def refusals_as_pages(view: View[Arguments]) -> View[Arguments]:
    """Answer the expected refusals with a page in plain words; the reason goes to the log, without personal data."""
    expected = tuple(kind for kind, _words in WORDS)

    @wraps(view)
    def answering(request: HttpRequest, *args: Arguments.args, **kwargs: Arguments.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except expected as error:
            return _refuse(request, error)

    return answering  # type: ignore[return-value]  # wraps() hides that the call is the same


def _refuse(request: HttpRequest, error: Exception) -> HttpResponse:
    status, cause, next_step = next(words for kind, words in WORDS if isinstance(error, kind))
    rule = error.rule if isinstance(error, errors.MessageRefused) else 0
    log.warning("sign-in.refused", kind=type(error).__name__, rule=rule, reason=str(error), path=request.path)
    anew = "?fresh" if isinstance(error, sign_in.NotFreshlyAuthenticated) else ""
    shown = {"cause": cause, "next_step": next_step, "number": correlation_id(), "anew": anew}
    return render(request, "callbacks/refused.html", shown, status=status)


def to_mpass(request: HttpRequest, form: Form, *, origin: str) -> HttpResponse:
    """Return the page that posts the message to MPass: by itself with scripts, by its button without."""
    response = render(request, "callbacks/to_mpass.html", _shown(form))
    response.headers["Content-Security-Policy"] = content_policy(form_targets=(origin,))
    response.headers["Cache-Control"] = "no-store"
    return response


def to_mpass_framed(request: HttpRequest, form: Form, *, origin: str) -> HttpResponse:
    """Return the same for the frame that MPass opens at single log-out."""
    return may_be_framed(render(request, "callbacks/to_mpass_framed.html", _shown(form)), by=origin)


def may_be_framed(response: HttpResponse, *, by: str) -> HttpResponse:
    """Let MPass, and nobody else, show this answer in its frame (guide, chapter on single log-out)."""
    policy = content_policy(form_targets=(by,))
    response.headers["Content-Security-Policy"] = policy.replace("frame-ancestors 'none'", f"frame-ancestors {by}")
    # Read by old browsers only; the others go by the line above.
    response.headers["X-Frame-Options"] = f"ALLOW-FROM {by}"
    response.headers["Cache-Control"] = "no-store"
    return response


def local_path(given: str | None) -> str:
    """Return the address if it is one of ours that a person may be sent back to, else the home page."""
    if not given or not given.startswith("/") or given.startswith(NOT_TO_RETURN_TO):
        return "/"
    return given if url_has_allowed_host_and_scheme(given, allowed_hosts=None) else "/"


def only_value(request: HttpRequest, field: str) -> str:
    """Return a form field that must be there exactly once. Raises NotBase64."""
    values = request.POST.getlist(field)
    if len(values) != 1 or not isinstance(values[0], str):
        raise errors.NotBase64(f"{field} is missing or repeated")
    return values[0]


def _shown(form: Form) -> dict[str, object]:
    return {"target": form.action, "values": {form.field: form.message, "RelayState": form.relay_state}}
