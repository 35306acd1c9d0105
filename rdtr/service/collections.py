"""Layers of the served plans as collections of features: in degrees, with an index. Speaks no HTTP and writes no JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from rdtr.io.report.layers import in_degrees
from rdtr.types import BoolArray, IndexArray, ObjectArray
from rdtr.zoning.plan import Plan, RasterLayer

__all__ = ["ZONES", "Bbox", "Collection", "collection_of", "layer_names"]

ZONES: Final = "zones"

Bbox: TypeAlias = tuple[float, float, float, float]
"""West, south, east, north in degrees; west of the east edge, or else it reaches over the 180th meridian."""


@dataclass(frozen=True, eq=False, slots=True)
class Collection:
    """One layer of one plan.

    Attributes
    ----------
    plan
        Whose layer it is.
    layer
        Its name.
    frame
        The columns, without geometry.
    shapes
        Shape (n,), longitude and latitude as RFC 7946 wants them.
    tree
        Over the shapes.
    """

    plan: Plan
    layer: str
    frame: pd.DataFrame
    shapes: ObjectArray
    tree: shapely.STRtree

    @property
    def id(self) -> str:
        """The name in addresses."""
        return f"{self.plan.identity.id}:{self.layer}"

    @property
    def bounds(self) -> Bbox:
        """The box around all features."""
        west, south, east, north = (float(v) for v in shapely.total_bounds(self.shapes))
        return west, south, east, north

    @property
    def columns(self) -> Mapping[str, str]:
        """Type of each column in the words of JSON Schema."""
        return {str(c): _json_type(self.frame[c]) for c in self.frame.columns}

    def rows(self, bbox: Bbox | None = None, equal: Mapping[str, str] | None = None) -> IndexArray:
        """Return the rows that touch a box and have certain values, in their order.

        Parameters
        ----------
        bbox
            None takes all.
        equal
            Values as texts, by column; a text that is no value of the column's type finds nothing.
        """
        found: BoolArray = np.ones(len(self.frame), np.bool_) if bbox is None else self._touching(bbox)
        for column, text in (equal or {}).items():
            found &= _equals(self.frame[column], text)
        return np.flatnonzero(found).astype(np.int64)

    def _touching(self, bbox: Bbox) -> BoolArray:
        touched = np.zeros(len(self.frame), np.bool_)
        for box in _boxes(bbox):
            touched[self.tree.query(box, predicate="intersects")] = True
        return touched


def layer_names(plan: Plan) -> tuple[str, ...]:
    """Return the names of a plan's vector layers: the zones, then the further ones.

    Examples
    --------
    >>> from rdtr import sample_city
    >>> layer_names(sample_city(parcels=500).plan)[:2]
    ('zones', 'roads')
    """
    layers = plan.layers
    further = [n for n in layers if n != ZONES and not isinstance(layers[n], RasterLayer)]
    return (ZONES, *further)


def collection_of(plan: Plan, layer: str) -> Collection:
    """Return one layer of a plan as a collection, made at the first use and kept with the plan.

    Examples
    --------
    >>> from rdtr import sample_city
    >>> zones = collection_of(sample_city(parcels=500).plan, "zones")
    >>> zones.id, zones.columns["KODSZN"], len(zones.rows(equal={"KODZON": "BJ"})) > 0
    ('kota-contoh:zones', 'string', True)
    """
    return plan.derived(f"service.collection.{layer}", lambda p: _make(p, layer))


def _make(plan: Plan, layer: str) -> Collection:
    frame = plan.zones if layer == ZONES else plan.layers[layer]
    assert isinstance(frame, gpd.GeoDataFrame)  # noqa: S101 - rasters are no layer_names
    shapes = in_degrees(frame.geometry.to_numpy(), plan, frame.crs)
    shapely.prepare(shapes)
    return Collection(plan, layer, pd.DataFrame(frame.drop(columns="geometry")), shapes, shapely.STRtree(shapes))


def _boxes(bbox: Bbox) -> Iterator[shapely.Polygon]:
    west, south, east, north = bbox
    if west <= east:
        yield shapely.box(west, south, east, north)
    else:
        yield shapely.box(west, south, 180.0, north)
        yield shapely.box(-180.0, south, east, north)


def _json_type(column: pd.Series[Any]) -> str:
    if pd.api.types.is_bool_dtype(column.dtype):
        return "boolean"
    if pd.api.types.is_integer_dtype(column.dtype):
        return "integer"
    return "number" if pd.api.types.is_numeric_dtype(column.dtype) else "string"


def _equals(column: pd.Series[Any], text: str) -> BoolArray:
    kind = _json_type(column)
    if kind == "string":
        return np.asarray(column.astype(object) == text, dtype=np.bool_)
    if kind == "boolean":
        wanted = {"true": True, "false": False}.get(text.casefold())
        return np.asarray((column == wanted).fillna(False), dtype=np.bool_) if wanted is not None else _none(column)
    try:
        return np.asarray((column == float(text)).fillna(False), dtype=np.bool_)
    except ValueError:
        return _none(column)


def _none(column: pd.Series[Any]) -> BoolArray:
    return np.zeros(len(column), np.bool_)
