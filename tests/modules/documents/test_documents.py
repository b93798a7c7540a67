import hashlib
import os
from dataclasses import dataclass

import pytest
from django.db import IntegrityError
from tests.modules.documents import samples
from tests.modules.documents.conftest import AT
from tests.modules.documents.paper_samples import all_papers

from ghiseu.foundation.access import transaction
from ghiseu.foundation.audit.models import JournalRecord
from ghiseu.foundation.crypto import Owner
from ghiseu.foundation.outcomes import UnusableAnswer
from ghiseu.foundation.store import NotStored
from ghiseu.modules.documents import operations, papers, queries, sealed_files, sweeping
from ghiseu.modules.documents.intake import take_in
from ghiseu.modules.documents.models import Document, DocumentKind, Origin
from ghiseu.modules.documents.sealed_files import owner_of


@dataclass(frozen=True)
class Waiting:
    content: bytes
    document_id: str = "EX-77120"
    name: str = "extract.pdf"

    @property
    def sha256(self):
        return hashlib.sha256(self.content).hexdigest()


def attach(opened, *, attachment_id="identity", pages=1, kind=DocumentKind.ATTACHMENT):
    content = samples.pdf(pages=pages)
    with opened.working():
        kept = operations.keep_clean_file(
            take_in(content, file_name="Munteanu Eugenia.pdf"),
            owner=owner_of(opened.case),
            file_name="Munteanu Eugenia.pdf",
            received_sha256=hashlib.sha256(content).hexdigest(),
        )
    with opened.working(), transaction():
        return operations.add_document(
            case=opened.case,
            kind=kind,
            title="Identity card",
            kept=kept,
            acting=opened.acting,
            at=AT,
            attachment_id=attachment_id,
            origin=Origin.DESK,
        )


def add_result(opened, waiting):
    with opened.working(), transaction():
        kept = operations.keep_result_bytes(owner=owner_of(opened.case), result=waiting, content=waiting.content)
        return operations.add_result(case=opened.case, kept=kept, acting=opened.acting, at=AT)


class TestAddDocument:
    def test_keeps_a_paper_of_ours_with_its_pages(self, lozova, store):
        content = papers.render(all_papers("ro")["slip"])

        with lozova.working(), transaction():
            kept = operations.keep_paper(content, owner=owner_of(lozova.case), file_name="slip.pdf")
            slip = operations.add_document(
                case=lozova.case, kind=DocumentKind.SLIP, title="Slip", kept=kept, acting=lozova.acting, at=AT
            )

        assert (slip.origin, slip.page_count, slip.size) == (Origin.MADE_HERE, 1, len(content))
        assert content not in store.get(slip.stored_sha256)
        with lozova.working():
            assert sealed_files.get(slip) == content

    def test_refuses_an_attachment_that_names_no_paper(self, lozova):
        with pytest.raises(IntegrityError):
            attach(lozova, attachment_id="")

    def test_writes_no_row_without_its_file(self, lozova, store):
        document = attach(lozova)

        assert store.contains(document.stored_sha256)
        assert not store.contains(document.sha256)


class TestReplaceAndWithdraw:
    def test_lets_only_the_better_copy_stand(self, lozova):
        old, new = attach(lozova), attach(lozova, pages=2)

        with lozova.working(), transaction():
            for _ in range(2):
                operations.replace_document(old=old, new=new, acting=lozova.acting, at=AT)

            assert list(queries.documents_of(lozova.case)) == [new]
            assert JournalRecord.objects.filter(event="documents.document.replaced").count() == 1

    def test_takes_a_wrong_paper_off_the_case_and_says_who_did_it(self, lozova):
        document = attach(lozova)

        with lozova.working(), transaction():
            for _ in range(2):
                operations.withdraw_document(document=document, acting=lozova.acting, at=AT)

            assert queries.attachment_counts(lozova.case) == {}
            document.refresh_from_db()
            assert document.withdrawn_by_id == lozova.acting.operator_id
            assert JournalRecord.objects.filter(event="documents.document.withdrawn").count() == 1


class TestOpenDocument:
    def test_returns_the_bytes_and_says_in_the_journal_who_looked(self, lozova):
        document = attach(lozova)

        with lozova.working(), transaction():
            content = operations.open_document(document=document, acting=lozova.acting, at=AT)

            assert hashlib.sha256(content).hexdigest() == document.sha256
            assert JournalRecord.objects.filter(event="documents.document.opened").count() == 1


