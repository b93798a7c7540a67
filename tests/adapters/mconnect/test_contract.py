"""The written contract is valid, and the simulator keeps it."""

import json
from dataclasses import dataclass
from pathlib import Path

import httpx
import jsonschema_rs
import pytest
import yaml
from openapi_spec_validator import validate
from tests.support.platform_place import certificate_of

from ghiseu.adapters.mconnect import Envelope
from ghiseu.foundation import clock
from simulators.common.process import Running
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


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A status, and what the platform signed."""

    status: int
    said: dict[str, object]


def post(
    platform: Running, address: str, *, without: str = "", body: dict[str, str] | None = None, **changes: str
) -> Answer:
    headers = {name: value for name, value in {**HEADERS, **changes}.items() if name != without}
    asked = body or {"idnp": "2099080102964", **PARAMETERS.get(address.partition("/")[2], {})}
    ours = certificate_of(platform.folder.parent)
    envelope = Envelope(ours=ours, pinned=(platform.folder / "certificate.pem",), now=clock.now)
    response = httpx.post(
        f"{platform.system_url}/api/{address}",
        content=envelope.close(json.dumps(asked).encode()),
        headers={**headers, "Content-Type": "application/jose"},
        verify=ours.client_context(),
    )
    said = envelope.open(response.content, media_type=response.headers["Content-Type"])
    return Answer(status=response.status_code, said=json.loads(said))


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
    response = post(platform, address)

    assert response.status == httpx.codes.OK
    assert keeps("Answer", response.said)


@pytest.mark.parametrize("missing", sorted(HEADERS))
def test_a_call_without_one_of_the_headers_reads_nothing(platform, missing):
    response = post(platform, "RSP/person", without=missing)

    assert response.status == httpx.codes.BAD_REQUEST
    assert keeps("Refusal", response.said)
    assert platform.ledger()["reads"] == []


def test_an_operator_who_asks_about_themselves_reads_nothing(platform):
    response = post(platform, "RSP/person", **{"X-Calling-User": "2099080102964"})

    assert response.status == httpx.codes.FORBIDDEN
    assert keeps("Refusal", response.said)
    assert platform.ledger()["reads"] == []


def test_an_unknown_parameter_is_refused(platform):
    response = post(platform, "RSP/person", body={"idnp": "2099080102964", "depth": "9"})

    assert response.status == httpx.codes.BAD_REQUEST
    assert response.said["code"] == "not_understood"


def test_the_control_page_shows_reads_and_people(platform):
    post(platform, "RSP/person")

    page = httpx.get(f"{platform.url}/control").text

    assert "Last reads" in page
    assert "Munteanu Eugenia" in page
    assert "Legea nr. 148/2023" in page
