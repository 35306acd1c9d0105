"""Zones as pictures: against GDAL's rasteriser and GEOS's areas, joined at their edges, without hairlines."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import rasterio.features
import shapely
from rasterio.errors import NotGeoreferencedWarning
from rasterio.io import MemoryFile
from rasterio.transform import from_bounds

import rdtr
from rdtr import crs
from rdtr.errors import TileError
from rdtr.tiles import render
from rdtr.tiles.colors import from_hex
from rdtr.tiles.coverage import EXTENT
from rdtr.tiles.grid import grid, plan_bounds, plan_grid
from rdtr.tiles.paint import paint_of
from rdtr.tiles.palette import UNKNOWN_COLOR, palette
from rdtr.tiles.render import SIZES, zone_image
from rdtr.tiles.scanline import fill_centres, fill_shares, stroke
from rdtr.tiles.segments import segments_of
from rdtr.tiles.vector import tile_sources
from rdtr.zoning.plan import Plan
from tests.town import box, make_plan, make_zones

Rgba = npt.NDArray[np.uint8]
BARE: dict[str, Any] = {"outlines": False}


@pytest.fixture(scope="module")
def city() -> Plan:
    return rdtr.sample_city(parcels=1_500, seed=1).plan


def pixels(data: bytes) -> Rgba:
    """RGBA of a picture as GDAL reads it."""
    with warnings.catch_warnings(), MemoryFile(data) as file:
        warnings.simplefilter("ignore", NotGeoreferencedWarning)  # a tile's place is in its address
        dataset = file.open()
        bands = dataset.read()
        if dataset.count == 1:
            table = np.zeros((256, 4), np.uint8)
            for value, color in dataset.colormap(1).items():
                table[value] = color
            return table[bands[0]]
    rgba = np.moveaxis(bands, 0, -1)
    return rgba if rgba.shape[2] == 4 else np.dstack([rgba, np.full(rgba.shape[:2], 255, np.uint8)])


def tiles_of(plan: Plan, z: int, tms: Any = None) -> list[tuple[int, int]]:
    g = tms or grid()
    x0, y0, x1, y1 = g.tiles_over(plan_bounds(plan, g), z)
    return [(x, y) for y in range(y0, y1 + 1) for x in range(x0, x1 + 1)]


def mosaic(plan: Plan, z: int, **options: Any) -> Rgba:
    places, size = tiles_of(plan, z), options.get("size", 256)
    x0, y0 = places[0]
    x1, y1 = places[-1]
    out = np.zeros(((y1 - y0 + 1) * size, (x1 - x0 + 1) * size, 4), np.uint8)
    for x, y in places:
        data = zone_image(plan, z, x, y, **options)
        if data:
            out[(y - y0) * size :, (x - x0) * size :][:size, :size] = pixels(data)
    return out


def level_shapes(plan: Plan, z: int, x: int, y: int) -> list[shapely.Geometry]:
    """The generalised zones, in pixels of a tile of 256, put together by GEOS."""
    level = tile_sources(plan, grid())["zones"].level(z)
    corner = np.array([x, y]) * EXTENT - level.origin
    shapes = []
    for p in range(len(plan.zones)):
        rings = [
            (level.xy[level.ring_start[r] : level.ring_start[r + 1]] - corner) / 16.0
            for r in np.flatnonzero(level.polygon == p)
        ]
        made: shapely.Geometry = shapely.Polygon()
        for ring in rings:
            made = made.symmetric_difference(shapely.Polygon(ring))
        shapes.append(made)
    return shapes


def seen(plan: Plan, z: int, x: int, y: int) -> tuple[Any, Any, Any]:
    level = tile_sources(plan, grid())["zones"].level(z)
    corner = (np.array([x, y]) * EXTENT - level.origin).astype(np.float64)
    rings = (level.xy, level.ring_start, level.polygon, level.run_start, level.runs)
    return segments_of(np.arange(len(level.polygon)), rings, corner, 16.0, corner - 32.0, corner + EXTENT + 32.0)


@pytest.mark.parametrize("z", [13, 15, 17])
def test_a_pixel_belongs_to_the_zone_at_its_centre_as_gdal_says(city: Plan, z: int) -> None:
    x, y = tiles_of(city, z)[len(tiles_of(city, z)) // 2]
    held = fill_centres(*seen(city, z, x, y), 256)
    shapes = [(s, p) for p, s in enumerate(level_shapes(city, z, x, y)) if not s.is_empty]
    # GDAL's rows go down; ours too, so the picture needs no turning
    expected = rasterio.features.rasterize(
        shapes, (256, 256), fill=-1, transform=rasterio.Affine.identity(), dtype="int32"
    )
    differ = np.flatnonzero(held != expected)
    # only where a border runs through the very centre may the two disagree
    rows, columns = np.divmod(differ, 256)
    centres = shapely.points(columns + 0.5, rows + 0.5)
    borders = shapely.union_all([s.boundary for s, _ in shapes])
    assert (held >= 0).any()
    assert (shapely.distance(centres, borders) < 1e-6).all()


@pytest.mark.parametrize("z", [14, 16])
def test_a_pixel_mixes_colours_by_exact_shares_of_its_area(city: Plan, z: int) -> None:
    x, y = tiles_of(city, z)[len(tiles_of(city, z)) // 3]
    segments, start, polygon = seen(city, z, x, y)
    inks = np.zeros((len(polygon), 4), np.float32)
    inks[:, 0], inks[:, 3] = polygon, 1.0
    sums = np.cumsum(fill_shares(segments, start, inks, 256), axis=1, dtype=np.float64)[:, :256]
    shapes = np.array(level_shapes(city, z, x, y), dtype=object)
    rng = np.random.default_rng(3)
    for row, column in rng.integers(0, 256, (150, 2)):
        area = shapely.area(shapely.intersection(shapes, shapely.box(column, row, column + 1, row + 1)))
        assert sums[row, column, 3] == pytest.approx(area.sum(), abs=1e-4)
        assert sums[row, column, 0] == pytest.approx(area @ np.arange(len(shapes)), abs=0.05)


def test_colours_are_the_official_ones() -> None:
    plan = make_plan()
    x, y = tiles_of(plan, 18)[0]
    allowed = {
        tuple(c) for c in np.rint(from_hex([s.color for s in palette(plan).swatches]) * 255).astype(int).tolist()
    }
    found = {
        tuple(c[:3])
        for c in pixels(zone_image(plan, 18, x, y, antialias=False, **BARE)).reshape(-1, 4).tolist()
        if c[3]
    }
    assert found
    assert found <= allowed


@pytest.mark.parametrize("antialias", [True, False])
@pytest.mark.parametrize("z", [13, 15, 16])
def test_no_hairline_shows_within_the_plan(city: Plan, z: int, antialias: bool) -> None:
    g = grid()
    outline = crs.transform(np.array([shapely.union_all(city.zones.geometry.to_numpy())]), city.crs, g.crs)[0]
    whole = mosaic(city, z, antialias=antialias)
    places = tiles_of(city, z)
    left, _, _, top = g.tile_bounds(z, *places[0])
    _, bottom, right, _ = g.tile_bounds(z, *places[-1])
    inner = rasterio.features.rasterize(
        [outline.buffer(-3 * g.resolution(z))],
        whole.shape[:2],
        transform=from_bounds(left, bottom, right, top, whole.shape[1], whole.shape[0]),
    ).astype(bool)
    assert inner.sum() > 100
    assert (whole[inner][:, 3] == 255).all()


@pytest.mark.parametrize(
    "options",
    [{}, {"overlays": True}, {"antialias": False, "overlays": True}, {"antialias": False, "outlines": False}],
    ids=["smooth", "hatched", "plain hatched", "plain bare"],
)
def test_four_tiles_join_to_the_picture_of_one_of_twice_the_size(city: Plan, options: dict[str, Any]) -> None:
    """The tile's own level drawn at once has no seam, so tiles cut from it must not either."""
    z = 15
    level = tile_sources(city, grid())["zones"].level(z)
    x, y = next((a, b) for a, b in tiles_of(city, z) if zone_image(city, z, a + 1, b + 1) and zone_image(city, z, a, b))
    joined = np.zeros((512, 512, 4), np.uint8)
    for i in (0, 1):
        for j in (0, 1):
            data = zone_image(city, z, x + i, y + j, **options)
            joined[j * 256 :, i * 256 :][:256, :256] = pixels(data) if data else 0
    # shift the plan by half a tile: what was the seam is now the middle of a tile
    zones, paint = tile_sources(city, grid())["zones"], paint_of(city, "light")
    moved = _shifted(zones, z, level, EXTENT // 2)
    draw = render._smooth if options.get("antialias", True) else render._plain
    opaque = render._line_opacity(grid(), z, 256) if options.get("outlines", True) else 0.0
    picture = draw(moved, paint, (z, x, y), 256, opaque, options.get("overlays", False))
    assert picture is not None
    assert np.array_equal(picture.rgba(), joined[128:384, 128:384])


def _shifted(zones: Any, z: int, level: Any, by: int) -> Any:
    return replace(zones, levels={z: replace(level, origin=level.origin - by)})


def test_an_outline_is_darker_than_both_neighbours() -> None:
    plan = make_plan()
    z = 19
    with_line, without = mosaic(plan, z), mosaic(plan, z, outlines=False)
    changed = (with_line != without).any(axis=2)
    assert 0.001 < changed.mean() < 0.2
    inside = changed & (without[..., 3] == 255)
    assert with_line[inside][:, :3].sum() < without[inside][:, :3].sum()


def test_a_shared_border_is_not_drawn_twice_as_dark() -> None:
    once = np.array([[3.0, 2.0, 12.0, 9.0]])
    both = np.array([[3.0, 2.0, 12.0, 9.0], [12.0, 9.0, 3.0, 2.0]])
    assert np.array_equal(stroke(once, 16, 0.9), stroke(both, 16, 0.9))


def test_a_line_covers_about_as_many_pixels_as_it_is_long() -> None:
    for end in ((50.0, 10.0), (10.0, 50.0), (40.0, 40.0), (47.3, 22.9)):
        line = np.array([[10.0, 10.0, *end]])
        length = float(np.hypot(end[0] - 10.0, end[1] - 10.0))
        # sampled at the centres, a diagonal through them comes out an eighth too strong
    assert stroke(line, 64, 1.0).sum() == pytest.approx(length, rel=0.16)


def test_overlays_are_hatched_only_where_a_provision_holds(city: Plan) -> None:
    z = 16
    bare, hatched = mosaic(city, z, **BARE), mosaic(city, z, overlays=True, **BARE)
    assert (bare != hatched).any()
    plain = make_plan(make_zones())
    assert np.array_equal(mosaic(plain, 18, overlays=True), mosaic(plain, 18))


def test_outlines_fade_where_a_pixel_is_many_metres(city: Plan) -> None:
    x, y = tiles_of(city, 12)[0]
    assert zone_image(city, 12, x, y) == zone_image(city, 12, x, y, outlines=False)


def test_overlapping_zones_share_their_pixels_evenly() -> None:
    zones = make_zones().iloc[:2].set_geometry([box(0, 0, 100, 100), box(0, 0, 100, 100)])
    plan = make_plan(zones)
    data = mosaic(plan, 18, **BARE)
    inside = data[data[..., 3] == 255][:, :3]
    expected = from_hex([s.color for s in palette(plan).swatches]).mean(axis=0) * 255
    assert np.abs(np.median(inside, axis=0) - expected).max() <= 1.0
    assert mosaic(plan, 18, antialias=False, **BARE)[..., 3].max() == 255


def test_the_same_tile_has_the_same_bytes(city: Plan) -> None:
    again = rdtr.sample_city(parcels=1_500, seed=1).plan
    for x, y in tiles_of(city, 15):
        for options in ({}, {"antialias": False}, {"overlays": True}):
            assert zone_image(city, 15, x, y, **options) == zone_image(again, 15, x, y, **options)


def test_a_tile_without_zones_is_empty(city: Plan) -> None:
    for options in ({}, {"antialias": False}, {"format": "webp"}):
        assert zone_image(city, 14, 0, 0, **options) == b""


@pytest.mark.parametrize("antialias", [True, False])
def test_webp_keeps_every_pixel(city: Plan, antialias: bool) -> None:
    x, y = tiles_of(city, 15)[0]
    png, webp = (zone_image(city, 15, x, y, format=f, antialias=antialias) for f in ("png", "webp"))  # type: ignore[arg-type]
    assert webp[8:12] == b"WEBP"
    a, b = pixels(png), pixels(webp)
    assert np.array_equal(a[..., 3], b[..., 3])
    assert np.array_equal(a[a[..., 3] > 0], b[a[..., 3] > 0])


@pytest.mark.parametrize("size", SIZES)
def test_every_size_is_drawn(city: Plan, size: int) -> None:
    x, y = tiles_of(city, 15)[0]
    for antialias in (True, False):
        assert pixels(zone_image(city, 15, x, y, size=size, antialias=antialias)).shape == (size, size, 4)


def test_a_picture_of_few_colours_has_four_bits() -> None:
    plan = make_plan()
    x, y = tiles_of(plan, 17)[0]
    data = zone_image(plan, 17, x, y, antialias=False)
    assert data[24] == 4


def test_themes_change_colours_not_shapes(city: Plan) -> None:
    shown = [mosaic(city, 14, theme=t, antialias=False, **BARE) for t in ("light", "dark", "colorblind")]
    assert all(np.array_equal(shown[0][..., 3], other[..., 3]) for other in shown[1:])
    assert len({s[..., :3].tobytes() for s in shown}) == 3


def test_zones_unknown_to_the_vocabulary_are_grey() -> None:
    zones = make_zones()
    zones["KODZON"], zones["KODSZN"], zones["NAMOBJ"] = "Q", "Q-9", "Tidak dikenal"
    plan = make_plan(zones)
    grey = np.rint(from_hex([UNKNOWN_COLOR])[0] * 255)
    whole = mosaic(plan, 17, antialias=False, **BARE)
    assert (whole[whole[..., 3] > 0][:, :3] == grey).all()


def test_the_plans_own_grid_is_drawn(city: Plan) -> None:
    own = plan_grid(city)
    x, y = tiles_of(city, 1, own)[0]
    assert pixels(zone_image(city, 1, x, y, tms=own))[..., 3].any()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"size": 300}, "size 300 cannot be drawn; it is one of 64, 128"),
        ({"size": True}, "size True"),
        ({"format": "jpg"}, "format 'jpg' cannot be made; it is one of png, webp"),
        ({"theme": "pink"}, "theme 'pink' is not known"),
        ({"tms": "Nowhere"}, "grid 'Nowhere' is not known"),
        ({"z": 3, "x": 9}, "tile 3/9/0 is outside"),
        ({"z": 25}, "zoom 25 is not there"),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_the_reason(city: Plan, options: dict[str, Any], words: str) -> None:
    with pytest.raises(TileError, match=words.replace("(", r"\(")):
        zone_image(city, **{"z": 3, "x": 0, "y": 0, **options})
