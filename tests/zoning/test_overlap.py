from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from rdtr.crs import metric_crs, parse, transform
from rdtr.errors import GeometryError
from rdtr.zoning import ahead, edges, overlap
from rdtr.zoning.overlap import overlap_areas
from rdtr.zoning.pieces import cut


def agree(left: list[shapely.Geometry], right: list[shapely.Geometry]) -> None:
    """Every pair has the area that GEOS gives, to 1e-9 relative or 1e-6 square units."""
    a, b = np.array(left, dtype=object), np.array(right, dtype=object)
    i, j, area = overlap_areas(a, b)
    ours = np.zeros((len(a), len(b)))
    ours[i, j] = area
    geos = shapely.area(shapely.intersection(a[:, None], b[None, :]))
    np.testing.assert_allclose(ours, geos, rtol=1e-9, atol=1e-6)
    tiny = max(geos.max(), 1e-300)
    assert np.abs(ours - geos).max() <= max(1e-9 * tiny, 1e-6 * (tiny > 1e-3))


def star(rng: np.random.Generator, x: float, y: float, size: float) -> shapely.Geometry:
    angle = np.sort(rng.uniform(0, 2 * np.pi, rng.integers(3, 40)))
    radius = rng.uniform(0.2, 1.0, len(angle)) * size
    ring = shapely.Polygon(np.column_stack([x + radius * np.cos(angle), y + radius * np.sin(angle)]))
    return shapely.make_valid(ring, method="structure") if not ring.is_valid else ring


def polygonal(shapes: list[shapely.Geometry]) -> list[shapely.Geometry]:
    return [s for s in shapes if s.geom_type in ("Polygon", "MultiPolygon") and s.area > 0]


ZOO = {
    "square": shapely.box(0, 0, 10, 10),
    "a hole": shapely.box(0, 0, 10, 10).difference(shapely.box(3, 3, 6, 6)),
    "a hole touching the shell": shapely.Polygon([(0, 0), (10, 0), (10, 10), (0, 10)], [[(0, 5), (4, 3), (4, 7)]]),
    "two parts": shapely.MultiPolygon([shapely.box(0, 0, 3, 10), shapely.box(6, 0, 9, 10)]),
    "two parts touching in a point": shapely.MultiPolygon([shapely.box(0, 0, 5, 5), shapely.box(5, 5, 10, 10)]),
    "an island in a hole": shapely.MultiPolygon(
        [shapely.box(0, 0, 10, 10).difference(shapely.box(2, 2, 8, 8)), shapely.box(4, 4, 6, 6)]
    ),
    "a clockwise ring": shapely.Polygon([(0, 0), (0, 10), (10, 10), (10, 0)]),
    "a neighbour sharing an edge": shapely.box(10, 0, 20, 10),
    "a neighbour sharing half an edge": shapely.box(10, 5, 20, 15),
    "vertical edges only on a slant": shapely.Polygon([(2, 0), (2, 8), (7, 12), (7, 3)]),
    "a needle": shapely.Polygon([(0, 4.999), (10, 5), (0, 5.001)]),
    "the same square with doubled vertices": shapely.Polygon([(0, 0), (0, 0), (10, 0), (10, 10), (10, 10), (0, 10)]),
    "a comb": shapely.union_all([shapely.box(0, 0, 10, 1), *[shapely.box(k, 0, k + 0.5, 9) for k in range(10)]]),
    "a circle": shapely.Point(5, 5).buffer(4, quad_segs=64),
}


@pytest.mark.parametrize("name", ZOO)
def test_every_animal_of_the_zoo_overlaps_every_other_as_geos_says(name: str) -> None:
    agree([ZOO[name]], list(ZOO.values()))


@pytest.mark.parametrize(("scale", "shift"), [(1e-6, 0.0), (1e-3, 100.0), (1.0, 9e6), (1e5, -1e6)])
def test_tiny_and_huge_coordinates_keep_their_area(scale: float, shift: float) -> None:
    shapes = [shapely.transform(s, lambda xy: xy * scale + shift) for s in ZOO.values()]
    # the coordinates themselves are rounded; GEOS and the kernel see the same rounded ones
    agree(polygonal([s for s in shapes if s.is_valid]), polygonal([s for s in shapes if s.is_valid]))


