import gettext
import os
from pathlib import Path

from ghiseu.runtime.translations import compile_stale

CATALOG = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "Open"\nmsgstr "{}"\n'


def write(folder: Path, text: str) -> Path:
    source = folder / "ro" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True, exist_ok=True)
    source.write_text(CATALOG.format(text), encoding="utf8")
    return source


def read(source: Path) -> str:
    with source.with_suffix(".mo").open("rb") as file:
        return gettext.GNUTranslations(file).gettext("Open")


class TestCompileStale:
    def test_compiles_what_is_new_and_leaves_the_rest(self, tmp_path):
        source = write(tmp_path, "Deschide")

        assert compile_stale(tmp_path) == [source]
        assert read(source) == "Deschide"
        assert compile_stale(tmp_path) == []

    def test_compiles_again_what_was_edited(self, tmp_path):
        source = write(tmp_path, "Deschide")
        compile_stale(tmp_path)
        write(tmp_path, "Deschideți")
        later = source.with_suffix(".mo").stat().st_mtime + 5
        os.utime(source, (later, later))

        compile_stale(tmp_path)

        assert read(source) == "Deschideți"
