"""Cases that end at the counter, and the nights after: with a keys file and a document store of the test's own.

A test module says `SERVICES = retention.SERVICES` and imports the fixtures that it wants.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings
from tests.support.counter import NOON, as_worker, ask_for, case_of, change, come, complete_and_submit, leave, scan

from ghiseu.foundation.access import scoped_to
from ghiseu.foundation.crypto import configured_keyring, write_keyring
from ghiseu.foundation.crypto.month_names import coming_months
from ghiseu.foundation.crypto.months import with_months
from ghiseu.foundation.store import FolderStore, document_stores
from ghiseu.journeys import end_months
from ghiseu.journeys.end_case import end_case
from ghiseu.modules.cases.states import Outcome
from ghiseu.modules.centres.at_desk import AtDesk
from simulators.common.process import Running

SERVICES = ["asp.civil.extract-birth"]
EUGENIA, GHEORGHE = "2099010100376", "2099080102964"
KEPT = timedelta(days=91)


@pytest.fixture(autouse=True)
def own_keys(tmp_path: Path, settings: Settings) -> Iterator[None]:
    """Give this test a keys file of its own that opens what the others opened."""
    keyring = configured_keyring()
    settings.KEYS_FILE = tmp_path / "keys.json"
    write_keyring(settings.KEYS_FILE, keyring=with_months(replace(keyring, months={}), coming_months(NOON.date())))
    configured_keyring.cache_clear()
    with document_stores.serving("documents", FolderStore(tmp_path / "documents", reserve=0)):
        yield
    configured_keyring.cache_clear()


@pytest.fixture
def ended(lozova: AtDesk, exchange: Running) -> str:
    """Let Eugenia's case be filled, signed, sent and withdrawn at once."""
    return a_case(EUGENIA, to=lozova)


def a_case(idnp: str, *, to: AtDesk, ends: bool = True) -> str:
    """Bring a person's request to the institution; by default it ends there and then."""
    visit = come(idnp, to=to)
    number = ask_for(SERVICES[0], visit=visit, to=to)
    complete_and_submit(number, to=to)
    if case_of(number).state == "draft":
        scan(number, "identity", to=to)
    change(case_of(number), state="with_institution")
    if ends:
        end_case(number=number, outcome=Outcome.WITHDRAWN, at_desk=to, at=NOON)
    leave(visit, to=to)
    return number


def night(after: timedelta) -> end_months.Round:
    """Do the night's round, so long after noon of the first day."""
    with scoped_to(None), as_worker():
        return end_months.run(at=NOON + after)
