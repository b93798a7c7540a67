"""Signed SOAP of the Agency's reference client: its message is believed, and nothing that was changed or made up."""

import copy
import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from lxml import etree
from tests.adapters.mpay import forging
from tests.adapters.mpay.conftest import own
from tests.adapters.mpay.forging import BODY, DS, ENC, EXC, MORE, TIMESTAMP, WSSE, WSU, Way
from tests.support.cost_table import Cost, measured

from ghiseu.foundation.wire.signed_soap import Flaw, KeyNamedBy, NotGenuine, Profile, oasis, soap_signer
from ghiseu.foundation.wire.signed_soap_reading import Verified, verified
from ghiseu.foundation.wire.signed_soap_writing import signed
from simulators.common.keys import Identity

__all__ = ["own"]
VECTORS = Path(__file__).parent / "vectors"
SAMPLE = (VECTORS / "soapsigner_profile.request.signed.xml").read_bytes()
AT = datetime(2026, 1, 15, 8, 0, 30, tzinfo=UTC)
FIFTEEN = timedelta(minutes=15)
PROFILE = soap_signer(lives=FIFTEEN)
MCONNECT = "https://mconnect.gov.md"
SECURITY = f".//{{{WSSE}}}Security"
HUNDRED_MILLISECONDS = 100  # of the processor, for one message: an honest one takes less than a millisecond
OFTEN = 5
XMLSEC = shutil.which("xmlsec1")
Change = Callable[[etree._Element], None]


def pinned(name: str) -> x509.Certificate:
    return x509.load_pem_x509_certificate((VECTORS / f"{name}.synthetic.cer.pem").read_bytes())


def check(
    message: bytes,
    *certificates: x509.Certificate,
    at: datetime = AT,
    profile: Profile = PROFILE,
    accepts_sha1: bool = False,
) -> Verified:
    return verified(message, profile=profile, pinned=certificates, accepts_sha1=accepts_sha1, at=at)


def changed(change: Change) -> bytes:
    """Return the sample after a change of its elements."""
    root = etree.fromstring(SAMPLE)
    change(root)
    return etree.tostring(root)


def replaced(old: str, new: str) -> bytes:
    """Return the sample with a text replaced."""
    assert old.encode() in SAMPLE
    return SAMPLE.replace(old.encode(), new.encode())


def other_body(root: etree._Element) -> etree._Element:
    body = copy.deepcopy(root[-1])
    body[0][0].text = "2000000000004"
    return body


def moved(path: str, *, identifier: str | None = None) -> Change:
    """Return a change that hides the signed Body in a wrapper there and puts one of another person in its place."""

    def change(root: etree._Element) -> None:
        evil, signed_body = other_body(root), root[-1]
        if identifier is not None:
            evil.set("Id", identifier)
        root.replace(signed_body, evil)
        etree.SubElement(root.find(path) if path else root[0], "{urn:elsewhere}Wrapper").append(signed_body)

    return change


def second_body(root: etree._Element) -> None:
    evil = other_body(root)
    del evil.attrib["Id"]
    root.append(evil)


def twice(path: str) -> Change:
    def change(root: etree._Element) -> None:
        found = root.find(path)
        found.addnext(copy.deepcopy(found))

    return change


def wsu_as_well(root: etree._Element) -> None:
    root[-1].set(f"{{{WSU}}}Id", "MS-other")


def same_id(root: etree._Element) -> None:
    root.find(f".//{{{WSU}}}Timestamp").set("Id", root[-1].get("Id", ""))


