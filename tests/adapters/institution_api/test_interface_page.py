"""The published interface is valid, and what goes over the wire is what it says."""

import json
from collections.abc import Callable
from pathlib import Path

import httpx
import jsonschema_rs
import openapi_spec_validator
import pytest
import yaml
from tests.adapters.institution_api.conftest import acting_for, paper, parcel_of

from ghiseu.adapters.institution_api.wire import acting_header, acting_object

PAGE = Path(__file__).parents[3] / "docs" / "interfaces" / "institution.openapi.yaml"


@pytest.fixture(scope="module")
def page() -> dict[str, object]:
    return yaml.safe_load(PAGE.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def faults(page) -> Callable[[str, object], list[str]]:
    """Return a function that lists where a value leaves the named schema."""

    def look(schema: str, value: object) -> list[str]:
        whole = {"$ref": f"#/components/schemas/{schema}", "components": page["components"]}
        validator = jsonschema_rs.Draft202012Validator(whole, validate_formats=True)
        return [str(error) for error in validator.iter_errors(value)]

    return look


def test_the_page_is_valid_openapi(page):
    openapi_spec_validator.validate(page)


def test_the_schemas_can_tell_a_bad_record(faults):
    assert faults("Record", {"number": 1})


def test_every_route_of_an_institution_is_on_the_page_and_the_other_way_round(asp, page):
    answers = {}
    for path, methods in page["paths"].items():
        address = path.replace("{number}", "N").replace("{document_id}", "D").replace("{name}", "x")
        for method in set(methods) & {"get", "put", "post"}:
            answers[path, method] = httpx.request(method, f"{asp.url}{address}", timeout=10)

    assert all(answer.status_code not in (404, 405, 500) for answer in answers.values()), answers


@pytest.mark.parametrize("act", [None, "ask-papers", "refuse", "approve"])
def test_records_keep_the_schema_at_every_stage(asp, asp_api, faults, decide, act):
    asp_api.deliver(parcel_of(files=(paper(),)), acting=acting_for())
    if act is not None:
        decide(asp, act, "GH-2026-000001", reason="motiv", papers=["kinship_proof"])

    answer = httpx.get(f"{asp.url}/v1/submissions/GH-2026-000001", headers=acting_header(acting_for()), timeout=10)

    assert faults("Record", answer.json()) == []


@pytest.mark.parametrize("acting", [acting_for(), acting_for("", document="passport X1")])
def test_the_acting_context_keeps_the_schema(faults, acting):
    assert faults("Acting", json.loads(json.dumps(acting_object(acting)))) == []


def test_a_refusal_is_a_problem_document(asp, faults):
    answer = httpx.get(f"{asp.url}/v1/submissions/none", timeout=10)

    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, answer.json()["code"]) == (422, "acting-missing")
    assert faults("Problem", answer.json()) == []