class TestFrozenFiles:
    def test_names_files_by_paper_and_never_by_the_name_a_person_gave(self, lozova):
        attach(lozova)
        attach(lozova, attachment_id="power", pages=2)
        attach(lozova, attachment_id="", kind=DocumentKind.SIGNED_SCAN, pages=3)
        attach(lozova, attachment_id="", kind=DocumentKind.SLIP, pages=4)

        with lozova.working(), transaction():
            frozen = queries.frozen_files(lozova.case)
        with lozova.working():
            parcel = queries.parcel_files(frozen, case_id=lozova.case.pk)

        assert [one["name"] for one in frozen] == ["01-identity.pdf", "02-power.pdf", "03-signed_scan.pdf"]
        assert [hashlib.sha256(one.content).hexdigest() for one in parcel] == [one["sha256"] for one in frozen]

    def test_counts_documents_by_paper(self, lozova):
        attach(lozova)
        attach(lozova, pages=2)

        with lozova.working(), transaction():
            assert queries.attachment_counts(lozova.case) == {"identity": 2}

    def test_raises_when_a_file_is_gone(self, lozova, store):
        frozen = [{"attachment_id": "a", "name": "a", "media_type": "application/pdf", "sha256": "0" * 64}]

        with lozova.working(), pytest.raises(NotStored):
            queries.parcel_files(frozen, case_id=lozova.case.pk)


class TestResults:
    def test_are_kept_as_they_came_with_a_report_on_their_signature(self, lozova, store, settings, tmp_path):
        authority = samples.certificate("Authority", is_authority=True)
        (tmp_path / "trust").mkdir()
        (tmp_path / "trust" / "asp.pem").write_bytes(samples.pem(authority))
        settings.RESULT_TRUST = str(tmp_path / "trust")
        signed = samples.signed_pdf(samples.certificate("Agency Seal", issuer=authority))

        document = add_result(lozova, Waiting(signed))

        with lozova.working():
            assert sealed_files.get(document) == signed
        assert (document.signature_report["verdict"], document.is_signed) == ("valid", True)
        assert document.institution_document == "EX-77120"

    def test_that_nobody_signed_are_kept_and_said_to_be_unsigned(self, lozova, settings):
        settings.RESULT_TRUST = ""

        document = add_result(lozova, Waiting(samples.pdf()))

        assert (document.signature_report["verdict"], document.is_signed) == ("unsigned", False)

    def test_are_kept_once_however_often_they_come(self, lozova):
        waiting = Waiting(samples.pdf())

        first, second = add_result(lozova, waiting), add_result(lozova, waiting)

        assert first.pk == second.pk
        with lozova.working(), transaction():
            assert queries.has_result(case=lozova.case, sha256=waiting.sha256.upper())
            assert list(queries.results_of(lozova.case)) == [first]
            traces = JournalRecord.objects.filter(event="documents.result.added")
            assert [one.object_id for one in traces] == [str(first.key)]

    def test_can_be_added_by_the_worker(self, lozova, as_worker):
        waiting = Waiting(samples.pdf())

        with lozova.working(), as_worker(), transaction():
            kept = operations.keep_result_bytes(owner=owner_of(lozova.case), result=waiting, content=waiting.content)
            operations.add_result(case=lozova.case, kept=kept, acting=lozova.acting, at=AT)

            assert Document.objects.count() == 1

    @pytest.mark.parametrize("content", [b"<html>maintenance</html>", b""])
    def test_that_are_no_pdf_are_refused(self, store, content):
        with pytest.raises(UnusableAnswer):
            operations.keep_result_bytes(owner=Owner(), result=Waiting(content), content=content)

    def test_other_than_the_announced_one_are_refused(self, store):
        with pytest.raises(UnusableAnswer):
            operations.keep_result_bytes(owner=Owner(), result=Waiting(samples.pdf()), content=samples.pdf(pages=2))


class TestSweepOrphans:
    def test_spares_what_the_rows_of_any_centre_name(self, lozova, open_case, store, as_worker, tmp_path):
        here, there = attach(lozova), attach(open_case("BAR"), pages=2)
        orphan = store.put(b"written before a crash")
        for file in (tmp_path / "documents").glob("??/??/*"):
            os.utime(file, (0, 0))

        with as_worker():
            assert sweeping.sweep_orphans(at=AT) == [orphan]

        assert store.contains(here.stored_sha256)
        assert store.contains(there.stored_sha256)
