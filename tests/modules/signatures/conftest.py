"""A document that is ready to be signed, and an MSign that signs it, rightly and wrongly."""

from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from tests.support.acting import EUGENIA

from ghiseu.modules.signatures.verification import ready_to_sign
from simulators.msign.authority import Authority
from simulators.msign.people import everybody
from simulators.msign.signing import How, pen_of, sign_pdf

AT = datetime.now(UTC)  # noqa: TID251 - certificates are judged by the machine's clock
Sign = Callable[..., bytes]


def document(text: str = "") -> bytes:
    with pikepdf.new() as made:
        made.add_blank_page()
        made.docinfo["/Title"] = text or "A request"
        made.pages[0].obj.Contents = made.make_stream(b"q Q")
        written = BytesIO()
        made.save(written, deterministic_id=True)
    return ready_to_sign(written.getvalue())


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="session")
def authority(folder: Path) -> Authority:
    return Authority(folder, name="Test", at=AT)


@pytest.fixture(scope="session")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(Path(tmp_path_factory.mktemp("stranger")), name="Nobody", at=AT)


@pytest.fixture(scope="session")
def sign(authority: Authority, stranger: Authority) -> Sign:
    def signed(content: bytes, *, who: str = EUGENIA, how: How = How.RIGHT, field: str = "MSign") -> bytes:
        by = stranger if how is How.UNKNOWN_AUTHORITY else authority
        pen = pen_of(everybody()[who], by, reason="test", how=how, at=AT)
        return sign_pdf(content, pen, how=how, field=field).signature

    return signed
