"""A day is sealed once, and the seal reaches the anchor however often the job runs or breaks off."""

import json
from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from tests.support.counter import NOON
from tests.support.disk import synced_folders
from tests.support.journals import Kept, ask_owner, kept, write

from ghiseu.foundation.access import transaction
from ghiseu.foundation.audit import anchor, daily_seal, jobs
from ghiseu.foundation.audit.anchor import AnchorDisagrees
from ghiseu.foundation.audit.daily_seal import JournalKeyNotUsable
from ghiseu.foundation.audit.models import JournalSeal
from ghiseu.runtime import checks
from ghiseu.runtime import journal as journal_command
from ghiseu.runtime.secrets_folder import ensure_journal_key

__all__ = ["kept", "synced_folders"]
pytestmark = pytest.mark.django_db(transaction=True)


class TestSeal:
    def test_holds_the_heads_of_all_centres_of_the_day_that_ended(self, kept: Kept) -> None:
        write(1, rows=3)
        write(2)

        kept.seal(day=0)

        seal = JournalSeal.objects.get()
        assert (seal.number, seal.day) == (1, NOON.date() - timedelta(days=1))
        assert [(head["centre"], head["number"]) for head in seal.heads] == [(1, 3), (2, 1)]
        hashes = ask_owner("SELECT encode(hash, 'hex') FROM audit_chainhead ORDER BY centre_id")
        assert [(head["hash"],) for head in seal.heads] == hashes

    def test_names_the_one_before_it(self, kept: Kept) -> None:
        for day in (0, 1, 5):
            kept.seal(day=day)

        first, second, third = JournalSeal.objects.order_by("number")
        assert bytes(first.previous) == bytes(32)
        assert [bytes(one.previous) for one in (second, third)] == [bytes(one.hash) for one in (first, second)]

    def test_is_of_the_day_in_moldova_not_in_greenwich(self, kept: Kept) -> None:
        with transaction():
            seal = daily_seal.seal_finished_day(at=datetime(2026, 3, 1, 22, 30, tzinfo=UTC))

        assert seal is not None
        assert seal.day == date(2026, 3, 1)  # in Moldova it is the second of March already

    @pytest.mark.parametrize("content", [b"", b"no key", None])
    def test_is_not_made_without_a_usable_key(self, kept: Kept, content: bytes | None) -> None:
        key = kept.folder / "key.pem"
        key.unlink() if content is None else key.write_bytes(content)

        with pytest.raises(JournalKeyNotUsable, match="GHISEU_JOURNAL_KEY"):
            kept.seal(day=0)
        assert not JournalSeal.objects.exists()

    def test_is_not_made_with_a_key_of_another_kind(self, kept: Kept) -> None:
        other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        (kept.folder / "key.pem").write_bytes(other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))

        with pytest.raises(JournalKeyNotUsable, match="Ed25519"):
            kept.seal(day=0)


class TestJob:
    def test_may_run_again(self, kept: Kept) -> None:
        write(1)
        for _ in range(3):
            jobs.seal(timestamp=0)

        assert JournalSeal.objects.count() == 1
        assert [json.loads(line)["number"] for line in kept.anchor.read_text().splitlines()] == [1]
        assert kept.found() == []


class TestAnchor:
    def test_gets_what_it_lacks_after_a_stop_between_seal_and_line(self, kept: Kept) -> None:
        kept.seal(day=0)
        with transaction():
            daily_seal.seal_finished_day(at=NOON + timedelta(days=1))
        with kept.anchor.open("a") as file:
            file.write('{"day": "2026-0')

        assert anchor.bring_up_to_date(kept.anchor) == 1
        assert anchor.bring_up_to_date(kept.anchor) == 0
        assert kept.found() == []

    @pytest.mark.parametrize("is_emptied", [True, False])
    def test_that_lost_its_lines_is_begun_again_only_by_somebody(self, kept: Kept, *, is_emptied: bool) -> None:
        for day in range(3):
            kept.seal(day=day)
        before = kept.anchor.read_text()
        kept.anchor.write_text("") if is_emptied else kept.anchor.unlink()

        with pytest.raises(AnchorDisagrees, match="begin-anchor"):
            kept.seal(day=3)
        with pytest.raises(AnchorDisagrees):
            jobs.seal(timestamp=0)
        assert not kept.anchor.exists() or kept.anchor.read_text() == ""

        anchor.bring_up_to_date(kept.anchor, begin=True)
        assert kept.anchor.read_text().startswith(before)
        assert kept.found() == []

    def test_is_begun_by_a_command_that_leaves_lines_alone(self, kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(journal_command, "product", lambda _login: nullcontext())
        with transaction():
            daily_seal.seal_finished_day(at=NOON)

        assert (journal_command.begin_anchor(), journal_command.begin_anchor()) == (0, 1)
        assert [json.loads(line)["number"] for line in kept.anchor.read_text().splitlines()] == [1]

    def test_is_in_its_folder_after_a_power_cut(self, kept: Kept, synced_folders: list[str]) -> None:
        kept.anchor.unlink(missing_ok=True)

        kept.seal(day=0)

        assert synced_folders == [str(kept.folder)]

    @pytest.mark.parametrize("line", ["[]", "no json", '{"number": 1}', '{"number": 7}'])
    def test_of_another_database_is_left_alone(self, kept: Kept, line: str) -> None:
        kept.seal(day=0)
        kept.anchor.write_text(line + "\n")

        with pytest.raises(AnchorDisagrees):
            anchor.bring_up_to_date(kept.anchor)
        assert kept.anchor.read_text() == line + "\n"


class TestCheckConfig:
    def test_finds_nothing_wrong_with_what_a_first_start_makes(self, kept: Kept) -> None:
        assert checks.journal_key_fault(kept.folder / "key.pem") == ""
        assert checks.anchor_fault(kept.anchor) == ""

    def test_asks_for_key_and_anchor(self, tmp_path: Path) -> None:
        assert "GHISEU_JOURNAL_KEY" in checks.journal_key_fault(tmp_path / "key.pem")
        assert "is not there" in checks.anchor_fault(tmp_path / "anchor.jsonl")

    def test_refuses_a_key_that_others_can_read(self, kept: Kept) -> None:
        (kept.folder / "key.pem").chmod(0o644)

        assert "can be read by others" in checks.journal_key_fault(kept.folder / "key.pem")

    def test_a_second_start_keeps_the_key(self, kept: Kept) -> None:
        before = kept.public()

        assert ensure_journal_key(kept.folder) is False
        assert kept.public() == before == (kept.folder / "public.pem").read_bytes()
