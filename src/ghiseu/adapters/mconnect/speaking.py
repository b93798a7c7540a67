"""What the two ways of asking the platform, signed JSON and signed SOAP, have in common."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import httpx

from ghiseu.foundation.access import ActingContext
from ghiseu.foundation.outcomes import TryLater
from ghiseu.modules.applicants.ports import RegisterAnswer, RegisterQuestion

_BUSY = (httpx.codes.REQUEST_TIMEOUT, httpx.codes.TOO_MANY_REQUESTS)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One question as it is posted; `address` is below the platform's or a whole one."""

    address: str
    content: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came back, before anything in it is believed."""

    status: int
    media_type: str
    content: bytes

    @property
    def is_broken(self) -> bool:
        """Tell whether the status alone says that nothing was answered now."""
        return self.status >= httpx.codes.INTERNAL_SERVER_ERROR or self.status in _BUSY

    def not_now(self, register: str) -> TryLater:
        """Return the ending of a call that was not answered."""
        return TryLater(f"{register} answers with status {self.status}")

    def is_of(self, media_type: str) -> bool:
        """Tell whether the content says that it is of this type."""
        return self.media_type.partition(";")[0].strip().lower() == media_type


class Way(Protocol):
    """How one question is put and its answer read."""

    def asked(self, question: RegisterQuestion, *, acting: ActingContext) -> Asked:
        """Return the question as it is posted. Raises Refused, NotThere, NotUsable."""

    def read(self, answer: Answer, question: RegisterQuestion) -> RegisterAnswer:
        """Return what was answered.

        Raises NotFoundThere, TryLater, Refused, UnusableAnswer, WrongSubject, NotThere, NotUsable.
        """
