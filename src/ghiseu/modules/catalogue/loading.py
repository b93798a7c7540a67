"""From the files that people write, or from stored text, to a package.

A folder `services/<provider>/<service>/<version>/` holds `service.yaml` and `texts.<language>.yaml`; texts that
many services share stand in `services/common/`. The canonical text holds everything, so it needs no other file.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import orjson

from ghiseu.modules.catalogue.authoring import SourceFile, read_yaml
from ghiseu.modules.catalogue.building import build
from ghiseu.modules.catalogue.package import LANGUAGES, Package
from ghiseu.modules.catalogue.text_keys import needed_texts, optional_texts
from ghiseu.modules.catalogue.values import JsonObject, JsonValue


@dataclass(frozen=True, kw_only=True)
class Source:
    """The files of one package as written. `common` are the shared texts by language."""

    folder: Path
    service: SourceFile
    texts: dict[str, SourceFile]
    common: dict[str, SourceFile]


def load(folder: Path) -> Package:
    """Load a package from its folder. Raises AuthoringMistake, NotOfTheFormat, OSError; does not check it."""
    return assemble(read_source(folder))


def from_canonical(text: str) -> Package:
    """Load a package from its stored canonical text. Raises NotOfTheFormat."""
    return build(orjson.loads(text), canonical=text, sha256=hashlib.sha256(text.encode()).hexdigest())


def read_source(folder: Path) -> Source:
    """Read the files of one package. Raises AuthoringMistake, and OSError when one is not there."""
    common = folder.parents[2] / "common"
    return Source(
        folder=folder,
        service=read_yaml(folder / "service.yaml"),
        texts={language: read_yaml(folder / f"texts.{language}.yaml") for language in LANGUAGES},
        common={language: read_yaml(common / f"texts.{language}.yaml") for language in LANGUAGES},
    )


def assemble(source: Source) -> Package:
    """Make the package of files already read, taking from the shared texts what it needs. Raises NotOfTheFormat."""
    draft: JsonObject = {"service": source.service.value}
    bare = build(draft, canonical="", sha256="")
    wanted = needed_texts(bare) | optional_texts(bare)
    texts: JsonObject = {}
    search: JsonObject = {}
    for language in LANGUAGES:
        own = flat_texts(source.texts[language].value)
        everything = flat_texts(source.common[language].value) | own
        texts[language] = {key: text for key, text in everything.items() if key in wanted}
        search[language] = source.texts[language].value.get("search", [])
    whole: JsonObject = {**draft, "texts": texts, "search": search}
    return from_canonical(orjson.dumps(whole, option=orjson.OPT_SORT_KEYS).decode())


def flat_texts(value: JsonObject, *, above: str = "") -> dict[str, str]:
    """Turn nested texts into `a.b.c` keys; the search words are no visible text and stay out."""
    flat: dict[str, str] = {}
    for key, item in value.items():
        if not above and key == "search":
            continue
        if isinstance(item, dict):
            flat.update(flat_texts(item, above=f"{above}{key}."))
        else:
            flat[f"{above}{key}"] = _text(item)
    return flat


def _text(item: JsonValue) -> str:
    return "" if item is None else str(item).strip()
