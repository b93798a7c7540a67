"""Registers that answer from memory with what the simulated ones said the first time, for tests that ask often."""

from collections.abc import Iterator
from datetime import datetime

from ghiseu.foundation.access import ActingContext
from ghiseu.foundation.outcomes import OutsideError
from ghiseu.modules.applicants.ports import FactValue, RegisterAnswer, RegisterQuestion, Registers

Key = tuple[str, str, str, tuple[tuple[str, str], ...]]


class RecordedRegisters:
    """Serves the port `Registers`: each question reaches the real adapter once."""

    def __init__(self, adapter: Registers) -> None:
        self._adapter = adapter
        self._known: dict[Key, RegisterAnswer | OutsideError] = {}

    def read(self, question: RegisterQuestion, *, acting: ActingContext) -> RegisterAnswer:
        """Return or raise what the adapter returned or raised the first time."""
        key = (question.register, question.operation, question.subject_idnp, tuple(sorted(question.parameters.items())))
        if key not in self._known:
            try:
                self._known[key] = self._adapter.read(question, acting=acting)
            except OutsideError as error:
                self._known[key] = error
        found = self._known[key]
        if isinstance(found, OutsideError):
            raise found
        return found

    def words_about(self, idnp: str) -> set[str]:
        """Return every text in the answers about the person, days also as pages and papers show them."""
        answers = [one for key, one in self._known.items() if key[2] == idnp and isinstance(one, RegisterAnswer)]
        return {word for answer in answers for word in _words(answer.facts)}


def _words(value: FactValue | object) -> Iterator[str]:
    if isinstance(value, dict):
        for one in value.values():
            yield from _words(one)
    elif isinstance(value, list):
        for one in value:
            yield from _words(one)
    elif isinstance(value, str):
        yield value
        yield from _day(value)


def _day(text: str) -> Iterator[str]:
    try:
        yield f"{datetime.strptime(text, '%Y-%m-%d'):%d.%m.%Y}"  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return
