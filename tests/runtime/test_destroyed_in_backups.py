"""A backup from before, read back with today's keys: what was destroyed meanwhile stays destroyed."""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from psycopg.conninfo import make_conninfo
from pytest_django.fixtures import Settings
from tests.support import counter, databases

from ghiseu.foundation.access import scoped_to, transaction
from ghiseu.foundation.crypto import CannotOpen, configured_keyring, forget_keys, write_keyring
from ghiseu.foundation.crypto.month_names import coming_months
from ghiseu.foundation.crypto.months import with_months
from ghiseu.foundation.store import FolderStore, document_stores
from ghiseu.journeys import end_months
from ghiseu.modules.applicants.operations import Names, know_person
from ghiseu.modules.cases import operations as cases
from ghiseu.modules.cases.models import Case, CaseField, Evidence
from ghiseu.modules.cases.operations import NewCase
from ghiseu.modules.cases.states import CaseState, Outcome
from ghiseu.modules.catalogue.models import ServicePackage
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.documents import operations as documents
from ghiseu.modules.documents import sealed_files
from ghiseu.modules.documents.models import Document, DocumentKind
from ghiseu.modules.visits.models import IdentifiedBy
from ghiseu.modules.visits.operations import Identification, open_visit
from ghiseu.modules.visits.queries import acting_in
from ghiseu.runtime import archive, backup, restore

NOON = counter.NOON
GONE, KEPT = "LOZ-2026-000001-00", "LOZ-2026-000002-00"
SECRET = "a health condition"
PAPER = b"%PDF-1.7 scanned " + b"x" * 400


@pytest.fixture
def desk(transactional_db: None, tmp_path: Path, settings: Settings) -> Iterator[AtDesk]:
    """Stock Lozova in a database that commits, with keys and documents in a folder of its own."""
    keyring = configured_keyring()
    settings.KEYS_FILE = tmp_path / "data" / "keys.json"
    settings.KEYS_FILE.parent.mkdir()
    write_keyring(settings.KEYS_FILE, keyring=with_months(replace(keyring, months={}), coming_months(NOON.date())))
    configured_keyring.cache_clear()
    forget_keys()
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE NONE")
        counter.stock("asp.civil.extract-birth")
        cursor.execute("SET ROLE ghiseu_web")
    place = counter.place()
    store = FolderStore(tmp_path / "data" / "documents", reserve=0)
    with document_stores.serving("documents", store), scoped_to(place.scope):
        open_cases(place)
        yield place
    configured_keyring.cache_clear()
    forget_keys()


def open_cases(desk: AtDesk) -> None:
    """Write two cases of Eugenia with a field, an evidence text and a paper each; one of them ends at once."""
    with transaction():
        person = know_person(
            centre_id=desk.centre_id, idnp="2099010100376", document="", names=Names(), language="ro", at=NOON
        )
        seen = Identification(by=IdentifiedBy.IDENTITY_CARD)
        visit = open_visit(at_desk=desk, person=person, identification=seen, language="ro", year=2026, at=NOON)
        for number in (GONE, KEPT):
            acting = acting_in(
                visit, at_desk=desk, subject=person, legal_basis="law", legal_reason="test", case_number=number
            )
            new = NewCase(
                number=number,
                visit=visit,
                holder=person,
                mandate=None,
                role="holder",
                package=ServicePackage.objects.get(),
                service_names={"ro": "Extras"},
                institution="asp",
                centre_name=desk.centre_name,
                centre_phone="",
            )
            case = cases.open_case(new=new, acting=acting, on=NOON.date(), at=NOON)
            kept = documents.keep_paper(PAPER, owner=sealed_files.owner_of(case), file_name="scan of Eugenia.pdf")
            documents.add_document(case=case, kind=DocumentKind.SLIP, title="Slip", kept=kept, acting=acting, at=NOON)
            about = {"centre_id": desk.centre_id, "case": case}
            CaseField.objects.create(
                **about, field="health", value=SECRET, source="person", changed_by_id=1, changed_at=NOON
            )
            Evidence.objects.create(
                **about, kind="explicit_request", method="recorded", text=SECRET, taken_at=NOON, taken_by_id=1
            )
            if number == GONE:
                cases.move(case, CaseState.CLOSED, acting=acting, at=NOON, outcome=Outcome.WITHDRAWN)


