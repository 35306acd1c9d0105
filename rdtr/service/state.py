"""What every request shares, and how a route asks for it. Holds no data of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from rdtr.io.catalog import Catalog
from rdtr.service.errors import Problem
from rdtr.service.lane import Lane
from rdtr.service.metrics import Metrics
from rdtr.service.settings import Settings
from rdtr.service.tiles import Tiles
from rdtr.zoning.plan import Plan

__all__ = ["PlanHere", "Service", "Serving", "base_url"]


@dataclass(frozen=True, slots=True, eq=False)
class Service:
    """Settings, catalog, tiles and counters of one application."""

    settings: Settings
    catalog: Catalog
    tiles: Tiles
    metrics: Metrics
    lane: Lane


def _service(request: Request) -> Service:
    return request.app.state.service


Serving = Annotated[Service, Depends(_service)]
"""For a route: the service it belongs to."""


def _plan(plan: str, service: Serving) -> Plan:
    found = service.catalog.plans.get(plan)
    if found is None:
        known = ", ".join(list(service.catalog.plans)[:5]) or "none yet"
        raise Problem(404, f"plan {plan[:60]!r} is not served here; there are: {known}")
    return found


PlanHere = Annotated[Plan, Depends(_plan)]
"""For a route with ``{plan}`` in its path: that plan, or a 404 that says which there are."""


def base_url(request: Request, service: Serving) -> str:
    """Return the address under which the client sees the service, without a slash at its end."""
    return (service.settings.base_url or str(request.base_url)).rstrip("/")