def test_random_pairs_agree_with_geos() -> None:
    rng = np.random.default_rng(7)
    left = polygonal([star(rng, *rng.uniform(5e5, 5e5 + 200, 2), 20) for _ in range(300)])
    right = polygonal([star(rng, *rng.uniform(5e5, 5e5 + 200, 2), 45) for _ in range(60)])
    agree(left, right)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([1.0, 3.0, 0.5]))
def test_shapes_on_a_coarse_grid_share_edges_and_corners_without_error(seed: int, step: float) -> None:
    rng = np.random.default_rng(seed)

    def shape() -> shapely.Geometry:
        boxes = [
            shapely.box(x, y, x + w, y + h)
            for x, y, w, h in zip(*rng.integers(0, 6, (2, 4)), *rng.integers(1, 4, (2, 4)), strict=True)
        ]
        return shapely.transform(shapely.union_all(boxes), lambda xy: xy * step + 500_000)

    agree([shape(), shape()], [shape(), shape()])


def test_a_road_of_many_vertices_is_cut_and_keeps_its_area() -> None:
    rng = np.random.default_rng(3)
    holes = shapely.union_all(shapely.buffer(shapely.points(rng.uniform(0, 600, (900, 2))), 4))
    road = shapely.box(0, 0, 600, 600).difference(holes)
    pieces, owner = cut(np.array([road], dtype=object))
    assert shapely.get_num_coordinates(pieces).max() <= 129
    assert owner.max() == 0
    assert shapely.area(pieces).sum() == pytest.approx(road.area, rel=1e-12)
    agree([shapely.box(x, y, x + 15, y + 25) for x, y in rng.uniform(0, 580, (50, 2))], [road])


def test_a_left_polygon_of_many_vertices_is_measured_too() -> None:
    rng = np.random.default_rng(5)
    holes = shapely.union_all(shapely.buffer(shapely.points(rng.uniform(0, 300, (200, 2))), 4))
    agree([shapely.box(0, 0, 300, 300).difference(holes)], [shapely.box(0, 0, 100, 300), shapely.box(100, 0, 300, 300)])


def test_the_result_does_not_depend_on_chunks_or_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(11)
    left = polygonal([star(rng, *rng.uniform(0, 200, 2), 20) for _ in range(200)])
    right = polygonal([star(rng, *rng.uniform(0, 200, 2), 45) for _ in range(40)])
    once = overlap_areas(left, right, workers=1)
    monkeypatch.setattr(edges, "_PIECE", 17)
    monkeypatch.setattr(ahead, "_SHARE", 7)
    monkeypatch.setattr(overlap, "WORTH_A_THREAD", 0)
    for workers in (1, 2, 5):
        for a, b in zip(once, overlap_areas(left, right, workers=workers), strict=True):
            np.testing.assert_array_equal(a, b)


def test_missing_and_empty_polygons_overlap_nothing() -> None:
    i, _, _ = overlap_areas([None, shapely.Polygon(), shapely.box(0, 0, 1, 1)], [shapely.box(0, 0, 1, 1), None])
    assert i.tolist() == [2]


def test_no_polygons_at_all_give_no_pairs() -> None:
    for left, right in (([], [shapely.box(0, 0, 1, 1)]), ([shapely.box(0, 0, 1, 1)], []), ([], [])):
        i, j, area = overlap_areas(left, right)
        assert (len(i), len(j), len(area)) == (0, 0, 0)


def test_neighbours_that_only_touch_are_no_pair() -> None:
    i, _, _ = overlap_areas([shapely.box(0, 0, 1, 1)], [shapely.box(1, 0, 2, 1), shapely.box(1, 1, 2, 2)])
    assert len(i) == 0


@pytest.mark.parametrize("bad", [shapely.Point(0, 0), shapely.LineString([(0, 0), (1, 1)])])
def test_something_else_than_a_polygon_is_refused(bad: shapely.Geometry) -> None:
    with pytest.raises(GeometryError, match=rf"left 2: a {bad.geom_type} was found where a polygon is wanted"):
        overlap_areas([shapely.box(0, 0, 1, 1), bad], [shapely.box(0, 0, 1, 1)])


