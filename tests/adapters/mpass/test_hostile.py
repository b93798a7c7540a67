"""Every hostile vector is refused by the rule that it breaks, and cheaply."""

import base64
from collections.abc import Callable
from dataclasses import replace

import pytest
from lxml import etree
from tests.adapters.mpass.conftest import AT, VECTORS, encoded, service
from tests.adapters.mpass.make_vectors import throw_away, told

from ghiseu.adapters.mpass import errors, signature, strict
from ghiseu.adapters.mpass.answers import Authenticated, Declined, read_response
from ghiseu.adapters.mpass.parties import ServiceProvider
from simulators.mpass import attacks, faults
from simulators.mpass.messages import Answer, response
from simulators.mpass.signing import Signer, sign

HOSTILE = VECTORS / "hostile"
REFUSED: dict[str, type[errors.MessageRefused]] = {
    "huge": errors.TooLarge,
    "many_elements": errors.TooLarge,
    "many_namespaces": errors.TooLarge,
    "deep": errors.TooDeep,
    "utf16": errors.NotUtf8,
    "billion_laughs": errors.ForbiddenMarkup,
    "external_entity": errors.ForbiddenMarkup,
    "comment_in_name_id": errors.ForbiddenMarkup,
    "instruction_in_name_id": errors.ForbiddenMarkup,
    "xslt_bomb": errors.ForeignNamespace,
    "foreign_namespace": errors.ForeignNamespace,
    "void_canonical_form": errors.ForeignNamespace,
    "assertion_without_namespace": errors.NotOneAssertion,
    "xsw1": errors.NotOneAssertion,
    "xsw2": errors.NotOneAssertion,
    "xsw3": errors.NotOneAssertion,
    "xsw4": errors.NotOneAssertion,
    "xsw5": errors.NotOneAssertion,
    "xsw6": errors.NotOneAssertion,
    "xsw7": errors.NotOneAssertion,
    "xsw8": errors.NotOneAssertion,
    "object_in_response": errors.NotOneAssertion,
    "same_id_twice": errors.DuplicateId,
    "id_in_other_case": errors.DuplicateId,
    "id_in_other_namespace": errors.DuplicateId,
    "unsigned": errors.NotSigned,
    "assertion_signed_only": errors.NotSigned,
    "two_signatures": errors.SignatureShape,
    "two_references": errors.SignatureShape,
    "empty_reference": errors.SignatureShape,
    "long_prefix_list": errors.SignatureShape,
    "no_algorithm": errors.AlgorithmNotAllowed,
    "hmac": errors.AlgorithmNotAllowed,
    "sha1": errors.AlgorithmNotAllowed,
    "wrong_key": errors.SignatureWrong,
    "changed": errors.SignatureWrong,
    "key_of_the_attacker": errors.SignatureWrong,
    "assertion_signed_wrongly": errors.SignatureWrong,
    "no_destination": errors.WrongDestination,
    "other_destination": errors.WrongDestination,
    "other_recipient": errors.WrongRecipient,
    "other_audience": errors.WrongAudience,
    "other_issuer": errors.WrongIssuer,
    "no_in_response_to": errors.WrongInResponseTo,
    "expired": errors.Expired,
    "future": errors.TooNew,
    "local_time": errors.TooNew,
    "time_with_offset": errors.NotUtc,
    "request_invalid": errors.NotSuccess,
    "weak_context": errors.WeakContext,
}
# Properly signed and addressed; whether the person or the question is right is judged by `sign_in`.
JUDGED_LATER = {"user_name", "wrong_check_digit", "wrong_in_response_to"}
BEFORE_CRYPTOGRAPHY = [name for name, error in REFUSED.items() if error.rule < 3 or error is errors.NotSigned]


