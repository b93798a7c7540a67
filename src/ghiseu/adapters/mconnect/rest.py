"""Asking in JSON, signed as JWS in both directions when the platform's certificate is known."""

from dataclasses import dataclass, replace

import httpx

from ghiseu.adapters.mconnect import wire
from ghiseu.adapters.mconnect.envelope import Envelope
from ghiseu.adapters.mconnect.speaking import Answer, Asked
from ghiseu.foundation.access import ActingContext
from ghiseu.foundation.outcomes import NotFoundThere, Refused, UnusableAnswer
from ghiseu.foundation.wire import jws
from ghiseu.modules.applicants.ports import RegisterAnswer, RegisterQuestion


@dataclass(frozen=True, kw_only=True)
class Rest:
    """Without an envelope plain JSON is sent and read: some sets of data are given out like that."""

    envelope: Envelope | None

    def asked(self, question: RegisterQuestion, *, acting: ActingContext) -> Asked:
        """Return the question as it is posted. Raises NotThere, NotUsable."""
        content, media_type = wire.body(question), wire.MEDIA_TYPE
        if self.envelope is not None:
            content, media_type = self.envelope.close(content), jws.MEDIA_TYPE
        headers = {**wire.headers(acting), "Accept": media_type, "Content-Type": media_type}
        return Asked(address=wire.path(question), content=content, headers=headers)

    def read(self, answer: Answer, question: RegisterQuestion) -> RegisterAnswer:
        """Return what was answered. Raises NotFoundThere, TryLater, Refused, UnusableAnswer, WrongSubject."""
        if answer.is_broken:
            raise answer.not_now(question.register)
        return _read(self._opened(answer), question)

    def _opened(self, answer: Answer) -> Answer:
        """Return the answer without its signature. Raises UnusableAnswer when that does not hold."""
        if self.envelope is None:
            return answer
        content = self.envelope.open(answer.content, media_type=answer.media_type)
        return replace(answer, content=content, media_type=wire.MEDIA_TYPE)


def _read(answer: Answer, question: RegisterQuestion) -> RegisterAnswer:
    """Return the answer. Raises NotFoundThere, Refused, UnusableAnswer, WrongSubject."""
    if answer.status == httpx.codes.OK:
        return wire.read_answer(answer.content, media_type=answer.media_type, question=question)
    if answer.status < httpx.codes.BAD_REQUEST:
        raise UnusableAnswer(f"an answer of status {answer.status} is not in the contract")
    given = wire.read_object(answer.content, media_type=answer.media_type)
    code, message = str(given.get("code", "")), str(given.get("message", ""))
    if answer.status != httpx.codes.NOT_FOUND:
        raise Refused(message or f"status {answer.status}", code=code)
    if code != wire.NO_SUCH_RECORD:
        raise UnusableAnswer("nothing answers at this address")
    raise NotFoundThere(f"{question.register} has no such record")
