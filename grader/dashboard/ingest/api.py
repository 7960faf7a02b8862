"""The API: a report, and the source that it is about. docs/submitting.md has the wire format."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from anyio import to_thread
from fastapi import APIRouter, Depends, HTTPException, Path, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from grader.dashboard.access.gates import OPEN
from grader.dashboard.ingest import arriving, sources
from grader.dashboard.ingest.documented import REPORT, SOURCE
from grader.dashboard.ingest.intake import Intake
from grader.dashboard.ingest.looking import Looked
from grader.dashboard.ingest.readers import Away
from grader.dashboard.ingest.senders import Sender, unknown
from grader.dashboard.ingest.writer import Answer, Busy, Delivery
from grader.errors import UsageError

router = APIRouter()
PATIENCE_S = 25.0  # for which a request waits for the database; clients wait for 30
LATER = HTTPException(503, "The dashboard has too much to write just now. Come again later.", {"Retry-After": "2"})


@router.post("/api/v1/reports", dependencies=[Depends(OPEN)], status_code=201, **REPORT)
async def report(request: Request) -> JSONResponse:
    intake: Intake = request.app.state.intake
    async with _answered(intake, request):
        known = intake.remembered(request)
        token, sender = known if known is not None else await run_in_threadpool(intake.token, request)
        key = arriving.key(request)
        arriving.is_json(request)
        with intake.room(request, sender):
            body = await arriving.body(request, arriving.MOST_REPORT)
            if sender is None:
                sender = await to_thread.run_sync(intake.of_body, token, body, limiter=intake.asking)
            looked = await _looked_at(intake, body)
            made = await _made(intake, looked, key, sender)
            answer = await _written(intake, made) if isinstance(made, Delivery) else made
        if answer.status == 401:
            raise unknown(answer.body["error"])
        if answer.status >= 400:
            raise HTTPException(answer.status, answer.body["error"])
        return JSONResponse(answer.body, answer.status)


async def _looked_at(intake: Intake, body: bytes) -> Looked:
    try:
        return await intake.readers.look(body)
    except Away:
        raise LATER from None


async def _made(intake: Intake, looked: Looked, key: str, sender: Sender) -> Delivery | Answer:
    """In a thread where the database is asked for something."""
    if looked.fingerprint is None and not looked.refusal:
        return intake.delivery(looked, key, sender)
    return await run_in_threadpool(intake.delivery, looked, key, sender)


async def _written(intake: Intake, delivery: Delivery) -> Answer:
    """Once it is on the disk. Raises HTTPException 503: it may have been written all the same, and may come again."""
    try:
        waiting = asyncio.wrap_future(intake.writer.submit(delivery))
        answer = await asyncio.wait_for(asyncio.shield(waiting), PATIENCE_S)
    except (Busy, TimeoutError, UsageError):
        raise LATER from None
    if answer.status == 201:
        for graded in delivery.gradings:
            intake.metrics.taken(graded.provenance, graded.status)
    return answer


@router.put("/api/v1/sources/{sha256}", dependencies=[Depends(OPEN)], status_code=201, **SOURCE)
async def source(
    request: Request, sha256: str = Path(pattern="^[0-9a-f]{64}$", description="Of the file, in hexadecimal digits.")
) -> Any:
    intake: Intake = request.app.state.intake
    async with _answered(intake, request):
        token, sender = await run_in_threadpool(intake.token, request)
        key = arriving.key(request)
        arriving.is_plain(request)
        with intake.room(request, sender):
            body = await arriving.body(request, arriving.MOST_SOURCE)
            offer = sources.Offer(key, sha256, body, token, sender)
            status = await to_thread.run_sync(sources.put, intake, offer, limiter=intake.asking)
        return JSONResponse({"message": sources.SAYS[status]}, status)


@asynccontextmanager
async def _answered(intake: Intake, request: Request) -> AsyncIterator[None]:
    """What every request has around it: limits, and what is remembered of those that are refused."""
    try:
        yield
    except HTTPException as error:
        raise intake.refused(request, await _of_the_known(intake, request, error)) from None
    except UsageError:  # the database is not to be had
        raise intake.refused(request, LATER) from None


async def _of_the_known(intake: Intake, request: Request, error: HTTPException) -> HTTPException:
    """What a known sender is told, and whoever has a token that was ended is not. Raises HTTPException 503."""
    sender: Sender | None = getattr(request.state, "sender", None)
    if sender is None or error.status_code == 503:
        return error
    try:
        await run_in_threadpool(intake.senders.check, sender)
    except HTTPException as ended:
        request.state.sender = None
        return ended
    except UsageError:
        return LATER
    return error