TAMPERED: dict[str, tuple[bytes, Flaw]] = {
    "another person": (replaced("2000000000015", "2000000000004"), Flaw.SIGNATURE),
    "another operation": (replaced("mc:GetPerson", "mc:GetOwner"), Flaw.SIGNATURE),
    "another vocabulary of the operation": (replaced(MCONNECT, "https://elsewhere.md"), Flaw.SIGNATURE),
    "a space in the Body": (replaced("</soap:Body>", " </soap:Body>"), Flaw.SIGNATURE),
    "created later": (replaced("08:00:00Z", "08:00:10Z"), Flaw.SIGNATURE),
    "expires later": (replaced("08:15:00Z", "08:45:00Z"), Flaw.SIGNATURE),
    "a digest": (replaced("+riW/rAj", "+riW/rAk"), Flaw.SIGNATURE),
    "the value": (replaced("oIKm2haN", "oIKm2haO"), Flaw.SIGNATURE),
    "the method": (replaced(f"{MORE}rsa-sha256", f"{MORE}rsa-sha512"), Flaw.ALGORITHM),
    "RSA with SHA-1": (replaced(f"{MORE}rsa-sha256", f"{DS}rsa-sha1"), Flaw.ALGORITHM),
    "HMAC": (replaced(f"{MORE}rsa-sha256", f"{MORE}hmac-sha256"), Flaw.ALGORITHM),
    "a digest of SHA-1": (replaced(f"{ENC}sha256", f"{DS}sha1"), Flaw.ALGORITHM),
    "canonical form 1.0": (replaced(EXC, "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"), Flaw.ALGORITHM),
    "a transform": (
        replaced(f'<Transform Algorithm="{EXC}"/>', f'<Transform Algorithm="{DS}base64"/>'),
        Flaw.ALGORITHM,
    ),
    "two transforms": (
        replaced("</Transforms>", f'<Transform Algorithm="{EXC}"/></Transforms>'),
        Flaw.SHAPE,
    ),
    "identifier twice": (changed(same_id), Flaw.IDENTIFIER),
    "identifier on the operation": (replaced("<mc:IDNP>", '<mc:IDNP Id="x">'), Flaw.IDENTIFIER),
    "identifier of the other vocabulary too": (changed(wsu_as_well), Flaw.SHAPE),
    "no identifier on the Body": (changed(lambda root: root[-1].attrib.clear()), Flaw.SHAPE),
    "the identifier in small letters": (replaced('<soap:Body Id="', '<soap:Body id="'), Flaw.IDENTIFIER),
    "Body moved into the header": (changed(moved("", identifier="MS-2")), Flaw.SHAPE),
    "Body moved into the header, same identifier": (changed(moved("")), Flaw.SHAPE),
    "Body moved into the signature": (changed(moved(f".//{{{DS}}}Signature", identifier="MS-2")), Flaw.SHAPE),
    "second Body behind": (changed(second_body), Flaw.NOT_SIGNED),
    "second Timestamp": (changed(twice(f".//{{{WSU}}}Timestamp")), Flaw.SHAPE),
    "second Signature": (changed(twice(f".//{{{DS}}}Signature")), Flaw.SHAPE),
    "second Security": (changed(twice(SECURITY)), Flaw.SHAPE),
    "no Signature": (
        changed(lambda root: root.find(SECURITY).remove(root.find(f".//{{{DS}}}Signature"))),
        Flaw.NOT_SIGNED,
    ),
    "no Timestamp": (
        changed(lambda root: root.find(SECURITY).remove(root.find(f".//{{{WSU}}}Timestamp"))),
        Flaw.NOT_SIGNED,
    ),
    "no Security": (changed(lambda root: root[0].clear()), Flaw.NOT_SIGNED),
    "no Header": (changed(lambda root: root.remove(root[0])), Flaw.NOT_SIGNED),
    "one Reference fewer": (
        changed(lambda root: (info := root.find(f".//{{{DS}}}SignedInfo")).remove(info[-1])),
        Flaw.SHAPE,
    ),
    "an Object in the signature": (
        changed(lambda root: etree.SubElement(root.find(f".//{{{DS}}}Signature"), f"{{{DS}}}Object")),
        Flaw.SHAPE,
    ),
    "a header that must be understood": (
        replaced("<soap:Header>", '<soap:Header><x xmlns="urn:x" soap:mustUnderstand="1"/>'),
        Flaw.NOT_READABLE,
    ),
    "SOAP 1.2": (replaced(forging.SOAP, "http://www.w3.org/2003/05/soap-envelope"), Flaw.NOT_READABLE),
    "a comment in the number": (replaced("2000000000015", "20000<!-- -->00000015"), Flaw.NOT_READABLE),
    "a document type": (b'<!DOCTYPE x [<!ENTITY e "1">]>' + SAMPLE, Flaw.NOT_READABLE),
    "as large as may be": (replaced("2000000000015", "2" * 120_000), Flaw.SIGNATURE),
    "as many elements as may be": (replaced("<mc:IDNP>", "<a/>" * 1900 + "<mc:IDNP>"), Flaw.SIGNATURE),
    "as many attributes as may be": (
        replaced("<mc:IDNP>", "<mc:IDNP " + " ".join(f'a{n}="1"' for n in range(470)) + ">"),
        Flaw.SIGNATURE,
    ),
    "as many vocabularies as may be": (
        replaced("<mc:IDNP>", "<mc:IDNP a1:x='1' " + " ".join(f'xmlns:a{n}="urn:{n}"' for n in range(55)) + ">"),
        Flaw.SIGNATURE,
    ),
    "too deep": (replaced("<mc:IDNP>", "<a>" * 900 + "</a>" * 900 + "<mc:IDNP>"), Flaw.NOT_READABLE),
    "too large": (SAMPLE + b" " * 131_072, Flaw.NOT_READABLE),
}


