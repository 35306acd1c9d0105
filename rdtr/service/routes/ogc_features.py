"""OGC API Features: the items of a collection, page by page, and one of them. Finds nothing itself: see `collections`."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final
from urllib.parse import urlencode

import numpy as np
import shapely
from fastapi import APIRouter, Path, Request
from fastapi.responses import Response, StreamingResponse

from rdtr.io.report.plain import rows_of
from rdtr.service.collections import Bbox, Collection
from rdtr.service.documents import refusals
from rdtr.service.errors import Problem
from rdtr.service.ogcapi import DEFAULT_LIMIT, MAX_LIMIT, item_parameters
from rdtr.service.routes.ogc import CollectionHere, OgcBase, json_only
from rdtr.types import IndexArray

__all__ = ["router"]

router = APIRouter(tags=["ogc"], prefix="/ogc/collections/{collection}/items")

GEOJSON: Final = "application/geo+json"
_OWN: Final = ("limit", "offset", "bbox", "datetime")
_PIECE: Final = 200
_FURTHEST: Final = 10**9
_INSTANT: Final = r"\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2}))?"
_DATETIME: Final = re.compile(rf"(?:{_INSTANT})|(?:(?:{_INSTANT}|\.\.)?/(?:{_INSTANT}|\.\.)?)", re.IGNORECASE)
_CONTENT: Final[dict[int | str, dict[str, Any]]] = {200: {"content": {GEOJSON: {"schema": {"type": "object"}}}}}


@router.get(
    "",
    response_class=Response,
    openapi_extra={"parameters": item_parameters()},
    responses={**_CONTENT, **refusals(400, 404)},
)
def items(request: Request, collection: CollectionHere, base: OgcBase) -> Response:
    """Return a page of features; any column of the collection may be asked for as ``column=value``."""
    json_only(request, *_OWN, *collection.columns)
    query = request.query_params
    limit = min(_whole(query, "limit", DEFAULT_LIMIT, 1), MAX_LIMIT)  # the standard lets a server give less
    offset = _whole(query, "offset", 0, 0)
    _check_datetime(query.get("datetime"))
    equal = {name: value for name, value in query.items() if name in collection.columns and name not in _OWN}
    found = collection.rows(_bbox(query.get("bbox")), equal)
    page = found[offset : offset + limit]
    here = f"{base}/collections/{collection.id}"
    head = {
        "type": "FeatureCollection",
        "numberMatched": len(found),
        "numberReturned": len(page),
        "links": list(_page_links(here, dict(query), offset, limit, len(found))),
    }
    return StreamingResponse(_document(head, collection, page), media_type=GEOJSON)


@router.get("/{feature_id}", response_class=Response, responses={**_CONTENT, **refusals(400, 404)})
def item(
    request: Request,
    collection: CollectionHere,
    base: OgcBase,
    feature_id: Annotated[str, Path(max_length=20, description="The number of the feature, from 1")],
) -> Response:
    """Return one feature."""
    json_only(request)
    row = int(feature_id) - 1 if feature_id.isascii() and feature_id.isdigit() else -1
    if not 0 <= row < len(collection.frame):
        count = len(collection.frame)
        raise Problem(
            404, f"{collection.id}: there is no feature {feature_id[:20]!r}; they are numbered 1 to {count:,}"
        )
    here = f"{base}/collections/{collection.id}"
    links = [
        {"href": f"{here}/items/{row + 1}", "rel": "self", "type": GEOJSON},
        {"href": here, "rel": "collection", "type": "application/json"},
    ]
    text = next(_features(collection, np.array([row], np.int64)))
    return Response(f'{text[:-1]},"links":{_dumps(links)}}}', media_type=GEOJSON)


def _whole(query: Mapping[str, str], name: str, default: int, least: int) -> int:
    text = query.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 12 and int(text) >= least):
        raise Problem(400, f"{name} is {text[:40]!r}; wanted a whole number, {least} or more")
    return min(int(text), _FURTHEST)


def _bbox(text: str | None) -> Bbox | None:
    if text is None:
        return None
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) == 6:  # with heights, which these features do not have
        numbers = [*numbers[:2], *numbers[3:5]]
    fits = len(numbers) == 4 and all(map(math.isfinite, numbers)) and numbers[1] <= numbers[3]
    if not fits or not (-180 <= numbers[0] <= 180 and -180 <= numbers[2] <= 180):
        raise Problem(400, f"bbox is {text[:80]!r}; wanted west,south,east,north in degrees")
    west, south, east, north = numbers
    return west, south, east, north


def _check_datetime(text: str | None) -> None:
    if text is not None and (not _DATETIME.fullmatch(text) or text in ("/", "../..")):
        raise Problem(400, f"datetime is {text[:60]!r}; wanted an instant or an interval such as 2024-01-01/..")


def _page_links(here: str, query: dict[str, str], offset: int, limit: int, count: int) -> Iterator[dict[str, str]]:
    def page(rel: str, start: int) -> dict[str, str]:
        asked = {**query, "limit": str(limit), "offset": str(start)}
        return {"href": f"{here}/items?{urlencode(asked)}", "rel": rel, "type": GEOJSON}

    asked = f"?{urlencode(query)}" if query else ""
    yield {"href": f"{here}/items{asked}", "rel": "self", "type": GEOJSON}
    yield {"href": here, "rel": "collection", "type": "application/json"}
    if offset + limit < count:
        yield page("next", offset + limit)
    if offset > 0:
        yield page("prev", max(offset - limit, 0))


def _document(head: dict[str, Any], collection: Collection, rows: IndexArray) -> Iterator[str]:
    yield _dumps(head)[:-1] + ',"features":['
    for start in range(0, len(rows), _PIECE):
        piece = ",\n".join(_features(collection, rows[start : start + _PIECE]))
        yield (",\n" if start else "\n") + piece
    yield "]}\n"


def _features(collection: Collection, rows: IndexArray) -> Iterator[str]:
    names = [str(c) for c in collection.frame.columns]
    texts = shapely.to_geojson(collection.shapes[rows])
    for number, values, shape in zip(rows, rows_of(collection.frame.iloc[rows]), texts, strict=True):
        properties = _dumps(dict(zip(names, values, strict=True)))
        yield f'{{"type":"Feature","id":{number + 1},"properties":{properties},"geometry":{shape or "null"}}}'


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=str)
