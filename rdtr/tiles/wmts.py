"""WMTS 1.0.0 capabilities of a plan (OGC 07-057r7), REST addresses only. Answers no request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from xml.etree import ElementTree as ET

from rdtr.errors import TileError
from rdtr.tiles.grid import Grid, Matrix, grid, plan_bounds
from rdtr.tiles.layers import MAXZOOM
from rdtr.tiles.xmltext import add, document
from rdtr.zoning.plan import Plan

__all__ = ["FORMATS", "wmts"]

FORMATS: Final = ("image/png", "image/webp", "application/vnd.mapbox-vector-tile")

_DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SPACES: Final = {
    "xmlns": "http://www.opengis.net/wmts/1.0",
    "xmlns:ows": "http://www.opengis.net/ows/1.1",
    "xmlns:xlink": "http://www.w3.org/1999/xlink",
    "version": "1.0.0",
}
_DEEPER: Final = 3
_PLACES: Final = ("{TileMatrixSet}", "{TileMatrix}", "{TileRow}", "{TileCol}")


def wmts(
    plan: Plan,
    urls: Mapping[str, str],
    *,
    grids: Sequence[Grid] | None = None,
    url: str = "",
    legend_url: str = "",
    layer: str = "zones",
    maxzoom: int | None = None,
) -> str:
    """Return the capabilities document of a plan.

    Parameters
    ----------
    plan
        One layer, its zones.
    urls
        Template by format (some of `FORMATS`) with ``{TileMatrixSet}``, ``{TileMatrix}``, ``{TileRow}``, ``{TileCol}``.
    grids
        Tile matrix sets offered, the preferred one first; WebMercatorQuad without any. Each is limited to the tiles
        that the plan reaches into.
    url
        Address of this document.
    legend_url
        Address of the legend, SVG.
    layer
        Identifier of the layer.
    maxzoom
        Deepest zoom of every grid; without any 20, as pictures may go three zooms deeper than the vector tiles that
        web maps enlarge by themselves.

    Raises
    ------
    TileError
        If there is no template, a format is not known, or a template lacks a placeholder.

    Examples
    --------
    >>> from rdtr import sample_city
    >>> template = "https://example.org/{TileMatrixSet}/{TileMatrix}/{TileCol}/{TileRow}.png"
    >>> made = wmts(sample_city(parcels=500).plan, {"image/png": template})
    >>> '<ows:Identifier>WebMercatorQuad</ows:Identifier>' in made
    True
    """
    _require_urls(urls)
    offered = tuple(grids) if grids else (grid(),)
    for one in offered:
        if any(m.coalesce for m in one.matrices):
            raise TileError(f"WMTS: grid {one.name} has rows of wider tiles, which WMTS 1.0.0 cannot tell")
    root = ET.Element("Capabilities", _SPACES)
    _service(root, plan)
    contents = add(root, "Contents")
    deepest = {g.name: _deepest(g, maxzoom) for g in offered}
    _layer(contents, plan, urls, offered, deepest, layer, legend_url)
    for one in offered:
        _matrix_set(contents, one, deepest[one.name])
    if url:
        ET.SubElement(root, "ServiceMetadataURL", {"xlink:href": url})
    return document(root, _DECLARATION)


def _require_urls(urls: Mapping[str, str]) -> None:
    if not urls:
        raise TileError(f"WMTS: there is no template; give one for some of {', '.join(FORMATS)}")
    for kind, template in urls.items():
        if kind not in FORMATS:
            raise TileError(f"WMTS: format {kind[:60]!r} is not known; it is one of {', '.join(FORMATS)}")
        missing = [p for p in _PLACES if p not in template]
        if missing:
            raise TileError(f"WMTS: template {template[:80]!r} for {kind} lacks {', '.join(missing)}")


def _deepest(one: Grid, maxzoom: int | None) -> int:
    if maxzoom is not None:
        return min(max(maxzoom, one.minzoom), one.maxzoom)
    return min(MAXZOOM + _DEEPER, one.maxzoom)


def _service(root: ET.Element, plan: Plan) -> None:
    about = add(root, "ows:ServiceIdentification")
    add(about, "ows:Title", plan.identity.title or plan.identity.id)
    if plan.identity.regulation:
        add(about, "ows:Abstract", plan.identity.regulation)
    add(about, "ows:ServiceType", "OGC WMTS")
    add(about, "ows:ServiceTypeVersion", "1.0.0")


def _layer(
    contents: ET.Element,
    plan: Plan,
    urls: Mapping[str, str],
    grids: Sequence[Grid],
    deepest: Mapping[str, int],
    name: str,
    legend_url: str,
) -> None:
    made = add(contents, "Layer")
    add(made, "ows:Title", plan.identity.title or plan.identity.id)
    west, south, east, north = plan_bounds(plan)
    box = add(made, "ows:WGS84BoundingBox")
    add(box, "ows:LowerCorner", f"{west:.8f} {south:.8f}")
    add(box, "ows:UpperCorner", f"{east:.8f} {north:.8f}")
    add(made, "ows:Identifier", name)
    style = add(made, "Style", isDefault="true")
    add(style, "ows:Title", "Warna resmi")
    add(style, "ows:Identifier", "default")
    if legend_url:
        ET.SubElement(style, "LegendURL", {"format": "image/svg+xml", "xlink:href": legend_url})
    for kind in urls:
        add(made, "Format", kind)
    for one in grids:
        _link(made, plan, one, deepest[one.name])
    for kind, template in urls.items():
        add(made, "ResourceURL", format=kind, resourceType="tile", template=template)


def _link(layer: ET.Element, plan: Plan, one: Grid, deepest: int) -> None:
    link = add(layer, "TileMatrixSetLink")
    add(link, "TileMatrixSet", one.name)
    limits = add(link, "TileMatrixSetLimits")
    bounds = plan_bounds(plan, one)
    for m in _matrices(one, deepest):
        xmin, ymin, xmax, ymax = one.tiles_over(bounds, m.zoom)
        limit = add(limits, "TileMatrixLimits")
        add(limit, "TileMatrix", m.zoom)
        add(limit, "MinTileRow", ymin)
        add(limit, "MaxTileRow", ymax)
        add(limit, "MinTileCol", xmin)
        add(limit, "MaxTileCol", xmax)


def _matrix_set(contents: ET.Element, one: Grid, deepest: int) -> None:
    made = add(contents, "TileMatrixSet")
    add(made, "ows:Identifier", one.name)
    add(made, "ows:SupportedCRS", _urn(one))
    if one.well_known_scale_set:
        add(made, "WellKnownScaleSet", one.well_known_scale_set)
    for m in _matrices(one, deepest):
        matrix = add(made, "TileMatrix")
        add(matrix, "ows:Identifier", m.zoom)
        add(matrix, "ScaleDenominator", repr(m.scale_denominator))
        corner = (m.top, m.left) if one.y_first else (m.left, m.top)
        add(matrix, "TopLeftCorner", f"{corner[0]!r} {corner[1]!r}")
        add(matrix, "TileWidth", m.tile_width)
        add(matrix, "TileHeight", m.tile_height)
        add(matrix, "MatrixWidth", m.columns)
        add(matrix, "MatrixHeight", m.rows)


def _matrices(one: Grid, deepest: int) -> Sequence[Matrix]:
    return [m for m in one.matrices if m.zoom <= deepest]


def _urn(one: Grid) -> str:
    authority = one.crs.to_authority(min_confidence=20)
    if authority is None:
        raise TileError(f"WMTS: the CRS of grid {one.name} has no code ({one.crs.name}); WMTS names a CRS by its code")
    version = "1.3" if authority[0] == "OGC" else ""
    return f"urn:ogc:def:crs:{authority[0]}:{version}:{authority[1]}"
