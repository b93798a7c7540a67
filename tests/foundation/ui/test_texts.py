"""Texts of the interface kit in every language, and the machinery that keeps them whole."""

import os
from pathlib import Path

import pytest
from babel.messages.mofile import read_mo

from ghiseu.foundation.ui import texts

TEMPLATE = """{% extends "x" %}{{ _("Open") }}{{ ngettext("%(num)s day", "%(num)s days", 2) }}"""
CODE = "from x import gettext_lazy as _\n\nNAME = _('Save')\nOTHER = pgettext('verb', 'Open')\n"


@pytest.fixture
def package(tmp_path: Path) -> Path:
    folder = tmp_path / "product"
    (folder / "templates").mkdir(parents=True)
    (folder / "templates" / "page.html").write_text(TEMPLATE)
    (folder / "code.py").write_text(CODE)
    return folder


@pytest.fixture
def locale(tmp_path: Path) -> Path:
    return tmp_path / "locale"


def translate(locale: Path, **texts_of: str | tuple[str, ...]) -> None:
    for language in texts.LANGUAGES:
        catalog = texts.read(language, locale=locale)
        for message in catalog:
            name = message.id if isinstance(message.id, str) else message.id[0]
            if name in texts_of:
                message.string = texts_of[name]
        texts.write(catalog, language=language, locale=locale)


class TestInterfaceKit:
    def test_speaks_every_language(self):
        assert texts.missing(under="ghiseu/foundation/ui") == []


class TestUpdate:
    def test_collects_texts_of_templates_and_code(self, package, locale):
        texts.update(package=package, locale=locale)

        found = {(message.context, message.id) for message in texts.read("ro", locale=locale) if message.id}
        assert found == {
            (None, "Open"),
            (None, "Save"),
            ("verb", "Open"),
            (None, ("%(num)s day", "%(num)s days")),
        }

    def test_keeps_translations_and_drops_what_nobody_asks_for(self, package, locale):
        texts.update(package=package, locale=locale)
        translate(locale, Save="Salvează")
        (package / "templates" / "page.html").write_text("")

        texts.update(package=package, locale=locale)

        assert {(one.id, one.string) for one in texts.read("ro", locale=locale) if one.id} == {
            ("Save", "Salvează"),
            ("Open", ""),
        }

    def test_changes_nothing_the_second_time(self, package, locale):
        first = [path.read_bytes() for path in texts.update(package=package, locale=locale)]

        assert [path.read_bytes() for path in texts.update(package=package, locale=locale)] == first


class TestMissing:
    def test_names_what_is_untranslated(self, package, locale):
        texts.update(package=package, locale=locale)
        translate(locale, Open="Deschide")

        found = {(one.language, one.text, one.why) for one in texts.missing(package=package, locale=locale)}

        assert found == {
            (language, text, "untranslated") for language in ("ro", "ru") for text in ("Save", "%(num)s day")
        }

    @pytest.mark.parametrize(
        ("forms", "why"), [(("o zi", "%(num)s zile", "%(n)s de zile"), "placeholders"), (("o zi", "zile", "zile"), "")]
    )
    def test_finds_placeholders_that_the_source_lacks(self, package, locale, forms, why):
        texts.update(package=package, locale=locale)
        translate(locale, **{"%(num)s day": forms})

        found = [one.why for one in texts.missing(package=package, locale=locale) if "day" in one.text]

        assert set(found) == ({why} if why else set())

    def test_finds_cedillas(self, package, locale):
        texts.update(package=package, locale=locale)
        translate(locale, Save="Pǎstreazã fişa")

        assert "cedilla" in {one.why for one in texts.missing(package=package, locale=locale)}


class TestCompile:
    def test_writes_what_django_reads_and_only_when_it_changed(self, package, locale):
        texts.update(package=package, locale=locale)
        translate(locale, Save="Salvează")

        written = texts.compile_catalogs(locale=locale)

        with written[0].open("rb") as file:
            assert read_mo(file).get("Save").string == "Salvează"
        assert texts.compile_catalogs(locale=locale) == []

    @pytest.mark.parametrize("seconds", [5, -5])
    def test_writes_again_what_was_edited_or_put_back(self, package, locale, seconds):
        texts.update(package=package, locale=locale)
        texts.compile_catalogs(locale=locale)
        source = texts.catalog_path("ro", locale=locale)
        edited = source.stat().st_mtime_ns + seconds * 10**9
        os.utime(source, ns=(edited, edited))

        assert texts.compile_catalogs(locale=locale) == [source.with_suffix(".mo")]


class TestPseudo:
    def test_is_longer_and_keeps_placeholders(self):
        made = texts.pseudo("Going to %(platform)s <b>now</b>")

        assert "%(platform)s" in made
        assert "<b>ñów</b>" in made
        assert len(made) > len("Going to %(platform)s <b>now</b>") * 1.3

    def test_has_a_catalog_of_its_own(self, package, locale):
        path = texts.write_pseudo(package=package, locale=locale)

        with path.open("rb") as file:
            assert read_mo(file).get("Save").string.startswith("[Sávé")
