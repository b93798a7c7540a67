"""The description of our service holds together: every name in it leads somewhere, and our own messages keep it."""

from datetime import UTC, datetime
from decimal import Decimal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from lxml import etree
from tests.adapters.mpay.conftest import VECTORS
from tests.adapters.mpay.forging import envelope

from ghiseu.adapters.mpay import names, wire

WSDL, SOAP = "{http://schemas.xmlsoap.org/wsdl/}", "{http://schemas.xmlsoap.org/wsdl/soap/}"
XS = "{http://www.w3.org/2001/XMLSchema}"
OPERATIONS = ["GetOrderDetails", "ConfirmOrderPayment"]
ADDRESS = "https://cups.example.md/mpay/service"


@pytest.fixture(scope="module")
def described() -> etree._Element:
    return etree.fromstring(wire.contract(address=ADDRESS))


@pytest.fixture(scope="module")
def schema(described: etree._Element) -> etree.XMLSchema:
    return etree.XMLSchema(etree.fromstring(etree.tostring(described.find(f".//{XS}schema"))))


def named(described: etree._Element, path: str) -> list[str]:
    """Return the local names that an attribute gives, each in our namespace."""
    found = []
    for value in described.xpath(path, namespaces={"w": WSDL[1:-1], "s": SOAP[1:-1]}):
        prefix, _, local = value.rpartition(":")
        assert described.nsmap[prefix or None] == names.MPAY, value
        found.append(local)
    return found


def inner(message: bytes) -> etree._Element:
    """Return the content of a message's Body by itself."""
    body = etree.fromstring(message).find(f"{{{names.SOAP}}}Body")
    return etree.fromstring(etree.tostring(body[0]))


class TestDescription:
    def test_is_of_our_namespace_and_says_where_we_are(self, described: etree._Element) -> None:
        address = described.find(f"{WSDL}service/{WSDL}port/{SOAP}address")

        assert described.get("targetNamespace") == names.MPAY
        assert address.get("location") == ADDRESS
        assert urlsplit(ADDRESS).path == "/mpay/service"

    def test_offers_both_operations_in_the_port_type_and_in_its_binding(self, described: etree._Element) -> None:
        for place in ("portType", "binding"):
            found = [one.get("name") for one in described.findall(f"{WSDL}{place}/{WSDL}operation")]
            assert found == OPERATIONS

    def test_leads_from_service_to_binding_to_port_type(self, described: etree._Element) -> None:
        (binding,), (port_type,) = (described.findall(f"{WSDL}{name}") for name in ("binding", "portType"))

        assert named(described, "//w:port/@binding") == [binding.get("name")]
        assert named(described, "//w:binding/@type") == [port_type.get("name")]

    def test_leads_from_each_operation_to_messages_to_elements_of_the_schema(self, described: etree._Element) -> None:
        messages = [one.get("name") for one in described.findall(f"{WSDL}message")]
        elements = [one.get("name") for one in described.findall(f".//{XS}schema/{XS}element")]

        assert sorted(named(described, "//w:portType//@message")) == sorted(messages)
        assert sorted(named(described, "//w:message/w:part/@element")) == sorted(elements)
        assert sorted(elements) == sorted([*OPERATIONS, *(f"{one}Response" for one in OPERATIONS)])

    def test_is_document_literal_over_http(self, described: etree._Element) -> None:
        binding = described.find(f"{WSDL}binding/{SOAP}binding")

        assert binding.get("transport") == "http://schemas.xmlsoap.org/soap/http"
        assert {one.get("style") for one in described.iter(f"{SOAP}operation")} == {"document"}
        assert [one.get("use") for one in described.iter(f"{SOAP}body")] == ["literal"] * 4
        actions = [one.get("soapAction") for one in described.iter(f"{SOAP}operation")]
        assert actions == [f"{names.MPAY}/IServiceProvider/{one}" for one in OPERATIONS]

    def test_orders_members_as_the_samples_do(self, described: etree._Element) -> None:
        for kind in described.iter(f"{XS}complexType"):
            members = [one.get("name") for one in kind.iterfind(f"{XS}sequence/{XS}element")]
            assert members == sorted(members), kind.get("name")


class TestMessages:
    @pytest.mark.parametrize("path", sorted(VECTORS.glob("*.signed.*.xml")), ids=lambda path: path.stem)
    def test_of_the_samples_keep_it_questions_and_answers(self, schema: etree.XMLSchema, path: object) -> None:
        schema.assertValid(inner(path.read_bytes()))  # type: ignore[attr-defined]  # a Path

    def test_of_our_own_making_keep_it(self, schema: etree.XMLSchema) -> None:
        order = wire.OrderDetails(
            service_id="CUPS01",
            order_key="7KQM-3XRW-9ABT",
            reason="Certificat",
            status="PartiallyPaid",
            issued_at=datetime(2026, 1, 15, tzinfo=UTC),
            due_at=datetime(2026, 2, 15, tzinfo=UTC),
            amount_due=Decimal("80.5"),
            currency="MDL",
            customer_type="Person",
            customer_id="",
            customer_name="Ion Exemplu",
            lines=[wire.OrderLine(line_id="1", reason="Certificat", amount_due=Decimal("80.5"))],
        )
        zone = ZoneInfo("Europe/Chisinau")

        for content in (
            wire.order_details_answer([], zone=zone),
            wire.order_details_answer([order, order], zone=zone),
            wire.confirmed_answer(),
            envelope()[-1][0],
        ):
            schema.assertValid(etree.fromstring(etree.tostring(content)))

    @pytest.mark.parametrize("wrong", ["Refund", "GetOrderDetailsRequest"])
    def test_of_no_operation_do_not(self, schema: etree.XMLSchema, wrong: str) -> None:
        assert not schema.validate(etree.fromstring(f'<{wrong} xmlns="{names.MPAY}"/>'))
