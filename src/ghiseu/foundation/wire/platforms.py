"""What every connection to a shared platform tells the administrator: is it configured, does it answer, until when."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from cryptography import x509

from ghiseu.foundation.ports import Port
from ghiseu.foundation.wire.certificates import NotThere, NotUsable
from ghiseu.foundation.wire.system_certificate import SystemCertificate

WARN_DAYS = (30, 14, 7)


class Level(StrEnum):
    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One line for the administrator, in English: what is so, and what to do about it (empty when all is well)."""

    level: Level
    fact: str
    next_step: str = ""


class Platform(Protocol):
    """A connection that can be asked how it is. The adapter of each platform serves `platforms` with one."""

    def check(self, *, at: datetime) -> list[Finding]:
        """Return what is known at `at`: settings, certificates, and whether the platform answers.

        Changes nothing anywhere; may be repeated. Never raises for what is wrong outside: that is a finding.
        """


platforms: Port[Platform] = Port("platforms")


def findings_about(
    owner: str, certificates: Iterable[x509.Certificate], *, at: datetime, next_step: str
) -> Iterator[Finding]:
    """Yield how long each certificate of `owner` ("ours", "MPass") still holds; `next_step` is said from 30 days on."""
    for one in certificates:
        left = one.not_valid_after_utc - at
        if at < one.not_valid_before_utc:
            fact = f"certificate of {owner} begins only on {one.not_valid_before_utc:%Y-%m-%d}"
            yield Finding(level=Level.ERROR, fact=fact, next_step=next_step)
        elif left <= timedelta():
            fact = f"certificate of {owner} ended on {one.not_valid_after_utc:%Y-%m-%d}"
            yield Finding(level=Level.ERROR, fact=fact, next_step=next_step)
        elif left <= timedelta(days=max(WARN_DAYS)):
            fact = f"certificate of {owner} ends in {left.days} days"
            yield Finding(level=Level.WARNING, fact=fact, next_step=next_step)
        else:
            yield Finding(level=Level.OK, fact=f"certificate of {owner} ends on {one.not_valid_after_utc:%Y-%m-%d}")


def findings_about_ours(certificate: SystemCertificate, *, at: datetime, next_step: str) -> Iterator[Finding]:
    """Yield how long our system certificate holds, and those between it and its authority; or why it cannot be read."""
    try:
        own, *between = certificate.chain()
    except (NotThere, NotUsable) as error:
        step = "Look at GHISEU_SYSTEM_CERTIFICATE (docs/howto/install.md)."
        yield Finding(level=Level.ERROR, fact=f"our certificate cannot be read: {error}", next_step=step)
        return
    yield from findings_about("ours", [own], at=at, next_step=next_step)
    yield from findings_about("the issuer of ours", between, at=at, next_step=next_step)
