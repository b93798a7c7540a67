"""Is everything said in each language, and nothing said in vain?"""

import re

from ghiseu.modules.catalogue.authoring import Place, SourceFile
from ghiseu.modules.catalogue.checking.report import Findings, Problem
from ghiseu.modules.catalogue.loading import Source, flat_texts
from ghiseu.modules.catalogue.package import LANGUAGES, Package
from ghiseu.modules.catalogue.text_keys import needed_texts, optional_texts

CYRILLIC = re.compile(r"[а-яё]", re.IGNORECASE)
LEAST_SEARCH_WORDS = 3


def check_wording(source: Source, package: Package) -> list[Problem]:
    """Return missing, empty, unused and untranslated texts, file by file."""
    needed, optional = needed_texts(package), optional_texts(package)
    said = {
        language: flat_texts(source.common[language].value) | flat_texts(source.texts[language].value)
        for language in LANGUAGES
    }
    anywhere = {key for language in LANGUAGES for key in said[language]}
    problems: list[Problem] = []
    for language in LANGUAGES:
        found = Findings(source.texts[language])
        for key in sorted((needed | (optional & anywhere)) - set(said[language])):
            found.add(_nearest(found.file, key), f"the text {key} is missing; add it")
        own = flat_texts(source.texts[language].value)
        for key in sorted(set(own) - needed - optional):
            found.add(_place(found.file, key), f"the text {key} is used by nothing; remove it or correct the key")
        for key, text in sorted(own.items()):
            _one_text(found, key=key, text=text, language=language)
        _search(found, language)
        problems.extend(found.problems)
    return problems


def _one_text(found: Findings, *, key: str, text: str, language: str) -> None:
    if not text:
        found.add(_place(found.file, key), f"the text {key} is empty; write it")
    elif language == "ru" and not CYRILLIC.search(text) and re.search(r"[A-Za-z]{4}", text):
        found.add(_place(found.file, key), f"the text {key} is not in Russian; translate it")


def _search(found: Findings, language: str) -> None:
    words = found.file.value.get("search")
    if not isinstance(words, list) or len(words) < LEAST_SEARCH_WORDS:
        found.add(("search",), f"search: give at least {LEAST_SEARCH_WORDS} phrases that citizens say ({language})")


def _place(file: SourceFile, key: str) -> Place:
    """Find the place of a flat key; keys of services and statuses may hold dots themselves."""
    return next((place for place in file.lines if ".".join(str(step) for step in place) == key), ())


def _nearest(file: SourceFile, key: str) -> Place:
    steps = key.split(".")
    for length in range(len(steps) - 1, 0, -1):
        place = _place(file, ".".join(steps[:length]))
        if place:
            return place
    return ()
