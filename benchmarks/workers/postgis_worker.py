"""PostGIS as a peer: tables by zoom, GiST index, prepared ST_AsMVT over a local socket. The cluster is started by others."""

from __future__ import annotations

from typing import Any

import psycopg
import pyarrow.parquet as pq
from psycopg import sql
from tilewire import BUFFER, EXTENT, timed, tolerance
from wire import serve

_TYPES = {"int64": "bigint", "double": "double precision"}
_TILE = """
SELECT ST_AsMVT(t, 'zones', {extent}, 'geom', 'fid') FROM (
  SELECT {columns}, ST_AsMVTGeom(geom, ST_TileEnvelope(%s, %s, %s), {extent}, {buffer}, true) AS geom
  FROM {table} WHERE geom && ST_TileEnvelope(%s, %s, %s, margin => {margin})
) t WHERE geom IS NOT NULL
"""
_PARTS = {"whole": "geom", "pieces": "ST_Subdivide(geom, 256)"}

state: dict[str, Any] = {}


def connect(socket: str, port: int, user: str) -> None:
    """Open the one connection."""
    state["db"] = psycopg.connect(host=socket, port=port, user=user, dbname="postgres", autocommit=True)
    state["db"].execute("SET jit = off; SET work_mem = '256MB'; SET maintenance_work_mem = '512MB'")


def load(name: str, path: str) -> None:
    """Read a GeoParquet file into a table."""
    del name
    table = pq.read_table(path)
    columns = [c for c in table.column_names if c != "geometry"]
    kinds = {c: _TYPES.get(str(table[c].type), "text") for c in columns}
    state["columns"] = columns
    db = state["db"]
    db.execute("CREATE EXTENSION IF NOT EXISTS postgis")
    made = sql.SQL(", ").join(sql.SQL("{} " + kinds[c]).format(sql.Identifier(c)) for c in columns)
    db.execute(sql.SQL("CREATE UNLOGGED TABLE zones ({}, geom geometry(Geometry, 3857))").format(made))
    db.execute(sql.SQL("CREATE TEMP TABLE raw ({}, geom bytea)").format(made))
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    with db.cursor().copy(sql.SQL("COPY raw ({}, geom) FROM STDIN (FORMAT text)").format(names)) as copy:
        for row in zip(*(table[c].to_pylist() for c in (*columns, "geometry")), strict=True):
            copy.write_row(row)
    db.execute(sql.SQL("INSERT INTO zones SELECT {}, ST_SetSRID(ST_GeomFromWKB(geom), 3857) FROM raw").format(names))
    db.execute("DROP TABLE raw")
    db.execute("ANALYZE zones")


def prepare(zooms: list[int], kind: str) -> None:
    """Make a table for every zoom: simplified, cut into pieces if asked, indexed, in the order of the index."""
    db = state["db"]
    names = sql.SQL(", ").join(map(sql.Identifier, state["columns"]))
    for z in zooms:
        whole, table = sql.Identifier(f"zones_whole_{z}"), sql.Identifier(f"zones_{kind}_{z}")
        shape = f"ST_SimplifyPreserveTopology(geom, {tolerance(z)!r})" if kind == "whole" else _PARTS[kind]
        source = sql.Identifier("zones") if kind == "whole" else whole
        db.execute(
            sql.SQL("CREATE UNLOGGED TABLE {} AS SELECT {}, {} AS geom FROM {}").format(
                table, names, sql.SQL(shape), source
            )
        )
        index = sql.Identifier(f"index_{kind}_{z}")
        db.execute(sql.SQL("CREATE INDEX {} ON {} USING gist (geom)").format(index, table))
        db.execute(sql.SQL("CLUSTER {} USING {}").format(table, index))
        db.execute(sql.SQL("ANALYZE {}").format(table))


def tiles(z: int, tiles: list[list[int]], budget_s: float, kind: str, keep: str | None = None) -> dict[str, Any]:
    """Make tiles of a zoom."""
    query = sql.SQL(_TILE).format(
        columns=sql.SQL(", ").join(map(sql.Identifier, state["columns"])),
        table=sql.Identifier(f"zones_{kind}_{z}"),
        extent=sql.Literal(EXTENT),
        buffer=sql.Literal(BUFFER),
        margin=sql.Literal(BUFFER / EXTENT),
    )
    cursor = state["db"].cursor(binary=True)
    text = query.as_string(cursor)

    def make(z: int, x: int, y: int) -> bytes:
        return cursor.execute(text, (z, x, y, z, x, y), prepare=True).fetchone()[0]  # type: ignore[no-any-return]

    make(z, *tiles[0])
    return timed(make, z, tiles, budget_s, keep)


def version() -> dict[str, Any]:
    """Versions of server and extension."""
    row = state["db"].execute("SELECT current_setting('server_version'), postgis_lib_version()").fetchone()
    return {"version": f"PostgreSQL {row[0].split()[0]}, PostGIS {row[1]}"}


if __name__ == "__main__":
    serve({"connect": connect, "load": load, "prepare": prepare, "tiles": tiles, "version": version})
