"""What we send back: of the form in our contract, signed by us, and read the same by others."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from lxml import etree
from tests.adapters.mpay.conftest import AT, VECTORS, certificate, vector

from ghiseu.adapters.mpay import names, wire
from ghiseu.adapters.mpay.errors import InvalidParameter, OutsideWindow, SignatureWrong, UnknownOrder
from ghiseu.adapters.mpay.security import verified
from ghiseu.adapters.mpay.signing import signed

CHISINAU = ZoneInfo("Europe/Chisinau")
MEMBERS = {
    "Currency": "MDL",
    "OrderKey": "7KQM-3XRW-9ABT",
    "PaidAt": "2026-01-15T10:10:00",
    "PaymentID": "90000001",
    "ServiceID": "EXMPL01",
    "TotalAmount": "100.00",
}


def contract_schema() -> etree.XMLSchema:
    described = etree.fromstring(wire.contract(address="https://cups.example.md/mpay/service"))
    schema = described.find(".//{http://www.w3.org/2001/XMLSchema}schema")
    return etree.XMLSchema(etree.fromstring(etree.tostring(schema)))


def body_with(**members: str) -> etree._Element:
    body = etree.Element(names.soap("Body"))
    confirmation = etree.SubElement(
        etree.SubElement(body, names.mpay("ConfirmOrderPayment")), names.mpay("confirmation")
    )
    for name, text in members.items():
        etree.SubElement(confirmation, names.mpay(name)).text = text
    return body


@pytest.fixture
def details() -> wire.OrderDetails:
    return wire.OrderDetails(
        service_id="EXMPL01",
        order_key="7KQM-3XRW-9ABT",
        reason="Certificat privind starea civilă " * 3,
        status="Active",
        issued_at=datetime(2026, 1, 15, 8, tzinfo=UTC),
        due_at=datetime(2026, 7, 15, 8, tzinfo=UTC),
        amount_due=Decimal(80),
        currency="MDL",
        customer_type="Person",
        customer_id="2000000000004",
        customer_name="Ion Exemplu",
        lines=[wire.OrderLine(line_id="service", reason="Certificat", amount_due=Decimal(80))],
    )


class TestAnswer:
    def test_about_an_order_keeps_the_contract_and_its_times_are_local(self, details):
        answer = wire.order_details_answer([details], zone=CHISINAU)

        contract_schema().assertValid(answer)
        assert answer.findtext(f".//{names.mpay('IssuedAt')}") == "2026-01-15T10:00:00"
        assert answer.findtext(f".//{names.mpay('DueDate')}") == "2026-07-15T11:00:00"
        assert answer.findtext(f".//{names.mpay('TotalAmountDue')}") == "80.00"
        assert len(answer.findtext(f"*/*/{names.mpay('Reason')}")) == 50

    def test_about_an_unknown_order_is_an_empty_result(self):
        answer = wire.order_details_answer([], zone=CHISINAU)

        contract_schema().assertValid(answer)
        assert len(answer[0]) == 0

    @pytest.mark.parametrize("with_sha1", [False, True])
    def test_signed_by_us_is_accepted_by_the_same_rules(self, own, details, with_sha1):
        content = wire.order_details_answer([details], zone=CHISINAU)

        message = signed(content, key=own.key, certificate=own.certificate, with_sha1=with_sha1, at=AT)
        found = verified(message, pinned=(own.certificate,), accepts_sha1=with_sha1, at=AT + timedelta(minutes=4))

        assert found.body[0][0][0].findtext(names.mpay("OrderKey")) == "7KQM-3XRW-9ABT"
        assert found.is_sha1 is with_sha1

    def test_signed_by_us_lives_five_minutes_and_bears_our_name_only(self, own):
        message = signed(wire.confirmed_answer(), key=own.key, certificate=own.certificate, with_sha1=False, at=AT)

        with pytest.raises(OutsideWindow):
            verified(message, pinned=(own.certificate,), accepts_sha1=False, at=AT + timedelta(minutes=6))
        with pytest.raises(SignatureWrong):
            verified(message, pinned=(certificate("service"),), accepts_sha1=False, at=AT)

    def test_that_refuses_carries_the_bare_code_word(self, own):
        content = wire.fault(UnknownOrder("no order has this OrderKey"))

        message = signed(content, key=own.key, certificate=own.certificate, with_sha1=False, at=AT)
        found = verified(message, pinned=(own.certificate,), accepts_sha1=False, at=AT).body[0]

        assert (found.tag, found.findtext("faultcode")) == (names.soap("Fault"), "UnknownOrder")


class TestContract:
    @pytest.mark.parametrize("name", sorted(path.name for path in VECTORS.glob("*.request.signed.*.xml")))
    def test_fits_the_samples_of_questions(self, name):
        body = etree.fromstring(vector(name))[1]

        schema = contract_schema()

        assert schema.validate(etree.fromstring(etree.tostring(body[0]))), schema.error_log

    def test_names_our_address_even_with_signs_that_xml_minds(self):
        described = etree.fromstring(wire.contract(address='https://x.example.md/?a=1&b="2"'))

        address = described.find(".//{http://schemas.xmlsoap.org/wsdl/soap/}address")
        assert address.get("location") == 'https://x.example.md/?a=1&b="2"'


class TestConfirmationRead:
    def test_takes_members_in_any_order_and_the_other_name_of_the_currency(self):
        members = dict(reversed(MEMBERS.items()))
        members["CurrencyCode"] = members.pop("Currency")

        assert wire.read(body_with(**members), zone=CHISINAU).currency == "MDL"

    def test_takes_a_time_with_an_offset_as_it_is(self):
        found = wire.read(body_with(**{**MEMBERS, "PaidAt": "2026-01-15T10:10:00.1234567Z"}), zone=CHISINAU)

        assert found.paid_at == datetime(2026, 1, 15, 10, 10, 0, 123456, tzinfo=UTC)

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("TotalAmount", "-100.00"),
            ("TotalAmount", "0"),
            ("TotalAmount", "100.005"),
            ("TotalAmount", "1e3"),
            ("TotalAmount", "NaN"),
            ("TotalAmount", "99999999999"),
            ("Currency", "lei"),
            ("PaidAt", "yesterday"),
            ("PaymentID", ""),
            ("PaymentID", "9" * 37),
            ("OrderKey", " "),
        ],
    )
    def test_is_refused_when_a_member_is_unusable(self, name, text):
        with pytest.raises(InvalidParameter):
            wire.read(body_with(**{**MEMBERS, name: text}), zone=CHISINAU)

    def test_of_a_part_of_a_ban_is_refused_in_clear_words(self):
        with pytest.raises(InvalidParameter) as refusal:
            wire.read(body_with(**{**MEMBERS, "TotalAmount": "100.001"}), zone=CHISINAU)

        told = wire.fault(refusal.value)
        assert told.findtext("faultcode") == InvalidParameter.code
        assert told.findtext("faultstring") == "TotalAmount has more than two decimals"

    def test_takes_decimals_that_are_only_zeros(self):
        assert wire.read(body_with(**{**MEMBERS, "TotalAmount": "100.0000"}), zone=CHISINAU).amount == Decimal(100)

    @pytest.mark.parametrize("name", sorted(MEMBERS))
    def test_is_refused_when_a_member_is_missing(self, name):
        with pytest.raises(InvalidParameter):
            wire.read(body_with(**{key: text for key, text in MEMBERS.items() if key != name}), zone=CHISINAU)

    def test_is_refused_for_an_operation_that_is_not_offered(self):
        body = etree.fromstring(f'<b><Refund xmlns="{names.MPAY}"><query/></Refund></b>')

        with pytest.raises(InvalidParameter):
            wire.read(body, zone=CHISINAU)
