"""Further layers of the plan: road centre lines by class, the river, the coast line, and the outlines of WP and SWP."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from rdtr.sample.cells import ROAD_WIDTH_M, ROADS
from rdtr.sample.frame import Frame
from rdtr.sample.outskirts import Outskirts
from rdtr.sample.places import PLAN_AREA, village_names, ward_codes
from rdtr.sample.streets import Streets
from rdtr.sample.zones import EPSG
from rdtr.types import FloatArray, ObjectArray

__all__ = ["plan_layers"]

_STEP_M = 20.0
_FAR = 0.6  # wards at the edge of the town reach this share of the town beyond it, then the edge of the plan cuts them
_PIECES = 96


def plan_layers(frame: Frame, streets: Streets, ring: Outskirts) -> dict[str, gpd.GeoDataFrame]:
    """Draw the further layers.

    Returns
    -------
    layers
        ``roads`` (lines, column ``road_class``), ``rivers``, ``coast``, ``wp`` and ``swp`` (polygons).
    """
    edge = shapely.Polygon(ring.rails[2])
    return {
        "roads": _roads(frame, streets),
        "rivers": _frame({"NAMOBJ": ["Sungai Muara"]}, [_river(frame, edge)]),
        "coast": _frame({"NAMOBJ": ["Garis pantai"]}, [shapely.LineString(ring.coast)]),
        "wp": _frame({"NAMOBJ": [f"WP {PLAN_AREA}"], "KODEWP": [PLAN_AREA]}, [edge]),
        "swp": _wards(frame, streets, edge),
    }


def _frame(columns: dict[str, list[str]], geometry: list[shapely.Geometry]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=geometry, crs=EPSG)


def _roads(frame: Frame, streets: Streets) -> gpd.GeoDataFrame:
    road, line = streets.roads.road, streets.roads.line
    order = np.argsort(road, kind="stable")
    road, line = road[order], line[order]
    classes = np.array(ROADS, dtype=object)[road]
    within = np.arange(len(road)) - np.searchsorted(road, road) + 1
    columns = {
        # texts are made one by one
        "NAMOBJ": np.array([f"Jalan {c} {i}" for c, i in zip(classes, within, strict=True)], dtype=object),
        "road_class": classes,
        "STSJRN": np.full(len(road), "Eksisting", dtype=object),
        "LEBAR_M": ROAD_WIDTH_M[road],
    }
    return gpd.GeoDataFrame(columns, geometry=_bent(frame, line), crs=EPSG)


def _bent(frame: Frame, line: FloatArray) -> ObjectArray:
    """Bend straight pieces onto the map, with a vertex every twenty metres."""
    length = np.hypot(line[:, 2] - line[:, 0], line[:, 3] - line[:, 1])
    points = np.maximum(np.ceil(length / _STEP_M).astype(np.int64), 1) + 1
    row = np.repeat(np.arange(len(line)), points)
    share = (np.arange(len(row)) - np.repeat(np.cumsum(points) - points, points)) / (points[row] - 1)
    u = line[row, 0] + (line[row, 2] - line[row, 0]) * share
    v = line[row, 1] + (line[row, 3] - line[row, 1]) * share
    return shapely.linestrings(np.column_stack(frame.to_map(u, v)), indices=row)


def _river(frame: Frame, edge: shapely.Polygon) -> shapely.Geometry:
    far = _FAR * frame.width_m
    line = np.array([[-far, frame.river_v, frame.width_m + far, frame.river_v]])
    return shapely.intersection(_bent(frame, line)[0], edge)


def _wards(frame: Frame, streets: Streets, edge: shapely.Polygon) -> gpd.GeoDataFrame:
    """Outlines of the wards: along road centre lines and the middle of the river, out to the edge of the plan."""
    rect = streets.wards.rect.copy()
    half = frame.water_m / 2 + frame.bank_m + 8.0
    inner = np.abs(rect[:, [1, 3]] - frame.river_v) < half
    rect[:, [1, 3]] = np.where(inner, frame.river_v, rect[:, [1, 3]])
    ends = np.array([0.0, 0.0, frame.width_m, frame.height_m])
    outward = np.array([-1.0, -1.0, 1.0, 1.0]) * _FAR * frame.size_m
    rect = np.where(np.abs(rect - ends) < 1e-6, rect + outward, rect)
    share = np.arange(_PIECES) / _PIECES
    ones, none = np.ones(_PIECES), np.zeros(_PIECES)
    u = rect[:, [0]] + (rect[:, [2]] - rect[:, [0]]) * np.concatenate([share, ones, 1 - share, none])
    v = rect[:, [1]] + (rect[:, [3]] - rect[:, [1]]) * np.concatenate([none, share, ones, 1 - share])
    shape = shapely.intersection(shapely.polygons(np.stack(frame.to_map(u, v), axis=-1)), edge)
    codes = list(ward_codes(streets))
    names = [f"SWP {code} {village}" for code, village in zip(codes, village_names(frame, streets)[1], strict=True)]
    columns = {"NAMOBJ": names, "KODEWP": [PLAN_AREA] * len(codes), "KODSWP": codes}
    return _frame(columns, list(shape))
