"""Polygons drawn once for two layers: the same bytes as when each layer is drawn alone, for then all of them are cut."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import rdtr
from rdtr.tiles.drawn import DrawnLayers, drawn
from rdtr.tiles.grid import grid, plan_bounds
from rdtr.tiles.scratch import Scratch
from rdtr.tiles.sheet import WHOLE
from rdtr.tiles.sources import PolygonSource
from rdtr.tiles.vector import tile_sources, vector_tile
from rdtr.zoning.plan import Plan


@pytest.fixture(scope="module")
def city() -> Plan:
    return rdtr.sample_city(parcels=1_500, seed=1).plan


def places(plan: Plan, z: int, most: int = 40) -> list[tuple[int, int, int]]:
    x0, y0, x1, y1 = grid().tiles_over(plan_bounds(plan, grid()), z)
    return [(z, x, y) for x in range(x0, x1 + 1) for y in range(y0, y1 + 1)][:most]


def zones_source(plan: Plan) -> PolygonSource:
    source = tile_sources(plan, grid())["zones"]
    assert isinstance(source, PolygonSource)
    return source


@pytest.mark.parametrize("z", [9, 12, 14, 16, 18])
@pytest.mark.parametrize(
    "order", [("zones", "overlays"), ("overlays", "zones"), ("zones", "zone_labels", "boundaries", "overlays", "roads")]
)
def test_a_tile_is_its_layers_one_after_the_other(city: Plan, z: int, order: tuple[str, ...]) -> None:
    overlaid = 0
    for place in places(city, z):
        alone = [vector_tile(city, *place, layers=[name]) for name in order]
        assert vector_tile(city, *place, layers=order) == b"".join(alone)
        overlaid += bool(alone[order.index("overlays")])
    assert overlaid


def test_a_filter_on_the_zones_leaves_the_overlays_whole(city: Plan) -> None:
    for place in places(city, 14):
        chosen = {"layers": ["zones", "overlays"], "where": "KODSZN LIKE 'R%'"}
        zones = vector_tile(city, *place, layers=["zones"], where="KODSZN LIKE 'R%'")
        assert vector_tile(city, *place, **chosen) == zones + vector_tile(city, *place, layers=["overlays"])


def test_a_first_tile_that_needs_more_room_is_drawn_again_right(city: Plan) -> None:
    layers = DrawnLayers(tuple(drawn(tile_sources(city, grid())[n], None, None, 0) for n in ("zones", "overlays")))
    for place in places(city, 9):
        assert Scratch().draw(layers, *place, 64) == vector_tile(city, *place, layers=["zones", "overlays"])


def test_polygons_with_several_features_are_laid_by_once(city: Plan) -> None:
    zones = zones_source(city)
    twice = np.repeat(np.arange(len(zones.frame)), 2)
    double = replace(zones, name="double", frame=pd.DataFrame({"n": np.arange(len(twice))}), polygon=twice)
    single = replace(zones, name="single", frame=pd.DataFrame({"n": np.arange(len(zones.frame))}))
    both = [drawn(source, None, None, 0) for source in (double, single)]
    for place in places(city, 13):
        alone = [Scratch().draw(DrawnLayers((one,)), *place, 64) for one in both]
        assert Scratch().draw(DrawnLayers(tuple(both)), *place, 64) == b"".join(alone)


def test_only_a_layer_that_draws_every_polygon_is_laid_by(city: Plan) -> None:
    zones, overlays = zones_source(city), tile_sources(city, grid())["overlays"]
    there = {
        "zones": drawn(zones, None, None, 0),
        "some": drawn(zones, None, "KODSZN LIKE 'R%'", 0),
        "overlays": drawn(overlays, None, None, 0),
    }
    rows = {name: Scratch()._row(one, (14, 64)).numbers[WHOLE] for name, one in there.items()}
    assert rows == {"zones": 1, "some": 0, "overlays": 0}
