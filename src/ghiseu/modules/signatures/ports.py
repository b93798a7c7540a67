"""How a document reaches the platform on which people sign, and how signatures come back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from ghiseu.foundation.access import ActingContext
from ghiseu.foundation.ports import Port

MSIGN = "msign"


class ContentType(StrEnum):
    """What is signed: a PDF (the signature stands in it, PAdES), or a hash (XAdES, beside it)."""

    HASH = "Hash"
    PDF = "Pdf"


@dataclass(frozen=True, kw_only=True)
class Content:
    """One thing to be signed: the PDF, or the 20 bytes of a SHA-1 value. `correlation` is ours, unique in the order."""

    content: bytes
    correlation: str
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class SignOrder:
    """What a person is asked to sign, in one go. `signer_idnp` is always sent: nobody else may sign it.

    `short_description` is shown on a phone: at most 90 characters; `description` 512, `reason` 255 (PDF only).
    """

    content_type: ContentType
    contents: tuple[Content, ...]
    signer_idnp: str
    short_description: str
    description: str = ""
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Posted:
    """The platform's own number of the order, and both messages as they went over the wire."""

    request_id: str
    sent: bytes
    received: bytes


class SignStatus(StrEnum):
    PENDING = "Pending"
    SUCCESS = "Success"
    FAILURE = "Failure"
    EXPIRED = "Expired"


@dataclass(frozen=True, kw_only=True)
class Signature:
    """One result: the signed PDF or the XAdES signature, and the certificate (DER) that the platform names."""

    correlation: str
    certificate: bytes
    signature: bytes


@dataclass(frozen=True, kw_only=True)
class SignAnswer:
    """What became of an order. `message` is in the language asked for; `received` is the message itself."""

    status: SignStatus
    message: str
    signatures: tuple[Signature, ...]
    received: bytes


@dataclass(frozen=True, kw_only=True)
class SignerVerdict:
    """What the platform says of one signature; `certificate` is DER, `signed_at` is there with a valid time stamp."""

    certificate: bytes
    is_valid: bool
    subject: str
    signed_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Verified:
    """What the platform says of one signed content."""

    correlation: str
    is_valid: bool
    message: str
    signers: tuple[SignerVerdict, ...]


@dataclass(frozen=True, kw_only=True)
class Verification:
    """What the platform says of all that it was asked to verify, in that order; `received` is the message itself."""

    contents: tuple[Verified, ...]
    received: bytes


@dataclass(frozen=True, kw_only=True)
class SignedContent:
    """Something signed that is to be verified. `content` is the hash that a XAdES signature is of, empty for a PDF."""

    signature: bytes
    correlation: str
    content: bytes = b""


class Signing(Protocol):
    """The platform of signatures. Nothing that a browser brings back is believed; the platform is asked."""

    def post(self, order: SignOrder, *, acting: ActingContext) -> Posted:
        """Ask for a signature. NOT idempotent and not queryable by us: every call makes another order there.

        One of which no answer came can be signed by nobody, because nobody knows its number: ask anew.
        Raises TryLater, Refused, OutcomeUnknown.
        """

    def ask(self, request_id: str, *, acting: ActingContext) -> SignAnswer:
        """Return what became of an order. May be repeated.

        Raises TryLater, NotFoundThere (never there, or removed since), Refused, UnusableAnswer.
        """

    def verify(
        self, contents: Sequence[SignedContent], *, content_type: ContentType, acting: ActingContext
    ) -> Verification:
        """Let the platform check signatures, revocation too. May be repeated; can be slow.

        Raises TryLater, Refused, UnusableAnswer.
        """

    def page_of(self, request_id: str) -> str:
        """Return the address to which the browser of whoever signs is sent by a posted form."""


signing: Port[Signing] = Port("signing")