def test_a_coordinate_that_is_no_number_is_refused() -> None:
    with np.errstate(invalid="ignore"):  # shapely itself warns while making it
        broken = shapely.from_wkt("POLYGON ((0 0, 1 0, nan 1, 0 0))")
    with pytest.raises(GeometryError, match="not a finite number"):
        overlap_areas([broken], [shapely.box(0, 0, 1, 1)])


def test_degrees_are_refused_where_an_area_is_wanted() -> None:
    degrees = gpd.GeoSeries([shapely.box(117, 0, 117.1, 0.1)], crs=4326)
    with pytest.raises(GeometryError, match="areas need a metric CRS"):
        overlap_areas(degrees, degrees)
    with pytest.raises(GeometryError, match="bring both into one CRS"):
        overlap_areas(degrees.to_crs(9480), degrees)


def test_the_parcels_of_bandung_agree_with_geos(shared_data: Path) -> None:
    crs = metric_crs(107.6, -6.9)
    zones, parcels = (
        transform(gpd.read_file(shared_data / "bandung" / name).geometry.to_numpy(), parse(4326), crs)
        for name in ("zonasi_rdtr.geojson", "bidang_lahan.geojson")
    )
    i, j, area = overlap_areas(parcels, zones)
    geos = shapely.area(shapely.intersection(parcels[i], zones[j]))
    np.testing.assert_allclose(area, geos, rtol=1e-9, atol=1e-6)
    missed = shapely.STRtree(zones).query(parcels, predicate="intersects").T.tolist()
    missed = [pair for pair in missed if tuple(pair) not in set(zip(i.tolist(), j.tolist(), strict=True))]
    assert all(shapely.intersection(parcels[a], zones[b]).area < 1e-6 for a, b in missed)
    several = np.bincount(i[area > 1.0], minlength=len(parcels)) > 1
    assert several.sum() == 106
    covered = np.bincount(i, area, len(parcels))
    outside = shapely.area(shapely.difference(parcels, shapely.union_all(zones)))
    np.testing.assert_allclose(covered + outside, shapely.area(parcels), rtol=1e-9, atol=1e-5)


def test_the_kernel_works_where_no_cache_can_be_written(tmp_path: Path) -> None:
    """A read-only install in a home that cannot be written: compiled anew, same answer."""
    code = (
        "import numba.core.caching as c\n"
        "c.CacheImpl._locator_classes = []\n"
        "import shapely\nfrom rdtr.zoning.kernels import ring_signs\n"
        "import numpy as np\n"
        "print(ring_signs(np.array([[0., 0.], [1., 0.], [1., 1.], [0., 0.]]), np.array([0, 4]), np.array([True])))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "HOME": str(tmp_path)},
    )
    assert done.stdout.strip() == "[1.]", done.stderr


def test_nothing_has_no_pieces() -> None:
    assert len(cut(np.array([], dtype=object))[0]) == 0


def test_pieces_far_from_what_is_asked_are_left_out() -> None:
    disk = np.array([shapely.Point(0, 0).buffer(100, quad_segs=500)], dtype=object)
    near = np.array([[60.0, 60.0, 80.0, 80.0]])
    some, all_of_them = (cut(disk, near=boxes)[0] for boxes in (near, None))
    assert 0 < len(some) < len(all_of_them) / 3
    wanted = shapely.box(60, 60, 80, 80)
    assert shapely.area(shapely.intersection(some, wanted)).sum() == pytest.approx(disk[0].intersection(wanted).area)


def test_far_holes_are_filled_but_what_is_near_is_cut_exactly() -> None:
    rng = np.random.default_rng(11)
    places = np.stack(np.meshgrid(np.arange(30), np.arange(30)), axis=-1).reshape(-1, 2) * 20.0 + 15.0
    holes = shapely.buffer(shapely.points(places), rng.uniform(2, 8, len(places)), quad_segs=4)
    road = shapely.Polygon(shapely.box(0, 0, 610, 610).exterior, [h.exterior for h in holes])
    boxes = np.array([[100.0, 100.0, 130.0, 140.0], [500.0, 30.0, 540.0, 50.0]])
    pieces, _ = cut(np.array([road], dtype=object), near=boxes)
    for wanted in shapely.box(*boxes.T):
        common = shapely.area(shapely.intersection(pieces, wanted)).sum()
        assert common == pytest.approx(road.intersection(wanted).area, rel=1e-12)
