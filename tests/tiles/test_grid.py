"""Grids against morecantile itself, and every refusal by its words."""

from __future__ import annotations

import json

import morecantile
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from rdtr import crs
from rdtr.errors import TileError
from rdtr.tiles.grid import _from_tms, grid, grid_names, plan_bounds, plan_grid
from tests.town import box, make_plan, make_zones


@pytest.mark.parametrize("name", grid_names())
def test_every_tile_lies_where_morecantile_puts_it(name: str) -> None:
    ours, theirs = grid(name), morecantile.tms.get(name)
    rng = np.random.default_rng(0)
    for matrix in ours.matrices:
        x, y = int(rng.integers(matrix.columns)), int(rng.integers(matrix.rows))
        expected = tuple(theirs.xy_bounds(morecantile.Tile(x, y, matrix.zoom)))
        assert ours.tile_bounds(matrix.zoom, x, y) == pytest.approx(expected, rel=1e-12, abs=1e-6)


def test_latitude_first_in_the_standard_is_still_x_first_here() -> None:
    assert grid("WGS1984Quad").tile_bounds(0, 1, 0) == grid("WorldCRS84Quad").tile_bounds(0, 1, 0) == (0, -90, 180, 90)
    assert grid("WGS1984Quad").y_first
    assert not grid("WorldCRS84Quad").y_first


@given(z=st.integers(0, 24), x=st.integers(0, 2**24 - 2), y=st.integers(0, 2**24 - 2))
def test_neighbours_have_the_same_number_on_their_common_edge(z: int, x: int, y: int) -> None:
    g = grid()
    x, y = x % max(2**z - 1, 1), y % max(2**z - 1, 1)
    if z:
        here, right, below = (g.tile_bounds(z, *t) for t in ((x, y), (x + 1, y), (x, y + 1)))
        assert here[2] == right[0]
        assert here[1] == below[3]


@given(z=st.integers(0, 20), x=st.integers(0, 2**20 - 1), y=st.integers(0, 2**20 - 1))
def test_the_tiles_over_a_tile_are_that_tile(z: int, x: int, y: int) -> None:
    x, y = x % 2**z, y % 2**z
    assert grid().tiles_over(grid().tile_bounds(z, x, y), z) == (x, y, x, y)


def test_tiles_over_stop_at_the_edge_of_the_grid() -> None:
    world = grid("WorldCRS84Quad")
    assert world.tiles_over((-999, -999, 999, 999), 2) == (0, 0, 7, 3)
    assert world.tiles_over((0, 0, 0, 0), 0) == (1, 0, 1, 0)


@pytest.mark.parametrize(
    ("tile", "words"),
    [
        ((-1, 0, 0), "zoom -1 is not there; it has zoom 0 to 24"),
        ((25, 0, 0), "zoom 25 is not there"),
        ((2, -1, 0), "tile 2/-1/0 is outside; at zoom 2 x goes from 0 to 3, y from 0 to 3"),
        ((2, 0, 4), "tile 2/0/4 is outside"),
        ((2, 2**70, 0), "is outside"),
        ((2, 1.0, 0), "x is '1.0'; wanted a whole number"),
        ((2, 0, "1"), "y is '1'; wanted a whole number"),
        ((None, 0, 0), "zoom is 'None'; wanted a whole number"),
        ((2, True, 0), "x is 'True'; wanted a whole number"),
        ((2, float("nan"), 0), "x is 'nan'; wanted a whole number"),
    ],
)
def test_a_tile_that_is_not_there_is_refused(tile: tuple[int, int, int], words: str) -> None:
    with pytest.raises(TileError, match=words.replace("(", r"\(")):
        grid().require(*tile)
    with pytest.raises(TileError):
        grid().tile_bounds(*tile)


def test_whole_numbers_of_numpy_are_whole_numbers() -> None:
    grid().require(np.int64(2), np.int32(3), np.uint8(3))


