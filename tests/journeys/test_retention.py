"""What was kept long enough is destroyed; what somebody objected to stays and is shown to few."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from tests.support import retention
from tests.support.counter import (
    ILINCA,
    NOON,
    all_of,
    as_worker,
    case_of,
    change,
    come,
    journaled,
    leave,
    opened,
    place,
)
from tests.support.retention import EUGENIA, GHEORGHE, KEPT, a_case, ended, night, own_keys

from ghiseu.foundation.access import scoped_to, transaction
from ghiseu.foundation.crypto import CannotOpen, configured_keyring, forget_keys
from ghiseu.foundation.crypto.models import DataKey
from ghiseu.foundation.store import NotStored
from ghiseu.journeys import end_months, retention_jobs
from ghiseu.journeys.ask_correction import ask_correction, end_correction
from ghiseu.journeys.keep_until import kept_until, rules
from ghiseu.journeys.load_case import CaseIsRestricted, ContentDestroyed
from ghiseu.journeys.restrict_case import NotForYou, ReasonMissing, lift, restrict
from ghiseu.modules.applicants.models import NameKey, Person, Reading
from ghiseu.modules.cases.models import CaseEvent, CaseField, Evidence
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.documents import sealed_files
from ghiseu.modules.documents.models import Document
from ghiseu.modules.privacy import corrections
from ghiseu.modules.privacy.corrections import Wrong
from ghiseu.modules.privacy.models import CorrectionRequest, CorrectionState
from ghiseu.modules.submissions.models import Submission
from simulators.common.process import Running

SERVICES = retention.SERVICES
__all__ = ["ended", "own_keys"]


class TestCase:
    def test_is_destroyed_when_its_time_is_over_and_not_a_day_before(self, ended: str, lozova: AtDesk) -> None:
        with transaction():
            assert kept_until(case_of(ended), by=rules()) == date(2027, 2, 21)
        assert night(timedelta(days=90)).destroyed == 0

        assert night(KEPT).destroyed == 1
        assert night(KEPT).destroyed == 0

        case = case_of(ended)
        assert case.destroyed_at == NOON + KEPT
        assert [(one.case_number, one.channel) for one in journaled("cases.content.destroyed")] == [(ended, "worker")]

    def test_leaves_number_service_dates_hashes_and_the_journal(self, ended: str, lozova: AtDesk) -> None:
        before, hashes = case_of(ended), [one.sha256 for one in all_of(Document)]
        sent = all_of(Submission)[0].payload_sha256
        traces = len(journaled("cases.field.changed")) + len(journaled("documents.document.added"))

        night(KEPT)

        after = case_of(ended)
        assert (after.number, after.service_code, after.opened_at, after.ended_at) == (
            before.number, before.service_code, before.opened_at, before.ended_at,
        )  # fmt: skip
        assert [one.sha256 for one in all_of(Document)] == hashes
        assert [one.text_sha256 for one in all_of(Evidence)] != []
        assert all_of(Submission)[0].payload_sha256 == sent
        assert len(journaled("cases.field.changed")) + len(journaled("documents.document.added")) == traces

    def test_loses_values_texts_deliveries_names_and_files(self, ended: str, lozova: AtDesk) -> None:
        documents = all_of(Document)
        assert documents
        assert all_of(CaseField)

        night(KEPT)

        assert all_of(CaseField) == []
        assert all_of(CaseEvent) == []
        assert {one.text for one in all_of(Evidence)} == {""}
        assert [(one.payload, one.acting, one.files) for one in all_of(Submission)] == [("", "", [])]
        assert {(one.file_name, one.title) for one in all_of(Document)} == {("", "")}
        assert {one.facts for one in all_of(Reading)} == {""}
        for document in documents:
            with pytest.raises(NotStored):
                sealed_files.get(document)
        with transaction():
            assert DataKey.objects.filter(case_id=case_of(ended).pk).count() == 0

    def test_person_is_forgotten_but_for_the_number(self, ended: str, lozova: AtDesk) -> None:
        night(KEPT)

        person = all_of(Person)[0]
        assert (person.idnp, person.full_name, person.birth_date) == (EUGENIA, "", None)
        assert all_of(NameKey) == []

    def test_person_with_another_case_is_still_known(self, ended: str, lozova: AtDesk) -> None:
        other = a_case(EUGENIA, to=lozova, ends=False)

        night(KEPT)

        assert case_of(ended).destroyed_at is not None
        assert case_of(other).destroyed_at is None
        assert all_of(Person)[0].full_name != ""
        assert opened(other, to=lozova).values

    def test_is_shown_no_more_and_the_page_says_when(self, ended: str, lozova: AtDesk) -> None:
        night(KEPT)

        with pytest.raises(ContentDestroyed) as told, transaction():
            opened(ended, to=lozova)

        assert told.value.on == date(2027, 2, 22)

    def test_a_person_who_comes_again_is_known_anew(self, ended: str, lozova: AtDesk) -> None:
        night(KEPT)

        visit = come(EUGENIA, to=lozova, at=NOON + KEPT)

        assert visit.person.full_name != ""
        assert len(all_of(Person)) == 1


class TestCorrectionOfARegister:
    """Asked for outside any case, and kept as long after the answer as a case without a rule of its own."""

    WRONG = Wrong(
        register="RSP", field="adresa", register_says="s. Colibași", person_says="s. Lozova", evidence="buletin nr. 12"
    )

    @pytest.fixture
    def answered(self, lozova: AtDesk, exchange: Running) -> str:
        visit = come(GHEORGHE, to=lozova)
        number = ask_correction(visit=visit, wrong=self.WRONG, at_desk=lozova, at=NOON).number
        end_correction(number=number, to=CorrectionState.ANSWERED, answer="scrisoarea 17", at_desk=lozova, at=NOON)
        leave(visit, to=lozova)
        return number

    def test_is_emptied_when_its_time_is_over_and_not_before(self, answered: str, lozova: AtDesk) -> None:
        assert night(timedelta(days=90)).destroyed == 0

        assert night(KEPT).destroyed == 1
        assert night(KEPT).destroyed == 0

        [kept] = all_of(CorrectionRequest)
        assert (kept.number, kept.register, kept.state, kept.ended_at) == (answered, "RSP", "answered", NOON)
        assert kept.destroyed_at == NOON + KEPT
        assert {kept.field, kept.register_says, kept.person_says, kept.evidence, kept.answer} == {""}

    def test_is_journaled_of_the_worker(self, answered: str, lozova: AtDesk) -> None:
        night(KEPT)

        [row] = journaled("privacy.correction.destroyed")
        assert (row.object_id, row.channel, row.subject_idnp) == (answered, "worker", GHEORGHE)

    def test_keeps_its_person_known_until_then(self, answered: str, lozova: AtDesk) -> None:
        assert night(timedelta(days=90)).destroyed == 0
        assert all_of(Person, idnp_index=all_of(Person)[0].idnp_index)[0].full_name != ""

        night(KEPT)

        assert {one.full_name for one in all_of(Person)} == {""}

    def test_is_kept_while_it_waits_for_an_answer(self, answered: str, lozova: AtDesk) -> None:
        visit = come(EUGENIA, to=lozova)
        ask_correction(visit=visit, wrong=self.WRONG, at_desk=lozova, at=NOON)

        assert night(KEPT * 9).destroyed == 1
        assert [one.person_says for one in all_of(CorrectionRequest)] == ["", "s. Lozova"]

    def test_is_on_no_list_afterwards(self, answered: str, lozova: AtDesk) -> None:
        night(KEPT)

        with transaction():
            assert corrections.of_centre() == []
            with pytest.raises(CorrectionRequest.DoesNotExist):
                corrections.numbered(answered)


class TestRestriction:
    def test_keeps_a_case_and_hides_it_but_for_who_answers_for_the_data(self, ended: str, lozova: AtDesk) -> None:
        lead = place(ILINCA)
        restrict(number=ended, reason="objection 14/2026", at_desk=lead, at=NOON)

        assert night(KEPT * 3).destroyed == 0

        with pytest.raises(CaseIsRestricted), transaction():
            opened(ended, to=lozova)
        assert opened(ended, to=lead).values
        officer = replace(lozova, roles=frozenset({"data_protection_officer"}))
        assert opened(ended, to=officer).values
        assert len(journaled("cases.restriction.set")) == 1

    def test_that_was_lifted_lets_the_case_go(self, ended: str, lozova: AtDesk) -> None:
        lead = place(ILINCA)
        restrict(number=ended, reason="objection 14/2026", at_desk=lead, at=NOON)
        night(KEPT * 3)

        lift(number=ended, at_desk=lead, at=NOON)

        assert night(KEPT * 3).destroyed == 1
        assert len(journaled("cases.restriction.lifted")) == 1

    def test_is_not_for_everybody_and_says_why(self, ended: str, lozova: AtDesk) -> None:
        with pytest.raises(NotForYou):
            restrict(number=ended, reason="because", at_desk=lozova, at=NOON)
        with pytest.raises(ReasonMissing):
            restrict(number=ended, reason=" ", at_desk=place(ILINCA), at=NOON)
        assert case_of(ended).restricted_at is None


class TestMonths:
    def test_of_an_open_case_is_put_off_and_its_content_stays_readable(self, lozova: AtDesk, exchange: Running) -> None:
        number = a_case(GHEORGHE, to=lozova, ends=False)

        night(timedelta(days=1))
        assert wrapped_under(number) == "shred-2027-02"
        done = night(timedelta(days=200))

        assert wrapped_under(number) == "shred-2027-09"
        assert "shred-2027-02" in done.removed
        forget_keys()
        assert opened(number, to=lozova).values

    def test_of_an_ended_case_is_the_one_in_which_its_time_is_over(self, ended: str, lozova: AtDesk) -> None:
        change(case_of(ended), ended_at=datetime(2026, 12, 30, tzinfo=UTC))

        night(timedelta(days=40))

        assert wrapped_under(ended) == "shred-2027-03"

    def test_key_leaves_the_file_only_when_nothing_living_needs_it(
        self, ended: str, lozova: AtDesk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        night(timedelta(days=1))
        monkeypatch.setattr("ghiseu.journeys.destroy_content.destroy_due", lambda *, at: 0)
        monkeypatch.setattr("ghiseu.journeys.keep_until.put_off", lambda *, at: 0)

        done = night(timedelta(days=200))

        assert "shred-2027-02" in configured_keyring().months
        assert done.left == ("shred-2027-02",)
        forget_keys()
        assert opened(ended, to=lozova).values

    def test_key_that_left_the_file_opens_no_copy_of_the_row(self, ended: str, lozova: AtDesk) -> None:
        night(timedelta(days=1))
        with transaction():
            copy = DataKey.objects.get(case_id=case_of(ended).pk)
            values = list(CaseField.objects.filter(case__number=ended).order_by("id"))
            raw = sealed_values()
        night(timedelta(days=120))

        change(case_of(ended), destroyed_at=None)  # as the old backup has it
        with transaction():
            copy.save(force_insert=True)
            for value in values:
                value.value = value.disputed_value = ""
                value.save(force_insert=True)
            put_back(raw)
        forget_keys()

        with pytest.raises(CannotOpen), transaction():
            list(CaseField.objects.filter(case__number=ended))

    def test_keys_of_the_next_year_are_made_ahead(self, lozova: AtDesk) -> None:
        night(timedelta(days=400))

        assert {"shred-2027-12", "shred-2028-12"} <= set(configured_keyring().months)
        assert min(configured_keyring().months) == "shred-2027-12"

    def test_of_a_copy_of_the_keys_file_end_too(self, lozova: AtDesk, tmp_path: Path) -> None:
        configured_keyring()
        copy = tmp_path / "copy.keys"
        copy.write_bytes((tmp_path / "keys.json").read_bytes())
        copy.chmod(0o600)

        with scoped_to(None), as_worker():
            removed = end_months.remove_keys_of_past_months(copy, at=NOON + timedelta(days=60))

        assert removed == ["shred-2026-11", "shred-2026-12"]

    def test_job_may_run_again(self, lozova: AtDesk) -> None:
        with scoped_to(None), as_worker():
            retention_jobs.destroy(timestamp=0)
            retention_jobs.destroy(timestamp=0)

        assert journaled("cases.content.destroyed") == []


def wrapped_under(number: str) -> str:
    with transaction():
        return DataKey.objects.get(case_id=case_of(number).pk).wrapping_key


def sealed_values() -> list[tuple[int, bytes]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, value FROM cases_casefield")
        return [(number, bytes(value)) for number, value in cursor.fetchall()]


def put_back(raw: list[tuple[int, bytes]]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany("UPDATE cases_casefield SET value = %s WHERE id = %s", [(v, n) for n, v in raw])
