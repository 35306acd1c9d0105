"""Vector tiles of a plan on demand: which features meet a tile, cut and encoded; the same bytes every time. No HTTP."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from rdtr.errors import TileError
from rdtr.tiles.drawn import Drawn, DrawnLayers, drawn
from rdtr.tiles.grid import Grid, grid
from rdtr.tiles.kept import Kept
from rdtr.tiles.layout import sources_of
from rdtr.tiles.scratch import scratch
from rdtr.tiles.sources import Source
from rdtr.zoning.plan import Plan

__all__ = ["BUFFER", "LABELS_FROM", "chosen_layers", "grid_of", "kept_of", "tile_sources", "vector_tile"]

BUFFER: Final = 64
"""Units beyond the tile's edge that are drawn too, so that outlines meet: eight pixels of 512."""

LABELS_FROM: Final = 13
"""Below this zoom labels would lie on each other."""

MAX_ZOOM: Final = 24


def vector_tile(
    plan: Plan,
    z: int,
    x: int,
    y: int,
    *,
    tms: str | Grid = "WebMercatorQuad",
    layers: Sequence[str] | None = None,
    columns: Sequence[str] | None = None,
    where: str | None = None,
    buffer: int = BUFFER,
) -> bytes:
    """Encode one tile as Mapbox Vector Tile 2.1.

    Parameters
    ----------
    plan
        The plan; what is derived for tiles is kept with it.
    z, x, y
        The tile, y from the top.
    tms
        Name of a tile matrix set, or a grid such as `rdtr.tiles.grid.plan_grid` makes.
    layers
        Names of layers; default is all: zones, zone_labels, boundaries, overlays and the plan's own vector layers.
    columns
        Columns of the zones; default is all, with ``color`` and ``label``.
    where
        CQL2 filter on the zones.
    buffer
        Units (of 4,096) beyond the edge.

    Returns
    -------
    bytes
        Empty where the tile holds nothing.

    Raises
    ------
    TileError
        For a tile outside the grid, an unknown layer or column, a filter that cannot be read.

    Notes
    -----
    Polygons that share a border share it at every zoom: see `rdtr.tiles.coverage`. Borders and lines move by two units at
    most for each vertex that is passed over, a quarter of a pixel of a map at 512 pixels a tile. A polygon whose rings all
    fall within one unit of the tile is left out.

    Examples
    --------
    >>> import rdtr
    >>> city = rdtr.sample_city(parcels=500)
    >>> len(vector_tile(city.plan, 14, 13539, 8186)) > 0
    True
    """
    target = grid_of(tms, z, x, y)
    plain = columns is None and where is None
    if plain and (
        layers is None or len(layers) == 1
    ):  # what is asked for thousands of times; not every mixture is kept
        one = None if layers is None else layers[0]
        drawn = plan.derived(
            f"tile layers drawn {target.name} {one!r}", lambda p: _drawn(p, target, layers, None, None)
        )
    else:
        drawn = _drawn(plan, target, layers, columns, where)
    return scratch().draw(drawn, z, x, y, buffer)


def _drawn(
    plan: Plan, target: Grid, layers: Sequence[str] | None, columns: Sequence[str] | None, where: str | None
) -> DrawnLayers:
    there = tile_sources(plan, target)
    chosen = chosen_layers(plan, there, layers)
    return DrawnLayers(tuple(_one_drawn(plan, target, there, name, columns, where) for name in chosen))


def _one_drawn(
    plan: Plan, target: Grid, there: Mapping[str, Source], name: str, columns: Sequence[str] | None, where: str | None
) -> Drawn:
    own = (tuple(columns) if columns is not None else None, where) if name == "zones" else (None, None)
    from_zoom = LABELS_FROM if name == "zone_labels" else 0
    return plan.derived(f"tile table {target.name} {name} {own}", lambda _: drawn(there[name], *own, from_zoom))


def grid_of(tms: str | Grid, z: int, x: int, y: int) -> Grid:
    """Return the grid of a tile that is to be drawn.

    Raises
    ------
    TileError
        For an unknown grid, a tile outside it, a zoom deeper than is drawn.
    """
    target = grid(tms) if isinstance(tms, str) else tms
    target.require(z, x, y)
    if z > MAX_ZOOM:
        raise TileError(f"zoom {z} is beyond {MAX_ZOOM}, the deepest that is drawn")
    return target


def chosen_layers(plan: Plan, there: Mapping[str, Source], layers: Sequence[str] | None) -> list[str]:
    """Return the names of the layers that are asked for, each once: a tile has no layer twice.

    Raises
    ------
    TileError
        For a layer that is not there.
    """
    chosen = list(there) if layers is None else list(dict.fromkeys(layers))
    unknown = [name for name in chosen if name not in there]
    if unknown:
        raise TileError(f"plan {plan.identity.id} has no layer {unknown[0]!r}; it has {', '.join(there)}")
    return chosen


def tile_sources(plan: Plan, target: Grid) -> Mapping[str, Source]:
    """Return the layers of a plan in a grid, each laid out when it is first asked for."""
    return plan.derived(f"tile layers {target.name}", lambda p: sources_of(p, target, kept_of(p, target)))


def kept_of(plan: Plan, target: Grid) -> Kept:
    """Return the arrays of a plan's layers in a grid, as far as they were made."""
    return plan.derived(f"tile arrays {target.name}", lambda _: Kept())
