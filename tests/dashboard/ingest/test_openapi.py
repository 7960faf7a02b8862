"""The API's own description: it is valid, it is complete, and what the API answers is as it says."""

import json
from typing import Any

import jsonschema
import pytest
import requests
import schemathesis
from fastapi.openapi.models import OpenAPI
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)
from schemathesis.schemas import BaseSchema

from grader.report import json_schema
from tests import breadth
from tests.dashboard.ingest.gradings import SOLUTION, graded
from tests.dashboard.ingest.serving import Served

CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance,
    response_headers_conformance, unsupported_method,
]  # fmt: skip
OPERATIONS = pytest.mark.parametrize(
    ("path", "method"), [("/api/v1/reports", "POST"), ("/api/v1/sources/{sha256}", "PUT")]
)
MORE, FEW = 40, 8  # examples: a report that is made up takes its time


@pytest.fixture
def unhurried(one: Served, monkeypatch: pytest.MonkeyPatch) -> Served:
    """Whoever comes often is not asked to wait."""
    for rate in (one.intake.reports, one.intake.refusals):
        monkeypatch.setattr(rate, "at_once", 1e9)
    return one


@pytest.fixture
def document(one: Served) -> dict[str, Any]:
    found: dict[str, Any] = requests.get(one.url + "/openapi.json", timeout=10).json()
    return found


@pytest.fixture
def described(unhurried: Served) -> BaseSchema:
    return schemathesis.openapi.from_url(unhurried.url + "/openapi.json")


def test_it_is_valid_and_has_the_api_alone(document: dict[str, Any], described: BaseSchema) -> None:
    described.validate()
    assert OpenAPI.model_validate(document).openapi.startswith("3.1")
    assert set(document["paths"]) == {"/api/v1/reports", "/api/v1/sources/{sha256}"}


def test_each_answer_and_each_way_to_say_who_sends_is_described(document: dict[str, Any]) -> None:
    for path, method in (("/api/v1/reports", "post"), ("/api/v1/sources/{sha256}", "put")):
        operation = document["paths"][path][method]
        assert set(operation["responses"]) >= {"200", "201", "400", "401", "403", "413", "422", "429", "503"}
        assert operation["requestBody"]["required"] and "Idempotency-Key" in str(operation["parameters"])
        assert {name for way in operation["security"] for name in way} == set(document["components"]["securitySchemes"])


def test_a_report_is_described_as_its_own_schema_describes_it(document: dict[str, Any]) -> None:
    ours = json_schema()
    described = document["components"]["schemas"]["Report"]
    assert set(described["properties"]) == set(ours["properties"])
    assert set(ours["$defs"]) <= set(document["components"]["schemas"])
    resolver = {**described, "components": document["components"]}
    jsonschema.Draft202012Validator(resolver).validate(json.loads(graded(SOLUTION)))


def judged(described: BaseSchema, path: str, method: str, headers: dict[str, str], examples: int) -> set[int]:
    """Sends what schemathesis makes up; gives the statuses that came, each of them as described."""
    statuses = set()

    @settings(max_examples=breadth.examples(examples), deadline=None, suppress_health_check=list(HealthCheck))
    @given(described[path][method].as_strategy())
    def answered(case: schemathesis.Case) -> None:
        answer = case.call(headers={**(case.headers or {}), **headers})
        case.validate_response(answer, checks=CHECKS)
        statuses.add(answer.status_code)

    answered()
    return statuses


@OPERATIONS
def test_whatever_a_stranger_sends_is_answered_as_described(described: BaseSchema, path: str, method: str) -> None:
    assert judged(described, path, method, {}, FEW) <= {400, 401, 405}


@OPERATIONS
def test_whatever_a_student_sends_is_answered_as_described(
    described: BaseSchema, unhurried: Served, path: str, method: str
) -> None:
    bearer = {"Authorization": f"Bearer {unhurried.token('ada')}"}
    assert judged(described, path, method, bearer, MORE) & {403, 422}, "it did not come as far as the report"
