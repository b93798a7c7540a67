"""Has each file the shape of the format?"""

from functools import lru_cache
from pathlib import Path

from jsonschema_rs import Draft202012Validator

from ghiseu.modules.catalogue.authoring import Place, SourceFile, place_text, read_yaml
from ghiseu.modules.catalogue.checking.report import Problem

HERE = Path(__file__).resolve().parent.parent


@lru_cache(maxsize=4)
def _validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(read_yaml(HERE / name).value)


def shape_problems(file: SourceFile, *, schema: str) -> list[Problem]:
    """Return what does not fit; `schema` is a file of this module."""
    problems = []
    for error in _validator(schema).iter_errors(file.value):
        place = tuple(error.instance_path)
        message, deeper = _say(error.message, place)
        problems.append(Problem(path=file.path, line=file.line(*deeper), message=message))
    return problems


def _say(message: str, place: Place) -> tuple[str, Place]:
    """Put the validator's sentence into ours, and point at the key that is too much."""
    where = place_text(place) or "the file"
    if message.startswith("Additional properties"):
        names = message.split("(", 1)[-1].split(" w", 1)[0].replace("'", "")
        first = names.split(",")[0].strip()
        return f"{where}: the format has no {names}; look it up in the format reference", (*place, first)
    if message.endswith("is a required property"):
        return f"{where}: {message.split(' ')[0].strip(chr(34))} is missing; add it", place
    return f"{where}: {message}", place
