"""Search in a plan by a few letters: activities by name or KBLI, places by name or code. Ranks nothing itself."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from rdtr.service.documents import refusals
from rdtr.service.state import PlanHere
from rdtr.zoning.search import find_activities, find_places

__all__ = ["router"]

router = APIRouter(tags=["search"])

Asked = Annotated[str, Query(max_length=200, description="A few letters, slips forgiven; empty lists everything")]
Limit = Annotated[int, Query(ge=1, le=1000)]


class Activity(BaseModel):
    """One activity of the rule book."""

    activity_id: str
    name: str
    kbli: list[str]
    score: float


class Activities(BaseModel):
    """The best first."""

    activities: list[Activity]


class Place(BaseModel):
    """A kelurahan, kecamatan, WP, SWP or blok of the plan; degrees."""

    name: str
    kind: str
    within: str
    bounds: tuple[float, float, float, float]
    center: tuple[float, float]
    score: float


class Places(BaseModel):
    """The best first."""

    places: list[Place]


@router.get("/plans/{plan}/activities", responses=refusals(404, 422))
def activities(plan: PlanHere, q: Asked = "", limit: Limit = 20) -> Activities:
    """Find activities by name, id or the beginning of a KBLI code."""
    found = find_activities(plan, q, limit)
    return Activities(
        activities=[
            Activity(activity_id=row.activity_id, name=row.name, kbli=row.kbli.split(), score=float(row.score))
            for row in found.itertuples(index=False, name="Row")
        ]
    )


@router.get("/plans/{plan}/places", responses=refusals(404, 422))
def places(plan: PlanHere, q: Asked = "", limit: Limit = 20) -> Places:
    """Find kelurahan, kecamatan, WP, SWP and blok by name or code."""
    found = find_places(plan, q, limit)
    return Places(
        places=[
            Place(
                name=row.name,
                kind=row.kind,
                within=row.within,
                bounds=(row.west, row.south, row.east, row.north),
                center=(row.lon, row.lat),
                score=float(row.score),
            )
            for row in found.itertuples(index=False, name="Row")
        ]
    )
