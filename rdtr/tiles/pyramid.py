"""All tiles of a plan into one PMTiles archive: over two cores, with progress, whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import shapely

from rdtr import crs
from rdtr.errors import TileError
from rdtr.progress import silent
from rdtr.tiles.archivewriter import ArchiveStats, write_archive
from rdtr.tiles.grid import grid
from rdtr.tiles.gzips import gzipped
from rdtr.tiles.sources import PolygonSource
from rdtr.tiles.tilejson import tilejson
from rdtr.tiles.vector import tile_sources, vector_tile
from rdtr.types import PathLike, Progress
from rdtr.zoning.plan import Plan

__all__ = ["write_pmtiles"]


def write_pmtiles(
    plan: Plan,
    path: PathLike,
    *,
    zoom: tuple[int, int] = (8, 17),
    workers: int | None = None,
    progress: Progress = silent,
) -> ArchiveStats:
    """Write the vector tiles of a plan to a PMTiles archive of WebMercatorQuad.

    Parameters
    ----------
    plan
        The plan.
    path
        Where to; an existing file is replaced when the new one is whole.
    zoom
        First and last zoom.
    workers
        Threads; default is the number of processors. The bytes do not depend on it.
    progress
        Called with (done, total) tiles.

    Returns
    -------
    ArchiveStats
        Tiles, distinct contents and bytes.

    Raises
    ------
    TileError
        If the zooms are not in order or deeper than the grid.
    FileError
        If the place cannot be written.
    """
    first, last = zoom
    target = grid()
    if not (target.minzoom <= first <= last <= target.maxzoom):
        raise TileError(f"zoom {first}-{last} is no range within {target.minzoom}-{target.maxzoom}")
    described = tilejson(plan, "{z}/{x}/{y}.mvt", zooms=zoom)
    moved = crs.transform(plan.zones.geometry.to_numpy(), plan.crs, target.crs, plan.identity.crs_policy)
    bounds = tuple(float(v) for v in shapely.total_bounds(moved))
    places = [p for z in range(first, last + 1) for p in _places(target.tiles_over(bounds, z), z)]  # type: ignore[arg-type]
    for source in tile_sources(plan, target).values():
        if isinstance(source, PolygonSource):
            for z in range(first, last + 1):
                source.level(z)  # made once, before threads ask for it
    west, south, east, north = described["bounds"]
    return write_archive(
        Path(path),
        _tiles(plan, places, workers, progress),
        metadata={"name": plan.identity.title or plan.identity.id, "vector_layers": described["vector_layers"]},
        bounds=(west, south, east, north),
        center=((west + east) / 2, (south + north) / 2, first),
        minzoom=first,
        maxzoom=last,
        tile_type="mvt",
        given="compressed",
    )


def _places(found: tuple[int, int, int, int], z: int) -> Iterator[tuple[int, int, int]]:
    x0, y0, x1, y1 = found
    return ((z, x, y) for x in range(x0, x1 + 1) for y in range(y0, y1 + 1))


def _tiles(
    plan: Plan, places: list[tuple[int, int, int]], workers: int | None, progress: Progress
) -> Iterator[tuple[int, int, int, bytes]]:
    """Encode in chunks, each zoom's level made once before its tiles are spread over threads."""
    count = workers or os.cpu_count() or 1
    done, chunk = 0, 256
    with ThreadPoolExecutor(count) as pool:
        for start in range(0, len(places), chunk):
            some = places[start : start + chunk]
            for (z, x, y), data in zip(some, pool.map(lambda p: _packed(vector_tile(plan, *p)), some), strict=True):
                if data:
                    yield z, x, y, data
            done += len(some)
            progress(done, len(places))


def _packed(data: bytes) -> bytes:
    return gzipped(data) if data else b""
