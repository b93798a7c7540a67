"""A second, independent tool reads what we sign, and looks at every forgery: where the two differ, it says why here."""

import shutil
import subprocess
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from cryptography.hazmat.primitives import serialization
from tests.adapters.mpay.conftest import AT, VECTORS, own
from tests.adapters.mpay.forging import SOAP, WSU
from tests.adapters.mpay.test_forged import FORGED

from ghiseu.adapters.mpay import wire
from ghiseu.adapters.mpay.errors import (
    InternalError,
    InvalidParameter,
    MessageRefused,
    NotReadable,
    SignatureWrong,
    UnknownOrder,
    UnknownService,
)
from ghiseu.adapters.mpay.signing import KeyNamedBy, signed
from simulators.common.keys import Identity

__all__ = ["own"]
XMLSEC = shutil.which("xmlsec1")
pytestmark = pytest.mark.skipif(XMLSEC is None, reason="xmlsec1 is not installed: no second opinion on signatures")
CONTENTS = {
    "order": lambda: wire.order_details_answer([], zone=ZoneInfo("Europe/Chisinau")),
    "payment taken": wire.confirmed_answer,
    **{
        kind.__name__: lambda kind=kind: wire.fault(kind("a reason in words"))
        for kind in (UnknownOrder, UnknownService, InvalidParameter, SignatureWrong, NotReadable, InternalError)
    },
}
# It proves that something is signed, not that it is what a reader reads. Each was looked at by hand.
DIFFERENT = {
    "body not covered": "the timestamp is signed indeed",
    "timestamp not covered": "the body is signed indeed",
    "body covered twice": "each reference holds",
    "a third part covered": "each reference holds",
    "decoy covered instead of the body": "the decoy is signed indeed",
    "AssertionID": "no identifier for it",
    "plain Id": "told to take an identifier of any vocabulary",
    "Id of another vocabulary": "told to take an identifier of any vocabulary",
    "canonical form with comments": "there is no comment in it",
    "SignedInfo with comments": "there is no comment in it",
    "enveloped": "takes nothing out of the body",
    "SHA-1 unasked": "it still accepts SHA-1",
    "SHA-1 digest below SHA-256": "it still accepts SHA-1",
    "MD5": "it still accepts MD5",
    "created tomorrow": "it does not look at times",
    "created yesterday, lives for ever": "it does not look at times",
    "expires before it was created": "it does not look at times",
    "local time": "it does not look at times",
    "with an offset": "it does not look at times",
    "no time": "it does not look at times",
    "the last year there is": "it does not look at times",
    "created twice": "both are signed",
    "body moved into the header": "the signed body is there, elsewhere",
    "body moved into the security header": "the signed body is there, elsewhere",
    "body moved into the new body": "the signed body is there, elsewhere",
    "comment in the key": "comments are not part of the canonical form: the classic truncation",
    "CDATA": "is text in the canonical form",
    "entity": "a document type changes nothing that is signed",
    "entity of a parameter": "a document type changes nothing that is signed",
    "external document type": "a document type changes nothing that is signed",
    "UTF-16": "the canonical form is the same in every encoding; we read UTF-8 only",
    "too many vocabularies": "they are used nowhere, so they are not signed; we count before we parse",
    "output length for RSA": "it does not look at it",
    "security header of another vocabulary before": "it does not know security headers",
}


def accepts(message: Path, certificate: Path) -> bool:
    """Ask xmlsec1 whether the signature holds with this certificate, whatever the message says about its key."""
    names = [f"{SOAP}:Body", f"{WSU}:Timestamp", "urn:elsewhere:Decoy"]
    identifiers = [part for name in names for part in ("--id-attr:Id", name)]
    command = [str(XMLSEC), "--verify", "--pubkey-cert-pem", str(certificate), "--enabled-key-data", "x509"]
    done = subprocess.run([*command, *identifiers, str(message)], capture_output=True, timeout=60, check=False)
    return done.returncode == 0


@pytest.fixture
def pinned(own: Identity, tmp_path: Path) -> Path:
    path = tmp_path / "own.pem"
    path.write_bytes(own.certificate.public_bytes(serialization.Encoding.PEM))
    return path


class TestWhatWeSign:
    @pytest.mark.parametrize("named_by", KeyNamedBy)
    @pytest.mark.parametrize("with_sha1", [True, False], ids=["SHA-1", "SHA-256"])
    @pytest.mark.parametrize("content", CONTENTS)
    def test_is_believed_by_another_tool(
        self, own: Identity, pinned: Path, content: str, with_sha1: bool, named_by: KeyNamedBy
    ) -> None:
        signing = {"key": own.key, "certificate": own.certificate, "with_sha1": with_sha1, "at": AT}
        path = pinned.with_name("answer.xml")
        path.write_bytes(signed(CONTENTS[content](), **signing, key_named_by=named_by))

        assert accepts(path, pinned)

        path.write_bytes(path.read_bytes().replace(b"</s:Body>", b" </s:Body>"))
        assert not accepts(path, pinned)


class TestSamples:
    @pytest.mark.parametrize("path", sorted(VECTORS.glob("*.signed.*.xml")), ids=lambda path: path.stem)
    def test_are_genuine(self, path: Path) -> None:
        owner = "service" if ".response." in path.name else "mpay"

        assert accepts(path, VECTORS / f"{owner}.synthetic.cer.pem")

    def test_that_were_tampered_with_are_not(self) -> None:
        (path,) = VECTORS.glob("negative.*")

        assert not accepts(path, VECTORS / "mpay.synthetic.cer.pem")


class TestForgeries:
    @pytest.mark.parametrize("name", FORGED)
    def test_are_refused_by_both_or_the_difference_is_explained(
        self, own: Identity, pinned: Path, tmp_path: Path, name: str
    ) -> None:
        path = tmp_path / "forged.xml"
        path.write_bytes(FORGED[name][0](own))

        assert accepts(path, pinned) is (name in DIFFERENT)

    def test_are_not_called_different_without_need(self) -> None:
        assert set(DIFFERENT) <= set(FORGED)
        assert all(issubclass(refusal, MessageRefused) for _, refusal in FORGED.values())
