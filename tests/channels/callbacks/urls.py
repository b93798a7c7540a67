"""The addresses of signing in, and a protected page such as every channel has."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import include, path

from ghiseu.foundation import clock
from ghiseu.foundation.access import transaction
from ghiseu.modules.centres import sign_in


def protected(request: HttpRequest) -> HttpResponse:
    """Show who is at work where; send others to sign in, as the desk does."""
    with transaction():
        session = sign_in.session_of(request.session, at=clock.now())
        if session is not None:
            sign_in.touch(session, at=clock.now())
    if session is None:
        return HttpResponseRedirect(f"/sign-in?next={request.path}")
    if session.is_locked:
        return HttpResponseRedirect(f"/lock?next={request.path}")
    if request.method == "POST":
        request.session["draft"] = request.POST["draft"]
    return JsonResponse(
        {
            "session": session.pk,
            "operator": session.operator.idnp,
            "centre": session.centre.code if session.centre else None,
            "desk": session.desk.code if session.desk else None,
            "draft": request.session.get("draft", ""),
        }
    )


urlpatterns = [
    path("", include("ghiseu.channels.callbacks.urls")),
    path("", include("ghiseu.foundation.ui.urls")),
    path("", protected),
    path("work", protected),
    path("cases/<int:number>", lambda request, number: protected(request)),
]
