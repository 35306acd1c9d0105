"""The OpenAPI 3.0 document of the OGC part, each collection with its own paths: clients read its filters from here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from rdtr.service.collections import Collection

__all__ = ["DEFAULT_LIMIT", "MAX_LIMIT", "api_document", "item_parameters"]

DEFAULT_LIMIT: Final = 100
MAX_LIMIT: Final = 5_000
"""Features of one page; more are on the next one."""

_LIMIT: Final = {
    "name": "limit",
    "in": "query",
    "description": "Features a page",
    "required": False,
    "schema": {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT},
    "style": "form",
    "explode": False,
}
_OFFSET: Final = {
    "name": "offset",
    "in": "query",
    "description": "Features passed over; taken from the link to the next page",
    "required": False,
    "schema": {"type": "integer", "minimum": 0, "default": 0},
}
_BBOX: Final = {
    "name": "bbox",
    "in": "query",
    "description": "west,south,east,north in CRS84",
    "required": False,
    "schema": {"type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"}},
    "style": "form",
    "explode": False,
}
_DATETIME: Final = {
    "name": "datetime",
    "in": "query",
    "description": "An instant or interval (RFC 3339); the features have no time, so that each fits",
    "required": False,
    "schema": {"type": "string"},
    "style": "form",
    "explode": False,
}
_FORMAT: Final = {
    "name": "f",
    "in": "query",
    "description": "json",
    "required": False,
    "schema": {"type": "string", "enum": ["json"]},
}


def item_parameters() -> list[dict[str, Any]]:
    """Return the parameters that every collection's items take."""
    return [_LIMIT, _OFFSET, _BBOX, _DATETIME, _FORMAT]


def api_document(collections: Iterable[Collection], base: str, version: str) -> dict[str, Any]:
    """Write the document.

    Parameters
    ----------
    collections
        Those that there are.
    base
        Address of the landing page.
    version
        Of the service.
    """
    paths = {
        "/": _get("Landing page", "landing"),
        "/conformance": _get("Conformance classes", "conformance"),
        "/collections": _get("Collections", "collections"),
    }
    for one in collections:
        paths |= _paths(one)
    info = {"title": "rdtr OGC API", "version": version, "license": {"name": "Apache-2.0"}}
    return {"openapi": "3.0.3", "info": info, "servers": [{"url": base}], "paths": paths}


def _paths(one: Collection) -> dict[str, Any]:
    here, word = f"/collections/{one.id}", one.id.replace(":", "_")
    filters = [_filter(name, kind) for name, kind in one.columns.items()]
    feature_id = {"name": "featureId", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 1}}
    return {
        here: _get(f"Collection {one.id}", f"describe_{word}"),
        f"{here}/items": _get(
            f"Features of {one.id}", f"items_{word}", [*item_parameters(), *filters], "application/geo+json"
        ),
        f"{here}/items/{{featureId}}": _get(
            f"One feature of {one.id}", f"item_{word}", [feature_id], "application/geo+json"
        ),
        f"{here}/tiles": _get(f"Tilesets of {one.id}", f"tilesets_{word}"),
    }


def _filter(name: str, kind: str) -> dict[str, Any]:
    return {
        "name": name,
        "in": "query",
        "description": f"Only features whose {name} is this",
        "required": False,
        "schema": {"type": kind},
        "style": "form",
        "explode": False,
    }


def _get(
    summary: str, operation: str, parameters: list[dict[str, Any]] | None = None, kind: str = "application/json"
) -> dict[str, Any]:
    answer = {"description": summary, "content": {kind: {"schema": {"type": "object"}}}}
    problem = {"description": "Refused", "content": {"application/problem+json": {"schema": {"type": "object"}}}}
    return {
        "get": {
            "summary": summary,
            "operationId": operation,
            "parameters": parameters or [],
            "responses": {"200": answer, "400": problem},
        }
    }
