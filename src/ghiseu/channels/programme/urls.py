"""Addresses of those who look after the whole programme."""

from django.urls import URLPattern, path

from ghiseu.channels.programme import start

app_name = "programme"
urlpatterns: list[URLPattern] = [path("programme", start.start, name="start")]
