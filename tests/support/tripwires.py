"""Mistakes that pass unnoticed in production and fail here."""

import datetime
import ipaddress
import os
import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

import pytest
from django.db import models
from django.test import Client

NOTHING_SKIPPED = os.environ.get("GHISEU_NOTHING_SKIPPED") == "1"
LOCAL_NAMES = {"localhost", "testserver", ""}


class WentOutside(AssertionError):
    """A test tried to reach another machine."""


class LocksTooMuch(AssertionError):
    """A row lock without `of` also locks the rows of every joined table."""


class MomentInADay(AssertionError):
    """A moment was put into a field that holds a day; the zone decides which day that is."""


def is_here(address: Any) -> bool:  # Any: an address is a tuple, a text or bytes, by the kind of socket
    """Tell whether a socket address is on this machine."""
    if not isinstance(address, tuple):
        return True
    host = str(address[0])
    if host in LOCAL_NAMES:
        return True
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


def refusing_outside(connect: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap a socket's connect so that it only reaches this machine."""

    def connect_here(self: socket.socket, address: Any) -> Any:
        if not is_here(address):
            raise WentOutside(f"a test tried to reach {address}")
        return connect(self, address)

    return connect_here


def asking_module(frame: FrameType | None) -> str:
    """Return the module that asked; a manager only passes the question on to its query set."""
    while frame is not None and frame.f_globals["__name__"] == "django.db.models.manager":
        frame = frame.f_back
    return str(frame.f_globals["__name__"]) if frame else ""


def demanding_of(select_for_update: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap the row lock so that it must name what it locks; Django's own calls are let through."""

    def locked(self: models.QuerySet, *args: Any, **options: Any) -> Any:
        caller = asking_module(sys._getframe(1))
        if not options.get("of") and not caller.startswith("django."):
            raise LocksTooMuch(f"{caller}: select_for_update(of=(...)) says which rows")
        return select_for_update(self, *args, **options)

    return locked


def demanding_a_day(get_prep_value: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap the saving of a day so that a moment is refused."""

    def prepared(self: models.DateField, value: Any) -> Any:
        if isinstance(value, datetime.datetime) and not isinstance(self, models.DateTimeField):
            raise MomentInADay(f"{self.model.__name__}.{self.name} was given {value!r}")
        return get_prep_value(self, value)

    return prepared


@pytest.fixture(scope="session", autouse=True)
def tripwires() -> Iterator[None]:
    """Stretch the wires for the whole run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", refusing_outside(socket.socket.connect))
        patch.setattr(socket.socket, "connect_ex", refusing_outside(socket.socket.connect_ex))
        patch.setattr(models.QuerySet, "select_for_update", demanding_of(models.QuerySet.select_for_update))
        patch.setattr(models.DateField, "get_prep_value", demanding_a_day(models.DateField.get_prep_value))
        yield


class StrictClient(Client):
    """A client that is refused without the anti-forgery token, as a browser would be."""

    def __init__(self, **defaults: Any) -> None:
        super().__init__(enforce_csrf_checks=True, **defaults)

    def submit(self, path: str, fields: dict[str, Any], *, page: str | None = None, **headers: Any) -> Any:
        """Open the page (the same path unless said), take its token and post the fields."""
        self.get(page or path)
        token = self.cookies["csrf"].value
        return self.post(path, {**fields, "csrfmiddlewaretoken": token}, **headers)


@pytest.fixture
def strict_client() -> StrictClient:
    """Return a client that enforces the anti-forgery token."""
    return StrictClient()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs a browser where there is none, and say so."""
    if shutil.which("chromium"):
        return
    missing = pytest.mark.skip(reason="no Chromium here: make test-deps installs it")
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(missing)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport() -> Iterator[None]:
    """Turn a skipped test into a failure where nothing may be skipped."""
    outcome = yield
    report = outcome.get_result()
    if NOTHING_SKIPPED and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, and nothing may be skipped here: {report.longrepr}"
