"""Is the service alive, and is it ready: for load balancers and operators."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from rdtr.service.state import Serving

__all__ = ["router"]

router = APIRouter(tags=["operations"])


@router.get("/healthz")
def healthz() -> dict[str, str]:
    """Say that the process answers."""
    return {"status": "ok"}


@router.get("/readyz")
def readyz(service: Serving) -> JSONResponse:
    """Say whether plans are served, and name the packages that cannot be read."""
    plans, broken = service.catalog.plans, service.catalog.broken
    body = {"status": "ok" if plans else "no plans", "plans": list(plans), "broken": dict(broken)}
    return JSONResponse(body, 200 if plans else 503)
