"""Where the public sources about MPay disagree: we read every form, and write the one that the settings say."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from lxml import etree
from tests.adapters.mpay.conftest import AT, own
from tests.adapters.mpay.forging import DS, WSSE, Way, envelope, signed

from ghiseu.adapters.mpay import names, signing, wire
from ghiseu.adapters.mpay.errors import DuplicateId, InvalidParameter
from ghiseu.adapters.mpay.pages import MPayPages
from ghiseu.adapters.mpay.parties import parties
from ghiseu.adapters.mpay.security import verified
from ghiseu.adapters.mpay.signing import KeyNamedBy, SignsWith
from ghiseu.modules.payments.ports import Terminal
from simulators.common.keys import Identity

__all__ = ["own"]
CHISINAU = ZoneInfo("Europe/Chisinau")
X509_PROFILE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0"


def told(*, words: Mapping[str, str] | None = None, **facts: object) -> etree._Element:
    """Return the answer about one order, written with these words."""
    usual = {
        "service_id": "CUPS01",
        "order_key": "7KQM-3XRW-9ABT",
        "reason": "Certificat",
        "status": "Cancelled",
        "issued_at": datetime(2026, 1, 15, 8, tzinfo=UTC),
        "due_at": datetime(2026, 2, 15, 8, tzinfo=UTC),
        "amount_due": Decimal(80),
        "currency": "MDL",
        "customer_type": "Organization",
        "customer_id": "1000000000007",
        "customer_name": "Exemplu SRL",
        "lines": [wire.OrderLine(line_id="1", reason="Certificat", amount_due=Decimal(80))],
    }
    order = wire.OrderDetails(**{**usual, **facts})  # type: ignore[arg-type]  # named as the fields are
    return wire.order_details_answer([order], zone=CHISINAU, words=words or {})


def text(answer: etree._Element, name: str) -> str | None:
    return answer.findtext(f".//{names.mpay(name)}")


def confirmation(change: Mapping[str, str], *, line: str = "<LineID>1</LineID>") -> wire.PaymentConfirmation:
    """Return what is read from a confirmation with these members; an empty text leaves a member out."""
    members = {
        "Currency": "MDL",
        "OrderKey": "7KQM-3XRW-9ABT",
        "PaidAt": "2026-01-15T10:10:00",
        "PaymentID": "90000001",
        "ServiceID": "CUPS01",
        "TotalAmount": "80.00",
        **change,
    }
    inner = "".join(f"<{name}>{value}</{name}>" for name, value in members.items() if value)
    lines = f"<Lines><PaymentConfirmationLine><Amount>80.00</Amount>{line}</PaymentConfirmationLine></Lines>"
    told_of = f"<confirmation>{inner}{lines}</confirmation>"
    body = f'<b><ConfirmOrderPayment xmlns="{names.MPAY}">{told_of}</ConfirmOrderPayment></b>'
    found = wire.read(etree.fromstring(body), zone=CHISINAU)
    assert isinstance(found, wire.PaymentConfirmation)
    return found


class TestStatusOfAnOrder:
    def test_is_written_as_the_guide_spells_it(self) -> None:
        assert text(told(), "Status") == "Cancelled"

    def test_is_written_as_the_settings_spell_it(self) -> None:
        assert text(told(words={"Cancelled": "Canceled"}), "Status") == "Canceled"


class TestTypeOfCustomer:
    @pytest.mark.parametrize(
        ("words", "written"), [({}, "Organization"), ({"Organization": "Organisation"}, "Organisation")]
    )
    def test_is_written_as_the_settings_spell_it(self, words: dict[str, str], written: str) -> None:
        assert text(told(words=words), "CustomerType") == written


class TestCurrencyOfAConfirmation:
    @pytest.mark.parametrize(
        "members",
        [{"Currency": "MDL"}, {"Currency": "", "CurrencyCode": "MDL"}, {"Currency": "MDL", "CurrencyCode": "MDL"}],
    )
    def test_is_read_under_either_name(self, members: dict[str, str]) -> None:
        assert confirmation(members).currency == "MDL"

    @pytest.mark.parametrize("members", [{"Currency": ""}, {"Currency": "MDL", "CurrencyCode": "EUR"}])
    def test_is_refused_when_it_is_not_one(self, members: dict[str, str]) -> None:
        with pytest.raises(InvalidParameter):
            confirmation(members)

    def test_of_an_order_is_written_under_the_name_of_the_settings(self) -> None:
        assert text(told(words={"Currency": "CurrencyCode"}), "CurrencyCode") == "MDL"


class TestPartialPayment:
    def test_is_singular_on_the_order_and_plural_on_its_line(self) -> None:
        answer = told()

        (order,), (line,) = (answer.iter(names.mpay(name)) for name in ("OrderDetails", "OrderLine"))
        assert [one.text for one in order.findall(names.mpay("AllowPartialPayment"))] == ["false"]
        assert [one.text for one in line.findall(names.mpay("AllowPartialPayments"))] == ["false"]

    def test_is_named_on_the_line_as_the_settings_say(self) -> None:
        line = next(told(words={"AllowPartialPayments": "AllowPartialPayment"}).iter(names.mpay("OrderLine")))

        assert [etree.QName(one).localname for one in line][:2] == ["AllowAdvancePayments", "AllowPartialPayment"]


class TestAccountOfALine:
    @pytest.mark.parametrize(
        "account",
        [
            "",
            "<DestinationAccount/>",
            "<DestinationAccount><BankFiscalCode>1000000000007</BankFiscalCode></DestinationAccount>",
            "<DestinationAccount><ServiceProviderFiscalCode>1</ServiceProviderFiscalCode></DestinationAccount>",
            "<DestinationAccount><Anything><Else/></Anything></DestinationAccount>",
        ],
    )
    def test_may_be_absent_empty_or_named_anyhow_in_a_confirmation(self, account: str) -> None:
        assert confirmation({}, line=f"{account}<LineID>1</LineID>").amount == Decimal(80)

    def test_is_left_to_the_contract_in_an_order(self) -> None:
        assert len(next(told().iter(names.mpay("DestinationAccount")))) == 0


class TestNumberOfALine:
    @pytest.mark.parametrize("line", ["Base:1|Nb-1", "9" * 80, "", "ă"])
    def test_is_never_looked_at_in_a_confirmation(self, line: str) -> None:
        assert confirmation({}, line=f"<LineID>{line}</LineID>").payment_id == "90000001"

    def test_is_short_enough_in_an_order(self) -> None:
        long = wire.OrderLine(line_id="x" * 50, reason="y" * 80, amount_due=Decimal(80))
        line = next(told(lines=[long]).iter(names.mpay("OrderLine")))

        assert [len(line.findtext(names.mpay(name)) or "") for name in ("LineID", "Reason")] == [36, 50]


class TestReason:
    def test_is_cut_where_the_guide_says_though_its_own_sample_is_longer(self) -> None:
        assert text(told(reason="Ș" * 70, lines=[]), "Reason") == "Ș" * 50


class TestPropertiesOfAnOrder:
    def test_are_not_written(self) -> None:
        assert text(told(), "Properties") is None


class TestIdentifierOfAPart:
    def test_is_that_of_the_security_vocabulary(self, own: Identity) -> None:
        root = envelope()
        root[-1].set("Id", root[-1].attrib.pop(names.WSU_ID))

        with pytest.raises(DuplicateId):
            verified(signed(own, root=root), pinned=(own.certificate,), accepts_sha1=False, at=AT)


class TestKeyInAnAnswer:
    def answer(self, own: Identity, named_by: KeyNamedBy) -> etree._Element:
        signer = {"key": own.key, "certificate": own.certificate, "with_sha1": False, "at": AT}
        return etree.fromstring(signing.signed(wire.confirmed_answer(), **signer, key_named_by=named_by))

    def test_is_its_certificate(self, own: Identity) -> None:
        assert self.answer(own, KeyNamedBy.X509DATA).find(f".//{{{DS}}}X509Certificate") is not None

    def test_is_a_token_before_the_signature(self, own: Identity) -> None:
        answer = self.answer(own, KeyNamedBy.TOKEN)

        token, pointer = answer.find(f".//{{{WSSE}}}BinarySecurityToken"), answer.find(f".//{{{WSSE}}}Reference")
        assert token is not None
        assert pointer is not None
        assert pointer.get("URI") == f"#{token.get(names.WSU_ID)}"
        assert token.getnext().tag == names.ds("Signature")

    def test_is_an_identifier_under_the_name_of_oasis_and_not_of_the_guide(self, own: Identity) -> None:
        named = self.answer(own, KeyNamedBy.KEY_IDENTIFIER).find(f".//{{{WSSE}}}KeyIdentifier")

        assert named is not None
        assert named.get("ValueType") == f"{X509_PROFILE}#X509SubjectKeyIdentifier"

    @pytest.mark.parametrize("named_by", KeyNamedBy)
    def test_is_read_by_ourselves_in_every_form(self, own: Identity, named_by: KeyNamedBy) -> None:
        message = etree.tostring(self.answer(own, named_by))

        assert verified(message, pinned=(own.certificate,), accepts_sha1=False, at=AT).body is not None


class TestDigest:
    @pytest.mark.parametrize(
        ("signs_with", "asked_with_sha1", "answers_with_sha1"),
        [
            (SignsWith.AS_ASKED, True, True),
            (SignsWith.AS_ASKED, False, False),
            (SignsWith.SHA1, False, True),
            (SignsWith.SHA256, True, False),
        ],
    )
    def test_of_an_answer_is_that_of_the_settings(
        self, signs_with: SignsWith, asked_with_sha1: bool, answers_with_sha1: bool
    ) -> None:
        assert signs_with.is_sha1(asked_with_sha1=asked_with_sha1) is answers_with_sha1

    @pytest.mark.parametrize("accepts_sha1", [True, False])
    def test_of_a_question_may_always_be_the_strong_one(self, own: Identity, accepts_sha1: bool) -> None:
        found = verified(signed(own, Way()), pinned=(own.certificate,), accepts_sha1=accepts_sha1, at=AT)

        assert found.is_sha1 is False


class TestAddressOfTheTerminal:
    def test_is_that_of_the_older_guide(self) -> None:
        pages = MPayPages(url="https://mpay.example.md/", service_id="CUPS01")
        terminal = Terminal(
            organisation="Primăria Lozova",
            idno="1000000000007",
            address="Lozova",
            desk="1",
            number="T-1",
            bank="EXEMPLU",
            internet_address="192.0.2.1",
        )

        form = pages.set_terminal_up(terminal)

        assert form.action == "https://mpay.example.md/PosTerminal/Configure"
        assert form.fields == {
            "OrganizationName": "Primăria Lozova",
            "OrganizationIdno": "1000000000007",
            "OfficeAddress": "Lozova",
            "Counter": "1",
            "TerminalId": "T-1",
            "VendorName": "EXEMPLU",
            "IntendedIp": "192.0.2.1",
        }

    def test_names_the_order_or_the_invoice_in_its_path(self) -> None:
        pages = MPayPages(url="https://mpay.example.md", service_id="CUPS 01")

        assert (
            pages.pay_at_terminal(order_key="A/B").action == "https://mpay.example.md/PosTerminal/Pay/CUPS%2001/A%2FB"
        )
        assert pages.pay_invoice_at_terminal(invoice="1").action == "https://mpay.example.md/PosTerminal/PayInvoice/1"

    def test_of_the_pay_page_comes_back_only_when_told_to_where(self) -> None:
        pages = MPayPages(url="https://mpay.example.md", service_id="CUPS01")

        assert pages.pay(order_key="K", return_url="").fields == {"ServiceID": "CUPS01", "OrderKey": "K"}
        assert pages.pay(order_key="K", return_url="https://x/?a=1").fields["ReturnUrl"] == "https://x/?a=1"


class TestSettings:
    def test_reach_what_is_written(self, settings, own: Identity) -> None:
        settings.MPAY_CERTIFICATE = settings.SAML_CERTIFICATE = str(own.certificate_path)
        settings.SAML_KEY = str(own.key_path)
        settings.MPAY_SIGNS_WITH, settings.MPAY_KEY_NAMED_BY = "sha256", "bst"
        settings.MPAY_WORDS = {"Cancelled": "Canceled"}

        sides = parties()

        assert (sides.signs_with, sides.key_named_by) == (SignsWith.SHA256, KeyNamedBy.TOKEN)
        assert sides.words == {"Cancelled": "Canceled"}
