"""A result that the person wants electronically: in MDocs once, shown for a time, taken back when they wish."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings
from tests.support.counter import (
    LATER,
    NOON,
    all_of,
    as_worker,
    ask,
    ask_for,
    calls,
    case_of,
    change,
    complete_and_submit,
    decide,
    deliver,
    journaled,
    tell,
    timeline,
)
from tests.support.platform_place import certificate_of

from ghiseu.adapters.mdocs import MDocs
from ghiseu.foundation.access import transaction
from ghiseu.foundation.wire.exchange import Limits
from ghiseu.journeys import destroy_content, share_result, store_result
from ghiseu.journeys.load_case import acting_on, load_case, package_of
from ghiseu.journeys.share_result import NotOffered
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.documents import operations as documents
from ghiseu.modules.documents import sealed_files, sharing
from ghiseu.modules.documents.models import Document, SharedResult
from ghiseu.modules.documents.operations import StoredFile
from ghiseu.modules.documents.ports import STORE, document_sharing
from ghiseu.modules.visits.models import Visit
from simulators.common.behaviour import Mode
from simulators.common.process import Running, running

SERVICES = ["asp.civil.extract-birth"]
EUGENIA = "2099010100376"
LOST = [Mode.AFTER_COMMIT_TIMEOUT, Mode.CUT_ANSWER, Mode.SERVER_ERROR_AFTER_COMMIT, Mode.GARBAGE]
NEVER_THERE = [Mode.BEFORE_COMMIT_TIMEOUT, Mode.SERVER_ERROR]


@pytest.fixture(scope="module")
def mdocs_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running("mdocs", data=Path(tmp_path_factory.mktemp("mdocs"))) as started:
        yield started


@pytest.fixture
def mdocs(mdocs_process: Running, settings: Settings) -> Iterator[Running]:
    """Serve the document store's port by the simulated MDocs, behaving and empty."""
    settings.MDOCS_DAYS = 36500  # MDocs judges by the machine's clock, and these matters have a date of their own
    mdocs_process.reset()
    adapter = MDocs(
        url=f"{mdocs_process.system_url}/api",
        certificate=certificate_of(mdocs_process.folder.parent),
        limits=Limits(connect=2, answer=1),
    )
    with document_sharing.serving(STORE, adapter):
        yield mdocs_process
    adapter.close()


@pytest.fixture
def sent(lozova: AtDesk, visit: Visit, asp: Running) -> Callable[[str], str]:
    """Return a function that brings Eugenia's request, with a way of delivery, to the institution."""

    def send(delivery: str) -> str:
        number = ask_for(SERVICES[0], visit=visit, to=lozova)
        tell(number, to=lozova, delivery=delivery)
        complete_and_submit(number, to=lozova)
        deliver(number)
        return number

    return send


@pytest.fixture
def arrived(sent: Callable[[str], str], asp: Running, mdocs: Running) -> str:
    """Return a case whose result came from the institution and waits for MDocs."""
    number = sent("mcabinet")
    decide(asp, number, "approve")
    ask(number)
    return number


@pytest.fixture
def here(lozova: AtDesk, visit: Visit, mdocs: Running) -> str:
    """Return a case whose result waits for MDocs, as `arrived` does, without an institution."""
    number = ask_for(SERVICES[0], visit=visit, to=lozova)
    change(case_of(number), state="result_ready", delivery="mcabinet", submitted_at=NOON)
    case = case_of(number)
    sha256, stored = sealed_files.put(b"%PDF-1.7 an extract", owner=sealed_files.owner_of(case))
    kept = StoredFile(
        sha256=sha256,
        received_sha256=sha256,
        stored_sha256=stored,
        size=19,
        media_type="application/pdf",
        page_count=1,
        is_signed=True,
        file_name="Extras",
    )
    with transaction():
        file = load_case(number=number, at_desk=lozova, at=NOON)
        acting = acting_on(file.case, at_desk=lozova, package=file.package, reason="result wanted electronically")
        result = documents.add_result(case=file.case, kept=kept, acting=acting, at=LATER)
        share_result.queue_wanted(result, case=file.case, acting=acting, at=LATER)
    return number


