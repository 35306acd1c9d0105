"""The zoning layer: every zone with the official columns, and the road body as one polygon with the blocks as holes."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from rdtr.crs import area_scale, parse
from rdtr.sample.flags import NONE, Spots, provisions
from rdtr.sample.frame import Frame
from rdtr.sample.outline import Drawn
from rdtr.sample.outskirts import Outskirts
from rdtr.sample.places import CITY, PLAN_AREA, PROVINCE, quarter_at, quarter_codes, village_names, ward_codes
from rdtr.sample.streets import Streets
from rdtr.sample.tables import code_index, column
from rdtr.sample.uses import Uses
from rdtr.types import FloatArray, IndexArray, ObjectArray

__all__ = ["EPSG", "zone_table"]

EPSG = 9480
"""SRGI2013 / UTM zone 50N."""


def zone_table(frame: Frame, streets: Streets, uses: Uses, drawn: Drawn, ring: Outskirts) -> gpd.GeoDataFrame:
    """Put the zones together: those of the blocks, the outskirts, and last the road body.

    Returns
    -------
    GeoDataFrame
        Official columns, EPSG:9480. The zones cover the plan without gaps or overlaps; neighbours share vertices.
    """
    road = shapely.polygons(ring.rails[0], holes=drawn.rings)
    geometry = np.concatenate([drawn.zones, ring.zones, [road]])
    in_blocks = uses.subzone[drawn.block, drawn.slot]
    subzone = np.concatenate([in_blocks, ring.subzone, code_index(["BJ"])])
    middle = shapely.get_coordinates(shapely.centroid(geometry))
    spots = Spots(_places(frame, streets, drawn, middle), subzone)
    quarter = _quarters(streets, drawn, spots)
    columns = {
        **_official(subzone),
        **_belonging(frame, streets, quarter),
        **provisions(frame, streets, spots),
        "TPZ_00": _techniques(spots),
        "REMARK": _remarks(frame, spots),
        "LUASHA": _hectares(geometry, middle),
    }
    return gpd.GeoDataFrame(columns, geometry=geometry, crs=EPSG)


def _places(frame: Frame, streets: Streets, drawn: Drawn, middle: FloatArray) -> FloatArray:
    """Find the middle of every zone on the town plane."""
    place = np.column_stack(frame.to_town(*middle.T))
    rows = np.flatnonzero(streets.on_river[drawn.block])
    # the centroid of a bent bank may lie in the water or beyond it
    off = (drawn.slot[rows] - 1) * (frame.water_m + frame.bank_m) / 2
    place[rows] = np.column_stack([streets.blocks.centre[drawn.block[rows], 0], frame.river_v + off])
    return place


def _quarters(streets: Streets, drawn: Drawn, spots: Spots) -> IndexArray:
    """Find the quarter of every zone; -1 for the road body, which lies in all of them."""
    quarter = np.full(len(spots), -1)
    quarter[: len(drawn.block)] = streets.blocks.parent[drawn.block]
    astray = np.flatnonzero((quarter < 0) | (quarter >= len(streets.quarters)))
    quarter[astray] = quarter_at(streets, spots.place[astray])
    quarter[-1] = -1
    return quarter


def _official(subzone: IndexArray) -> dict[str, ObjectArray]:
    fields = {"NAMOBJ": "name", "NAMZON": "namzon", "KODZON": "kodzon", "NAMSZN": "name", "KODSZN": "code"}
    return {name: column("subzones", field)[subzone] for name, field in {**fields, "JNSRPR": "jnsrpr"}.items()}


def _belonging(frame: Frame, streets: Streets, quarter: IndexArray) -> dict[str, ObjectArray]:
    ward = np.append(streets.quarters.parent, -1)[quarter]
    district, village = village_names(frame, streets)
    codes = np.append(quarter_codes(streets), NONE)[quarter]
    return {
        "KODEWP": np.full(len(quarter), PLAN_AREA, dtype=object),
        "KODSWP": np.append(ward_codes(streets), NONE)[ward],
        "KODBLK": codes,
        "KODSBL": _sub_blocks(codes, quarter),
        "WADMPR": np.full(len(quarter), PROVINCE, dtype=object),
        "WADMKK": np.full(len(quarter), CITY, dtype=object),
        "WADMKC": np.append(district, NONE)[ward],
        "WADMKD": np.append(village, NONE)[ward],
    }


def _sub_blocks(codes: ObjectArray, quarter: IndexArray) -> ObjectArray:
    """Number the zones within their quarter, as sub-blok: ``I.A.1.7``."""
    order = np.argsort(quarter, kind="stable")
    within = np.empty(len(quarter), dtype=np.int64)
    within[order] = np.arange(len(quarter)) - np.searchsorted(quarter[order], quarter[order]) + 1
    # texts are made one by one
    texts = [f"{code}.{i}" if q >= 0 else NONE for code, i, q in zip(codes, within, quarter, strict=True)]
    return np.array(texts, dtype=object)


def _techniques(spots: Spots) -> ObjectArray:
    bonus, heritage = spots.has("C-1"), spots.has("CB")
    return np.select([bonus, heritage], ["Bonus zoning", "Cagar budaya"], default=NONE).astype(object)


def _remarks(frame: Frame, spots: Spots) -> ObjectArray:
    inland = spots.has("TR") & (spots.place[:, 0] < 0.3 * frame.width_m)
    harbour = spots.has("TR") & (spots.place[:, 0] > frame.width_m)
    return np.select([inland, harbour], ["Lapangan terbang", "Pelabuhan"], default=NONE).astype(object)


def _hectares(geometry: ObjectArray, middle: FloatArray) -> FloatArray:
    low, high = middle.min(axis=0) - 500.0, middle.max(axis=0) + 500.0
    scale = area_scale(parse(EPSG), (*map(float, low), *map(float, high)))  # type: ignore[arg-type]
    return np.round(shapely.area(geometry) * scale.at(*middle.T) / 1e4, 6)
