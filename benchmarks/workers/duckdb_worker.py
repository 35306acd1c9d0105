"""DuckDB spatial as a peer, in its own environment: spatial join and area of the intersection in SQL, tables in memory."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import duckdb
from wire import serve

_SQL = """
SELECT p.id AS l, z.id AS r, ST_Area(ST_Intersection(p.geometry, z.geometry)) AS area
FROM {parcels} p JOIN {zones} z ON ST_Intersects(p.geometry, z.geometry)
"""


def _connect() -> duckdb.DuckDBPyConnection:
    spec = find_spec("duckdb_extension_spatial")
    assert spec is not None
    assert spec.origin is not None
    extension = next(Path(spec.origin).parent.rglob("spatial.duckdb_extension"))
    connection = duckdb.connect()
    connection.execute(f"LOAD '{extension}'")
    return connection


connection = _connect()


def load(name: str, path: str) -> None:
    """Read a GeoParquet file into memory."""
    connection.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT id, geometry FROM read_parquet('{path}')")


def query(parcels: str, zones: str) -> tuple[Any, Any, Any]:
    """Measure all overlapping pairs."""
    found = connection.execute(_SQL.format(parcels=parcels, zones=zones)).fetchnumpy()
    return found["l"], found["r"], found["area"]


if __name__ == "__main__":
    serve({"load": load, "query": query})
