"""The simulated MNotify serving the port of messages, and the worker that sends them."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from tests.support.counter import again, as_worker
from tests.support.platform_place import certificate_of

from ghiseu.adapters.mnotify import MNotify
from ghiseu.foundation.wire.exchange import Limits
from ghiseu.journeys import send_message
from ghiseu.modules.notifications.models import Message
from ghiseu.modules.notifications.ports import MNOTIFY, messages
from simulators.common.process import Running, running


@pytest.fixture(scope="module")
def mnotify_process(simulators_folder: Path) -> Iterator[Running]:
    with running("mnotify", data=simulators_folder) as started:
        yield started


@pytest.fixture
def mnotify(mnotify_process: Running, simulators_folder: Path) -> Iterator[Running]:
    """Serve the port of messages by the simulated MNotify, behaving and with an empty ledger."""
    mnotify_process.reset()
    adapter = MNotify(
        url=mnotify_process.system_url,
        limits=Limits(connect=2, answer=1),
        tls=certificate_of(simulators_folder).client_context(),
    )
    with messages.serving(MNOTIFY, adapter):
        yield mnotify_process
    adapter.close()


def work(message: Message, *, at: datetime) -> Message:
    """Let the worker take the message once."""
    with as_worker():
        send_message.work_on(message_id=message.pk, at=at, ended=lambda: at + timedelta(seconds=1))
    return again(message)


def work_until(message: Message, *states: str, at: datetime, limit: int = 12) -> Message:
    """Let the worker take the message whenever it is due, until it stands so."""
    for _ in range(limit):
        message = work(message, at=at)
        if message.state in states or message.next_try_at is None:
            return message
        at = max(at, message.next_try_at)
    return message


def taken(mnotify: Running) -> list[dict[str, object]]:
    """Return the messages that the platform took."""
    return [row for row in mnotify.ledger()["effects"] if row["kind"] == "notification"]


def switch(mnotify: Running, **told: object) -> None:
    httpx.post(f"{mnotify.url}/control/mnotify", json=told, timeout=10).raise_for_status()