def work(at: datetime = LATER) -> datetime | None:
    """Let the worker make one attempt for whatever waits."""
    with as_worker():
        with transaction():
            due = sharing.due(at=at)
        found = [store_result.advance(sharing_id=one, at=at, now=lambda: at + timedelta(seconds=1)) for one in due]
    return found[0] if found else None


def work_until_done() -> None:
    at: datetime | None = LATER + timedelta(hours=2)
    for _ in range(10):
        if at is None:
            return
        at = work(at)
    raise AssertionError("it goes on and on")


def the_row() -> SharedResult:
    (row,) = all_of(SharedResult)
    return row


def counts(mdocs: Running) -> tuple[int, int]:
    ledger = mdocs.ledger()
    return len(ledger["documents"]), len(ledger["shares"])


class TestResultWantedElectronically:
    def test_lies_there_once_for_the_person_and_the_case_says_until_when(self, arrived, mdocs):
        work()
        work()

        assert counts(mdocs) == (1, 1)
        assert mdocs.ledger()["shares"][0]["shared_for"] == f"urn:md:idnp:{EUGENIA}"
        assert the_row().state == "shared"
        assert timeline(arrived)[-2:] == ["result-ready", "shared-electronically"]

    def test_has_the_bytes_that_the_institution_sent(self, arrived, mdocs):
        work()

        assert mdocs.ledger()["blobs"][0]["content"]["sha256"] == all_of(Document, kind="result")[0].sha256

    def test_is_queued_once_however_often_the_institution_is_asked(self, arrived):
        ask(arrived, at=LATER + timedelta(hours=1))

        assert len(all_of(SharedResult)) == 1

    def test_is_in_the_journal_step_by_step_with_operator_and_case(self, arrived, mdocs):
        work()

        found = [*journaled("documents.sharing.asked"), *journaled("documents.sharing.done")]
        assert [(one.event, one.case_number, one.channel) for one in found] == [
            ("documents.sharing.asked", arrived, "worker"),
            ("documents.sharing.done", arrived, "worker"),
        ]

    def test_keeps_what_was_said_word_for_word(self, arrived, mdocs):
        work()

        assert '"sent": "POST /api/documents' in the_row().exchanged
        assert the_row().store_id in the_row().exchanged

    def test_has_the_type_that_is_set_for_the_service(self, sent, asp, mdocs, settings):
        settings.MDOCS_DOCUMENT_TYPES = {"asp.civil.extract-birth": "EXTRAS"}
        number = sent("mcabinet")
        decide(asp, number, "approve")
        ask(number)

        work()

        assert [row["type"] for row in mdocs.ledger()["blobs"]] == ["EXTRAS"]


class TestPeriod:
    def test_is_that_of_the_package(self, sent, asp, mdocs, monkeypatch):
        number = sent("mcabinet")
        package = package_of(case_of(number))
        told = [replace(one, days=30) if one.id == "mcabinet" else one for one in package.deliveries]
        monkeypatch.setattr(share_result, "package_of", lambda _: replace(package, deliveries=tuple(told)))

        decide(asp, number, "approve")
        ask(number)

        assert the_row().ends_at - the_row().begins_at == timedelta(days=30)

    def test_is_that_of_the_settings_when_the_package_says_nothing(self, here, settings):
        assert the_row().ends_at - the_row().begins_at == timedelta(days=settings.MDOCS_DAYS)


class TestResultThatNobodyWantsElectronically:
    def test_stays_here(self, sent, asp, mdocs):
        number = sent("paper_asp")
        decide(asp, number, "approve")
        ask(number)

        assert case_of(number).state == "result_ready"
        assert all_of(SharedResult) == []

    def test_is_put_there_when_the_person_asks_at_the_desk(self, sent, asp, mdocs, lozova):
        number = sent("paper_asp")
        decide(asp, number, "approve")
        ask(number)

        for _ in range(2):
            share_result.share_results(number=number, at_desk=lozova, at=LATER)
        work_until_done()

        assert counts(mdocs) == (1, 1)
        assert [one.channel for one in journaled("documents.sharing.asked")] == ["desk"]


