"""Small layer files near Bontang, good and broken; broken ones are written as bytes, since GDAL would repair them."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import geopandas as gpd
import pyogrio
import shapely

LON, LAT = 117.5, 0.13
STEP = 0.001  # degrees, about 111 m


def ring(i: int = 0) -> list[list[float]]:
    """A closed square, the i-th to the east."""
    x = LON + i * STEP
    return [[x, LAT], [x + STEP, LAT], [x + STEP, LAT + STEP], [x, LAT + STEP], [x, LAT]]


def square(i: int = 0) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [ring(i)]}


def feature(geometry: Any, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def geojson(path: Path, *features: dict[str, Any], **members: Any) -> Path:
    path.write_text(json.dumps({"type": "FeatureCollection", **members, "features": list(features)}), encoding="utf-8")
    return path


def zones(count: int = 2, **columns: list[Any]) -> gpd.GeoDataFrame:
    columns = columns or {"KODSZN": ["R-2", "K-1"][:count]}
    return gpd.GeoDataFrame(columns, geometry=[shapely.Polygon(ring(i)) for i in range(count)], crs=4326)


def shapefile(folder: Path, frame: gpd.GeoDataFrame | None = None, stem: str = "zones") -> Path:
    path = folder / f"{stem}.shp"
    pyogrio.write_dataframe(zones() if frame is None else frame, path)
    return path


def with_text(shp: Path, text: bytes, *, language: int, cpg: str | None = None) -> Path:
    """Put bytes into the first text field of the first row of a .dbf, and say (or do not say) their alphabet."""
    dbf = shp.with_suffix(".dbf")
    data = bytearray(dbf.read_bytes())
    header = struct.unpack("<H", data[8:10])[0]
    width = data[32 + 16]
    data[header + 1 : header + 1 + width] = text.ljust(width)[:width]
    data[29] = language
    dbf.write_bytes(data)
    shp.with_suffix(".cpg").unlink(missing_ok=True)
    if cpg is not None:
        shp.with_suffix(".cpg").write_text(cpg)
    return shp
