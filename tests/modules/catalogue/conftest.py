"""A small folder of services that a test may spoil."""

import shutil
from pathlib import Path

import pytest

SERVICES = Path(__file__).resolve().parents[3] / "services"
BIRTH = "asp/civil.extract-birth/1"
ALLOWANCE = "cnas/family.birth-allowance/1"
PROPERTY = "cbi/extract-register/1"


@pytest.fixture
def services(tmp_path):
    """Return a copy of the model packages with everything they need."""
    root = tmp_path / "services"
    shutil.copytree(SERVICES / "common", root / "common")
    for name in ("institutions.yaml", "catalogue.yaml"):
        shutil.copy(SERVICES / name, root / name)
    for package in (BIRTH, ALLOWANCE, PROPERTY):
        shutil.copytree(SERVICES / package, root / package)
    return root


@pytest.fixture(scope="session")
def working_days():
    """Return the calendar of Moldova from the files."""
    from ghiseu.modules.centres.calendars import load_calendar_days, working_calendar

    return working_calendar(load_calendar_days(), country="MD", zone="Europe/Chisinau")