class TestWithoutMDocs:
    def test_everything_is_as_ever(self, sent, asp):
        number = sent("mcabinet")
        decide(asp, number, "approve")

        ask(number)

        assert case_of(number).state == "result_ready"
        assert all_of(SharedResult) == []

    def test_nothing_is_offered(self, sent, lozova):
        with pytest.raises(NotOffered):
            share_result.share_results(number=sent("mcabinet"), at_desk=lozova, at=LATER)

    def test_what_waits_goes_on_waiting(self, here):
        with document_sharing.serving(STORE, document_sharing.get(STORE)):
            document_sharing._served.pop(STORE)
            assert work() is not None
            document_sharing._served[STORE] = None  # put back by the block

        assert the_row().state == "waiting"


class TestLostAnswer:
    @pytest.mark.parametrize("operation", ["blob", "publish", "share"])
    @pytest.mark.parametrize("mode", LOST)
    def test_does_nothing_twice(self, mode, operation, here, mdocs):
        mdocs.behave(mode, operations=[operation], times=1, seconds=0.05)

        work()
        assert the_row().state == "unknown"
        work_until_done()

        assert the_row().state == "shared"
        assert counts(mdocs) == (1, 1)

    @pytest.mark.parametrize("operation", ["blob", "publish", "share"])
    @pytest.mark.parametrize("mode", NEVER_THERE)
    def test_loses_nothing(self, mode, operation, here, mdocs):
        mdocs.behave(mode, operations=[operation], times=1, seconds=0.05)

        work_until_done()

        assert the_row().state == "shared"
        assert counts(mdocs) == (1, 1)

    @pytest.mark.parametrize("mode", [*LOST, *NEVER_THERE])
    def test_to_the_question_is_asked_again(self, mode, here, mdocs):
        mdocs.behave(Mode.AFTER_COMMIT_TIMEOUT, operations=["publish"], times=1, seconds=0.05)
        again_at = work()
        mdocs.behave(mode, operations=["find"], times=1, seconds=0.05)

        assert again_at is not None
        again_at = work(again_at)
        assert the_row().state == "unknown"
        assert again_at is not None
        work(again_at)

        assert (the_row().state, counts(mdocs)) == ("shared", (1, 1))

    def test_of_a_worker_that_died_is_asked_about(self, here, mdocs):
        mdocs.behave(Mode.AFTER_COMMIT_TIMEOUT, operations=["publish"], times=1, seconds=0.05)
        work()
        # As if it had died before it wrote down how the attempt ended.
        change(the_row(), state="waiting", next_try_at=LATER + sharing.LEASE)

        assert work(LATER + sharing.LEASE - timedelta(seconds=1)) is None
        work(LATER + sharing.LEASE)

        assert (the_row().state, counts(mdocs)) == ("shared", (1, 1))

    def test_of_a_worker_that_was_overtaken_is_not_written(self, here, mdocs):
        def overtaken() -> datetime:
            row = the_row()
            change(row, fence=row.fence + 1)
            return LATER

        with as_worker():
            assert store_result.advance(sharing_id=the_row().pk, at=LATER, now=overtaken) is None

        assert the_row().state == "waiting"
        assert counts(mdocs) == (0, 0)

    def test_while_mdocs_is_down_waits_longer_and_longer(self, here, mdocs):
        mdocs.behave(Mode.SERVER_ERROR)
        first = work()
        second = work(first)

        assert second - first > first - LATER
        assert counts(mdocs) == (0, 0)

    def test_about_somebody_else_shares_nothing_with_them(self, here, mdocs):
        mdocs.behave(Mode.AFTER_COMMIT_TIMEOUT, operations=["share"], times=1, seconds=0.05)
        again_at = work()
        mdocs.behave(Mode.WRONG_SUBJECT, operations=["find-share"], times=1)

        work(again_at)

        assert {row["shared_for"] for row in mdocs.ledger()["shares"]} == {f"urn:md:idnp:{EUGENIA}"}


