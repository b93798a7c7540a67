"""What a citizen opens with the code of their slip, and the texts that everybody may read."""

from django.urls import URLPattern, path

from ghiseu.channels.citizen import about, status

app_name = "citizen"
urlpatterns: list[URLPattern] = [
    path("s/", status.ask, name="ask"),
    path("s/<str:code>", status.show, name="status"),
    path("help", about.show, {"about": "help"}, name="help"),
    path("privacy", about.show, {"about": "privacy"}, name="privacy"),
    path("accessibility", about.show, {"about": "accessibility"}, name="accessibility"),
]
