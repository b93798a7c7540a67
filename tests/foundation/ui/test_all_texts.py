"""Every text of the product can be translated, and is: whatever a page says exists in each language."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from jinja2 import Environment, nodes

from ghiseu.foundation.ui import texts

MARKS = {"_", *texts.KEYWORDS}
# These sentences are marked where they are written, in the table of complaints.
MARKED_ELSEWHERE = (".complaint.cause", ".complaint.next_step")
SOURCES = sorted(texts.PACKAGE.rglob("*.py"))
TEMPLATES = sorted(texts.PACKAGE.rglob("templates/**/*.html"))
# Long texts are written in each language by itself: help.ro.html.
BY_LANGUAGE = [path for path in TEMPLATES if path.suffixes[0] in {".ro", ".ru", ".en"}]
# The parts of the kit build attributes from pieces; pages only use them.
PAGES = sorted({*texts.PACKAGE.glob("channels/*/templates/**/*.html")} - {*BY_LANGUAGE})
# What is left of a template when everything that a program writes, and every key's name, is taken away.
NOT_WORDS = re.compile(
    r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<!--.*?-->|<(script|style|kbd|code|svg)\b.*?</\1>|&\w+;", re.DOTALL
)
SPOKEN_ATTRIBUTE = re.compile(r'\b(?:title|placeholder|aria-label|alt)="([^"]*)"')
TAG = re.compile(r"<[^>]*>", re.DOTALL)
WORD = re.compile(r"[^\W\d_]{3,}")
SAME_EVERYWHERE = {"Ghișeu", "MDL"}


def unreadable_marks(source: str) -> Iterator[str]:
    """Give the marked texts of a Python file that are no plain text, or stand inside an f-string."""
    tree = ast.parse(source)
    inside = {id(call) for text in ast.walk(tree) if isinstance(text, ast.JoinedStr) for call in ast.walk(text)}
    for call in ast.walk(tree):
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in MARKS and call.args):
            continue
        wanted = call.args[: 2 if call.func.id.startswith(("ngettext", "pgettext")) else 1]
        plain = all(isinstance(one, ast.Constant) for one in wanted) and id(call) not in inside
        if not plain and not ast.unparse(wanted[0]).endswith(MARKED_ELSEWHERE):
            yield f"line {call.lineno}: {ast.unparse(call)}"


def unreadable_marks_of_template(source: str) -> Iterator[str]:
    """Give the marked texts of a template that are no plain text."""
    environment = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols"])
    for call in environment.parse(source).find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name in MARKS and not isinstance(call.args[0], nodes.Const):
            yield f"line {call.lineno}"


def bare_words(source: str) -> set[str]:
    """Return the words of a template that stand there unmarked."""
    left = NOT_WORDS.sub(" ", source)
    spoken = " ".join(SPOKEN_ATTRIBUTE.findall(left))
    return set(WORD.findall(f"{TAG.sub(' ', left)} {spoken}")) - SAME_EVERYWHERE


def name(path: Path) -> str:
    return str(path.relative_to(texts.PACKAGE))


class TestEveryText:
    def test_stands_in_each_language_whole_and_with_its_placeholders(self):
        lacking = [f"{one.language}: {one.why}: {one.text!r} ({', '.join(one.places)})" for one in texts.missing()]

        assert lacking == []

    @pytest.mark.parametrize("language", texts.LANGUAGES)
    def test_has_all_plural_forms_of_the_language(self, language):
        catalog = texts.read(language)
        short = [one.id for one in catalog if one.pluralizable and len(one.string) != catalog.num_plurals]

        assert catalog.num_plurals == 3
        assert short == []

    @pytest.mark.parametrize("language", texts.LANGUAGES)
    def test_ends_as_the_source_ends(self, language):
        differing = [one.id for one in singular(texts.read(language)) if ending(one.id) != ending(one.string)]

        assert differing == []

    @pytest.mark.parametrize("path", SOURCES, ids=name)
    def test_is_written_so_that_it_can_be_collected(self, path):
        assert list(unreadable_marks(path.read_text(encoding="utf-8"))) == []


class TestEveryTemplate:
    @pytest.mark.parametrize("path", TEMPLATES, ids=name)
    def test_marks_its_texts_so_that_they_can_be_collected(self, path):
        assert list(unreadable_marks_of_template(path.read_text(encoding="utf-8"))) == []

    @pytest.mark.parametrize("path", PAGES, ids=name)
    def test_says_nothing_that_is_not_marked(self, path):
        assert bare_words(path.read_text(encoding="utf-8")) == set()


class TestTextsWrittenInEachLanguage:
    def test_exist_in_all_of_them(self):
        found = {(path.parent, path.name.partition(".")[0]) for path in BY_LANGUAGE}
        lacking = [
            f"{stem}.{language}.html"
            for folder, stem in sorted(found)
            for language in ("en", *texts.LANGUAGES)
            if not (folder / f"{stem}.{language}.html").exists()
        ]

        assert found
        assert lacking == []


class TestTheseChecks:
    def test_see_a_text_inside_an_f_string_and_one_from_a_variable(self):
        source = "a = _('Save')\nb = f\"{_('Open')}: {a}\"\nc = gettext_lazy(a)\nd = ngettext('day', a, 2)\n"

        assert [mark.partition(":")[0] for mark in unreadable_marks(source)] == ["line 3", "line 4", "line 2"]

    def test_see_a_variable_in_a_template(self):
        assert list(unreadable_marks_of_template("{{ _('Save') }}\n{{ _(text) }}")) == ["line 2"]

    def test_see_words_outside_marks(self):
        source = '<p title="Help">{{ _("Save") }} now <kbd>Alt+O</kbd> {# note #}<img alt="{{ x }}"></p>'

        assert bare_words(source) == {"Help", "now"}


def singular(catalog: Catalog) -> list[Message]:
    return [one for one in catalog if one.id and isinstance(one.id, str)]


def ending(text: str) -> str:
    found = re.search(r"[.:?!…]+$", text)
    return found.group() if found else ""
