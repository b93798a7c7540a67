"""Texts of the pages: compiled from the files that translators edit, without any system tool."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE = Path(__file__).resolve().parents[1] / "locale"


def compile_stale(folder: Path = LOCALE) -> list[Path]:
    """Compile every catalog whose source is newer than its compiled form; returns those sources."""
    stale = [source for source in sorted(folder.rglob("*.po")) if _is_stale(source)]
    for source in stale:
        with source.open("rb") as file:
            catalog = read_po(file, locale=source.parents[1].name)
        unfinished = source.with_suffix(".mo.tmp")
        with unfinished.open("wb") as file:
            write_mo(file, catalog)
        unfinished.replace(source.with_suffix(".mo"))
    return stale


def _is_stale(source: Path) -> bool:
    compiled = source.with_suffix(".mo")
    return not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime
