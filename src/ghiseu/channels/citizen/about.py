"""Help with the keys, personal data, accessibility: short texts, written in each language rather than translated."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext_lazy
from django.views.decorators.http import require_GET

TITLES = {
    "help": gettext_lazy("Help"),
    "privacy": gettext_lazy("Personal data"),
    "accessibility": gettext_lazy("Accessibility"),
}
LANGUAGES = ("ro", "ru", "en")


@require_GET
def show(request: HttpRequest, about: str) -> HttpResponse:
    """Show one of the texts in the language of the page; everybody may read it."""
    language = (get_language() or "ro")[:2]
    text = f"citizen/texts/{about}.{language if language in LANGUAGES else 'ro'}.html"
    return render(request, "citizen/about.html", {"title": TITLES[about], "text": text})
