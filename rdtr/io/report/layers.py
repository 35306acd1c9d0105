"""A report as map layers: GeoPackage for desktop GIS, GeoJSON for the web. Judges nothing."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import IO, Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from rdtr import crs
from rdtr.atomic import new_file
from rdtr.errors import FileError
from rdtr.io.report.plain import plain_table, rows_of
from rdtr.io.report.words import SAID
from rdtr.io.vector import write_layers
from rdtr.types import FloatArray, ObjectArray
from rdtr.zoning.plan import Plan
from rdtr.zoning.report import Report

__all__ = ["add_table", "in_degrees", "write_geojson", "write_gpkg"]

_SHAPES: Final = ("permits", "parts", "approvable")
_DEGREES: Final = 9
"""Decimals of a degree in GeoJSON: a tenth of a millimetre, well below what anyone surveys."""
_CHUNK: Final = 4096


def write_gpkg(report: Report, target: Path) -> None:
    """Write layers ``permits``, ``parts``, ``approvable`` in the plan's CRS, and tables ``findings`` and ``receipt``.

    Parameters
    ----------
    report
        What to write.
    target
        For example ``hasil.gpkg``.

    Raises
    ------
    FileError
        If it cannot be written there; an older file then stays.
    """
    with new_file(target) as place:
        write_layers({name: _layer(report, name) for name in _SHAPES}, place, "GPKG")
        receipt = pd.DataFrame({"key": list(report.receipt), "value": [_text(v) for v in report.receipt.values()]})
        try:
            with closing(sqlite3.connect(place)) as connection, connection:
                add_table(connection, "findings", plain_table(report.findings))
                add_table(connection, "receipt", receipt)
        except sqlite3.Error as error:
            raise FileError(f"{target.name}: cannot be written ({error}); check room and permissions") from error


def _layer(report: Report, name: str) -> gpd.GeoDataFrame:
    shapes = report.geometries(name)  # type: ignore[arg-type] # one of the three words that it takes
    return gpd.GeoDataFrame(plain_table(shapes), geometry="geometry", crs=report.case.plan.crs)


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def add_table(connection: sqlite3.Connection, name: str, frame: pd.DataFrame) -> None:
    """Add a table without geometry, as the standard has it (OGC 12-128, clause "attributes")."""
    columns = "".join(f', "{c}" {_sql_type(frame[c].dtype)}' for c in frame.columns)
    connection.execute(f'CREATE TABLE "{name}" (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL{columns})')
    marks = ", ".join("?" * len(frame.columns))
    names = ", ".join(f'"{c}"' for c in frame.columns)
    # the names are those of our own tables
    connection.executemany(f'INSERT INTO "{name}" ({names}) VALUES ({marks})', rows_of(frame))  # noqa: S608
    connection.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES (?, 'attributes', ?)", (name, name)
    )


def _sql_type(dtype: Any) -> str:
    return "REAL" if pd.api.types.is_float_dtype(dtype) else "TEXT"


def write_geojson(report: Report, target: Path) -> None:
    """Write the parcels with their verdicts as properties, in longitude and latitude (RFC 7946).

    ``putusan`` is the verdict in the words that users read. The receipt is a member of the collection. Parcels without
    a usable polygon have a null geometry.

    Parameters
    ----------
    report
        What to write.
    target
        For example ``hasil.geojson``.

    Raises
    ------
    FileError
        If it cannot be written there; an older file then stays.
    """
    permits = plain_table(report.permits)
    permits.insert(1, "putusan", permits["verdict"].map(SAID))
    shapes = in_degrees(report.case.permits.geometry.to_numpy(), report.case.plan)
    with new_file(target) as place, place.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write('{"type": "FeatureCollection",\n')
        stream.write(f'"receipt": {json.dumps(report.receipt, ensure_ascii=False)},\n"features": [')
        _write_features(stream, permits, shapes)
        stream.write("\n]}\n")


def in_degrees(shapes: ObjectArray, plan: Plan, source: pyproj.CRS | None = None) -> ObjectArray:
    """Bring shapes from a plan's CRS to longitude and latitude as RFC 7946 wants them: rounded, rings wound.

    Parameters
    ----------
    shapes
        Shape (n,); None and empty stay as they are.
    plan
        Whose policy holds.
    source
        The CRS of the shapes, if it is not the plan's.

    Examples
    --------
    >>> plan = Plan.build(gpd.GeoDataFrame({"KODSZN": ["R-2"]}, geometry=[shapely.box(0, 0, 9, 9)], crs=9480))
    >>> in_degrees(np.array([shapely.box(555638.1, 14369.5, 555700, 14400)]), plan)[0].bounds[:2]
    (117.500000448, 0.130000377)
    """
    there = crs.parse(4326)
    moved = crs.transform(shapes, source or plan.crs, there, plan.identity.crs_policy)

    def rounded(xy: FloatArray) -> FloatArray:
        return np.round(xy, _DEGREES)

    # RFC 7946, 3.1.6: exterior rings run counter-clockwise
    wound: ObjectArray = shapely.orient_polygons(shapely.transform(moved, rounded), exterior_cw=False)
    return wound


def _write_features(stream: IO[str], permits: pd.DataFrame, shapes: ObjectArray) -> None:
    names = list(permits.columns)
    texts = _geometry_texts(shapes)
    for number, (row, shape) in enumerate(zip(rows_of(permits), texts, strict=True)):
        properties = json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False, allow_nan=False)
        feature = f'{{"type": "Feature", "properties": {properties}, "geometry": {shape}}}'
        stream.write((",\n" if number else "\n") + feature)


def _geometry_texts(shapes: ObjectArray) -> Iterable[str]:
    for start in range(0, len(shapes), _CHUNK):
        for text in shapely.to_geojson(shapes[start : start + _CHUNK]):
            yield "null" if text is None else text
