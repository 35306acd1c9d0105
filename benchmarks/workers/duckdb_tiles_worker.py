"""DuckDB spatial as a peer for tiles: tables in memory by zoom, R-tree index, ST_AsMVT. In its own environment."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import duckdb
from tilewire import BUFFER, EXTENT, tile_box, timed
from wire import serve

_TILE = """
WITH hit AS MATERIALIZED (SELECT {columns}, geom FROM zones_{z} WHERE ST_Intersects(geom, ST_MakeEnvelope({wide}))),
made AS MATERIALIZED (
  SELECT {columns}, ST_AsMVTGeom(geom, ST_Extent(ST_MakeEnvelope({tile})), {extent}, {buffer}, true) AS geom FROM hit
)
SELECT ST_AsMVT(t, 'zones', {extent}, 'geom', 'fid') FROM (SELECT * FROM made WHERE geom IS NOT NULL) t
"""  # materialised, or else filters are pushed below and every geometry is clipped several times, without the index

state: dict[str, Any] = {}


def _connect() -> duckdb.DuckDBPyConnection:
    spec = find_spec("duckdb_extension_spatial")
    assert spec is not None
    assert spec.origin is not None
    extension = next(Path(spec.origin).parent.rglob("spatial.duckdb_extension"))
    opened = duckdb.connect()
    opened.execute(f"LOAD '{extension}'")
    return opened


connection = _connect()


def load(name: str, path: str) -> None:
    """Read the GeoParquet file of a zoom into memory."""
    z = int(name.removeprefix("zones_pieces_"))
    found = connection.execute(f"DESCRIBE SELECT * FROM read_parquet('{path}')").fetchall()
    state["columns"] = ", ".join(f'"{row[0]}"' for row in found if row[0] != "geometry")
    connection.execute(
        f"CREATE TABLE zones_{z} AS SELECT {state['columns']}, ST_GeomFromWKB(ST_AsWKB(geometry)) AS geom "
        f"FROM read_parquet('{path}')"
    )


def prepare(zooms: list[int], kind: str) -> None:
    """Make an R-tree for every zoom."""
    del kind
    for z in zooms:
        connection.execute(f"CREATE INDEX tree_{z} ON zones_{z} USING RTREE (geom)")


def tiles(z: int, tiles: list[list[int]], budget_s: float, kind: str, keep: str | None = None) -> dict[str, Any]:
    """Make tiles of a zoom; bounds are written into the query, for only so does DuckDB use its index."""
    del kind

    def make(z: int, x: int, y: int) -> bytes:
        query = _TILE.format(
            columns=state["columns"],
            z=z,
            extent=EXTENT,
            buffer=BUFFER,
            tile=", ".join(map(repr, tile_box(z, x, y))),
            wide=", ".join(map(repr, tile_box(z, x, y, BUFFER / EXTENT))),
        )
        return connection.execute(query).fetchone()[0]  # type: ignore[no-any-return,index]

    make(z, *tiles[0])
    return timed(make, z, tiles, budget_s, keep)


def version() -> dict[str, Any]:
    """Version of the engine."""
    return {"version": f"DuckDB {duckdb.__version__}"}


if __name__ == "__main__":
    serve({"load": load, "prepare": prepare, "tiles": tiles, "version": version})