class TestVectors:
    @pytest.mark.parametrize("name", REFUSED)
    def test_are_refused_by_the_rule_that_they_break(self, sp: ServiceProvider, name: str) -> None:
        with pytest.raises(errors.MessageRefused) as refusal:
            read_response(encoded(HOSTILE / f"{name}.xml"), sp=sp, at=AT)

        assert type(refusal.value) is REFUSED[name]
        assert "2099" not in refusal.value.reason

    @pytest.mark.parametrize("name", ["normal", "exclusive_form", "both_signed"])
    def test_that_are_honest_let_the_right_person_in(self, sp: ServiceProvider, name: str) -> None:
        answer = read_response(encoded(HOSTILE / f"{name}.xml"), sp=sp, at=AT)

        assert isinstance(answer, Authenticated)
        assert answer.name_id == "2099240108887"

    def test_cover_every_fault_of_the_simulator(self) -> None:
        around = {faults.REPLAY, faults.OLD_PROOF}

        assert set(faults.NAMES) - around == set(REFUSED) | JUDGED_LATER | faults.HONEST
        assert {path.stem for path in HOSTILE.glob("*.xml")} == set(faults.NAMES) - around

    @pytest.mark.parametrize("name", BEFORE_CRYPTOGRAPHY)
    def test_that_can_be_told_by_their_form_cost_no_cryptography(
        self, sp: ServiceProvider, name: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        verified: list[str] = []
        monkeypatch.setattr(signature.XMLVerifier, "verify", lambda *_given, **_named: verified.append(name))

        with pytest.raises(REFUSED[name]):
            read_response(encoded(HOSTILE / f"{name}.xml"), sp=sp, at=AT)

        assert verified == []

    @pytest.mark.parametrize("name", ["huge", "billion_laughs", "many_elements", "many_namespaces", "external_entity"])
    def test_that_would_cost_much_to_parse_are_not_parsed(
        self, sp: ServiceProvider, name: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        parsed: list[str] = []
        monkeypatch.setattr(strict.etree, "fromstring", lambda *_given, **_named: parsed.append(name))

        with pytest.raises(REFUSED[name]):
            read_response(encoded(HOSTILE / f"{name}.xml"), sp=sp, at=AT)

        assert parsed == []


class TestDemandForSignedAssertions:
    def test_takes_an_answer_with_both_signatures(self, strict_sp: ServiceProvider) -> None:
        assert isinstance(read_response(encoded(HOSTILE / "both_signed.xml"), sp=strict_sp, at=AT), Authenticated)

    def test_refuses_an_unsigned_assertion_in_a_signed_answer(self, strict_sp: ServiceProvider) -> None:
        with pytest.raises(errors.NotSigned):
            read_response(encoded(HOSTILE / "normal.xml"), sp=strict_sp, at=AT)

    def test_refuses_a_signed_assertion_in_an_unsigned_answer(self, strict_sp: ServiceProvider) -> None:
        with pytest.raises(errors.NotSigned):
            read_response(encoded(HOSTILE / "assertion_signed_only.xml"), sp=strict_sp, at=AT)

    def test_still_takes_a_cancelled_answer(self, strict_sp: ServiceProvider) -> None:
        assert isinstance(read_response(encoded(HOSTILE / "cancelled.xml"), sp=strict_sp, at=AT), Declined)


@pytest.fixture(scope="module")
def idp() -> Signer:
    """Return a key with which a test signs what it made up."""
    return throw_away("made up")


@pytest.fixture
def reads(own: Signer, idp: Signer) -> Callable[[bytes], object]:
    """Return a function that reads a message with the made-up key pinned."""
    believing = service(own.key, own.certificate, idp.certificate)
    return lambda message: read_response(base64.b64encode(message).decode(), sp=believing, at=AT)


def signed(idp: Signer, change: Callable[[etree._Element], None], **facts: str) -> bytes:
    """Return an answer that was changed before MPass itself signed it."""
    root = response(told(**facts))
    change(root)
    sign(root, idp)
    return etree.tostring(root)


def child(root: etree._Element, name: str) -> etree._Element:
    """Return the first element of this name."""
    return attacks.only(root, f".//{{*}}{name}")


class TestGenuinelySignedNonsense:
    """Even MPass's own signature does not make these acceptable."""

    def test_two_audience_lists(self, idp: Signer, reads: Callable[[bytes], object]) -> None:
        def change(root: etree._Element) -> None:
            again = child(root, "AudienceRestriction")
            child(root, "Conditions").append(etree.fromstring(etree.tostring(again)))

        with pytest.raises(errors.NotOfTheProfile):
            reads(signed(idp, change))

    def test_success_without_an_assertion(self, idp: Signer, reads: Callable[[bytes], object]) -> None:
        with pytest.raises(errors.NotOneAssertion):
            reads(signed(idp, lambda root: root.remove(child(root, "Assertion"))))

    def test_a_refusal_with_an_assertion(self, idp: Signer, reads: Callable[[bytes], object]) -> None:
        def change(root: etree._Element) -> None:
            child(root, "StatusCode").set("Value", "urn:oasis:names:tc:SAML:2.0:status:Responder")

        with pytest.raises(errors.NotSuccess):
            reads(signed(idp, change))

    @pytest.mark.parametrize("name", ["EncryptedAssertion", "Advice", "Extensions"])
    def test_elements_that_were_not_agreed(self, idp: Signer, reads: Callable[[bytes], object], name: str) -> None:
        def change(root: etree._Element) -> None:
            etree.SubElement(root, f"{{urn:oasis:names:tc:SAML:2.0:assertion}}{name}")

        with pytest.raises(errors.NotOfTheProfile):
            reads(signed(idp, change))

    @pytest.mark.parametrize("attribute", ["NotOnOrAfter", "Recipient", "InResponseTo"])
    def test_a_confirmation_without_its_limits(
        self, idp: Signer, reads: Callable[[bytes], object], attribute: str
    ) -> None:
        expected = {
            "NotOnOrAfter": errors.NotUtc,
            "Recipient": errors.WrongRecipient,
            "InResponseTo": errors.WrongInResponseTo,
        }

        with pytest.raises(expected[attribute]):
            reads(signed(idp, lambda root: child(root, "SubjectConfirmationData").attrib.pop(attribute)))

    def test_another_confirmation_than_of_a_bearer(self, idp: Signer, reads: Callable[[bytes], object]) -> None:
        def change(root: etree._Element) -> None:
            child(root, "SubjectConfirmation").set("Method", "urn:oasis:names:tc:SAML:2.0:cm:sender-vouches")

        with pytest.raises(errors.NotOfTheProfile):
            reads(signed(idp, change))

    def test_not_valid_before_tomorrow(self, idp: Signer, reads: Callable[[bytes], object]) -> None:
        def change(root: etree._Element) -> None:
            child(root, "Conditions").set("NotBefore", "2026-01-16T07:35:00Z")

        with pytest.raises(errors.TooNew):
            reads(signed(idp, change))

    @pytest.mark.parametrize("day", ["2026-02-30T07:35:00Z", "2026-01-15", "15.01.2026", "2026-01-15T07:35:00"])
    def test_a_time_that_is_none(self, idp: Signer, reads: Callable[[bytes], object], day: str) -> None:
        with pytest.raises(errors.NotUtc):
            reads(signed(idp, lambda root: None, issued=day))

    def test_no_context(self, idp: Signer, reads: Callable[[bytes], object]) -> None:
        def change(root: etree._Element) -> None:
            child(root, "AuthnContext").remove(child(root, "AuthnContextClassRef"))

        with pytest.raises(errors.WeakContext):
            reads(signed(idp, change))

    def test_a_transform_that_carries_content(self, idp: Signer, reads: Callable[[bytes], object]) -> None:
        root = response(told())
        mark = sign(root, idp)
        etree.SubElement(child(mark, "Transform"), "{http://www.w3.org/2000/09/xmldsig#}XPath").text = "1"

        with pytest.raises(errors.SignatureShape):
            reads(etree.tostring(root))

    def test_an_object_in_the_signature(self, idp: Signer, reads: Callable[[bytes], object]) -> None:
        root = response(told())
        etree.SubElement(sign(root, idp), "{http://www.w3.org/2000/09/xmldsig#}Object")

        with pytest.raises(errors.SignatureShape):
            reads(etree.tostring(root))

    def test_a_key_to_be_fetched(self, idp: Signer, reads: Callable[[bytes], object]) -> None:
        root = response(told())
        info = child(sign(root, idp), "KeyInfo")
        place = {"URI": "http://169.254.169.254/key"}
        etree.SubElement(info, "{http://www.w3.org/2000/09/xmldsig#}RetrievalMethod", place)

        with pytest.raises(errors.NotOfTheProfile):
            reads(etree.tostring(root))

    def test_a_signature_at_the_end(self, idp: Signer, reads: Callable[[bytes], object]) -> None:
        root = response(told())
        root.append(sign(root, idp))

        with pytest.raises(errors.SignatureShape):
            reads(etree.tostring(root))


class TestLimits:
    """Work is bounded by counts, so that it does not depend on how fast the machine is."""

    @pytest.mark.parametrize("field", ["text", "attribute"])
    def test_a_message_of_just_under_128_kb_is_looked_at(self, sp: ServiceProvider, field: str) -> None:
        room = strict.MAX_ENCODED * 3 // 4 - 3800
        full = replace_names(told(), "a" * room, in_attribute=field == "attribute")
        message = faults.build("wrong_key", full, keys=keys_of(throw_away("big")), at=AT)

        with pytest.raises(errors.SignatureWrong):
            read_response(base64.b64encode(message).decode(), sp=sp, at=AT)

    def test_one_character_more_is_not(self, sp: ServiceProvider) -> None:
        with pytest.raises(errors.TooLarge):
            read_response("A" * (strict.MAX_ENCODED + 1), sp=sp, at=AT)

    @pytest.mark.parametrize(
        "declaration",
        ['<?xml version="1.0" encoding="UTF-16"?>', '<?xml version="1.0" encoding="iso-8859-1"?>', "<?php 1 ?>"],
    )
    def test_only_utf8_may_be_declared(self, sp: ServiceProvider, declaration: str) -> None:
        message = declaration.encode() + (HOSTILE / "normal.xml").read_bytes()

        with pytest.raises((errors.NotUtf8, errors.ForbiddenMarkup)):
            read_response(base64.b64encode(message).decode(), sp=sp, at=AT)

    def test_an_ordinary_declaration_is_fine(self, sp: ServiceProvider) -> None:
        message = b'<?xml version="1.0" encoding="utf-8"?>' + (HOSTILE / "normal.xml").read_bytes()

        assert isinstance(read_response(base64.b64encode(message).decode(), sp=sp, at=AT), Authenticated)


def keys_of(signer: Signer) -> faults.Keys:
    """Return one signer for both parts."""
    return faults.Keys(right=signer, wrong=signer)


def replace_names(answer: Answer, text: str, *, in_attribute: bool) -> Answer:
    """Return the answer with a long text as the value or as the name of an attribute."""
    return replace(answer, attributes={text: ("x",)} if in_attribute else {"FirstName": (text,)})
