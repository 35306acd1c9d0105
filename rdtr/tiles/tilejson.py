"""TileJSON 3 of a plan: where the tiles are, what layers and fields they hold. Fetches nothing."""

from __future__ import annotations

import math
from typing import Any, Final, TypeAlias

from rdtr.errors import TileError
from rdtr.tiles.grid import plan_bounds
from rdtr.tiles.layers import MAXZOOM, MINZOOM, source_layers
from rdtr.zoning.plan import Plan

__all__ = ["tilejson", "vector_layers"]

Json: TypeAlias = dict[str, Any]

_DIGITS: Final = 6  # of degrees: a tenth of a metre
_MOST: Final = 30  # zoom, by TileJSON 3.0


def tilejson(
    plan: Plan,
    tiles_url: str,
    *,
    zooms: tuple[int, int] = (MINZOOM, MAXZOOM),
    attribution: str = "",
) -> Json:
    """Return the TileJSON of a plan's vector tiles.

    Parameters
    ----------
    plan
        Its bounds, layers and columns are told.
    tiles_url
        Template with ``{z}``, ``{x}`` and ``{y}``.
    zooms
        First and last zoom of the tiles.
    attribution
        Shown on the map; the plan's regulation where it is empty.

    Raises
    ------
    TileError
        If the template lacks a placeholder, or the zooms are not 0 to 30 in order.

    Examples
    --------
    >>> from rdtr import sample_city
    >>> made = tilejson(sample_city(parcels=500).plan, "https://example.org/{z}/{x}/{y}.mvt")
    >>> made["tilejson"], made["minzoom"], [layer["id"] for layer in made["vector_layers"]][:2]
    ('3.0.0', 8, ['zones', 'zone_labels'])
    """
    missing = [p for p in ("{z}", "{x}", "{y}") if p not in tiles_url]
    if missing:
        raise TileError(f"TileJSON: tiles_url {tiles_url[:80]!r} lacks {', '.join(missing)}")
    if not 0 <= zooms[0] <= zooms[1] <= _MOST:
        raise TileError(
            f"TileJSON: zooms are {zooms[0]} to {zooms[1]}; wanted 0 to {_MOST}, the first not above the last"
        )
    west, south, east, north = plan_bounds(plan)
    center = [round((west + east) / 2, _DIGITS), round((south + north) / 2, _DIGITS)]
    return {
        "tilejson": "3.0.0",
        "name": plan.identity.title or plan.identity.id,
        "description": plan.identity.regulation,
        "version": "1.0.0",
        "scheme": "xyz",
        "tiles": [tiles_url],
        "attribution": attribution or plan.identity.regulation,
        "minzoom": zooms[0],
        "maxzoom": zooms[1],
        "bounds": _outward((west, south, east, north)),
        "center": [*center, min(max(_whole_plan(east - west, north - south), zooms[0]), zooms[1])],
        "vector_layers": vector_layers(plan, zooms),
    }


def vector_layers(plan: Plan, zooms: tuple[int, int] = (MINZOOM, MAXZOOM)) -> list[Json]:
    """Return the layers with their fields, as TileJSON and PMTiles metadata have them.

    Examples
    --------
    >>> from rdtr import sample_city
    >>> layers = vector_layers(sample_city(parcels=500).plan)
    >>> layers[0]["fields"]["KODSZN"], layers[0]["fields"]["LUASHA"]
    ('String', 'Number')
    """
    return [
        {
            "id": layer.name,
            "description": layer.description,
            "minzoom": min(max(layer.minzoom, zooms[0]), zooms[1]),
            "maxzoom": zooms[1],
            "fields": dict(layer.fields),
        }
        for layer in source_layers(plan)
    ]


def _outward(bounds: tuple[float, float, float, float]) -> list[float]:
    """Rounded so that nothing of the plan falls out."""
    scale = 10.0**_DIGITS
    low, high = [math.floor(v * scale) / scale for v in bounds[:2]], [math.ceil(v * scale) / scale for v in bounds[2:]]
    return [*low, *high]


def _whole_plan(width: float, height: float) -> int:
    """The zoom at which the plan is about two tiles of 512 pixels wide: a screen."""
    return int(math.log2(360.0 / max(width, height, 1e-6))) + 1
