"""PostGIS as a peer: tables by zoom, GiST index, prepared ST_AsMVT over a local socket. The cluster is started by others."""

from __future__ import annotations

from typing import Any

import psycopg
import pyarrow.parquet as pq
from psycopg import sql
from tilewire import BUFFER, EXTENT, timed
from wire import serve

_TYPES = {"int64": "bigint", "double": "double precision"}
_TILE = """
SELECT ST_AsMVT(t, 'zones', {extent}, 'geom', 'fid') FROM (
  SELECT {columns}, ST_AsMVTGeom(geom, ST_TileEnvelope(%s, %s, %s), {extent}, {buffer}, true) AS geom
  FROM {table} WHERE geom && ST_TileEnvelope(%s, %s, %s, margin => {margin})
) t WHERE geom IS NOT NULL
"""

state: dict[str, Any] = {}


def connect(socket: str, port: int, user: str) -> None:
    """Open the one connection."""
    state["db"] = psycopg.connect(host=socket, port=port, user=user, dbname="postgres", autocommit=True)
    state["db"].execute("CREATE EXTENSION IF NOT EXISTS postgis")
    state["db"].execute("SET jit = off; SET work_mem = '256MB'; SET maintenance_work_mem = '512MB'")


def load(name: str, path: str) -> None:
    """Read a GeoParquet file into a table of this name."""
    table = pq.read_table(path)
    columns = [c for c in table.column_names if c != "geometry"]
    kinds = {c: _TYPES.get(str(table[c].type), "text") for c in columns}
    state["columns"] = columns
    db, target = state["db"], sql.Identifier(name)
    made = sql.SQL(", ").join(sql.SQL("{} " + kinds[c]).format(sql.Identifier(c)) for c in columns)
    db.execute(sql.SQL("CREATE UNLOGGED TABLE {} ({}, geom geometry(Geometry, 3857))").format(target, made))
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    rows = zip(*(table[c].to_pylist() for c in columns), _with_srid(table["geometry"].to_pylist()), strict=True)
    with db.cursor().copy(sql.SQL("COPY {} ({}, geom) FROM STDIN (FORMAT text)").format(target, names)) as copy:
        for row in rows:
            copy.write_row(row)


def _with_srid(shapes: list[bytes]) -> list[str]:
    """WKB, little-endian, as the EWKB in hexadecimal digits that PostGIS reads."""
    srid = (3857).to_bytes(4, "little")
    kinds = [(int.from_bytes(wkb[1:5], "little") | 0x20000000).to_bytes(4, "little") for wkb in shapes]
    return [(b"\x01" + kind + srid + wkb[5:]).hex() for kind, wkb in zip(kinds, shapes, strict=True)]


def prepare(zooms: list[int], kind: str) -> None:
    """Index the table of every zoom and bring it into the order of the index."""
    db = state["db"]
    for z in zooms:
        table, index = sql.Identifier(f"zones_{kind}_{z}"), sql.Identifier(f"index_{kind}_{z}")
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
