"""MConnect Events: news from the registers and institutions."""

from django.conf import settings

from ghiseu.adapters.mevents import MConnectEvents
from ghiseu.config.platforms import place
from ghiseu.foundation.wire.platforms import platforms
from ghiseu.journeys.receive_events import FEED
from ghiseu.modules.submissions.event_feed import event_feeds


def connect() -> None:
    """Serve the feed when the platform is named."""
    if not settings.MEVENTS_URL:
        return
    ours = place.system_certificate()
    feed = MConnectEvents(url=settings.MEVENTS_URL, limits=place.limits(), tls=place.tls(), ours=ours)
    event_feeds.serve(FEED, feed)
    platforms.serve("MConnect Events", feed)
