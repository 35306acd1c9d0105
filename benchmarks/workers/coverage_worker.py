"""GEOS's coverage functions as a peer, in a process that can be ended: is it valid, which edges are not, clean it."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from wire import serve

layers: dict[str, Any] = {}


def load(name: str, path: str) -> None:
    """Read a GeoParquet file into memory."""
    layers[name] = gpd.read_parquet(path).geometry.to_numpy()


def query(parcels: str, zones: str) -> tuple[Any, Any, Any]:
    """Run the function called `parcels` on the layer `zones`; the one number of the answer is how much it found."""
    shapes = layers[zones]
    if parcels == "coverage_is_valid":
        found = int(not shapely.coverage_is_valid(shapes))
    elif parcels == "coverage_invalid_edges":
        found = int((~shapely.is_empty(shapely.coverage_invalid_edges(shapes))).sum())
    else:
        found = len(shapely.coverage_clean(shapes, snapping_distance=0.0))
    return np.zeros(1, np.int64), np.zeros(1, np.int64), np.array([float(found)])


if __name__ == "__main__":
    serve({"load": load, "query": query})
