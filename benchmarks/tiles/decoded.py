"""Tiles read by the mapbox-vector-tile decoder: which features they hold, and how their areas add up. Makes no tiles."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import mapbox_vector_tile
import numpy as np
import shapely
from shapely.geometry import shape

from benchmarks.tiles.data import UNITS
from rdtr.types import ObjectArray

__all__ = ["Sums", "ids_of", "shapes_of", "sums_of"]

_COLOURED_BY: Final = "KODSZN"


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
    miscoloured
        That some sub-zones have too much, by which others have too little.
    """

    true: float = 0.0
    drawn: float = 0.0
    union: float = 0.0
    missing: float = 0.0
    miscoloured: float = 0.0

    def __add__(self, other: Sums) -> Sums:
        return Sums(
            self.true + other.true,
            self.drawn + other.drawn,
            self.union + other.union,
            self.missing + other.missing,
            self.miscoloured + other.miscoloured,
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


def shapes_of(data: bytes) -> tuple[ObjectArray, list[str]]:
    """Polygons of a tile, made valid, cut at the tile itself without its buffer; and the sub-zone of each."""
    found = [(shape(f["geometry"]), f["scale"], str(f["properties"].get(_COLOURED_BY))) for f in _features(data)]
    shapes = np.empty(len(found), dtype=object)
    shapes[:] = [g if s == 1.0 else shapely.transform(g, lambda xy, s=s: xy * s) for g, s, _ in found]
    sound = shapely.make_valid(shapes, method="structure", keep_collapsed=False)
    clipped = shapely.clip_by_rect(sound, 0, 0, UNITS, UNITS)
    return shapely.make_valid(clipped, method="structure", keep_collapsed=False), [code for _, _, code in found]


def sums_of(data: bytes, zones: ObjectArray, codes: Sequence[str], outline: shapely.Geometry) -> Sums:
    """Add up a tile; `zones`, their sub-zones and what they cover are the truth, in units of the tile."""
    true = shapely.make_valid(shapely.clip_by_rect(outline, 0, 0, UNITS, UNITS))
    shapes, drawn = shapes_of(data)
    union = shapely.union_all(shapes)
    balance: Counter[str] = Counter()
    for code, area in zip(drawn, shapely.area(shapes), strict=True):
        balance[code] += area
    for code, area in zip(codes, shapely.area(shapely.clip_by_rect(zones, 0, 0, UNITS, UNITS)), strict=True):
        balance[code] -= area
    return Sums(
        float(true.area),
        float(shapely.area(shapes).sum()),
        float(union.area),
        float(shapely.difference(true, union).area),
        sum(map(abs, balance.values())) / 2.0,
    )
