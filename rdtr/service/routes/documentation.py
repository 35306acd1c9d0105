"""The page that describes the interface, with scripts of our own host only. Describes nothing itself: see openapi.json."""

from __future__ import annotations

from importlib.resources import files
from typing import Final

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from rdtr.service.errors import Problem

__all__ = ["router"]

router = APIRouter(tags=["site"], include_in_schema=False)

_PAGE: Final = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    '<title>rdtr: HTTP API</title><link rel="stylesheet" href="/docs/swagger-ui.css">'
    '<div id="ui"></div><script src="/docs/swagger-ui-bundle.js"></script><script src="/docs/start.js"></script></html>'
)
_START: Final = 'SwaggerUIBundle({url: "/openapi.json", dom_id: "#ui", deepLinking: true});'
_KINDS: Final = {"swagger-ui.css": "text/css", "swagger-ui-bundle.js": "text/javascript", "start.js": "text/javascript"}


@router.get("/docs")
def page() -> Response:
    """Return the page."""
    return HTMLResponse(_PAGE)


@router.get("/docs/{name}")
def part(name: str) -> Response:
    """Return a script or style of the page."""
    if name not in _KINDS:
        raise Problem(404, f"there is no {name[:60]!r} here; the page is at /docs")
    content = _START.encode() if name == "start.js" else files("fastapi_offline").joinpath("static", name).read_bytes()
    return Response(content, media_type=_KINDS[name], headers={"Cache-Control": "public, max-age=86400"})
