"""What a citizen opens with the code of their slip, and the texts that everybody may read."""

from django.urls import URLPattern, path

from ghiseu.channels.citizen import about, screen, status

app_name = "citizen"
urlpatterns: list[URLPattern] = [
    path("s/", status.ask, name="ask"),
    path("s/<str:code>", status.show, name="status"),
    path("screen", screen.page, name="screen"),
    path("screen/code", screen.code, name="screen-code"),
    path("screen/agree", screen.agree, name="screen-agree"),
    path("screen/wrong", screen.wrong, name="screen-wrong"),
    path("help", about.show, {"about": "help"}, name="help"),
    path("privacy", about.show, {"about": "privacy"}, name="privacy"),
    path("accessibility", about.show, {"about": "accessibility"}, name="accessibility"),
]
