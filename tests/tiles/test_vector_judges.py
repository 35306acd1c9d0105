"""Vector tiles before other judges: awful polygons, GDAL's own reader, the reader of web maps."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import mapbox_vector_tile
import numpy as np
import pyogrio
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import shape

import rdtr
from rdtr import crs
from rdtr.tiles.grid import grid
from rdtr.tiles.vector import BUFFER, vector_tile
from rdtr.zoning.plan import Plan
from tests.tiles.node_tools import run_node
from tests.town import CRS, X, Y


def awful(seed: int) -> shapely.MultiPolygon:
    """A star with needles, often with holes that cut it, of a few metres to kilometres."""
    rng = np.random.default_rng(seed)
    angle = np.sort(rng.uniform(0, 2 * np.pi, rng.integers(3, 60)))
    radius = rng.uniform(0.02, 1.0, len(angle)) * rng.choice([30.0, 300.0, 1500.0])
    star = shapely.Polygon(np.column_stack([X + radius * np.cos(angle), Y + radius * np.sin(angle)]))
    whole = shapely.make_valid(star, method="structure")
    if rng.random() < 0.6:
        places = shapely.points(X + rng.normal(0, 200, 20), Y + rng.normal(0, 200, 20))
        whole = whole.difference(shapely.union_all(shapely.buffer(places, rng.uniform(1, 20, 20))))
    return shapely.multipolygons([p for p in shapely.get_parts(whole) if p.geom_type == "Polygon" and p.area > 0.0])


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([11, 14, 16, 18]))
def test_awful_polygons_become_valid_ones_of_the_right_area(seed: int, z: int) -> None:
    polygon = awful(seed)
    if polygon.is_empty or not polygon.is_valid:
        return
    plan = Plan.build(gpd.GeoDataFrame({"KODSZN": ["R-2"]}, geometry=[polygon], crs=CRS))
    g = grid()
    moved = crs.transform(np.array([polygon], dtype=object), plan.crs, g.crs)[0]
    x0, y0, x1, y1 = g.tiles_over(moved.bounds, z)
    for x, y in [(x, y) for x in range(x0, min(x1, x0 + 3) + 1) for y in range(y0, min(y1, y0 + 3) + 1)]:
        left, bottom, right, top = g.tile_bounds(z, x, y)
        unit = (right - left) / 4096
        edge = (BUFFER + 1) * unit
        wanted = shapely.clip_by_rect(moved, left - edge, bottom - edge, right + edge, top + edge)
        data = vector_tile(plan, z, x, y, layers=["zones"])
        drawn = decoded(data)
        assert all(s.is_valid for s in drawn), [shapely.is_valid_reason(s) for s in drawn]
        # no border moves by more than some units: half a pixel of generalisation, half a unit of rounding
        assert abs(sum(s.area for s in drawn) - wanted.area / unit**2) < 3.0 * wanted.length / unit + 200.0


def decoded(data: bytes) -> list[shapely.Geometry]:
    tile = mapbox_vector_tile.decode(data, default_options={"y_coord_down": True}) if data else {}
    return [shape(f["geometry"]) for f in tile.get("zones", {}).get("features", [])]


@pytest.fixture(scope="module")
def tile() -> bytes:
    plan = rdtr.sample_city(parcels=600).plan
    moved = crs.transform(plan.zones.geometry.to_numpy(), plan.crs, grid().crs)
    x0, y0, x1, y1 = grid().tiles_over(tuple(shapely.total_bounds(moved)), 15)
    tiles = [vector_tile(plan, 15, x, y) for x in range(x0, x1 + 1) for y in range(y0, y1 + 1)]
    return max(tiles, key=len)


def counts(data: bytes) -> dict[str, int]:
    return {name: len(layer["features"]) for name, layer in mapbox_vector_tile.decode(data).items()}


def test_gdal_reads_every_layer_and_feature(tile: bytes, tmp_path: Path) -> None:
    path = tmp_path / "0.mvt"
    path.write_bytes(tile)
    layers = {str(name) for name, _ in pyogrio.list_layers(path)}
    assert layers == counts(tile).keys()
    for name, count in counts(tile).items():
        read = pyogrio.read_dataframe(path, layer=name, CLIP="NO")  # else what lies in the buffer only is left out
        assert len(read) == count, name
        assert shapely.is_valid(read.geometry.to_numpy()).all()


def test_the_reader_of_web_maps_reads_every_layer_and_feature(tile: bytes, tmp_path: Path) -> None:
    path = tmp_path / "0.mvt"
    path.write_bytes(tile)
    said = json.loads(run_node("vectortile.mjs", path))
    assert {name: layer["features"] for name, layer in said.items()} == counts(tile)
    assert all(layer["version"] == 2 and layer["extent"] == 4096 for layer in said.values())
    assert said["zones"]["types"] == [3]
    assert said["zones"]["properties"]["color"].startswith("#")
