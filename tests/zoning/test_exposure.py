"""Shares of polygons under raster classes: by hand, against GEOS cell by cell, against exactextract."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from exactextract import exact_extract
from exactextract.raster import NumPyRasterSource
from hypothesis import given, settings
from hypothesis import strategies as st

from rdtr import crs
from rdtr.errors import CrsError, GeometryError, PlanError
from rdtr.zoning.exposure import Grid, class_areas, class_shares, grid_of, slope_of
from tests.town import make_plan

UTM = crs.parse(9480)


def make_grid(values: object, width: float = 10.0, height: float = 10.0) -> Grid:
    array = np.asarray(values, dtype=float)
    return Grid(array, ~np.isnan(array), (0.0, 0.0, width, height), UTM)


def blobs(rng: np.random.Generator, count: int, size: float = 100.0) -> np.ndarray:
    """Draw polygons of every shape and size, some beyond the grid, some in several parts."""
    result = []
    for _ in range(count):
        n, radius = int(rng.integers(3, 40)), rng.uniform(0.05, size / 3)
        angle, r = np.sort(rng.uniform(0, 2 * np.pi, n)), radius * rng.uniform(0.1, 1, n)
        x, y = rng.uniform(-size / 10, size * 1.1, 2)
        shape = shapely.make_valid(shapely.Polygon(np.column_stack([x + r * np.cos(angle), y + r * np.sin(angle)])))
        result += [shape] if shape.geom_type in ("Polygon", "MultiPolygon") else []
    return np.array(result, dtype=object)


def cell_by_cell(shapes: np.ndarray, classes: np.ndarray, size: float, count: int) -> np.ndarray:
    rows, columns = classes.shape
    w, h = size / columns, size / rows
    cells = np.array(
        [
            shapely.box(c * w, size - (r + 1) * h, (c + 1) * w, size - r * h)
            for r in range(rows)
            for c in range(columns)
        ],
        dtype=object,
    )
    left, cell = shapely.STRtree(cells).query(shapes)
    area, kind = shapely.area(shapely.intersection(shapes[left], cells[cell])), classes.ravel()[cell]
    result = np.zeros((len(shapes), count))
    np.add.at(result, (left[kind >= 0], kind[kind >= 0]), area[kind >= 0])
    return result


def test_cut_cell_counts_by_its_part() -> None:
    grid = make_grid([[1, 2], [1, 2]])
    shares = class_shares(gpd.GeoSeries([shapely.box(4, 1, 8, 3)], crs=UTM), grid, [(1, 1), (2, 2)])
    assert shares[0] == pytest.approx([0.25, 0.75, 0.0])


def test_hole_is_not_counted() -> None:
    ring = shapely.box(0, 0, 10, 10).difference(shapely.box(2, 2, 4, 4))
    assert class_areas(np.array([ring]), np.zeros((3, 3), int), (0, 0, 10, 10), 1).tolist() == [[pytest.approx(96.0)]]


def test_unknown_cells_and_land_beyond_the_grid_are_the_rest() -> None:
    grid = make_grid([[1, np.nan]])
    lots = gpd.GeoSeries([shapely.box(0, 0, 10, 10), shapely.box(-5, 0, 5, 10), shapely.box(20, 0, 30, 10)], crs=UTM)
    assert class_shares(lots, grid, [(0, 9)]).tolist() == [[0.5, 0.5], [0.5, 0.5], [0.0, 1.0]]


def test_missing_and_empty_polygons_have_no_shares() -> None:
    lots = gpd.GeoSeries([None, shapely.Polygon()], crs=UTM)
    assert np.isnan(class_shares(lots, make_grid([[1]]), [(1, 1)])).all()


def test_class_reaches_from_low_up_to_not_including_high() -> None:
    grid = make_grid([[8.0, 15.0]])
    lots = gpd.GeoSeries([shapely.box(0, 0, 10, 10)], crs=UTM)
    assert class_shares(lots, grid, [(8, 15), (15, 25)]).tolist() == [[0.5, 0.5, 0.0]]
    assert class_shares(lots, grid, [(0, 8)]).tolist() == [[0.0, 1.0]]


def test_first_class_that_fits_wins() -> None:
    assert make_grid([[3.0]]).classified([(0, 9), (3, 3)]).tolist() == [[0]]


@pytest.mark.parametrize("seed", range(3))
def test_areas_equal_geos_cell_by_cell(seed: int) -> None:
    rng = np.random.default_rng(seed)
    shapes, classes = blobs(rng, 300), rng.integers(-1, 4, (17, 23))
    got = class_areas(shapes, classes, (0, 0, 100, 100), 4)
    assert np.abs(got - cell_by_cell(shapes, classes, 100.0, 4)).max() < 1e-9


def test_shares_equal_exactextract() -> None:
    rng = np.random.default_rng(7)
    shapes, classes = blobs(rng, 500), rng.integers(0, 4, (40, 50))
    inside = shapes[shapely.within(shapes, shapely.box(0, 0, 100, 100))]
    table = gpd.GeoDataFrame(geometry=inside, crs=UTM)
    source = NumPyRasterSource(classes.astype("int32"), 0, 0, 100, 100, srs_wkt=UTM.to_wkt())
    judged = exact_extract(source, table, ["unique", "frac"], output="pandas")
    shares = class_shares(table, Grid(classes, classes >= 0, (0, 0, 100, 100), UTM), [(k, k) for k in range(4)])
    for row, (kinds, parts) in enumerate(zip(judged["unique"], judged["frac"], strict=True)):
        theirs = np.zeros(4)
        theirs[np.asarray(kinds, int)] = parts
        # its coverage is kept in single precision
        assert shares[row, :4] == pytest.approx(theirs, abs=2e-5)


@settings(max_examples=150, deadline=None)
@given(
    st.integers(1, 9), st.integers(1, 9), st.integers(0, 2**32 - 1),
    st.lists(st.tuples(st.floats(-2, 12), st.floats(-2, 12)), min_size=3, max_size=9),
)  # fmt: skip
def test_shares_of_a_polygon_add_up_to_one(
    rows: int, columns: int, seed: int, points: list[tuple[float, float]]
) -> None:
    shape = shapely.convex_hull(shapely.MultiPoint(points))
    if shape.geom_type != "Polygon" or shape.area < 1e-6:
        return
    values = np.random.default_rng(seed).integers(0, 3, (rows, columns))
    shares = class_shares(gpd.GeoSeries([shape], crs=UTM), make_grid(values), [(k, k) for k in range(3)])[0]
    inside = shape.intersection(shapely.box(0, 0, 10, 10)).area / shape.area
    assert shares.sum() == pytest.approx(1.0)
    assert shares[:3].sum() == pytest.approx(inside, abs=1e-9)


def test_giant_polygon_is_worked_on_in_bands() -> None:
    rng = np.random.default_rng(1)
    classes = rng.integers(0, 3, (1500, 1500))
    whole = class_areas(np.array([shapely.box(0.5, 0.5, 1499.5, 1499.5)]), classes, (0, 0, 1500, 1500), 3)[0]
    weight = np.ones((1500, 1500))
    weight[[0, -1]] *= 0.5
    weight[:, [0, -1]] *= 0.5
    assert whole == pytest.approx(np.bincount(classes.ravel(), weight.ravel(), 3), rel=1e-12)


def test_polygons_in_degrees_are_brought_to_the_grid() -> None:
    grid = Grid(np.array([[1, 2]]), np.ones((1, 2), bool), (555_000.0, 14_000.0, 555_100.0, 14_050.0), UTM)
    lots = gpd.GeoSeries([shapely.box(555_040, 14_010, 555_080, 14_020)], crs=UTM)
    degrees = gpd.GeoSeries(crs.to_geographic(lots.to_numpy(), UTM), crs=9470)
    assert class_shares(degrees, grid, [(1, 1), (2, 2)])[0] == pytest.approx([0.25, 0.75, 0.0], abs=1e-6)


def test_slope_of_a_plane_is_its_gradient_whichever_way_it_falls() -> None:
    x, y = np.meshgrid(np.arange(6.0), np.arange(6.0))
    for east, south in ((3.0, 0.0), (0.0, -4.0), (3.0, 4.0)):
        grid = slope_of(make_grid(east * x + south * y, 60.0, 60.0))
        assert grid.values[1:-1, 1:-1] == pytest.approx(np.full((4, 4), np.hypot(east, south) * 10.0))
        assert grid.known.sum() == 16


def test_slope_beside_an_unknown_height_is_unknown() -> None:
    heights = np.zeros((5, 5))
    heights[2, 2] = np.nan
    assert not slope_of(make_grid(heights)).known[1:-1, 1:-1].any()


def test_what_cannot_be_measured_is_refused() -> None:
    with pytest.raises(CrsError, match="no CRS"):
        class_shares(gpd.GeoSeries([shapely.box(0, 0, 1, 1)]), make_grid([[1]]), [(1, 1)])
    with pytest.raises(GeometryError, match="shape"):
        make_grid([1.0])
    degrees = Grid(np.ones((3, 3)), np.ones((3, 3), bool), (117.0, 0.0, 117.1, 0.1), crs.parse(4326))
    with pytest.raises(CrsError, match="degrees"):
        slope_of(degrees)
    with pytest.raises(PlanError, match="no raster 'gambut'"):
        grid_of(make_plan(), "gambut")
