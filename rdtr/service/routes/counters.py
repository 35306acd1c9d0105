"""Counters for Prometheus. Counts nothing itself."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse

from rdtr.service.observe import gather
from rdtr.service.state import Serving

__all__ = ["router"]

router = APIRouter(tags=["operations"])


@router.get("/metrics", response_class=PlainTextResponse)
def metrics(service: Serving) -> PlainTextResponse:
    """Return the counters of all workers in Prometheus' text format."""
    gather(service)
    return PlainTextResponse(service.metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")
