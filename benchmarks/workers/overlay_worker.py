"""`geopandas.overlay` as a peer, in a process of its own so that it can be given up."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
from wire import serve

frames: dict[str, gpd.GeoDataFrame] = {}


def load(name: str, path: str) -> None:
    """Read a GeoParquet file into memory."""
    frames[name] = gpd.read_parquet(path)


def query(parcels: str, zones: str) -> tuple[Any, Any, Any]:
    """Overlay and measure."""
    found = frames[parcels].overlay(frames[zones], how="intersection", keep_geom_type=True)
    return found["id_1"].to_numpy(), found["id_2"].to_numpy(), found.area.to_numpy()


if __name__ == "__main__":
    serve({"load": load, "query": query})
