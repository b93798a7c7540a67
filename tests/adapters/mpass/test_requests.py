"""What we send: fields, signature, and that an independent reader (the simulator's own code) takes it."""

import base64
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree
from tests.adapters.mpass.test_second_opinion import XMLSEC, accepts

from ghiseu.adapters.mpass import requests
from ghiseu.adapters.mpass.parties import ServiceProvider
from simulators.mpass.signing import NotSignedProperly, check

AT = datetime(2026, 1, 15, 7, 30, tzinfo=UTC)
NAMES = {"p": "urn:oasis:names:tc:SAML:2.0:protocol", "a": "urn:oasis:names:tc:SAML:2.0:assertion"}
MD = {"md": "urn:oasis:names:tc:SAML:2.0:metadata", "ds": "http://www.w3.org/2000/09/xmldsig#"}


def tree(form: requests.Form) -> etree._Element:
    """Return the message that a form carries."""
    return etree.fromstring(base64.b64decode(form.message, validate=True))


def every_form(sp: ServiceProvider) -> list[requests.Form]:
    """Return one of each message that we send."""
    return [
        requests.authn_request(sp=sp, request_id="_1", at=AT, language="ro"),
        requests.logout_request(sp=sp, request_id="_2", name_id="2099240108887", session_index="7", at=AT),
        requests.logout_response(sp=sp, in_response_to="_3", relay_state="r", at=AT),
    ]


class TestAuthnRequest:
    def test_says_what_mpass_demands(self, sp: ServiceProvider) -> None:
        form = requests.authn_request(sp=sp, request_id="_1", at=AT, language="ro")

        root = tree(form)
        assert form.action == root.get("Destination") == "https://mpass.staging.egov.md/login/saml?lang=ro"
        assert (root.get("ID"), root.get("Version"), root.get("IssueInstant")) == ("_1", "2.0", "2026-01-15T07:30:00Z")
        assert root.get("AssertionConsumerServiceURL") == "https://cups.example.md/saml/acs"
        assert root.findtext("a:Issuer", namespaces=NAMES) == "https://cups.example.md"
        policy = root.find("p:NameIDPolicy", NAMES)
        assert policy is not None
        assert dict(policy.attrib) == {"AllowCreate": "true"}
        assert root.get("ForceAuthn") is None

    def test_asks_for_the_credentials_again_when_told(self, sp: ServiceProvider) -> None:
        root = tree(requests.authn_request(sp=sp, request_id="_1", at=AT, language="ru", force=True))

        assert root.get("ForceAuthn") == "true"

    def test_speaks_romanian_to_those_whose_language_mpass_lacks(self, sp: ServiceProvider) -> None:
        form = requests.authn_request(sp=sp, request_id="_1", at=AT, language="bg")

        assert form.action.endswith("?lang=ro")


class TestEveryMessage:
    def test_has_its_signature_directly_after_the_issuer(self, sp: ServiceProvider) -> None:
        for form in every_form(sp):
            order = [etree.QName(element).localname for element in tree(form)]
            assert order[:2] == ["Issuer", "Signature"]

    def test_lists_the_enveloped_transform_only_as_the_official_library_does(self, sp: ServiceProvider) -> None:
        for form in every_form(sp):
            transforms = [one.get("Algorithm") for one in tree(form).iter("{*}Transform")]
            assert transforms == ["http://www.w3.org/2000/09/xmldsig#enveloped-signature"]

    def test_is_signed_by_us_and_breaks_when_changed(self, sp: ServiceProvider) -> None:
        for form in every_form(sp):
            root = tree(form)
            check(root, sp.certificate)
            root.set("IssueInstant", "2026-01-15T09:30:00Z")
            with pytest.raises(NotSignedProperly):
                check(root, sp.certificate)

    @pytest.mark.skipif(XMLSEC is None, reason="xmlsec1 is not installed: no second opinion on signatures")
    def test_is_genuine_for_a_second_verifier_too(self, sp: ServiceProvider, tmp_path: Path) -> None:
        certificate = tmp_path / "own.pem"
        certificate.write_bytes(sp.certificate.public_bytes(Encoding.PEM))
        for number, form in enumerate(every_form(sp)):
            message = tmp_path / f"{number}.xml"
            message.write_bytes(base64.b64decode(form.message))
            assert accepts(message, certificate)

    def test_keeps_the_relay_state_within_80_bytes(self, sp: ServiceProvider) -> None:
        form = requests.authn_request(sp=sp, request_id=requests.new_id(), at=AT, language="ro")

        assert 0 < len(form.relay_state.encode()) <= 80

    def test_has_an_identifier_of_160_random_bits(self) -> None:
        some = {requests.new_id() for _ in range(50)}

        assert len(some) == 50
        assert all(len(one) == 41 and one[0] == "_" for one in some)


class TestMetadata:
    def test_names_our_addresses_and_certificate(self, sp: ServiceProvider) -> None:
        root = etree.fromstring(requests.metadata(sp=sp))

        assert root.get("entityID") == sp.entity_id
        role = root.find("md:SPSSODescriptor", MD)
        assert role is not None
        assert role.get("AuthnRequestsSigned") == "true"
        places = {etree.QName(one).localname: one.get("Location") for one in role if one.get("Location")}
        assert places == {"SingleLogoutService": sp.slo_url, "AssertionConsumerService": sp.acs_url}
        written = base64.b64decode(root.findtext(".//ds:X509Certificate", "", MD))
        assert written == sp.certificate.public_bytes(Encoding.DER)
