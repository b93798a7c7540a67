"""Addresses that belong to the frame of every page, and the gallery where it is switched on."""

from django.conf import settings
from django.urls import URLPattern, path
from django.views.i18n import set_language

from ghiseu.foundation.ui import gallery

urlpatterns: list[URLPattern] = [path("language", set_language, name="language")]

if getattr(settings, "DEBUG_GALLERY", False):
    urlpatterns += [
        path("gallery", gallery.show, name="gallery"),
        path("gallery/frame", gallery.show_bare, name="gallery-bare"),
        path("gallery/search", gallery.search, name="gallery-search"),
        path("gallery/save", gallery.save, name="gallery-save"),
    ]
