"""The whole set of tiles to one PMTiles file: ours and the peers', in turn; time and size."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from inspect import signature
from pathlib import Path
from statistics import median
from typing import Final

from benchmarks.peers import PeerError, Worker, environment
from benchmarks.table import duration, times
from benchmarks.tiles.data import ZOOMS, Town, tiles_over
from benchmarks.tiles.single import Settings
from benchmarks.tiles.table import Table
from benchmarks.timing import light_heap, seconds_of
from rdtr import Plan
from rdtr.tiles.archive import write_archive
from rdtr.tiles.grid import grid
from rdtr.tiles.pyramid import write_pmtiles
from rdtr.tiles.vector import tile_sources, vector_tile

__all__ = ["PEERS", "whole_sets"]

PEERS: Final = {
    "tippecanoe": "tippecanoe",
    "gdal": "GDAL, PMTiles driver",
    "freestiler": "freestiler",
    "freestiler_pieces": "freestiler, zones cut up",
    "tylertoo": "tylertoo",
    "tylertoo_all": "tylertoo, dropping turned off",
}
"""Peers by the name they are asked for, and what the table calls them."""

_ENVIRONMENT: Final = {
    "tippecanoe": "tippecanoe",
    "freestiler": "freestiler",
    "freestiler_pieces": "freestiler",
    "tylertoo": "tylertoo",
    "tylertoo_all": "tylertoo",
}
_TAKES: Final = {"tippecanoe": "flatgeobuf", "tylertoo": "degrees", "tylertoo_all": "degrees"}
_LIMIT_S: Final = {"gdal": 300.0}
_OTHER_LIMIT_S: Final = 120.0


@dataclass
class _Set:
    what: str
    run: Callable[[Path], float]
    path: Path
    seconds: tuple[float, ...] = ()
    version: str = ""
    failed: str = ""


def whole_sets(town: Town, paths: dict[str, Path], folder: Path, settings: Settings) -> tuple[Table, dict[str, Path]]:
    """Write the whole set by every tiler.

    Returns
    -------
    table
        Times and sizes.
    archives
        By tiler, the files that were made.
    """
    low, high = settings.zooms[0], settings.zooms[-1]
    plan = town.fresh()
    sources = tile_sources(plan, grid())["zones"]
    for z in settings.zooms:
        sources.level(z)
        tiles_over(town, z)  # kept
    entries = {
        "ours": _Set(
            "rdtr, layer built before", lambda out: seconds_of(lambda: _write(town, plan, out)), folder / "ours.pmtiles"
        ),
        "ours-cold": _Set(
            "rdtr, layer built in the call",
            lambda out: seconds_of(lambda: _write(town, town.fresh(), out)),
            folder / "cold.pmtiles",
        ),
        "ours-all": _Set(
            "rdtr, all layers: labels, boundaries, overlays, ...",
            lambda out: seconds_of(lambda: _everything(plan, out)),
            folder / "all.pmtiles",
        ),
    }
    workers: list[Worker] = []
    for name, what in PEERS.items():
        if name in settings.peers:
            entries[name] = _Set(what, _nothing, folder / f"{name}.pmtiles")
            workers += _peer(name, entries[name], paths, settings, low, high)
    try:
        with light_heap():
            for turn in range(2):
                for entry in entries.values():
                    if not entry.failed and (not turn or sum(entry.seconds) < settings.budget_s):
                        _once(entry)
    finally:
        for worker in workers:
            worker.__exit__(None, None, None)
    made = {
        name: entry.path
        for name, entry in entries.items()
        if not entry.failed and name not in ("ours-cold", "ours-all")
    }
    return _table(entries, low, high), made


def _nothing(_: Path) -> float:
    return 0.0


def _peer(name: str, entry: _Set, paths: dict[str, Path], settings: Settings, low: int, high: int) -> list[Worker]:
    try:
        python = environment(_ENVIRONMENT[name], settings.folder) if name in _ENVIRONMENT else None
        worker = Worker.start(entry.what, "archive_worker.py", python)
        if name not in _TAKES:
            worker.load(degrees=paths["degrees-pieces" if name.endswith("_pieces") else "degrees"])
    except PeerError as error:
        entry.failed = str(error)
        return []
    source = str(paths[_TAKES.get(name, "degrees")])

    def run(out: Path) -> float:
        answer = worker.ask(
            min(_LIMIT_S.get(name, _OTHER_LIMIT_S), settings.limit_s),
            do=name.removesuffix("_pieces"),
            source=source,
            target=str(out),
            low=low,
            high=high,
        )
        entry.version = answer["version"]
        return float(answer["seconds"])

    entry.run = run
    return [worker]


def _once(entry: _Set) -> None:
    entry.path.unlink(missing_ok=True)
    try:
        entry.seconds += (entry.run(entry.path),)
    except PeerError as error:
        entry.failed = str(error)


_BY_LAYER: Final = "layers" in signature(write_pmtiles).parameters


def _write(town: Town, plan: Plan, out: Path) -> None:
    """Write the zones alone, as peers do."""
    if _BY_LAYER:
        write_pmtiles(plan, out, zoom=(ZOOMS[0], ZOOMS[-1]), layers=["zones"])  # type: ignore[call-arg]
    else:
        _looped(town, plan, out)


def _everything(plan: Plan, out: Path) -> None:
    write_pmtiles(plan, out, zoom=(ZOOMS[0], ZOOMS[-1]))


def _looped(town: Town, plan: Plan, out: Path) -> None:
    """One thread, tile by tile."""
    west, south, east, north = town.frame.to_crs("EPSG:4326").total_bounds
    fields = {column: "String" for column in town.frame.columns if column not in ("fid", "geometry")}

    write_archive(
        out,
        (
            (z, x, y, vector_tile(plan, z, x, y, layers=["zones"]))
            for z in ZOOMS
            for x, y in sorted(tiles_over(town, z))
        ),
        metadata={"vector_layers": [{"id": "zones", "fields": fields}]},
        bounds=(west, south, east, north),
        center=((west + east) / 2, (south + north) / 2, 14),
        minzoom=ZOOMS[0],
        maxzoom=ZOOMS[-1],
    )


def _table(entries: dict[str, _Set], low: int, high: int) -> Table:
    table = Table(f"All tiles of z{low} to z{high} to PMTiles", ["Tiler", "Time", "Ratio", "Size", "Ratio of size"])
    first = entries["ours"]
    for entry in entries.values():
        if entry.failed or not entry.seconds:
            table.rows.append([entry.what, entry.failed, "", "", ""])
            continue
        seconds, size = median(entry.seconds), entry.path.stat().st_size
        ratio, share = seconds / median(first.seconds), size / first.path.stat().st_size
        table.rows.append([entry.what, duration(seconds), times(ratio), f"{size / 2**20:.1f} MiB", times(share)])
    how = "rdtr.tiles.write_pmtiles" if _BY_LAYER else "vector_tile in a loop and write_archive, one thread"
    table.notes += [
        f"rdtr by {how}. Everybody gets the same features and columns, no feature or tile limits; tippecanoe "
        "reads FlatGeobuf and keeps shared "
        "borders, tylertoo reads GeoParquet, GDAL and freestiler take a frame in memory; GDAL simplifies by 4 "
        "units. tylertoo by itself leaves out "
        "small polygons at low zooms: see the areas below.",
        "; ".join(dict.fromkeys(e.version for e in entries.values() if e.version)),
    ]
    return table