@pytest.mark.parametrize(
    ("bounds", "words"),
    [
        ((0, 0, float("nan"), 1), "are no box"),
        ((1, 0, 0, 1), "are no box"),
        ((0, 0, 1), "are no box"),
        ((1e9, 0, 2e9, 1), "lie outside"),
    ],
)
def test_bounds_that_hold_no_tile_are_refused(bounds: tuple[float, ...], words: str) -> None:
    with pytest.raises(TileError, match=words):
        grid().tiles_over(bounds, 3)  # type: ignore[arg-type]


def test_an_unknown_grid_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(TileError, match="'WebMercatorQad' is not known; did you mean WebMercatorQuad"):
        grid("WebMercatorQad")
    with pytest.raises(TileError, match="it is one of WebMercatorQuad, WorldCRS84Quad, "):
        grid("42")
    with pytest.raises(TileError, match="is not known"):
        grid(["WebMercatorQuad"])  # type: ignore[arg-type]


def test_rows_from_the_bottom_are_refused() -> None:
    tms = morecantile.TileMatrixSet.custom([0, 0, 1, 1], crs.parse(9480), corner_of_origin="bottomLeft", id="upside")
    with pytest.raises(TileError, match="grid upside: rows are counted from the bottom"):
        _from_tms(tms)


def test_a_grid_is_one_object_and_a_cache_key() -> None:
    assert grid() is grid("WebMercatorQuad")
    assert {grid(): 1}[grid("WebMercatorQuad")] == 1
    assert grid() != grid("WorldCRS84Quad")


@pytest.mark.parametrize("epsg", [9480, 23838, 32750])
def test_the_grid_of_a_plan_is_a_pyramid_of_powers_of_two_around_it(epsg: int) -> None:
    plan = make_plan(make_zones().set_crs(epsg, allow_override=True), id="kota a/b".replace("/", "."))
    own = plan_grid(plan)
    assert own.name == {9480: "UTM50N", 23838: "EPSG23838", 32750: "UTM50S"}[epsg] + "-kota-a-b"
    assert own.tiles_over(plan_bounds(plan, own), 0) == (0, 0, 0, 0)
    assert own.bounds[0] <= 555_000 < 555_100 <= own.bounds[2]
    assert own.bounds[1] <= 13_990 < 14_100 <= own.bounds[3]
    resolution = [m.resolution for m in own.matrices]
    assert resolution == [2.0 ** (own.maxzoom - z - 4) for z in range(own.maxzoom + 1)]
    assert {(m.tile_width, m.tile_height) for m in own.matrices} == {(256, 256)}
    assert plan_grid(plan) is own


def test_two_readings_of_a_plan_have_equal_grids() -> None:
    assert plan_grid(make_plan()) == plan_grid(make_plan())
    assert len({plan_grid(make_plan()), plan_grid(make_plan())}) == 1


def test_a_plan_that_grows_a_little_keeps_its_tiles() -> None:
    grown = make_zones()
    grown.loc[0, "geometry"] = box(-1, 0, 50, 50)
    assert plan_grid(make_plan(grown)) == plan_grid(make_plan())


def test_degrees_come_back_to_metres() -> None:
    plan = make_plan()
    own = plan_grid(plan)
    degrees = own.bounds_lonlat(plan_bounds(plan, own))
    assert degrees == pytest.approx(plan_bounds(plan))
    there = crs.transform(np.array([shapely.box(*degrees)]), crs.parse("OGC:CRS84"), plan.crs)[0]
    assert there.buffer(1e-6).contains(shapely.box(*plan.zones.total_bounds))


def test_a_point_moves_as_a_point() -> None:
    assert grid().bounds_lonlat((0, 0, 0, 0)) == pytest.approx((0, 0, 0, 0), abs=1e-12)
    assert grid().bounds_from((117.5, 0, 117.5, 0), crs.parse("OGC:CRS84")) == pytest.approx(
        (13080040.17, 0, 13080040.17, 0), abs=0.01
    )


def test_the_document_of_a_grid_is_read_back_by_morecantile() -> None:
    for one in (grid(), plan_grid(make_plan())):
        assert _from_tms(morecantile.TileMatrixSet(**json.loads(one.document))) == one
