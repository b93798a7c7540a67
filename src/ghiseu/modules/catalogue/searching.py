"""Find a service by the words that citizens use: without accents, in either alphabet, with a slip of the finger.

The index lives in memory and asks nobody. A beginning of a word is enough.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from ghiseu.foundation.text import fold, slips

# Words that say nothing about the service, folded.
_SILENT = """
a al ale am as ca ce cu de despre din e eu fac fara imi in la mi o pe pentru sa se si un unei unui vreau
b c cum do dlea gde i iz k mne na nado nas nujna nujno pri pro s u v vo za hociu
an and for get how my need of on the to want
"""
SILENT_WORDS = frozenset(_SILENT.split())
# Whoever types Russian leaves the dots of ё out.
_DOTS_LEFT_OUT = str.maketrans("ёЁ", "еЕ")
EXACT, BEGINNING, SLIP = 3.0, 2.0, 1.2
SHORTEST_WITH_SLIP = 4
SHORTEST_WITH_TWO_SLIPS = 8
ENOUGH = 0.6  # share of the said words that must be found
OWN_LANGUAGE = 0.1
CAN_BE_DONE_HERE = 0.3


@dataclass(frozen=True, kw_only=True)
class Searchable:
    """One service with its phrases by language, the most usual first. `is_package`: it can be done here."""

    code: str
    is_package: bool
    phrases: dict[str, tuple[str, ...]]


@dataclass(frozen=True, kw_only=True)
class Found:
    """One hit; a larger score fits better."""

    code: str
    is_package: bool
    score: float


@dataclass(frozen=True)
class _Phrase:
    service: Searchable
    language: str
    place: int
    words: frozenset[str]


class Index:
    """All services by the words of their phrases."""

    def __init__(self, services: Iterable[Searchable]) -> None:
        self._phrases: list[_Phrase] = []
        self._by_word: defaultdict[str, list[int]] = defaultdict(list)
        for service in services:
            for language, phrases in service.phrases.items():
                for place, phrase in enumerate(phrases):
                    self._add(_Phrase(service, language, place, frozenset(telling_words(phrase))))
        self._close = lru_cache(maxsize=2048)(self._words_like)

    def _add(self, phrase: _Phrase) -> None:
        for word in phrase.words:
            self._by_word[word].append(len(self._phrases))
        self._phrases.append(phrase)

    def find(self, said: str, *, language: str, limit: int = 10) -> list[Found]:
        """Return the best services for what was typed, best first; nothing for silent words only."""
        words = telling_words(said)
        scores: defaultdict[int, float] = defaultdict(float)
        hits: defaultdict[int, int] = defaultdict(int)
        for word in words:
            for number, score in self._phrases_with(word).items():
                scores[number] += score
                hits[number] += 1
        best: dict[tuple[str, bool], float] = {}
        for number, score in scores.items():
            if hits[number] < ENOUGH * len(words):
                continue
            phrase = self._phrases[number]
            key = (phrase.service.code, phrase.service.is_package)
            best[key] = max(best.get(key, 0.0), self._rank(phrase, score=score, words=len(words), language=language))
        found = [Found(code=code, is_package=package, score=score) for (code, package), score in best.items()]
        return sorted(found, key=lambda one: (-one.score, one.code))[:limit]

    def _rank(self, phrase: _Phrase, *, score: float, words: int, language: str) -> float:
        """A phrase that says little else than what was typed, and stands early in its list, goes before."""
        share = words / max(words, len(phrase.words))
        rank = score / words + share - 0.02 * min(phrase.place, 20)
        return rank + OWN_LANGUAGE * (phrase.language == language) + CAN_BE_DONE_HERE * phrase.service.is_package

    def _phrases_with(self, word: str) -> dict[int, float]:
        scores: dict[int, float] = {}
        for like, score in self._close(word):
            for number in self._by_word[like]:
                scores[number] = max(scores.get(number, 0.0), score)
        return scores

    def _words_like(self, word: str) -> tuple[tuple[str, float], ...]:
        near = [(known, EXACT if known == word else BEGINNING) for known in self._by_word if known.startswith(word)]
        if near or len(word) < SHORTEST_WITH_SLIP:
            return tuple(near)
        return tuple((known, SLIP) for known in self._by_word if _is_slip(word, known))


def telling_words(said: str) -> tuple[str, ...]:
    """Return the folded words without those that say nothing, each once; all of them when none says anything."""
    words = tuple(dict.fromkeys(fold(said.translate(_DOTS_LEFT_OUT)).split()))
    return tuple(word for word in words if word not in SILENT_WORDS) or words


def _is_slip(word: str, known: str) -> bool:
    """Tell whether the word is the known one, or its beginning, but for one slip (two in long words)."""
    allowed = 2 if len(word) >= SHORTEST_WITH_TWO_SLIPS else 1
    if len(known) < len(word) - allowed or not set(word[:3]) & set(known[:3]):
        return False
    if abs(len(known) - len(word)) <= allowed and slips(word, to=known) <= allowed:
        return True
    return len(known) > len(word) and slips(word, to=known[: len(word)]) <= allowed
