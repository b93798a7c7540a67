"""No browser may offer the next person what was typed about the last one."""

import re
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[3] / "src" / "ghiseu"
TAG = re.compile(r"<(input|select|textarea)\b(?:\{\{.*?\}\}|\{%.*?%\}|[^>])*>", re.DOTALL)
# Nothing is typed there.
HARMLESS = re.compile(r'type="(hidden|file|submit|checkbox)"|\breadonly\b')
OFF = re.compile(r'autocomplete="off"|_common\(')


def fields() -> list[tuple[str, str]]:
    found = []
    for template in sorted(SOURCE.rglob("templates/**/*.html")):
        for tag in TAG.finditer(template.read_text(encoding="utf8")):
            found.append((template.name, tag.group(0)))
    return found


def test_every_field_of_every_page_tells_the_browser_to_remember_nothing():
    open_ones = [(name, tag[:90]) for name, tag in fields() if not HARMLESS.search(tag) and not OFF.search(tag)]

    assert open_ones == []


def test_the_fields_are_found():
    assert len(fields()) > 30
    assert TAG.fullmatch('<input name="a"{% if b > c %} checked{% endif %}>')
