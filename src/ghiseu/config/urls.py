"""Every address of the product; each channel has its own list."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from ghiseu.config import health, language

urlpatterns: list[URLPattern | URLResolver] = [
    path("livez", health.livez),
    path("readyz", health.readyz),
    path("metrics", health.metrics),
    path("language", language.choose, name="language"),
    path("", include("ghiseu.channels.callbacks.urls")),
    path("", include("ghiseu.channels.citizen.urls")),
    path("", include("ghiseu.channels.office.urls")),
    path("", include("ghiseu.channels.programme.urls")),
    path("", include("ghiseu.channels.desk.urls")),
]
if settings.DEBUG_GALLERY:
    urlpatterns += [path("", include("ghiseu.foundation.ui.urls"))]
handler404 = "ghiseu.config.health.not_found"
handler500 = "ghiseu.config.health.fault"
