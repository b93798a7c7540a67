"""Signed SOAP messages: what the profiles of the platforms differ in, and what can be wrong with a message.

Every platform signs exactly Body and Timestamp in the exclusive canonical form with an RSA key. They differ in how a
part is named, in how the key is named, in the digest, and in how long a message lives. `signed_soap_reading` checks
a message of a profile, `signed_soap_writing` makes one.
"""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, StrEnum, auto

from lxml import etree

from ghiseu.foundation.wire.signed_soap_names import PLAIN_ID, WSU_ID
from ghiseu.foundation.wire.strict_xml import Limits

LIMITS = Limits(
    kilobytes=128,
    tags=2000,  # the longest sample has 90
    attributes=500,
    namespace_declarations=64,  # canonicalization costs their square
    depth=32,
)


class KeyNamedBy(StrEnum):
    """How a message names the key that signed it. What is read there decides nothing: keys are pinned."""

    X509DATA = "x509data"
    TOKEN = "bst"  # noqa: S105 - a word of WS-Security
    KEY_IDENTIFIER = "ski"


@dataclass(frozen=True, kw_only=True)
class Profile:
    """How the messages of one platform are signed.

    `writes_id` is the attribute that names a part, `reads_ids` those that are taken from the other side; a part
    carries exactly one. What we sign lives `lives`, and no message is believed for longer than `longest_life`.
    """

    writes_id: str
    reads_ids: tuple[str, ...]
    lives: timedelta
    longest_life: timedelta
    body_id_begins: str = "_"
    timestamp_id_begins: str = "_"
    limits: Limits = LIMITS


def oasis(*, lives: timedelta, longest_life: timedelta) -> Profile:
    """Return the profile with identifiers of the utility vocabulary (wsu:Id), as WCF and WSS4J write them."""
    return Profile(writes_id=WSU_ID, reads_ids=(WSU_ID,), lives=lives, longest_life=longest_life)


def soap_signer(*, lives: timedelta) -> Profile:
    """Return the profile of the Agency's reference client (SoapSigner, 2019): plain Id, MS- and TS- before a UUID.

    That client looks identifiers up by their local name, so answers may carry wsu:Id as well.
    """
    return Profile(
        writes_id=PLAIN_ID,
        reads_ids=(PLAIN_ID, WSU_ID),
        lives=lives,
        longest_life=lives,
        body_id_begins="MS-",
        timestamp_id_begins="TS-",
    )


class Flaw(Enum):
    """What is wrong with a message that should be signed."""

    NOT_READABLE = auto()  # not a SOAP message of the agreed form
    NOT_SIGNED = auto()  # header, timestamp or signature is missing
    SHAPE = auto()  # it covers something else than exactly Body and Timestamp, or says more than it needs to
    IDENTIFIER = auto()  # two are equal, or one stands where none belongs
    ALGORITHM = auto()  # outside the agreed ones
    SIGNATURE = auto()  # no pinned certificate verifies it, or something was changed
    WINDOW = auto()  # expired, from the future, or not in UTC


class NotGenuine(Exception):
    """A message is not believed. `reason` is an English fact without personal data."""

    def __init__(self, flaw: Flaw, reason: str) -> None:
        super().__init__(reason)
        self.flaw = flaw
        self.reason = reason


def canonical(element: etree._Element, *, prefixes: list[str] | None = None) -> bytes:
    """Return the exclusive canonical form without comments (exc-c14n); `prefixes` are the inclusive ones."""
    return etree.tostring(
        element, method="c14n", exclusive=True, with_comments=False, inclusive_ns_prefixes=prefixes or None
    )


def digest(content: bytes, *, is_sha1: bool) -> bytes:
    """Return the SHA-256 of the bytes, or their SHA-1 for who still signs so."""
    return hashlib.sha1(content, usedforsecurity=True).digest() if is_sha1 else hashlib.sha256(content).digest()  # noqa: S324 - MPay's samples
