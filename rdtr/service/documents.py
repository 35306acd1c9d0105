"""Shapes of the documents that routes answer with, for the OpenAPI document. Holds no data and checks none."""

from __future__ import annotations

from typing import Any, Final

from pydantic import BaseModel, ConfigDict

from rdtr.zoning.plan import Plan

__all__ = ["CheckDocument", "PlanCard", "ProblemDocument", "plan_card", "refusals"]


class _Open(BaseModel):
    model_config = ConfigDict(extra="allow")


class ProblemDocument(_Open):
    """What was wrong, where, what was wanted (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str


class PlanCard(BaseModel):
    """Which plan an answer is from."""

    id: str
    title: str
    regulation: str
    regulation_date: str | None
    hash: str


def plan_card(plan: Plan) -> dict[str, Any]:
    """Say which plan an answer is from."""
    who = plan.identity
    day = who.regulation_date.isoformat() if who.regulation_date else None
    return {
        "id": who.id,
        "title": who.title or who.id,
        "regulation": who.regulation,
        "regulation_date": day,
        "hash": plan.hash,
    }


class CheckDocument(BaseModel):
    """A report: the same numbers as ``rdtr.check`` gives."""

    plan: PlanCard
    receipt: dict[str, Any]
    summary: dict[str, int]
    notes: list[str]
    permits: list[dict[str, Any]]
    parts: list[dict[str, Any]]
    findings: list[dict[str, Any]]
    explain: dict[str, dict[str, Any]]


_WHY: Final = {
    400: "Not understood",
    401: "Needs an API key",
    403: "The key has not the role for it, or publishing is off",
    404: "No such plan",
    406: "Not in that format",
    413: "More than the limit, which is told",
    415: "Not a format that is taken",
    422: "Cannot be judged; the detail says why and what to do",
    507: "No room on the disk of the server",
    503: "Took longer than the limit, which is told",
}


def refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Document the refusals of a route, for its ``responses``.

    Examples
    --------
    >>> list(refusals(404, 422))
    [404, 422]
    """
    content = {"application/problem+json": {"schema": ProblemDocument.model_json_schema()}}
    return {status: {"description": _WHY[status], "content": content} for status in statuses}