class TestSample:
    def test_is_believed(self) -> None:
        found = check(SAMPLE, pinned("service"))

        assert found.body.findtext(f"{{{MCONNECT}}}GetPerson/{{{MCONNECT}}}IDNP") == "2000000000015"
        assert (found.created, found.is_sha1) == (datetime(2026, 1, 15, 8, tzinfo=UTC), False)

    @pytest.mark.parametrize("name", TAMPERED)
    def test_that_was_tampered_with_is_refused(self, name: str) -> None:
        message, flaw = TAMPERED[name]

        with pytest.raises(NotGenuine) as refused:
            check(message, pinned("service"))

        assert refused.value.flaw is flaw

    @pytest.mark.parametrize("name", TAMPERED)
    def test_that_was_tampered_with_costs_little(
        self, name: str, record_property: Callable[[str, object], None]
    ) -> None:
        certificate = pinned("service")

        def refused() -> None:
            with pytest.raises(NotGenuine):
                check(TAMPERED[name][0], certificate)

        cost = measured(refused, against=lambda: check(SAMPLE, certificate), often=OFTEN)

        record_property("cost", Cost(platform="MConnect", message=name, **cost).told())
        assert cost["ratio"] < HUNDRED_MILLISECONDS

    def test_is_refused_for_every_other_byte_of_what_is_signed(self) -> None:
        places = [SAMPLE.index(part) for part in (b"<Created>", b"<Expires>", b"<DigestValue>+", b"<mc:IDNP>2000")]

        for place in places:
            inside = SAMPLE.index(b">", place) + 3
            other = b"0" if SAMPLE[inside : inside + 1] != b"0" else b"1"
            with pytest.raises(NotGenuine):
                check(SAMPLE[:inside] + other + SAMPLE[inside + 1 :], pinned("service"))

    def test_of_another_certificate_is_refused_though_it_carries_its_own(self) -> None:
        with pytest.raises(NotGenuine) as refused:
            check(SAMPLE, pinned("stranger"))

        assert refused.value.flaw is Flaw.SIGNATURE

    def test_is_believed_by_either_of_two_certificates(self) -> None:
        assert check(SAMPLE, pinned("stranger"), pinned("service"))

    def test_is_refused_without_any(self) -> None:
        with pytest.raises(NotGenuine):
            check(SAMPLE)

    @pytest.mark.parametrize(
        ("after", "is_believed"),
        [
            (timedelta(seconds=-59), True),
            (timedelta(minutes=15, seconds=59), True),
            (timedelta(seconds=-61), False),
            (timedelta(minutes=16), False),
            (timedelta(days=30), False),
        ],
    )
    def test_is_believed_for_its_fifteen_minutes_and_what_clocks_differ(
        self, after: timedelta, is_believed: bool
    ) -> None:
        at = datetime(2026, 1, 15, 8, tzinfo=UTC) + after

        if is_believed:
            assert check(SAMPLE, pinned("service"), at=at)
            return
        with pytest.raises(NotGenuine) as refused:
            check(SAMPLE, pinned("service"), at=at)
        assert refused.value.flaw is Flaw.WINDOW

    def test_is_none_of_the_profile_with_identifiers_of_oasis(self) -> None:
        with pytest.raises(NotGenuine) as refused:
            check(SAMPLE, pinned("service"), profile=oasis(lives=FIFTEEN, longest_life=FIFTEEN))

        assert refused.value.flaw is Flaw.IDENTIFIER


