"""The API as OpenAPI describes it: /openapi.json. Of the pages nothing is in it."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from grader import __version__
from grader.report import Report
from grader.stored import SIGNED

REF = "#/components/schemas/{model}"
KEY: dict[str, Any] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": (
        "64 hexadecimal digits in double quotes: the SHA-256 of the dashboard's address, a NUL byte and the report's "
        "bytes. For a source it is the key of the report that names it."
    ),
    "schema": {"type": "string", "pattern": '^"[0-9a-f]{64}"$'},
}
SECURITY: list[dict[str, list[str]]] = [{"token": []}, {"job": []}, {}]
SCHEMES = {
    "token": {"type": "http", "scheme": "bearer", "description": "A token that the course gave to a student."},
    "job": {
        "type": "http", "scheme": "bearer", "bearerFormat": "JWT",
        "description": "The identity of a job in CI (OpenID Connect), made out to the dashboard's address.",
    },
}  # fmt: skip
ANSWER = {
    "type": "object",
    "properties": {
        "message": {"type": "string", "description": "One sentence for the sender."},
        "url": {"type": "string", "description": "Where to look."},
        "wanted": {
            "type": "array", "items": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
            "description": "SHA-256 of submissions whose bytes are wanted: PUT /api/v1/sources/{sha256}.",
        },
    },
}  # fmt: skip
ERROR = {
    "type": "object",
    "properties": {"error": {"type": "string", "description": "One sentence that says what to do."}},
    "required": ["error"],
}
SIGNED_REPORT = {
    "type": "object",
    "description": "docs/signing.md. It has to come byte for byte as it was signed.",
    "properties": {
        "schema": {"const": SIGNED},
        "report": {"$ref": REF.format(model="Report")},
        "key": {"type": "string", "contentEncoding": "base64"},
        "signature": {"type": "string", "contentEncoding": "base64"},
    },
    "required": ["schema", "report", "key", "signature"],
    "additionalProperties": False,
}
SAYS = {
    200: "It was taken before, under this key and with this body.",
    201: "It is taken, and on the disk.",
    400: "No report, a header that is missing or odd, or a signed report that was changed.",
    401: "No token, or none that is accepted.",
    403: "Known, and not allowed: signed by somebody else, no report names this file, too many are kept, or read-only.",
    408: "The body did not arrive in time.",
    409: "This key was used with another body.",
    413: "Too large; `error` says what is allowed.",
    422: "A report, and not one of this course's kit; or bytes that have another hash.",
    429: "Too often; Retry-After says when to come again.",
    503: "The dashboard's own trouble; Retry-After says when to come again.",
}


def _responses(*codes: int) -> dict[int | str, dict[str, Any]]:
    made: dict[int | str, dict[str, Any]] = {}
    for code in codes:
        schema = REF.format(model="Answer" if code < 300 else "Refusal")
        made[code] = {"description": SAYS[code], "content": {"application/json": {"schema": {"$ref": schema}}}}
        if code in (429, 503):
            made[code]["headers"] = {"Retry-After": {"description": "Seconds.", "schema": {"type": "string"}}}
        if code == 401:
            made[code]["headers"] = {"WWW-Authenticate": {"schema": {"type": "string"}}}
    return made


def _route(summary: str, body: dict[str, Any], codes: tuple[int, ...]) -> dict[str, Any]:
    extra = {"parameters": [KEY], "requestBody": {"required": True, "content": body}, "security": SECURITY}
    return {"summary": summary, "response_model": None, "responses": _responses(*codes), "openapi_extra": extra}


_EITHER = {"oneOf": [{"$ref": REF.format(model="Report")}, {"$ref": REF.format(model="SignedReport")}]}
REPORT = _route(
    "Send a report",
    {"application/json": {"schema": _EITHER}},
    (200, 201, 400, 401, 403, 408, 409, 413, 422, 429, 503),
)
SOURCE = _route(
    "Send the file that a report is about",
    {"application/octet-stream": {"schema": {}}},
    (200, 201, 400, 401, 403, 408, 413, 422, 429, 503),
)


def document(app: FastAPI) -> None:
    """Its /openapi.json says what programs may ask for, and nothing of the pages for people."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _document(app: FastAPI) -> dict[str, Any]:
    routes = [route for route in app.routes if isinstance(route, APIRoute) and route.path.startswith("/api/")]
    found = get_openapi(
        title=app.title, version=__version__, routes=routes, description="How reports are sent: docs/submitting.md."
    )
    report = Report.model_json_schema(by_alias=True, ref_template=REF)
    parts = report.pop("$defs")
    found["components"] = {
        "schemas": {**parts, "Report": report, "SignedReport": SIGNED_REPORT, "Answer": ANSWER, "Refusal": ERROR},
        "securitySchemes": SCHEMES,
    }
    return found
