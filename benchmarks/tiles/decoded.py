"""Tiles read by the mapbox-vector-tile decoder: which features they hold, and how their areas add up. Makes no tiles."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from typing import Any

import mapbox_vector_tile
import numpy as np
import shapely
from shapely.geometry import shape

from benchmarks.tiles.data import UNITS
from rdtr.types import ObjectArray

__all__ = ["Sums", "ids_of", "shapes_of", "sums_of"]


@dataclass(frozen=True)
class Sums:
    """Areas in one or several tiles, square units.

    Attributes
    ----------
    true
        Of the plan inside, as the plan has it.
    drawn
        Of all features, each for itself.
    union
        Of all features together.
    missing
        Of the plan where nothing is drawn.
    """

    true: float = 0.0
    drawn: float = 0.0
    union: float = 0.0
    missing: float = 0.0

    def __add__(self, other: Sums) -> Sums:
        return Sums(
            self.true + other.true,
            self.drawn + other.drawn,
            self.union + other.union,
            self.missing + other.missing,
        )


def _features(data: bytes) -> list[dict[str, Any]]:
    plain = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
    layers = mapbox_vector_tile.decode(plain, default_options={"y_coord_down": True}) if plain else {}
    found: list[dict[str, Any]] = []
    for layer in layers.values():
        for feature in layer["features"]:
            feature["scale"] = UNITS / layer["extent"]
            found.append(feature)
    return found


def ids_of(data: bytes) -> set[int]:
    """Ids of the features of a tile."""
    return {int(feature["id"]) for feature in _features(data)}


def shapes_of(data: bytes) -> ObjectArray:
    """Polygons of a tile, made valid, cut at the tile itself without its buffer."""
    found = [(shape(f["geometry"]), f["scale"]) for f in _features(data)]
    shapes = np.empty(len(found), dtype=object)
    shapes[:] = [g if s == 1.0 else shapely.transform(g, lambda xy, s=s: xy * s) for g, s in found]
    sound = shapely.make_valid(shapes, method="structure", keep_collapsed=False)
    return shapely.make_valid(shapely.clip_by_rect(sound, 0, 0, UNITS, UNITS), method="structure", keep_collapsed=False)


def sums_of(data: bytes, outline: shapely.Geometry) -> Sums:
    """Add up a tile; `outline` is what the plan covers, in units of the tile."""
    true = shapely.make_valid(shapely.clip_by_rect(outline, 0, 0, UNITS, UNITS))
    shapes = shapes_of(data)
    union = shapely.union_all(shapes)
    missing = shapely.difference(true, union)
    return Sums(float(true.area), float(shapely.area(shapes).sum()), float(union.area), float(missing.area))
