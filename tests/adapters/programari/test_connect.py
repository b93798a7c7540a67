"""The setting that connects eProgramări, and the one that does not."""

from tests.support.platform_place import certificate_of

from ghiseu.config.platforms import place, programari
from ghiseu.foundation.wire.platforms import platforms
from ghiseu.modules.appointments.ports import PLATFORM, calendars, is_connected


class TestConnect:
    def test_serves_nothing_without_an_address(self, settings):
        settings.PROGRAMARI_URL = ""
        programari.connect()
        assert not is_connected()

    def test_serves_the_calendars_and_says_how_they_are(self, settings, process):
        ours = certificate_of(process.folder.parent)
        settings.PROGRAMARI_URL = f"{process.system_url}/api/v2"
        settings.SYSTEM_KEY, settings.SYSTEM_CERTIFICATE = str(ours.key), str(ours.certificate)
        settings.PLATFORM_TRUST = str(ours.trust)
        place.tls.cache_clear()
        try:
            programari.connect()
            assert is_connected()
            assert calendars.get(PLATFORM) is platforms.get("eProgramări")
        finally:
            calendars._served.pop(PLATFORM, None)
            platforms._served.pop("eProgramări", None)
            place.tls.cache_clear()
