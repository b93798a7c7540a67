"""All connections to shared platforms."""

from collections.abc import Callable, Mapping
from datetime import datetime

from ghiseu.config.platforms import (
    mconnect,
    mdelivery,
    mdocs,
    mevents,
    mlog,
    mnotify,
    mpass,
    mpay,
    mpower,
    msign,
    programari,
)
from ghiseu.foundation.wire.certificates import NotThere, NotUsable
from ghiseu.foundation.wire.platforms import Finding, Level, platforms

CONNECTIONS: Mapping[str, Callable[[], None]] = {
    "MPass": mpass.connect,
    "MConnect": mconnect.connect,
    "MConnect Events": mevents.connect,
    "MPower": mpower.connect,
    "MSign": msign.connect,
    "MPay": mpay.connect,
    "MNotify": mnotify.connect,
    "MLog": mlog.connect,
    "MDocs": mdocs.connect,
    "MDelivery": mdelivery.connect,
    "eProgramări": programari.connect,
}


class NotConnected:
    """Stands for a platform that is named by the settings and could not be wired."""

    def __init__(self, fault: str) -> None:
        self._fault = fault

    def check(self, *, at: datetime) -> list[Finding]:
        """Return why it is not connected; the same at any time."""
        del at
        step = "Mend the setting (docs/howto/install.md) and start again; until then it is not offered."
        return [Finding(level=Level.ERROR, fact=f"not connected: {self._fault}", next_step=step)]


def connect() -> None:
    """Wire every platform that the settings name; what is not named stays unserved and is not offered.

    A certificate that lacks or a setting that cannot be understood stops no start: the check says it.
    """
    for name, connect_one in CONNECTIONS.items():
        try:
            connect_one()
        except (NotThere, NotUsable, ValueError) as error:
            platforms.serve(name, NotConnected(str(error)))
