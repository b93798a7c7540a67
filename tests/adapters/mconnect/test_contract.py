"""The written contract is valid, and the simulator keeps it."""

from pathlib import Path

import httpx
import jsonschema_rs
import pytest
import yaml
from openapi_spec_validator import validate

from simulators.mconnect.catalogue import CATALOGUE

CONTRACT = yaml.safe_load(Path("docs/interfaces/registers.openapi.yaml").read_text(encoding="utf-8"))
READ = CONTRACT["paths"]["/api/{register}/{operation}"]["post"]
HEADERS = {
    "X-Calling-User": "2099240108887",
    "X-Calling-Entity": "1099000000021",
    "X-Call-Subject": "2099080102964",
    "X-Call-Basis": "Legea%20nr.%20148/2023",
    "X-Call-Reason": "cererea",
    "X-Call-Matter": "V-2026-000001",
    "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
}
PARAMETERS = {"property": {"cadastral_number": "6490203.077.01"}, "organisation": {"idno": "1099000000010"}}


def keeps(name: str, value: object) -> bool:
    """Tell whether the value fits the schema of this name."""
    schema = {"$ref": f"#/components/schemas/{name}", "components": CONTRACT["components"]}
    return bool(jsonschema_rs.validator_for(schema).is_valid(value))


def post(url: str, address: str, *, without: str = "", **changes: str) -> httpx.Response:
    headers = {name: value for name, value in {**HEADERS, **changes}.items() if name != without}
    body = {"idnp": "2099080102964", **PARAMETERS.get(address.partition("/")[2], {})}
    return httpx.post(f"{url}/api/{address}", json=body, headers=headers)


def test_the_contract_is_valid_openapi():
    validate(CONTRACT)


def test_the_contract_names_each_register_and_operation():
    register, operation = READ["parameters"][:2]
    names = {name for operations in CATALOGUE.values() for name in operations}

    assert set(CONTRACT["components"]["schemas"]["Register"]["enum"]) == set(CATALOGUE)
    assert register["schema"] == {"$ref": "#/components/schemas/Register"}
    assert set(operation["schema"]["enum"]) == names
    for name, operations in CATALOGUE.items():
        assert f"{name}: {', '.join(operations)}." in operation["description"]


@pytest.mark.parametrize(
    "address", [f"{register}/{name}" for register, operations in CATALOGUE.items() for name in operations]
)
def test_each_answer_keeps_the_contract(platform, address):
    response = post(platform.url, address)

    assert response.status_code == httpx.codes.OK
    assert keeps("Answer", response.json())


@pytest.mark.parametrize("missing", sorted(HEADERS))
def test_a_call_without_one_of_the_headers_reads_nothing(platform, missing):
    response = post(platform.url, "RSP/person", without=missing)

    assert response.status_code == httpx.codes.BAD_REQUEST
    assert keeps("Refusal", response.json())
    assert platform.ledger()["reads"] == []


def test_an_operator_who_asks_about_themselves_reads_nothing(platform):
    response = post(platform.url, "RSP/person", **{"X-Calling-User": "2099080102964"})

    assert response.status_code == httpx.codes.FORBIDDEN
    assert keeps("Refusal", response.json())
    assert platform.ledger()["reads"] == []


def test_an_unknown_parameter_is_refused(platform):
    response = httpx.post(
        f"{platform.url}/api/RSP/person", json={"idnp": "2099080102964", "depth": "9"}, headers=HEADERS
    )

    assert response.status_code == httpx.codes.BAD_REQUEST
    assert response.json()["code"] == "not_understood"


def test_the_control_page_shows_reads_and_people(platform):
    post(platform.url, "RSP/person")

    page = httpx.get(f"{platform.url}/control").text

    assert "Last reads" in page
    assert "Munteanu Eugenia" in page
    assert "Legea nr. 148/2023" in page
