import ast
import json
import random
import subprocess
import sys
import time
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from tests.support.trust import TEXT, facts_of, seal_beside, unsealed

from simulators.common import clock
from simulators.common.process import running
from simulators.trust import authority
from simulators.trust.authority import authority_in
from verifier.bundle.faults import NotGood, NotReadable
from verifier.evidence import check

PROJECT = Path(__file__).resolve().parents[2]
SAMPLES = 400
SEED = 20261123


@pytest.fixture(scope="module")
def trust(tmp_path_factory):
    with running("trust", data=tmp_path_factory.mktemp("trust")) as started:
        yield started


@pytest.fixture(scope="module")
def root(trust):
    return trust.folder / "seal" / "root.pem"


@pytest.fixture(scope="module")
def sealed(trust):
    def sealed(content):
        with seal_beside(trust) as seal:
            return seal.seal(content, described="Sigiliul")

    return sealed


@pytest.fixture(scope="module")
def record(sealed):
    return sealed(unsealed(facts_of()))


def verdict(content, root):
    """Return "good", or why not."""
    try:
        check(content, trust=root)
    except (NotGood, NotReadable) as error:
        return str(error)
    return "good"


def gap(content):
    """Return where the seal stands: from its opening bracket to behind the closing one."""
    with pikepdf.open(BytesIO(content)) as pdf:
        ranges = [int(one) for one in pdf.Root.AcroForm.Fields[0].V.ByteRange]
    return ranges[1], ranges[2]


def spots(content):
    """Return where to flip: seeded places in the whole file, and places in each region of its structure."""
    begin, end = gap(content)
    chance = random.Random(SEED)
    container = begin + 1 + 2 * (len(bytes.fromhex(content[begin + 1 : end - 1].decode()).rstrip(b"\0")))
    regions = {
        "head": range(12),
        "tail": range(len(content) - 40, len(content)),
        "brackets": [begin - 1, begin, begin + 1, end - 2, end - 1, end],
        "outer lengths": range(begin + 1, begin + 60),
        "container": chance.sample(range(begin + 1, container), 500),
        "end of container": range(container - 8, container + 8),
        "padding": chance.sample(range(container, end), 40),
        "byte range": range(content.rindex(b"/ByteRange"), content.rindex(b"/ByteRange") + 60),
        "last table": range(content.rindex(b"xref"), content.rindex(b"xref") + 60),
    }
    everywhere = chance.sample(range(len(content)), SAMPLES)
    chosen = {*everywhere, *(spot for region in regions.values() for spot in region)}
    return sorted(spot for spot in chosen if spot < len(content))


class TestGoodRecord:
    def test_says_what_was_agreed_in_plain_words(self, record, root, tmp_path):
        file = tmp_path / "record.pdf"
        file.write_bytes(record)

        ended = verifier(file, root)

        assert (ended.returncode, ended.stderr) == (0, "")
        for words in ("GOOD", "signed by hand on paper", "LOZ-2026-000417-07", "2099010100376", "Ștefania «Țăran»"):
            assert words in ended.stdout
        assert "\t" not in ended.stdout

    def test_of_a_withdrawal_says_what_it_withdraws(self, sealed, root, tmp_path):
        file = tmp_path / "withdrawal.pdf"
        facts = facts_of(what="revocation", reason="m-am răzgândit", revokes={"content_sha256": "ab" * 32})
        file.write_bytes(sealed(unsealed(facts)))

        said = verifier(file, root).stdout

        assert "WITHDRAWN" in said
        assert "m-am răzgândit" in said
        assert "ab" * 32 in said

    def test_is_good_with_a_long_text_of_many_pages_and_with_none(self, sealed, root):
        long = "\n".join(f"Rândul {number}: «{TEXT}»" for number in range(120))

        for text in (long, ""):
            assert verdict(sealed(unsealed(facts_of(text=text))), root) == "good"

    def test_stays_good_after_the_certificates_have_ended(self, tmp_path, monkeypatch):
        ends = clock.now() + timedelta(seconds=12)
        for name in ("SEAL_VALID", "SERVER_VALID"):
            monkeypatch.setattr(authority, name, timedelta(seconds=12))
        authority_in(tmp_path / "trust", at=clock.now())
        with running("trust", data=tmp_path) as short_lived, seal_beside(short_lived) as seal:
            content = seal.seal(unsealed(facts_of()), described="Sigiliul")
        time.sleep(max(0.0, (ends - clock.now()).total_seconds() + 1.5))

        found = check(content, trust=tmp_path / "trust" / "seal" / "root.pem")

        assert found.stamped_at <= ends < clock.now()


class TestFlippedByte:
    def test_is_never_good_anywhere(self, record, root):
        passed = []
        for spot in spots(record):
            for bit in (0x01, 0x20):
                changed = bytearray(record)
                changed[spot] ^= bit
                if verdict(bytes(changed), root) == "good":
                    passed.append((spot, bit))

        assert passed == []

    def test_spots_cover_the_file(self, record):
        chosen = spots(record)

        assert len(chosen) > SAMPLES + 500
        assert {0, len(record) - 1} <= set(chosen)


