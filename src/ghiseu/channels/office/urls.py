"""Addresses of an institution's officers."""

from django.urls import URLPattern, path

from ghiseu.channels.office import start

app_name = "office"
urlpatterns: list[URLPattern] = [path("office", start.start, name="start")]
