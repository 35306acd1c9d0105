"""Publishing a plan: who has a key for it puts a package in its place."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse

from rdtr.service.documents import plan_card, refusals
from rdtr.service.publishing import AuditLog, publish
from rdtr.service.state import Serving
from rdtr.service.uploads import Upload, body_of, receiver

__all__ = ["router"]

router = APIRouter(tags=["plans"])

_PACKAGE: Final = {"application/zip": ".zip", "application/x-zip-compressed": ".zip"}


@router.put(
    "/plans/{plan}",
    openapi_extra=body_of(_PACKAGE),
    responses={201: {"description": "A plan that was not there before"}, **refusals(401, 403, 413, 415, 422, 507)},
)
def put_plan(
    request: Request, service: Serving, plan: str, sent: Annotated[Upload, Depends(receiver(_PACKAGE))]
) -> JSONResponse:
    """Publish a plan package, zipped; needs a key with the role publish.

    The package is read and found good before it takes the place of the version in force; otherwise nothing changes.
    """
    settings = service.settings
    log = AuditLog(settings.audit or service.catalog.folder / ".audit.jsonl")
    who: dict[str, Any] = {"by": request.state.key.name, "request_id": request.state.request_id}
    done = publish(service.catalog, plan, sent.path, log, who)
    body = {"plan": plan_card(done.plan), "replaced": done.replaced}
    headers = {"Location": f"/plans/{plan}", "X-Plan-Hash": done.plan.hash}
    return JSONResponse(body, 200 if done.replaced else 201, headers)
