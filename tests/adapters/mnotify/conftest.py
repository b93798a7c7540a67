"""MNotify as a server of its own, called over TLS where both ends prove themselves."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest
from tests.support.platform_place import certificate_of

from ghiseu.adapters.mnotify import MNotify
from ghiseu.foundation.wire.exchange import Limits
from ghiseu.modules.notifications.ports import Outgoing
from simulators.common.process import Running, running

VASILE, EUGENIA = "2099050101850", "2099010100376"


@pytest.fixture(scope="session")
def platform_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(tmp_path_factory.mktemp("platforms"))


@pytest.fixture(scope="session")
def mnotify_process(platform_folder: Path) -> Iterator[Running]:
    with running("mnotify", data=platform_folder) as started:
        yield started


@dataclass(frozen=True, kw_only=True)
class Platform:
    """The running simulator, and how systems reach it without our adapter."""

    running: Running
    make: Callable[..., MNotify]
    caller: httpx.Client

    def tell(self, **switch: object) -> None:
        """Change what becomes of messages."""
        httpx.post(f"{self.running.url}/control/mnotify", json=switch, timeout=10).raise_for_status()

    def set_status(self, notification: str, status: str) -> None:
        """Give a notification this status."""
        url = f"{self.running.url}/control/notifications/{notification}"
        httpx.post(url, json={"status": status}, timeout=10).raise_for_status()

    def sent(self) -> list[dict[str, object]]:
        """Return what was taken, oldest first."""
        return [row for row in self.running.ledger()["effects"] if row["kind"] == "notification"]


@pytest.fixture
def platform(mnotify_process: Running, platform_folder: Path) -> Iterator[Platform]:
    mnotify_process.reset()
    certificate = certificate_of(platform_folder)
    tls = certificate.client_context()
    made: list[MNotify] = []

    def make(**given: object) -> MNotify:
        limits = Limits(connect=2, answer=1)
        adapter = MNotify(url=mnotify_process.system_url, limits=limits, tls=tls, certificate=certificate, **given)
        made.append(adapter)
        return adapter

    with httpx.Client(base_url=mnotify_process.system_url, verify=tls, timeout=10) as caller:
        yield Platform(running=mnotify_process, make=make, caller=caller)
    for one in made:
        one.close()


@pytest.fixture
def message() -> Outgoing:
    return Outgoing(
        event="result_ready",
        recipient=VASILE,
        subject={"ro": "Puteți ridica: LOZ-2026-000001-07", "ru": "Можно получить: LOZ-2026-000001-07"},
        short={"ro": "Rezultatul vă așteaptă.", "ru": "Результат ждёт вас."},
        body={"ro": "<p>Rezultatul vă așteaptă.</p>", "ru": "<p>Результат ждёт вас.</p>"},
        variables={"number": "LOZ-2026-000001-07"},
    )


@pytest.fixture
def to_nobody(message: Outgoing) -> Outgoing:
    """Return the message, to somebody who has told the state no contact."""
    return replace(message, recipient=EUGENIA)
