"""Sites: a polygon from whatever an applicant sends, with how far it may be trusted. The reading is the library's."""

from __future__ import annotations

from typing import Annotated, Any

import shapely
from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from rdtr.io.report.layers import in_degrees
from rdtr.io.site import Site, read_site
from rdtr.service.documents import refusals
from rdtr.service.state import PlanHere, Serving
from rdtr.service.uploads import SITES, Upload, body_of, receiver
from rdtr.tiles.grid import plan_bounds
from rdtr.types import Lang
from rdtr.zoning.plan import Plan

__all__ = ["router"]

router = APIRouter(tags=["checks"])


class SiteDocument(BaseModel):
    """Polygons in longitude and latitude, ready to be checked, with confidence (0 to 1) and reasons."""

    type: str
    features: list[dict[str, Any]]
    confidence: float
    reasons: list[str]
    crs: str


@router.post(
    "/plans/{plan}/sites",
    openapi_extra=body_of(SITES),
    responses={
        200: {"model": SiteDocument, "description": "The polygons found", "content": {"application/geo+json": {}}},
        **refusals(400, 404, 413, 415, 422),
    },
)
def sites(
    plan: PlanHere,
    service: Serving,
    sent: Annotated[Upload, Depends(receiver(SITES))],
    lang: Lang = "id",
) -> JSONResponse:
    """Read a site from a layer, KML, PDF, table or typed coordinates; what they leave open, the plan's place decides."""
    site = read_site(sent.path, near=plan_bounds(plan), max_vertices=service.settings.max_vertices)
    return JSONResponse(_document(site, plan, lang), media_type="application/geo+json")


def _document(site: Site, plan: Plan, lang: Lang) -> dict[str, Any]:
    polygons = site.polygons
    shapes = in_degrees(polygons.geometry.to_numpy(), plan, site.crs)
    return {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": {"permit_id": name}, "geometry": shapely.geometry.mapping(shape)}
            for name, shape in zip(polygons["permit_id"], shapes, strict=True)
        ],
        "confidence": site.confidence,
        "reasons": list(site.said(lang)),
        "crs": str(site.crs.name),
    }
