"""What the tools that read our forms ask of them, written down from their documentation and their own readers."""

from __future__ import annotations

from typing import Any

_TEXT: dict[str, Any] = {"type": "string"}
_NAMED: dict[str, Any] = {"type": "string", "minLength": 1}
_POINTS: dict[str, Any] = {"type": "number", "minimum": 0}
_WHOLE: dict[str, Any] = {"type": "integer", "minimum": 0}
_TIME: dict[str, Any] = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"}
_VISIBLE: dict[str, Any] = {"enum": ["hidden", "after_due_date", "after_published", "visible"]}
_OUTPUT_FORMAT: dict[str, Any] = {"enum": ["text", "html", "simple_format", "md", "ansi"]}


def _object(required: str, closed: bool = True, **properties: Any) -> dict[str, Any]:
    names = required.split()
    return {"type": "object", "required": names, "properties": properties, "additionalProperties": not closed}


GRADESCOPE = _object(
    "tests",
    score=_POINTS, execution_time=_POINTS, output=_TEXT, output_format=_OUTPUT_FORMAT, test_output_format=_OUTPUT_FORMAT,
    test_name_format=_OUTPUT_FORMAT, visibility=_VISIBLE, stdout_visibility=_VISIBLE, extra_data={"type": "object"},
    leaderboard={"type": "array"},
    tests={
        "type": "array",
        "items": _object(
            "name score max_score",
            score=_POINTS, max_score=_POINTS, status={"enum": ["passed", "failed"]}, name=_NAMED, name_format=_OUTPUT_FORMAT,
            number=_TEXT, output=_TEXT, output_format=_OUTPUT_FORMAT, tags={"type": "array", "items": _TEXT},
            visibility=_VISIBLE, extra_data={"type": "object"},
        ),
    },
)  # fmt: skip

CLASSROOM50 = _object(
    "schema classroom assignment assignment_type owner submission commit release review datetime score max-score tests",
    **{
        "schema": {"const": "classroom50/result/v1"},
        **dict.fromkeys(("classroom", "assignment", "owner", "commit", "release", "review"), _NAMED),
        "assignment_type": {"enum": ["individual", "group"]},
        "submission": {"type": "string", "pattern": "^submit/"},
        **dict.fromkeys(("datetime", "graded_at"), _TIME),
        **dict.fromkeys(("score", "max-score"), _WHOLE),
        "tests": {
            "type": "array",
            "items": _object(
                "test-name passed score max-score",
                closed=False,
                **{"test-name": _NAMED, "passed": {"type": "boolean"}, "score": _WHOLE, "max-score": _WHOLE},
            ),
        },
    },
)

CLASSROOM = _object(
    "version status max_score tests",
    version={"const": 1}, status={"enum": ["pass", "fail", "error"]}, max_score={"type": "integer", "minimum": 1},
    tests={
        "type": "array", "minItems": 1,
        "items": _object(
            "name status score",
            name=_NAMED, status={"enum": ["pass", "fail", "error"]}, score=_WHOLE, message=_TEXT, test_code=_TEXT,
            filename=_TEXT, line_no=_WHOLE, duration=_POINTS,
        ),
    },
)  # fmt: skip

_MESSAGE = {"type": ["string", "null"], "maxLength": 65535}
EXERCISM = {
    **_object(
        "version status",
        version={"const": 3}, status={"enum": ["pass", "fail", "error"]}, message=_MESSAGE,
        tests={
            "type": "array",
            "items": _object(
                "name status test_code",
                name=_NAMED, status={"enum": ["pass", "fail", "error"]}, message=_MESSAGE, test_code=_TEXT,
                output={"type": "string", "maxLength": 500}, task_id={"type": "integer"},
            ),
        },
    ),
    "if": {"properties": {"status": {"const": "error"}}},
    "then": {"required": ["message"], "properties": {"message": {"type": "string", "minLength": 1}}},
    "else": {"required": ["tests"]},
}  # fmt: skip