def plain(*, created: str = "", expires: str = "") -> etree._Element:
    """Return the usual message of forgeries with plain identifiers."""
    text = etree.tostring(forging.envelope(created=created, expires=expires)).decode()
    return etree.fromstring(text.replace("u:Id=", "Id="))


FORGED: dict[str, tuple[Way, Flaw]] = {
    "body not covered": (Way(covered=[TIMESTAMP]), Flaw.SHAPE),
    "timestamp not covered": (Way(covered=[BODY]), Flaw.SHAPE),
    "body covered twice": (Way(covered=[BODY, BODY]), Flaw.SHAPE),
    "a third part": (Way(covered=[BODY, TIMESTAMP, BODY]), Flaw.SHAPE),
    "nothing covered": (Way(covered=[]), Flaw.SHAPE),
    "SHA-1": (Way(method=f"{DS}rsa-sha1", digest=f"{DS}sha1"), Flaw.ALGORITHM),
    "SHA-384": (Way(method=f"{MORE}rsa-sha384"), Flaw.ALGORITHM),
    "MD5": (Way(method=f"{MORE}rsa-md5", digest=f"{MORE}md5"), Flaw.ALGORITHM),
    "digest of SHA-1": (Way(digest=f"{DS}sha1"), Flaw.ALGORITHM),
    "HMAC": (Way(method=f"{MORE}hmac-sha256", secret=b"x"), Flaw.ALGORITHM),
    "with comments": (Way(transforms=[f"{EXC}WithComments"]), Flaw.ALGORITHM),
    "enveloped": (Way(transforms=[f"{DS}enveloped-signature", EXC]), Flaw.SHAPE),
    "digest of nothing": (Way(digest_of=b""), Flaw.SIGNATURE),
}


class TestProperlySigned:
    def test_message_with_plain_identifiers_is_believed(self, own: Identity) -> None:
        assert check(forging.signed(own, root=plain()), own.certificate)

    def test_message_with_identifiers_of_oasis_is_believed_too(self, own: Identity) -> None:
        assert check(forging.signed(own), own.certificate)

    @pytest.mark.parametrize("name", FORGED)
    def test_message_that_is_wrong_all_the_same_is_refused(self, own: Identity, name: str) -> None:
        way, flaw = FORGED[name]

        with pytest.raises(NotGenuine) as refused:
            check(forging.signed(own, way, root=plain()), own.certificate)

        assert refused.value.flaw is flaw

    @pytest.mark.parametrize(
        ("created", "expires"),
        [
            ("2026-01-15T08:00:00Z", "2026-01-15T07:59:00Z"),
            ("2026-01-15T08:20:00Z", "2026-01-15T08:35:00Z"),
            ("2026-01-14T08:00:00Z", "2036-01-14T08:00:00Z"),
            ("2026-01-15T08:00:00", "2026-01-15T08:15:00"),
            ("now", "later"),
        ],
    )
    def test_message_of_strange_times_is_refused(self, own: Identity, created: str, expires: str) -> None:
        with pytest.raises(NotGenuine) as refused:
            check(forging.signed(own, root=plain(created=created, expires=expires)), own.certificate)

        assert refused.value.flaw is Flaw.WINDOW

    def test_message_with_sha1_is_believed_where_it_is_agreed(self, own: Identity) -> None:
        way = Way(method=f"{DS}rsa-sha1", digest=f"{DS}sha1")

        assert check(forging.signed(own, way, root=plain()), own.certificate, accepts_sha1=True).is_sha1


