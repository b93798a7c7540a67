"""Read the YAML that people write, keeping the line of every value so that a mistake can be pointed at."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import yaml
from yaml._yaml import CParser
from yaml.resolver import BaseResolver

from ghiseu.modules.catalogue.values import JsonObject, JsonValue, is_object

Place = tuple[str | int, ...]


class AuthoringMistake(Exception):
    """A file that cannot be read as YAML of the kind we accept. Names file and line."""

    def __init__(self, path: Path, line: int, message: str) -> None:
        super().__init__(f"{path}:{line}: {message}")
        self.path = path
        self.line = line
        self.message = message


class _PlainLoader(CParser, BaseResolver):
    """YAML in which only short whole numbers, yes/no/true/false and null are anything but text.

    Identifiers keep their leading zeros, dates stay ISO text, amounts stay text.
    """

    def __init__(self, stream: str | IO[str]) -> None:
        CParser.__init__(self, stream)
        BaseResolver.__init__(self)


def _teach_plain_scalars() -> None:
    add = _PlainLoader.add_implicit_resolver
    add("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false|yes|no)$"), list("tfyn"))
    add("tag:yaml.org,2002:int", re.compile(r"^(?:0|-?[1-9][0-9]{0,11})$"), list("-0123456789"))
    add("tag:yaml.org,2002:null", re.compile(r"^(?:~|null|)$"), ["~", "n", ""])


_teach_plain_scalars()


@dataclass(frozen=True, kw_only=True)
class SourceFile:
    """One YAML file: its value and the line (from 1) of each place in it."""

    path: Path
    value: JsonObject
    lines: dict[Place, int] = field(repr=False)

    def line(self, *place: str | int) -> int:
        """Return the line of a place, or of the nearest thing that contains it."""
        for length in range(len(place), -1, -1):
            if place[:length] in self.lines:
                return self.lines[place[:length]]
        return 1


def read_yaml(path: Path) -> SourceFile:
    """Read one file. Raises AuthoringMistake for broken YAML, a key given twice, or a top that is no mapping."""
    loader = _PlainLoader(path.read_text(encoding="utf-8"))
    try:
        node = loader.get_single_node()
        lines: dict[Place, int] = {}
        for place, line in _walk(path, node, ()):
            lines[place] = line
        value: JsonValue = {} if node is None else _value(path, node)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise AuthoringMistake(path, mark.line + 1 if mark else 1, error.problem or "not readable") from error
    finally:
        loader.dispose()
    if not is_object(value):
        raise AuthoringMistake(path, 1, "the file must be a mapping of keys to values")
    return SourceFile(path=path, value=value, lines=lines)


def _value(path: Path, node: yaml.Node) -> JsonValue:
    if isinstance(node, yaml.SequenceNode):
        return [_value(path, item) for item in node.value]
    if isinstance(node, yaml.MappingNode):
        return {str(key.value): _value(path, item) for key, item in node.value}
    text = str(node.value)
    match node.tag.removeprefix("tag:yaml.org,2002:"):
        case "str":
            return text
        case "bool":
            return text in ("true", "yes")
        case "int":
            return int(text)
        case "null":
            return None
    raise AuthoringMistake(path, node.start_mark.line + 1, f"YAML of the kind {node.tag} is not used here")


def _walk(path: Path, node: yaml.Node | None, place: Place) -> Iterator[tuple[Place, int]]:
    if node is None:
        return
    yield place, node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield from _walk(path, item, (*place, index))
    if isinstance(node, yaml.MappingNode):
        yield from _walk_mapping(path, node, place)


def _walk_mapping(path: Path, node: yaml.MappingNode, place: Place) -> Iterator[tuple[Place, int]]:
    seen: set[str] = set()
    for key, item in node.value:
        name = str(key.value)
        line = key.start_mark.line + 1
        if name in seen:
            raise AuthoringMistake(path, line, f"the key {name!r} is given twice; remove one")
        seen.add(name)
        yield from _walk(path, item, (*place, name))
        yield (*place, name), line


def place_text(place: Place) -> str:
    """Say a place as people read it: `pages 1, groups 2, fields 3, type`, counted from one."""
    words: list[str] = []
    for step in place:
        if isinstance(step, int) and words:
            words[-1] += f" {step + 1}"
        else:
            words.append(str(step))
    return ", ".join(words)
