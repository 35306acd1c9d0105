"""Routes, a file for each noun, listed in the order in which they are asked."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from rdtr.service.routes import (
    checks,
    counters,
    documentation,
    health,
    identify,
    maps,
    ogc,
    ogc_features,
    ogc_tiles,
    plans,
    publishing,
    rasters,
    search,
    site,
    sites,
    tiles,
)

__all__ = ["ROUTERS"]

ROUTERS: Final[tuple[APIRouter, ...]] = (
    site.router,
    documentation.router,
    health.router,
    counters.router,
    plans.router,
    publishing.router,
    maps.router,
    tiles.router,
    rasters.router,
    identify.router,
    search.router,
    checks.router,
    sites.router,
    ogc.router,
    ogc_features.router,
    ogc_tiles.router,
)
