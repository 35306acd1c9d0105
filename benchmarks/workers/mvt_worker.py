"""mapbox-vector-tile as a peer: shapely finds, clips and rounds, the package encodes. In its own environment."""

from __future__ import annotations

from importlib.metadata import version as version_of
from typing import Any

import mapbox_vector_tile
import numpy as np
import pyarrow.parquet as pq
import shapely
from tilewire import BUFFER, EXTENT, tile_box, tile_size, timed
from wire import serve

state: dict[int, Any] = {}


def load(name: str, path: str) -> None:
    """Read the GeoParquet file of a zoom into memory."""
    table = pq.read_table(path)
    rows = table.drop_columns(["geometry"]).to_pylist()
    ids = [row.pop("fid") for row in rows]
    properties = [{k: v for k, v in row.items() if v is not None} for row in rows]
    shapes = shapely.from_wkb(np.array(table["geometry"].to_pylist(), dtype=object))
    state[int(name.removeprefix("zones_pieces_"))] = [shapes, ids, properties]


def prepare(zooms: list[int], kind: str) -> None:
    """Index every zoom."""
    del kind
    for z in zooms:
        state[z].append(shapely.STRtree(state[z][0]))


def _make(z: int, x: int, y: int) -> bytes:
    shapes, ids, properties, tree = state[z]
    wide = tile_box(z, x, y, BUFFER / EXTENT)
    rows = tree.query(shapely.box(*wide))
    rows.sort()
    parts = shapely.clip_by_rect(shapes[rows], *wide)
    unit, (left, bottom, _, _) = tile_size(z) / EXTENT, tile_box(z, x, y)
    corner = np.array([left, bottom])
    parts = shapely.transform(parts, lambda xy: np.rint((xy - corner) / unit))
    features = [
        {"geometry": part, "properties": properties[row], "id": ids[row]}
        for row, part in zip(rows, parts, strict=True)
        if not part.is_empty
    ]
    if not features:
        return b""
    return mapbox_vector_tile.encode(  # type: ignore[no-any-return]
        {"name": "zones", "features": features}, default_options={"extents": EXTENT}
    )


def tiles(z: int, tiles: list[list[int]], budget_s: float, kind: str, keep: str | None = None) -> dict[str, Any]:
    """Make tiles of a zoom."""
    del kind
    return timed(_make, z, tiles, budget_s, keep)


def version() -> dict[str, Any]:
    """Version of the package."""
    return {"version": f"mapbox-vector-tile {version_of('mapbox-vector-tile')}, shapely {shapely.__version__}"}


if __name__ == "__main__":
    serve({"load": load, "prepare": prepare, "tiles": tiles, "version": version})