def night(at: datetime) -> end_months.Round:
    with scoped_to(None), counter.as_worker():
        return end_months.run(at=at)


def readable(number: str) -> dict[str, bool]:
    """Tell which parts of the case open with the keys of today."""
    forget_keys()
    with transaction():
        case = Case.objects.get(number=number)

    def opens(part: str) -> bool:
        try:
            with transaction():
                if part == "field":
                    return CaseField.objects.get(case=case).value == SECRET
                if part == "evidence":
                    return Evidence.objects.get(case=case).text == SECRET
                if part == "file name":
                    return Document.objects.get(case=case).file_name == "scan of Eugenia.pdf"
                return sealed_files.get(Document.objects.defer("file_name").get(case=case)) == PAPER
        except CannotOpen:
            return False

    return {part: opens(part) for part in ("field", "evidence", "file name", "document")}


def read_back(source: Path, folder: Path, *, name: str) -> None:
    """Put the backup into a database of its own and work there as the web role."""
    archive.unpack(source, folder)
    with databases.maintenance() as server:
        databases.run(server, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
        databases.run(server, "CREATE DATABASE {}", name)
    restore.load(make_conninfo(os.environ["GHISEU_TEST_SERVER"], dbname=name), folder / archive.DUMP)
    databases.connect_to(name, role=databases.WEB_ROLE)


@pytest.mark.slow
def test_an_old_backup_opens_nothing_of_the_destroyed_case(desk: AtDesk, tmp_path: Path) -> None:
    assert set(readable(GONE).values()) == set(readable(KEPT).values()) == {True}
    night(NOON)
    here = connection.settings_dict["NAME"]
    url = make_conninfo(os.environ["GHISEU_TEST_SERVER"], dbname=here)
    backup.write(tmp_path / "old.tar", url=url, data=tmp_path / "data")
    keys = (tmp_path / "data" / "keys.json").read_bytes()
    assert keys not in (tmp_path / "old.tar").read_bytes()
    assert b'"months"' not in (tmp_path / "old.tar").read_bytes()

    # Two months on the kept case is put off; in March the other one is over.
    assert night(NOON + timedelta(days=61)).put_off == 1
    done = night(datetime(2027, 3, 1, 12, tzinfo=UTC))
    assert (done.destroyed, "shred-2027-02" in done.removed, done.left) == (1, True, ())

    folder = tmp_path / "restored"
    folder.mkdir()
    name = f"{here}_restored"
    try:
        read_back(tmp_path / "old.tar", folder, name=name)
        with document_stores.serving("documents", FolderStore(folder / "documents", reserve=0)):
            assert set(readable(GONE).values()) == {False}
            with transaction():
                assert Case.objects.get(number=GONE).service_code == "asp.civil.extract-birth"
            (tmp_path / "data" / "keys.json").write_bytes(keys)  # and with the keys of that time both would open
            configured_keyring.cache_clear()
            assert set(readable(GONE).values()) == set(readable(KEPT).values()) == {True}
    finally:
        databases.connect_to(here, role=databases.WEB_ROLE)
        databases.drop(name)


@pytest.mark.slow
def test_a_younger_backup_opens_what_is_kept_and_not_what_was_destroyed(desk: AtDesk, tmp_path: Path) -> None:
    night(NOON)
    night(NOON + timedelta(days=61))
    here = connection.settings_dict["NAME"]
    url = make_conninfo(os.environ["GHISEU_TEST_SERVER"], dbname=here)
    backup.write(tmp_path / "young.tar", url=url, data=tmp_path / "data")
    night(datetime(2027, 3, 1, 12, tzinfo=UTC))

    folder = tmp_path / "restored"
    folder.mkdir()
    name = f"{here}_restored"
    try:
        read_back(tmp_path / "young.tar", folder, name=name)
        with document_stores.serving("documents", FolderStore(folder / "documents", reserve=0)):
            assert set(readable(GONE).values()) == {False}
            assert set(readable(KEPT).values()) == {True}
            # Retention takes the destroyed case out of the restored database too.
            assert night(datetime(2027, 3, 1, 13, tzinfo=UTC)).destroyed == 1
            with transaction():
                assert list(CaseField.objects.filter(case__number=GONE)) == []
    finally:
        databases.connect_to(here, role=databases.WEB_ROLE)
        databases.drop(name)
