"""OGC API: landing page, conformance, the list of collections. What is in a collection: see `ogc_features`, `ogc_tiles`."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse

from rdtr import __version__
from rdtr.service.collections import Collection, collection_of, layer_names
from rdtr.service.documents import refusals
from rdtr.service.errors import Problem
from rdtr.service.ogcapi import api_document
from rdtr.service.state import Serving, base_url

__all__ = ["CollectionHere", "OgcBase", "json_only", "router"]

router = APIRouter(tags=["ogc"], prefix="/ogc")

CRS84: Final = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
CONFORMS: Final = (
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tileset",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tilesets-list",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/geodata-tilesets",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/mvt",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/png",
)
"""What a test suite may hold this service to; the judges of ours are GDAL and OWSLib."""

_TILESETS: Final = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-"
_OPENAPI: Final = "application/vnd.oai.openapi+json;version=3.0"
_WORDS: Final = ("json", "application/json", "application/geo+json")


def _base(base: Annotated[str, Depends(base_url)]) -> str:
    return f"{base}/ogc"


OgcBase = Annotated[str, Depends(_base)]
"""For a route: the address of the landing page."""


def json_only(request: Request, *known: str) -> None:
    """Refuse what the standard wants refused: parameters that are not known, formats that are not made.

    Raises
    ------
    Problem
        400 that names the parameter and those there are.
    """
    query = request.query_params
    strange = [name for name in query if name not in (*known, "f")]
    if strange:
        there = ", ".join((*known, "f")) if len(known) <= 20 else f"{', '.join(known[:20])}, …"
        raise Problem(400, f"parameter {strange[0][:60]!r} is not known here; there are {there}")
    doubled = [name for name in query if len(query.getlist(name)) > 1]
    if doubled:
        raise Problem(400, f"parameter {doubled[0][:60]!r} is given twice; give it once")
    if query.get("f", "json") not in _WORDS:
        raise Problem(400, f"f={query['f'][:40]!r} is not made here; f=json is")


def _collection(collection: str, service: Serving) -> Collection:
    plan_id, _, layer = collection.rpartition(":")
    plan = service.catalog.plans.get(plan_id)
    if plan is None or layer not in layer_names(plan):
        known = [f"{p.identity.id}:{name}" for p in service.catalog.plans.values() for name in layer_names(p)]
        raise Problem(
            404, f"collection {collection[:80]!r} is not there; there are {', '.join(known[:8]) or 'none yet'}"
        )
    return collection_of(plan, layer)


CollectionHere = Annotated[Collection, Depends(_collection)]
"""For a route with ``{collection}`` in its path: that collection, or a 404 that says which there are."""


@router.get("", responses=refusals(400))
@router.get("/", include_in_schema=False)
def landing(request: Request, base: OgcBase) -> JSONResponse:
    """Say where everything is."""
    json_only(request)
    links = [
        _link(base, "self", "application/json", "Halaman ini"),
        _link(f"{base}/api", "service-desc", _OPENAPI, "OpenAPI 3.0"),
        _link(f"{base.removesuffix('/ogc')}/docs", "service-doc", "text/html", "Dokumentasi"),
        _link(f"{base}/conformance", "conformance", "application/json", "Kelas kesesuaian"),
        _link(f"{base}/collections", "data", "application/json", "Koleksi"),
        _link(
            f"{base}/tileMatrixSets",
            "http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes",
            "application/json",
            "Skema ubin",
        ),
    ]
    about = "Rencana detail tata ruang: zona dan lapisannya. Detailed spatial plans: zones and further layers."
    return JSONResponse({"title": "rdtr", "description": about, "links": links})


@router.get("/conformance", responses=refusals(400))
def conformance(request: Request) -> JSONResponse:
    """List the conformance classes."""
    json_only(request)
    return JSONResponse({"conformsTo": list(CONFORMS)})


@router.get("/api", responses=refusals(400))
def api(request: Request, service: Serving, base: OgcBase) -> JSONResponse:
    """Describe this part of the service as OpenAPI 3.0, each collection with its own parameters."""
    json_only(request)
    found = [collection_of(p, name) for p in service.catalog.plans.values() for name in layer_names(p)]
    return JSONResponse(api_document(found, base, __version__), media_type=_OPENAPI)


@router.get("/collections", responses=refusals(400))
def collections(request: Request, service: Serving, base: OgcBase) -> JSONResponse:
    """List the collections: every vector layer of every plan."""
    json_only(request)
    found = [collection_of(p, name) for p in service.catalog.plans.values() for name in layer_names(p)]
    links = [_link(f"{base}/collections", "self", "application/json", "Koleksi")]
    return JSONResponse({"links": links, "collections": [_described(c, base) for c in found]})


@router.get("/collections/{collection}", responses=refusals(400, 404))
def collection(request: Request, collection: CollectionHere, base: OgcBase) -> JSONResponse:
    """Describe one collection."""
    json_only(request)
    return JSONResponse(_described(collection, base))


def _described(of: Collection, base: str) -> dict[str, Any]:
    here, who = f"{base}/collections/{of.id}", of.plan.identity
    links = [
        _link(here, "self", "application/json", of.layer),
        _link(f"{here}/items", "items", "application/geo+json", f"{of.layer} (GeoJSON)"),
        _link(f"{here}/tiles", f"{_TILESETS}vector", "application/json", f"{of.layer} (ubin vektor)"),
    ]
    if of.layer == "zones":
        links.append(_link(f"{here}/map/tiles", f"{_TILESETS}map", "application/json", f"{of.layer} (ubin gambar)"))
    return {
        "id": of.id,
        "title": f"{who.title or who.id}: {'zona' if of.layer == 'zones' else of.layer}",
        "description": who.regulation,
        "itemType": "feature",
        "crs": [CRS84],
        "extent": {"spatial": {"bbox": [list(of.bounds)] if len(of.shapes) else [[-180, -90, 180, 90]], "crs": CRS84}},
        "links": links,
    }


def _link(href: str, rel: str, kind: str, title: str) -> dict[str, str]:
    return {"href": href, "rel": rel, "type": kind, "title": title}
