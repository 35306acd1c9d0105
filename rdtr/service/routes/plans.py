"""The plans that are served, and one of them described."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends

from rdtr.service.state import PlanHere, Serving, base_url
from rdtr.tiles.grid import plan_bounds
from rdtr.zoning.plan import Plan, RasterLayer

__all__ = ["router"]

router = APIRouter(tags=["plans"])

Base = Annotated[str, Depends(base_url)]


@router.get("/plans")
def plans(service: Serving, base: Base) -> dict[str, Any]:
    """List the plans with where to find what belongs to each."""
    return {"plans": [_summary(plan, base) for plan in service.catalog.plans.values()]}


@router.get("/plans/{plan}")
def plan(plan: PlanHere, base: Base) -> dict[str, Any]:
    """Describe one plan: regulation, dates, conventions, layers, rasters."""
    layers = plan.layers
    return {
        **_summary(plan, base),
        "vocabulary": plan.identity.vocabulary,
        "kbli_edition": plan.identity.kbli_edition,
        "tolerance_m": plan.identity.tolerance_m,
        "crs": plan.crs.name,
        "zones": len(plan.zones),
        "activities": len(plan.rules.table("activities")),
        "layers": [name for name in layers if not isinstance(layers[name], RasterLayer)],
        "rasters": [
            {"name": name, "tilejson": f"{base}/plans/{plan.identity.id}/rasters/{name}/tilejson.json"}
            for name in layers
            if isinstance(layers[name], RasterLayer)
        ],
    }


def _summary(plan: Plan, base: str) -> dict[str, Any]:
    who, here = plan.identity, f"{base}/plans/{plan.identity.id}"
    west, south, east, north = plan_bounds(plan)
    return {
        "id": who.id,
        "title": who.title or who.id,
        "region_code": who.region_code,
        "regulation": who.regulation,
        "regulation_date": _day(who.regulation_date),
        "valid_from": _day(who.valid_from),
        "valid_until": _day(who.valid_until),
        "hash": plan.hash,
        "bounds": [west, south, east, north],
        "center": [(west + east) / 2, (south + north) / 2],
        "links": {
            "self": here,
            "tilejson": f"{here}/tilejson.json",
            "style": f"{here}/style.json",
            "legend": f"{here}/legend.json",
            "wmts": f"{here}/WMTSCapabilities.xml",
            "at": f"{here}/at{{?lon,lat}}",
            "allowed": f"{here}/allowed{{?lon,lat}}",
            "activities": f"{here}/activities{{?q}}",
            "places": f"{here}/places{{?q}}",
            "checks": f"{here}/checks",
        },
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
