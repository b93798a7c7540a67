"""Only the methods that some address of ours takes; TRACE and the like end here, whatever is asked for."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

AGREED = ("GET", "HEAD", "POST", "PUT")


class AgreedMethods:
    """Middleware. Answers 405 to every other method; each view says further which of these it takes."""

    def __init__(self, respond: Callable[[HttpRequest], HttpResponse]) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.respond(request) if request.method in AGREED else HttpResponseNotAllowed(AGREED)