class TestRefusal:
    @pytest.fixture
    def refused(self, here: str, mdocs: Running) -> str:
        change(the_row(), document_type="DIPLOMA")
        work()
        return here

    def test_is_kept_and_somebody_is_told(self, refused, mdocs):
        assert the_row().state == "refused"
        assert "documentTypeCode" in the_row().refusal
        assert "alarm" in calls(refused)
        assert the_row().next_try_at is None

    def test_is_tried_again_when_a_person_says_so(self, refused, mdocs, lozova):
        change(the_row(), document_type="CERT")

        share_result.share_results(number=refused, at_desk=lozova, at=LATER)
        work_until_done()

        assert (the_row().state, the_row().refusal, counts(mdocs)) == ("shared", "", (1, 1))

    def test_of_bytes_that_the_store_let_go_sends_them_anew(self, here, mdocs):
        mdocs.behave(Mode.SERVER_ERROR, operations=["publish"], times=1)
        work()
        change(the_row(), blob_id="00000000-0000-4000-8000-000000000041")

        work_until_done()

        assert (the_row().state, counts(mdocs)) == ("shared", (1, 1))


class TestWithdrawal:
    @pytest.fixture
    def shared(self, here: str, mdocs: Running) -> str:
        work_until_done()
        return here

    def withdraw(self, number: str, lozova: AtDesk) -> None:
        share_result.withdraw_results(number=number, at_desk=lozova, at=LATER)

    def test_ends_the_share_and_the_document_stays_nobodys(self, shared, mdocs, lozova):
        for _ in range(2):
            self.withdraw(shared, lozova)
        work_until_done()

        assert (the_row().state, counts(mdocs)) == ("withdrawn", (1, 0))
        assert timeline(shared)[-1] == "share-ended"
        assert [one.channel for one in journaled("documents.sharing.withdrawal-asked")] == ["desk"]

    @pytest.mark.parametrize("mode", [Mode.AFTER_COMMIT_TIMEOUT, Mode.SERVER_ERROR_AFTER_COMMIT, *NEVER_THERE])
    def test_whose_answer_is_lost_is_repeated(self, mode, shared, mdocs, lozova):
        self.withdraw(shared, lozova)
        mdocs.behave(mode, operations=["withdraw"], times=1, seconds=0.05)

        work_until_done()

        assert (the_row().state, counts(mdocs)) == ("withdrawn", (1, 0))

    def test_before_anything_was_stored_stores_nothing(self, here, mdocs, lozova):
        self.withdraw(here, lozova)

        work_until_done()

        assert (the_row().state, counts(mdocs)) == ("withdrawn", (0, 0))

    def test_of_what_may_or_may_not_be_there_finds_it(self, here, mdocs, lozova):
        mdocs.behave(Mode.AFTER_COMMIT_TIMEOUT, operations=["share"], times=1, seconds=0.05)
        work()

        self.withdraw(here, lozova)
        work_until_done()

        assert (the_row().state, counts(mdocs)) == ("withdrawn", (1, 0))

    def test_can_be_taken_back_for_a_new_period_with_the_same_document(self, shared, mdocs, lozova):
        before = the_row()
        self.withdraw(shared, lozova)
        work_until_done()

        share_result.share_results(number=shared, at_desk=lozova, at=LATER + timedelta(days=30))
        work_until_done_after(timedelta(days=30))

        after = the_row()
        assert (after.state, counts(mdocs)) == ("shared", (1, 1))
        assert (after.store_id, after.ends_at > before.ends_at) == (before.store_id, True)
        assert mdocs.ledger()["documents"][0]["expires_on"] == mdocs.ledger()["shares"][0]["to_at"]


def work_until_done_after(wait: timedelta) -> None:
    at: datetime | None = NOON + timedelta(minutes=6) + wait
    while at is not None:
        at = work(at)


def test_a_share_that_is_asked_for_is_found_by_the_sweep(here, mdocs):
    with as_worker(), transaction():
        due = sharing.due(at=LATER)

    assert due == [the_row().pk]


def test_what_was_said_goes_with_the_content_of_the_case(here, mdocs):
    work_until_done()
    change(case_of(here), state="done", outcome="result_handed_over", ended_at=LATER)

    with as_worker():
        assert destroy_content.destroy(case_of(here).pk, at=LATER + timedelta(days=4000))

    row = the_row()
    assert (row.acting, row.exchanged, row.next_try_at) == ("", "", None)
    assert (row.state, row.store_id != "") == ("shared", True)
