"""What a citizen opens with the code of their slip."""

from django.urls import URLPattern, path

from ghiseu.channels.citizen import status

app_name = "citizen"
urlpatterns: list[URLPattern] = [
    path("s/", status.ask, name="ask"),
    path("s/<str:code>", status.show, name="status"),
]
