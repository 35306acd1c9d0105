"""SedonaDB as a peer, in its own environment: spatial join and area of the intersection in SQL, tables in memory."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import sedonadb
from wire import serve

_SQL = """
SELECT p.id AS l, z.id AS r, ST_Area(ST_Intersection(p.geometry, z.geometry)) AS area
FROM {parcels} p JOIN {zones} z ON ST_Intersects(p.geometry, z.geometry)
"""

session = sedonadb.connect()


def load(name: str, path: str) -> None:
    """Read a GeoParquet file into memory."""
    session.read_parquet(path).to_memtable().to_view(name, overwrite=True)


def query(parcels: str, zones: str) -> tuple[Any, Any, Any]:
    """Measure all overlapping pairs."""
    table = pa.table(session.sql(_SQL.format(parcels=parcels, zones=zones)))
    return tuple(table[c].to_numpy() for c in ("l", "r", "area"))  # type: ignore[return-value]


if __name__ == "__main__":
    serve({"load": load, "query": query})
