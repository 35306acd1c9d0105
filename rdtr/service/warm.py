"""What is built and compiled before a plan is handed out, so that no user waits for it. Answers nothing."""

from __future__ import annotations

from pathlib import Path

import shapely

from rdtr.service.rasters import rasters_of
from rdtr.tiles import zone_image
from rdtr.tiles.grid import grid, plan_bounds
from rdtr.tiles.layers import MAXZOOM
from rdtr.tiles.prepare import prepare
from rdtr.zoning.check import check
from rdtr.zoning.plan import Plan

__all__ = ["warm"]


def warm(plan: Plan, cache: Path | None = None) -> None:
    """Build a plan's layers and index, hold its rasters, and run each kernel once.

    Parameters
    ----------
    plan
        What is built is kept with it.
    cache
        Folder of layers that were built before, by this process or another; None: build them anew.

    Examples
    --------
    >>> from rdtr import sample_city
    >>> plan = sample_city(parcels=500).plan
    >>> warm(plan)
    >>> "index" in plan.__dict__
    True
    """
    prepare(plan, cache)
    rasters_of(plan)
    x, y, *_ = grid().tiles_over(plan_bounds(plan, grid()), MAXZOOM)
    zone_image(plan, MAXZOOM, x, y)
    _try_a_check(plan)


def _try_a_check(plan: Plan) -> None:
    west, south, east, north = plan.zones.total_bounds
    middle = shapely.Point((west + east) / 2, (south + north) / 2).buffer(10.0)
    check(plan, middle, activity=_any_activity(plan))


def _any_activity(plan: Plan) -> str | None:
    activities = plan.rules.table("activities")
    return str(activities["activity_id"].iloc[0]) if len(activities) else None