class TestSomethingAdded:
    @pytest.mark.parametrize("added", [b"\n", b" ", b"%comment", b"\n%%EOF\n"])
    def test_behind_is_refused(self, record, root, added):
        assert verdict(record + added, root) == "something was added after the seal"

    def test_before_is_refused(self, record, root):
        assert verdict(b"\n" + record, root) != "good"

    def test_as_a_later_revision_is_refused(self, record, root):
        with pikepdf.open(BytesIO(record)) as pdf:
            pdf.docinfo["/Title"] = "other"
            saved = BytesIO()
            pdf.save(saved)

        assert verdict(saved.getvalue(), root) != "good"

    def test_in_the_padding_is_refused(self, record, root):
        begin, end = gap(record)

        assert verdict(record[: end - 3] + b"AA" + record[end - 1 :], root) == "something stands behind the seal"
        assert verdict(record[: begin + 1] + record[begin + 1 : end].lower() + record[end:], root) == "good"


class TestRecordThatContradictsItself:
    def refused(self, sealed, root, content):
        return verdict(sealed(content), root)

    def test_in_its_text_is_refused(self, sealed, root):
        content = unsealed(facts_of(), shown="Cer altceva.")

        assert self.refused(sealed, root, content) == "the page shows another text than the file inside"

    def test_in_one_fact_is_refused(self, sealed, root):
        content = unsealed(facts_of(), told=facts_of(case="LOZ-2026-000418-05"))

        assert "case" in self.refused(sealed, root, content)

    def test_in_the_hash_of_its_text_is_refused(self, sealed, root):
        content = unsealed(facts_of(text_sha256="0" * 64))

        assert self.refused(sealed, root, content) == "the text in the file inside does not have its hash"

    def test_by_another_format_is_refused(self, sealed, root):
        assert "format" in self.refused(sealed, root, unsealed(facts_of(format="ghiseu-evidence/2")))

    def test_with_a_second_file_inside_is_refused(self, sealed, root):
        with pikepdf.open(BytesIO(unsealed(facts_of()))) as pdf:
            pdf.attachments["more.json"] = b"{}"
            saved = BytesIO()
            pdf.save(saved)

        assert "exactly one file" in self.refused(sealed, root, saved.getvalue())

    def test_without_a_file_inside_is_refused(self, sealed, root):
        with pikepdf.open(BytesIO(unsealed(facts_of()))) as pdf:
            del pdf.attachments["evidence.json"]
            saved = BytesIO()
            pdf.save(saved)

        assert "exactly one file" in self.refused(sealed, root, saved.getvalue())


class TestWhoVouches:
    def test_decides(self, record, tmp_path):
        other = authority_in(tmp_path / "other", at=clock.now())
        assert other.made

        assert verdict(record, tmp_path / "other" / "seal" / "root.pem") == "nobody trusted vouches for the seal"

    def test_is_asked_for_a_document_without_a_seal_too(self, root):
        assert verdict(unsealed(facts_of()), root) == "there is no seal"


class TestExitCode:
    def test_is_one_for_what_is_not_good(self, record, root, tmp_path):
        file = tmp_path / "record.pdf"
        file.write_bytes(record + b"\n")

        ended = verifier(file, root)

        assert (ended.returncode, ended.stdout) == (1, "NOT GOOD: something was added after the seal.\n")

    @pytest.mark.parametrize("content", [None, b"", b"%PDF-1.7 and nothing", b"PK\x03\x04"])
    def test_is_two_for_what_cannot_be_read(self, root, tmp_path, content):
        file = tmp_path / "record.pdf"
        if content is not None:
            file.write_bytes(content)

        ended = verifier(file, root)

        assert ended.returncode == 2
        assert ended.stdout.startswith("CANNOT BE READ")

    def test_is_two_without_a_root(self, record, tmp_path):
        file = tmp_path / "record.pdf"
        file.write_bytes(record)

        assert verifier(file, tmp_path / "nowhere.pem").returncode == 2
        assert verifier(file, file).returncode == 2

    def test_is_the_same_by_the_command_of_the_product(self, record, root, tmp_path):
        file = tmp_path / "record.pdf"
        for content, code in ((record, 0), (record + b"\n", 1)):
            file.write_bytes(content)
            command = [sys.executable, "-m", "ghiseu.runtime.command_line", "evidence", "verify", str(file)]
            ended = subprocess.run([*command, "--trust", str(root)], capture_output=True, text=True, check=False)
            assert ended.returncode == code


def verifier(file, root):
    return subprocess.run(
        [sys.executable, "-m", "verifier", "evidence", str(file), "--trust", str(root)],
        capture_output=True,
        text=True,
        check=False,
        cwd=file.parent,
    )


class TestVerifier:
    def test_uses_nothing_of_the_product(self):
        files = [PROJECT / "src/verifier/evidence.py", *(PROJECT / "src/verifier/bundle").glob("*.py")]
        named = {
            (node.module if isinstance(node, ast.ImportFrom) else alias.name).partition(".")[0]
            for file in files
            for node in ast.walk(ast.parse(file.read_text()))
            if isinstance(node, ast.Import | ast.ImportFrom)
            for alias in node.names
        }

        assert len(files) > 5
        assert named.isdisjoint({"ghiseu", "simulators", "django", "psycopg", "httpx"})

    def test_reads_the_file_inside_as_the_product_wrote_it(self, record, root):
        facts = check(record, trust=root).facts

        assert facts == json.loads(json.dumps(facts_of()))
