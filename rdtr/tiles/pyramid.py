"""All tiles of a plan into one PMTiles archive: over two cores, with progress, whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from rdtr.errors import TileError
from rdtr.progress import silent
from rdtr.tiles.archivewriter import ArchiveStats, write_archive
from rdtr.tiles.grid import grid, plan_bounds
from rdtr.tiles.gzips import gzipped
from rdtr.tiles.sources import PointSource, Source
from rdtr.tiles.tilejson import tilejson
from rdtr.tiles.vector import chosen_layers, tile_sources, vector_tile
from rdtr.types import PathLike, Progress
from rdtr.zoning.plan import Plan

__all__ = ["write_pmtiles"]


def write_pmtiles(
    plan: Plan,
    path: PathLike,
    *,
    zoom: tuple[int, int] = (8, 17),
    layers: Sequence[str] | None = None,
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
    layers
        Names of layers; default is all that the plan has.
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
        If the zooms are not in order or deeper than the grid, if there is no such layer.
    FileError
        If the place cannot be written.
    """
    first, last = zoom
    target = grid()
    if not (target.minzoom <= first <= last <= target.maxzoom):
        raise TileError(f"zoom {first}-{last} is no range within {target.minzoom}-{target.maxzoom}")
    described = tilejson(plan, "{z}/{x}/{y}.mvt", zooms=zoom)
    there = tile_sources(plan, target)
    chosen = chosen_layers(plan, there, layers)
    places = [p for z in range(first, last + 1) for p in _places(target.tiles_over(plan_bounds(plan, target), z), z)]
    count = workers or os.cpu_count() or 1
    _make_levels([there[name] for name in chosen], range(first, last + 1), count)
    west, south, east, north = described["bounds"]
    return write_archive(
        Path(path),
        _tiles(plan, places, layers, count, progress),
        metadata={
            "name": plan.identity.title or plan.identity.id,
            "vector_layers": [layer for layer in described["vector_layers"] if layer["id"] in chosen],
        },
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


def _make_levels(sources: Iterable[Source], zooms: range, workers: int) -> None:
    """Make each zoom of each layer once, before the threads that encode ask for them; several at a time."""
    drawn = {source.place: source for source in sources if not isinstance(source, PointSource)}  # overlays lie on zones
    wanted = [(source, z) for source in drawn.values() for z in zooms]
    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(lambda pair: pair[0].level(pair[1]), wanted))


def _tiles(
    plan: Plan, places: list[tuple[int, int, int]], layers: Sequence[str] | None, workers: int, progress: Progress
) -> Iterator[tuple[int, int, int, bytes]]:
    """Encode in chunks, spread over threads."""
    done, chunk = 0, 256
    with ThreadPoolExecutor(workers) as pool:
        for start in range(0, len(places), chunk):
            some = places[start : start + chunk]
            packed = pool.map(lambda p: _packed(vector_tile(plan, *p, layers=layers)), some)
            for (z, x, y), data in zip(some, packed, strict=True):
                if data:
                    yield z, x, y, data
            done += len(some)
            progress(done, len(places))


def _packed(data: bytes) -> bytes:
    return gzipped(data) if data else b""
