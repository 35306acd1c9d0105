"""Documents that a client need not fetch twice: validator, Cache-Control, 304. Makes no document."""

from __future__ import annotations

from hashlib import blake2b

from fastapi import Request
from fastapi.responses import Response

from rdtr.service.replies import FOR_A_WHILE
from rdtr.zoning.plan import Plan

__all__ = ["fresh"]


def fresh(request: Request, plan: Plan, made: Response) -> Response:
    """Return a document of a plan, or a 304 to who holds it already; it says which version of the plan it is from."""
    tag = f'"{blake2b(bytes(made.body), digest_size=10).hexdigest()}"'
    headers = {"ETag": tag, "Cache-Control": FOR_A_WHILE, "X-Plan-Hash": plan.hash}
    held = [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]
    if tag in held or "*" in held:
        return Response(status_code=304, headers=headers)
    made.headers.update(headers)
    return made
