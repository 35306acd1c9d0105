"""What source layers the vector tiles of a plan have, with their fields: read by style and TileJSON. Encodes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

import geopandas as gpd
import pandas as pd
import shapely

from rdtr.tiles.overlays import overlay_values
from rdtr.zoning.plan import Plan

__all__ = ["MAXZOOM", "MINZOOM", "RESERVED", "FieldType", "Kind", "SourceLayer", "source_layers"]

MINZOOM: Final = 8
MAXZOOM: Final = 17
"""Of WebMercatorQuad: at 8 a town is some pixels, at 17 a pixel is 1.2 m, half of what a plan of 1:5,000 tells."""

RESERVED: Final = ("zones", "zone_labels", "boundaries", "overlays")
"""Layers that every plan has; a further layer of the plan with such a name is not drawn."""

Kind: TypeAlias = Literal["polygon", "line", "point"]
FieldType: TypeAlias = Literal["String", "Number", "Boolean"]

_OWN: Final[Mapping[str, FieldType]] = {"color": "String", "label": "String"}
_LABEL_COLUMNS: Final = ("NAMOBJ", "KODSZN", "KODBLK")
_KINDS: Final[Mapping[int, Kind]] = {
    0: "point",
    4: "point",
    1: "line",
    2: "line",
    5: "line",
    3: "polygon",
    6: "polygon",
}


@dataclass(frozen=True, slots=True)
class SourceLayer:
    """One source layer.

    Attributes
    ----------
    name
        Its name in the tile.
    kind
        What it is made of; that of its first geometry where they are mixed.
    fields
        Type by property name.
    description
        What users read, Bahasa Indonesia.
    minzoom
        The first zoom that has it.
    """

    name: str
    kind: Kind
    fields: Mapping[str, FieldType]
    description: str
    minzoom: int = MINZOOM


def source_layers(plan: Plan) -> tuple[SourceLayer, ...]:
    """Return the source layers of a plan's vector tiles.

    Examples
    --------
    >>> from rdtr import sample_city
    >>> [(layer.name, layer.kind) for layer in source_layers(sample_city(parcels=500).plan)][:5]
    [('zones', 'polygon'), ('zone_labels', 'point'), ('boundaries', 'line'), ('overlays', 'polygon'), ('roads', 'line')]
    """
    return plan.derived("tiles.layers", _source_layers)


def _source_layers(plan: Plan) -> tuple[SourceLayer, ...]:
    zones = plan.zones
    official = _fields(zones.drop(columns="geometry"))
    own = [
        SourceLayer("zones", "polygon", {**official, **_OWN}, "Rencana pola ruang"),
        SourceLayer("zone_labels", "point", _label_fields(official), "Titik label zona"),
        SourceLayer("boundaries", "line", {"level": "String"}, "Batas WP, SWP, dan blok"),
    ]
    if overlay_values(plan):
        names = ", ".join(dict.fromkeys(v.hatch.name_id for v in overlay_values(plan)))
        own.append(SourceLayer("overlays", "polygon", {"field": "String", "value": "String"}, names))
    further = [
        SourceLayer(name, _kind(layer), _fields(layer.drop(columns=layer.geometry.name)), name)
        for name, layer in plan.layers.items()
        if isinstance(layer, gpd.GeoDataFrame) and name not in RESERVED and len(layer)
    ]
    return (*own, *further)


def _label_fields(official: Mapping[str, FieldType]) -> dict[str, FieldType]:
    named: dict[str, FieldType] = {c: official[c] for c in _LABEL_COLUMNS if c in official}
    return {**named, **_OWN, "area_m2": "Number"}


def _fields(frame: pd.DataFrame) -> dict[str, FieldType]:
    return {str(c): _field(frame[c]) for c in frame.columns}


def _field(column: pd.Series[Any]) -> FieldType:
    if pd.api.types.is_bool_dtype(column):
        return "Boolean"
    return "Number" if pd.api.types.is_numeric_dtype(column) else "String"


def _kind(layer: gpd.GeoDataFrame) -> Kind:
    types = shapely.get_type_id(layer.geometry.to_numpy())
    return next((_KINDS[int(t)] for t in types if int(t) in _KINDS), "polygon")
