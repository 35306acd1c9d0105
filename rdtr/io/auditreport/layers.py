"""An audit as map layers: GeoPackage for desktop GIS, GeoJSON for the web. Judges nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from rdtr import crs
from rdtr.atomic import new_file
from rdtr.io.report.plain import plain_table, rows_of
from rdtr.io.vector import write_layers
from rdtr.types import FloatArray, Lang, ObjectArray
from rdtr.zoning.audit.report import AuditReport
from rdtr.zoning.repairledger import Ledger

__all__ = ["write_geojson", "write_gpkg", "write_ledger"]

_DEGREES: Final = 9
_KINDS: Final = {"area": (3, 6), "line": (1, 2, 5), "point": (0, 4)}


def write_gpkg(report: AuditReport, target: Path, lang: Lang = "id") -> None:
    """Write layers ``findings_area``, ``findings_line``, ``findings_point`` and ``findings_nowhere``, in the plan's CRS.

    Parameters
    ----------
    report
        What to write.
    target
        For example ``temuan.gpkg``.
    lang
        Language of the messages.

    Raises
    ------
    FileError
        If it cannot be written there; an older file then stays.
    """
    found = report.findings_in(lang)
    table = gpd.GeoDataFrame(plain_table(found), geometry="geometry", crs=found.crs)
    kind = shapely.get_type_id(found.geometry.to_numpy())
    layers = {f"findings_{name}": _of_one_type(table[np.isin(kind, ids)], name) for name, ids in _KINDS.items()}
    mixed = (kind == 7) | (kind == -1)
    layers["findings_nowhere"] = table[mixed].set_geometry(gpd.GeoSeries([None] * int(mixed.sum()), crs=found.crs))
    filled = {name: layer for name, layer in layers.items() if len(layer)} or {"findings_area": layers["findings_area"]}
    with new_file(target) as place:
        write_layers(filled, place, "GPKG")


def _of_one_type(layer: gpd.GeoDataFrame, name: str) -> gpd.GeoDataFrame:
    """Make every shape a multi-part one, as desktop GIS wants one type a layer."""
    multi: Any = {"area": shapely.multipolygons, "line": shapely.multilinestrings, "point": shapely.multipoints}[name]
    shapes = layer.geometry.to_numpy()
    parts, owner = shapely.get_parts(shapes, return_index=True)
    if not len(parts):
        return layer
    return layer.set_geometry(gpd.GeoSeries(multi(parts, indices=owner), index=layer.index, crs=layer.crs))


def write_geojson(report: AuditReport, target: Path, lang: Lang = "id") -> None:
    """Write every finding as a feature, in longitude and latitude (RFC 7946); one without a place has a null geometry.

    Parameters
    ----------
    report
        What to write; its receipt and skipped checks are members of the collection.
    target
        For example ``temuan.geojson``.
    lang
        Language of the messages.

    Raises
    ------
    FileError
        If it cannot be written there; an older file then stays.
    """
    found = report.findings_in(lang)
    table = pd.DataFrame(plain_table(found)).drop(columns="geometry")
    shapes = shapely.to_geojson(_in_degrees(report, found.geometry.to_numpy()))
    skipped = [{"check": s.check, "reason": s.reason[lang]} for s in report.skipped]
    with new_file(target) as place, place.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write('{"type": "FeatureCollection",\n')
        stream.write(f'"receipt": {json.dumps(report.receipt, ensure_ascii=False)},\n')
        stream.write(f'"skipped": {json.dumps(skipped, ensure_ascii=False)},\n"features": [')
        for number, (row, shape) in enumerate(zip(rows_of(table), shapes, strict=True)):
            said = json.dumps(dict(zip(table.columns, row, strict=True)), ensure_ascii=False, allow_nan=False)
            text = f'{{"type": "Feature", "properties": {said}, "geometry": {shape or "null"}}}'
            stream.write((",\n" if number else "\n") + text)
        stream.write("\n]}\n")


def _in_degrees(report: AuditReport, shapes: ObjectArray) -> ObjectArray:
    moved = crs.transform(shapes, report.plan.crs, crs.parse(4326), report.plan.identity.crs_policy)

    def rounded(xy: FloatArray) -> FloatArray:
        return np.round(xy, _DEGREES)

    # RFC 7946, 3.1.6: exterior rings run counter-clockwise
    wound: ObjectArray = shapely.orient_polygons(shapely.transform(moved, rounded), exterior_cw=False)
    return wound


def write_ledger(ledger: Ledger, target: Path) -> None:
    """Write the ledger of a repair as a GeoPackage: layer ``moved``, tables ``features`` and ``zones``.

    Parameters
    ----------
    ledger
        What changed.
    target
        For example ``kota.perbaikan.gpkg``.

    Raises
    ------
    FileError
        If it cannot be written there; an older file then stays.
    """
    nowhere = gpd.GeoSeries([None], crs=ledger.moved.crs)
    tables = {
        name: gpd.GeoDataFrame(table, geometry=nowhere.reindex(range(len(table))).to_numpy(), crs=ledger.moved.crs)
        for name, table in (("features", ledger.features), ("zones", ledger.zones))
        if len(table)
    }
    moved = _of_one_type(ledger.moved, "area")
    with new_file(target) as place:
        write_layers({"moved": moved, **tables}, place, "GPKG")
