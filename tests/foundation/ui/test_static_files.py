"""Static files under hashed names: every reference follows the name."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles.finders import AppDirectoriesFinder
from django.core.files.storage import FileSystemStorage

from ghiseu.foundation.ui.storage import HashedStaticFiles

UI = Path(__file__).resolve().parents[3] / "src/ghiseu/foundation/ui"


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """Collect the kit's own files the way `collectstatic` does; return the folder and the names given."""
    folder = tmp_path_factory.mktemp("static")
    finder = AppDirectoriesFinder(app_names=["ghiseu.foundation.ui"])
    target = FileSystemStorage(location=folder)
    paths = {}
    for name, source in finder.list([]):
        with source.open(name) as file:
            target.save(name, file)
        paths[name] = (target, name)
    storage = HashedStaticFiles(location=folder, base_url="/static/")
    errors = [result for _, _, result in storage.post_process(paths) if isinstance(result, Exception)]
    assert errors == []
    return folder, dict(storage.hashed_files)


def final_name(collected: tuple[Path, dict[str, str]], name: str) -> str:
    return collected[1][name]


class TestHashedStaticFiles:
    def test_scripts_load_the_hashed_neighbour(self, collected):
        folder, _ = collected
        script = (folder / final_name(collected, "ui/js/keys.js")).read_text()

        assert re.findall(r'from "\./(page\.\w+\.js)"', script) == [Path(final_name(collected, "ui/js/page.js")).name]

    def test_styles_load_the_hashed_fonts(self, collected):
        folder, _ = collected
        styles = (folder / final_name(collected, "ui/ui.css")).read_text()

        named = set(re.findall(r'url\("fonts/([^"]+)"\)', styles))
        assert named == {
            Path(final_name(collected, f"ui/fonts/onest-{part}.woff2")).name
            for part in ("latin", "latin-ext", "cyrillic")
        }

    def test_are_compressed_beside_themselves(self, collected):
        folder, _ = collected

        assert (folder / (final_name(collected, "ui/ui.css") + ".gz")).stat().st_size < 10_000


class TestStyles:
    def test_name_no_other_machine(self):
        text = (UI / "static/ui/ui.css").read_text()

        assert "http" not in text
        assert "@import" not in text

    def test_use_only_values_that_are_defined(self):
        text = (UI / "static/ui/ui.css").read_text()

        used = set(re.findall(r"var\((--[\w-]+)\)", text))
        defined = set(re.findall(r"(--[\w-]+):", text))
        assert used - defined == set()


class TestFonts:
    def test_come_with_their_licence(self):
        assert "SIL OPEN FONT LICENSE" in (UI / "static/ui/fonts/OFL.txt").read_text()
        assert "SIL OPEN FONT LICENSE" in (UI / "fonts/OFL.txt").read_text()
