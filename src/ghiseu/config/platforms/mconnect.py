"""MConnect: reading the state registers."""

import re
from pathlib import Path

from django.conf import settings

from ghiseu.adapters.mconnect import DataServiceNotUsable, Envelope, MConnectRegisters, SoapService, load
from ghiseu.config.environment import SettingNotUsable
from ghiseu.config.platforms import place
from ghiseu.foundation import clock
from ghiseu.foundation.wire.platforms import platforms
from ghiseu.modules.applicants.ports import registers

_QUESTION = re.compile(r"[A-Za-z]\w{0,39}/[A-Za-z]\w{0,39}", re.ASCII)


def connect() -> None:
    """Serve the registers; signed in both directions when the platform's certificate is named.

    Raises SettingNotUsable when a data service by SOAP cannot be joined.
    """
    if not settings.MCONNECT_URL:
        return
    pinned = tuple(map(Path, filter(None, (settings.MCONNECT_CERTIFICATE, settings.MCONNECT_CERTIFICATE_NEXT))))
    envelope = Envelope(ours=place.system_certificate(), pinned=pinned, now=clock.now) if pinned else None
    exchange = MConnectRegisters(
        url=settings.MCONNECT_URL,
        connect_seconds=settings.CONNECT_LIMIT,
        total_seconds=settings.REGISTER_LIMIT,
        tls=place.tls() if settings.SYSTEM_KEY else None,
        envelope=envelope,
        services=services(envelope),
    )
    registers.serve("mconnect", exchange)
    platforms.serve("MConnect", exchange)


def services(envelope: Envelope | None) -> dict[str, SoapService]:
    """Return the questions (`register/operation`) that go by SOAP, as the settings name their files.

    Raises SettingNotUsable.
    """
    found: dict[str, SoapService] = {}
    for question, path in settings.MCONNECT_SOAP.items():
        if envelope is None:
            raise SettingNotUsable("GHISEU_MCONNECT_SOAP needs GHISEU_MCONNECT_CERTIFICATE: its answers are signed.")
        if not _QUESTION.fullmatch(question):
            raise SettingNotUsable(f"GHISEU_MCONNECT_SOAP: {question!r} is not of the form register/operation.")
        try:
            found[question] = SoapService(service=load(Path(path)), envelope=envelope)
        except DataServiceNotUsable as error:
            raise SettingNotUsable(f"GHISEU_MCONNECT_SOAP: {error}. See docs/howto/registers.md.") from error
    return found
