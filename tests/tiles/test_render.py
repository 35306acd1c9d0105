"""Zones as pictures: the right colour at every pixel's centre, no seam, no hairline."""

from __future__ import annotations

import io
import warnings
from typing import Any

import numpy as np
import pytest
import rasterio
import shapely
from rasterio.errors import NotGeoreferencedWarning

import rdtr
from rdtr import crs
from rdtr.errors import TileError
from rdtr.tiles.grid import grid
from rdtr.tiles.palette import palette
from rdtr.tiles.render import zone_image
from rdtr.zoning.plan import Plan

Z = 16


@pytest.fixture(scope="module")
def city() -> Plan:
    return rdtr.sample_city(parcels=600, seed=2).plan


def pixels(data: bytes) -> np.ndarray:
    """Decode with GDAL into RGBA, shape (rows, columns, 4)."""
    with (
        warnings.catch_warnings(action="ignore", category=NotGeoreferencedWarning),  # a picture, no map
        rasterio.MemoryFile(io.BytesIO(data)) as file,
        file.open() as image,
    ):
        bands = image.read()
        if len(bands) == 1:
            table = np.zeros((256, 4), np.uint8)
            for index, color in image.colormap(1).items():
                table[index] = color
            return table[bands[0]]
        alpha = np.full(bands.shape[1:], 255, np.uint8) if len(bands) == 3 else bands[3]
        return np.dstack([*bands[:3], alpha])


def middle(plan: Plan, z: int = Z) -> tuple[int, int]:
    x0, y0, x1, y1 = grid().tiles_over(tuple(shapely.total_bounds(in_grid(plan))), z)
    return (x0 + x1) // 2, (y0 + y1) // 2


def in_grid(plan: Plan) -> np.ndarray:
    return crs.transform(plan.zones.geometry.to_numpy(), plan.crs, grid().crs)


def test_every_pixel_has_the_colour_of_the_zone_at_its_centre(city: Plan) -> None:
    x, y = middle(city)
    data = zone_image(city, Z, x, y, antialias=False, outlines=False)
    left, _, right, top = grid().tile_bounds(Z, x, y)
    step = (right - left) / 256
    places = shapely.points(
        np.tile(left + (np.arange(256) + 0.5) * step, 256), np.repeat(top - (np.arange(256) + 0.5) * step, 256)
    )
    zones = in_grid(city)
    point, zone = shapely.STRtree(zones).query(places, predicate="within")
    wanted = np.zeros((256 * 256, 4), np.uint8)
    colors = np.array([[int(c[i : i + 2], 16) for i in (1, 3, 5)] + [255] for c in palette(city).color], np.uint8)
    wanted[point] = colors[zone]
    differ = (pixels(data).reshape(-1, 4) != wanted).any(axis=1)
    # a border is rounded to a sixteenth of a pixel, so that a centre next to it may fall on the other side
    assert differ.mean() < 0.01


def test_between_neighbours_no_pixel_is_see_through(city: Plan) -> None:
    x, y = middle(city)
    image = pixels(zone_image(city, Z, x, y))
    tile = shapely.box(*grid().tile_bounds(Z, x, y))
    assert shapely.union_all(in_grid(city)).contains(tile) == bool((image[..., 3] == 255).all())


def test_neighbouring_tiles_join_without_a_seam(city: Plan) -> None:
    x, y = middle(city, 17)
    big = pixels(zone_image(city, 17, x, y, size=512, outlines=False, antialias=False))
    small = pixels(zone_image(city, 17, x, y, size=256, outlines=False, antialias=False))
    # the same plane at twice the size: every fourth pixel's neighbourhood holds the colour of the small one
    blocks = big.reshape(256, 2, 256, 2, 4).transpose(0, 2, 1, 3, 4).reshape(256, 256, 4, 4)
    found = (blocks == small[:, :, None, :]).all(axis=3).any(axis=2)
    assert found.mean() > 0.99


@pytest.mark.parametrize(
    "options", [{}, {"antialias": False}, {"format": "webp"}, {"overlays": True}, {"theme": "dark"}]
)
def test_the_same_picture_has_the_same_bytes(city: Plan, options: dict[str, Any]) -> None:
    x, y = middle(city)
    data = zone_image(city, Z, x, y, **options)
    assert data == zone_image(city, Z, x, y, **options)
    assert pixels(data).shape == (256, 256, 4)


def test_outside_the_plan_there_is_no_picture(city: Plan) -> None:
    assert zone_image(city, Z, 0, 0) == b""


@pytest.mark.parametrize(
    ("call", "words"),
    [
        ({"z": Z, "x": -1, "y": 0}, "is outside"),
        ({"z": Z, "x": 0, "y": 0, "size": 300}, "size 300 cannot be drawn"),
        ({"z": Z, "x": 0, "y": 0, "format": "bmp"}, "bmp"),
    ],
)
def test_what_cannot_be_drawn_is_refused(city: Plan, call: dict[str, Any], words: str) -> None:
    with pytest.raises(TileError, match=words):
        zone_image(city, **call)