def ours(own: Identity, *, profile: Profile = PROFILE, named_by: KeyNamedBy, with_sha1: bool = False) -> bytes:
    content = etree.fromstring(f'<GetPerson xmlns="{MCONNECT}"><IDNP>2099010100376</IDNP></GetPerson>')
    header = etree.fromstring(f'<mc:CallReason xmlns:mc="{MCONNECT}">C-1</mc:CallReason>')
    identity = {"key": own.key, "certificate": own.certificate, "at": AT, "with_sha1": with_sha1}
    return signed(content, **identity, profile=profile, key_named_by=named_by, headers=[header])  # type: ignore[arg-type]  # named as the parameters are


class TestWhatWeSign:
    @pytest.mark.parametrize("named_by", KeyNamedBy)
    @pytest.mark.parametrize("with_sha1", [False, True])
    @pytest.mark.parametrize("profile", [PROFILE, oasis(lives=FIFTEEN, longest_life=FIFTEEN)], ids=["plain", "oasis"])
    @pytest.mark.skipif(XMLSEC is None, reason="xmlsec1 is not installed: no second opinion on signatures")
    def test_is_believed_by_another_tool(
        self, own: Identity, tmp_path: Path, profile: Profile, with_sha1: bool, named_by: KeyNamedBy
    ) -> None:
        key, path = tmp_path / "own.pem", tmp_path / "question.xml"
        key.write_bytes(own.certificate.public_bytes(serialization.Encoding.PEM))
        path.write_bytes(ours(own, profile=profile, named_by=named_by, with_sha1=with_sha1))

        assert another_tool_believes(path, key)
        assert check(path.read_bytes(), own.certificate, profile=profile, accepts_sha1=True).is_sha1 is with_sha1

        path.write_bytes(path.read_bytes().replace(b"2099010100376", b"2099010100377"))
        assert not another_tool_believes(path, key)

    def test_looks_as_the_reference_client_makes_it(self, own: Identity) -> None:
        root = etree.fromstring(ours(own, named_by=KeyNamedBy.X509DATA))
        timestamp = root.find(f".//{{{WSU}}}Timestamp")
        created, expires = (datetime.fromisoformat(one.text or "") for one in timestamp)

        assert re.fullmatch(r"MS-[0-9a-f]{32}", root[-1].get("Id", ""))
        assert re.fullmatch(r"TS-[0-9a-f]{32}", timestamp.get("Id", ""))
        assert (created, expires - created) == (AT, FIFTEEN)
        assert [one.get("URI") for one in root.iter(f"{{{DS}}}Reference")] == [
            f"#{root[-1].get('Id')}",
            f"#{timestamp.get('Id')}",
        ]
        assert [etree.QName(one).localname for one in root[0]] == ["CallReason", "Security"]
        assert [etree.QName(one).localname for one in root.find(SECURITY)] == ["Timestamp", "Signature"]


def another_tool_believes(message: Path, certificate: Path) -> bool:
    """Ask xmlsec1 whether the signature holds with this certificate, whatever the message says about its key."""
    parts = [word for name in (f"{forging.SOAP}:Body", f"{WSU}:Timestamp") for word in ("--id-attr:Id", name)]
    command = [str(XMLSEC), "--verify", "--pubkey-cert-pem", str(certificate), "--enabled-key-data", "x509"]
    done = subprocess.run([*command, *parts, str(message)], capture_output=True, timeout=60, check=False)
    return done.returncode == 0


@pytest.mark.skipif(XMLSEC is None, reason="xmlsec1 is not installed: no second opinion on signatures")
def test_the_sample_is_genuine_for_another_tool_too() -> None:
    message = VECTORS / "soapsigner_profile.request.signed.xml"

    assert another_tool_believes(message, VECTORS / "service.synthetic.cer.pem")
    assert not another_tool_believes(message, VECTORS / "stranger.synthetic.cer.pem")
