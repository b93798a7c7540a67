"""The citizen's screen of this desk: bind it by its code, see whether it answers, let it go."""

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ghiseu.channels.desk import pages
from ghiseu.channels.desk.pages import desk_page
from ghiseu.channels.desk.session import DeskRequest
from ghiseu.foundation import clock
from ghiseu.foundation.ui.parts import Field, FieldError, Kind, failing_fields
from ghiseu.modules.centres import screens
from ghiseu.modules.centres.screens import NoSuchCode

LONGEST_TYPED = 20


@require_GET
@desk_page()
def page(request: DeskRequest) -> HttpResponse:
    """Show whether a screen stands at this desk, and take the code of another."""
    return _page(request)


@require_POST
@desk_page()
def pair(request: DeskRequest) -> HttpResponse:
    """Bind the screen that shows the typed code to this desk."""
    typed = request.POST.get("code", "")[:LONGEST_TYPED]
    try:
        screens.pair(typed, at_desk=request.at_desk, at=clock.now())
    except NoSuchCode:
        error = FieldError(
            cause=_("No screen shows this code now."),
            next_step=_("Type the code that the screen shows at this moment."),
        )
        return _page(request, typed=typed, error=error, status=422)
    return HttpResponseRedirect(reverse("desk:screen"))


@require_POST
@desk_page()
def end(request: DeskRequest) -> HttpResponse:
    """Let the screen of this desk go; it shows a code again."""
    screens.end(at_desk=request.at_desk, at=clock.now())
    return HttpResponseRedirect(reverse("desk:screen"))


def _page(request: DeskRequest, *, typed: str = "", error: FieldError | None = None, status: int = 200) -> HttpResponse:
    found = screens.screen_of_desk(request.at_desk.desk_id)
    code = Field(
        kind=Kind.TEXT,
        name="code",
        label=_("Code on the screen"),
        hint=_("Six letters and digits. Small or capital makes no difference."),
        value=typed,
        error=error,
        width="middle",
        autofocus=True,
    )
    context = {
        "screen": found,
        "is_silent": found is not None and screens.is_silent(found, at=clock.now()),
        "code": code,
        "address": f"{settings.PUBLIC_URL}{reverse('citizen:screen')}",
        "errors": failing_fields([code]),
    }
    return pages.render(request, "desk/screen.html", context, status=status)
