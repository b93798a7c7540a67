"""eProgramări: calendars of institutions that are kept by the state."""

from django.conf import settings

from ghiseu.adapters.programari import Programari
from ghiseu.config.platforms import place
from ghiseu.foundation.wire.platforms import platforms
from ghiseu.modules.appointments.ports import PLATFORM, calendars


def connect() -> None:
    """Serve the calendars when the platform is named. Raises NotThere, NotUsable."""
    if not settings.PROGRAMARI_URL:
        return
    adapter = Programari(
        url=settings.PROGRAMARI_URL,
        limits=place.limits(),
        tls=place.tls(),
        certificate=place.system_certificate(),
    )
    calendars.serve(PLATFORM, adapter)
    platforms.serve("eProgramări", adapter)
