"""Is it well, and how much does it do? For whoever watches over it."""

from __future__ import annotations

import ipaddress
import secrets
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import PlainTextResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST

from grader.dashboard.access.gates import OPEN
from grader.dashboard.desk import Desk, desk_of
from grader.dashboard.ingest.intake import Intake

router = APIRouter()
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-IP")
NOT_FROM_THERE = (
    "Figures are for this machine alone, or for who has the token: start the dashboard with "
    "`--metrics-token-file FILE`, and send `Authorization: Bearer` with what is in it."
)


@router.get("/healthz", dependencies=[Depends(OPEN)])
def health(desk: Annotated[Desk, Depends(desk_of)]) -> PlainTextResponse:
    """200 where the database answers, 503 where not. It says no more to anybody."""
    return PlainTextResponse("well\n") if desk.store.reachable() else PlainTextResponse("not well\n", 503)


@router.get("/metrics", dependencies=[Depends(OPEN)])
def metrics(request: Request, desk: Annotated[Desk, Depends(desk_of)]) -> Response:
    if not (_is_local(request) or _has_token(request, desk.settings.metrics_token)):
        raise HTTPException(403, NOT_FROM_THERE)
    intake: Intake = request.app.state.intake
    return Response(intake.metrics.text(), media_type=CONTENT_TYPE_LATEST)


def _is_local(request: Request) -> bool:
    """From this machine, and not through a proxy on it, which asks for anybody."""
    if request.client is None or any(name in request.headers for name in FORWARDED):
        return False
    try:
        return ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False


def _has_token(request: Request, token: str) -> bool:
    given = request.headers.get("Authorization", "").encode()
    return bool(token) and secrets.compare_digest(given, f"Bearer {token}".encode())
