"""Single tiles on demand: ours and the peers', the same tiles at every zoom, in turn, and what is in them compared."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely

from benchmarks.peers import PeerError, Worker, environment
from benchmarks.table import times
from benchmarks.tiles.cluster import cluster
from benchmarks.tiles.data import UNITS, ZOOMS, Simplified, Town, tiles_over
from benchmarks.tiles.decoded import Sums, ids_of, sums_of
from benchmarks.tiles.table import Table
from benchmarks.timing import light_heap
from rdtr import Plan
from rdtr.tiles.grid import grid
from rdtr.tiles.vector import vector_tile
from rdtr.types import ObjectArray

__all__ = ["KINDS", "Served", "Settings", "borders_of", "frame_of", "single_tiles"]

KINDS: Final = {
    "postgis": "PostGIS",
    "postgis-pieces": "PostGIS, cut up",
    "duckdb": "DuckDB, cut up",
    "mvt": "mapbox-vector-tile, cut up",
}
"""Peers by the name they are asked for, and what the table calls them."""

_SCRIPTS: Final = {"postgis": "postgis_worker.py", "duckdb": "duckdb_tiles_worker.py", "mvt": "mvt_worker.py"}
_SMALL: Final = 64.0
"""Square units: a feature that one has and the other has not must not be larger. Eight units are a pixel of a map."""


@dataclass(frozen=True)
class Settings:
    """How much is measured.

    Attributes
    ----------
    folder
        For environments and files.
    peers
        Names of peers that take part.
    tiles
        Tiles a zoom.
    repeats
        Rounds.
    budget_s
        A peer that took longer for the tiles of a zoom makes no more of them.
    limit_s
        After this a peer is given up.
    zooms
        Measured zooms.
    """

    folder: Path
    peers: tuple[str, ...]
    tiles: int = 60
    repeats: int = 3
    budget_s: float = 4.0
    limit_s: float = 600.0
    zooms: tuple[int, ...] = ZOOMS


@dataclass
class Served:
    """What one tiler did at one zoom: seconds by round and tile, and the bytes of the tiles of the first round."""

    rounds: list[list[float]] = field(default_factory=list)
    data: list[bytes] = field(default_factory=list)

    def seconds(self, count: int) -> np.ndarray:
        """Median of every one of the first tiles."""
        return np.median([r[:count] for r in self.rounds], axis=0)

    @property
    def count(self) -> int:
        """Tiles that were made in every round."""
        return min(map(len, self.rounds), default=0)


@dataclass
class _Peer:
    name: str
    worker: Worker | None = None
    kind: str = "whole"
    prepared_s: float = 0.0
    version: str = ""
    failed: str = ""


def single_tiles(town: Town, plan: Plan, simple: Simplified, settings: Settings) -> tuple[list[Table], dict[str, Any]]:
    """Measure single tiles.

    Returns
    -------
    tables
        Times, and what is in the tiles.
    tiles
        By peer and zoom, places and bytes, for whoever adds up areas.
    """
    places = {z: tiles_over(town, z) for z in settings.zooms}
    served: dict[tuple[str, int], Served] = {}
    with _peers(simple, settings) as peers:
        for z in settings.zooms:
            chosen = places[z][: settings.tiles]
            for name in ("ours", *peers):
                served[name, z] = Served()
            with light_heap():
                for turn in range(settings.repeats):
                    _ours(plan, z, chosen, served["ours", z])
                    for peer in peers.values():
                        _theirs(peer, z, chosen, served[peer.name, z], settings, keep=turn == 0)
        found = list(peers.values())
    worst = {z: _worst(plan, z, places[z]) for z in settings.zooms}
    tables = [_times(served, found, worst, places, settings, simple), _contents(town, served, found, places, settings)]
    kept = {(name, z): (places[z][: len(s.data)], s.data) for (name, z), s in served.items()}
    return tables, kept


@contextmanager
def _peers(simple: Simplified, settings: Settings) -> Iterator[dict[str, _Peer]]:
    with ExitStack() as stack:
        peers: dict[str, _Peer] = {}
        for name in KINDS:
            if name in settings.peers and name != "postgis-pieces":
                peers[name] = _start(stack, name, simple, settings)
            if name == "postgis-pieces" and name in settings.peers and "postgis" in peers:
                whole = peers["postgis"]
                peers[name] = _Peer(name, whole.worker, "pieces", version=whole.version, failed=whole.failed)
                _load(peers[name], simple, settings)
        yield peers


def _start(stack: ExitStack, name: str, simple: Simplified, settings: Settings) -> _Peer:
    peer = _Peer(name, kind="whole" if name == "postgis" else "pieces")
    try:
        python = environment(name, settings.folder)
        peer.worker = stack.enter_context(Worker.start(KINDS[name], _SCRIPTS[name], python))
        if name == "postgis":
            server = stack.enter_context(cluster())
            peer.worker.ask(60.0, do="connect", socket=server.socket, port=server.port, user=server.user)
        peer.version = peer.worker.ask(60.0, do="version")["version"]
    except PeerError as error:
        peer.failed = str(error)
    _load(peer, simple, settings)
    return peer


def _load(peer: _Peer, simple: Simplified, settings: Settings) -> None:
    """Let a peer read its tables and index them."""
    if peer.failed or peer.worker is None:
        return
    files = simple.whole if peer.kind == "whole" else simple.pieces
    try:
        peer.worker.load(**{f"zones_{peer.kind}_{z}": files[z] for z in settings.zooms})
        asked = peer.worker.ask(settings.limit_s, do="prepare", zooms=list(settings.zooms), kind=peer.kind)
        peer.prepared_s = asked["seconds"]
    except PeerError as error:
        peer.failed = str(error)


def _ours(plan: Plan, z: int, tiles: list[tuple[int, int]], served: Served) -> None:
    vector_tile(plan, z, *tiles[0], layers=["zones"])
    each, found = [], []
    for x, y in tiles:
        start = time.perf_counter()
        data = vector_tile(plan, z, x, y, layers=["zones"])
        each.append(time.perf_counter() - start)
        found.append(data)
    served.rounds.append(each)
    served.data = found


def _theirs(
    peer: _Peer, z: int, tiles: list[tuple[int, int]], served: Served, settings: Settings, *, keep: bool
) -> None:
    if peer.failed or peer.worker is None:
        return
    path = settings.folder / "tiles.npz"
    asked = {"do": "tiles", "z": z, "tiles": tiles, "budget_s": settings.budget_s, "kind": peer.kind}
    try:
        answer = peer.worker.ask(settings.limit_s, **asked, **({"keep": str(path)} if keep else {}))
    except PeerError as error:
        peer.failed = str(error)
        return
    served.rounds.append(answer["each"])
    if keep:
        with np.load(path) as kept:
            served.data = [part.tobytes() for part in np.split(kept["data"], kept["stop"][:-1])]
        path.unlink()


def _worst(plan: Plan, z: int, tiles: list[tuple[int, int]]) -> float:
    """Slowest of all tiles of a zoom, each at its better of two times, so that it is the tile that is slow."""
    seconds: list[list[float]] = []
    for _ in range(2):
        served = Served()
        _ours(plan, z, tiles, served)
        seconds.append(served.rounds[0])
    return float(np.min(seconds, axis=0).max())


def _times(
    served: dict[tuple[str, int], Served],
    peers: list[_Peer],
    worst: dict[int, float],
    places: dict[int, list[tuple[int, int]]],
    settings: Settings,
    simple: Simplified,
) -> Table:
    running = [p for p in peers if not p.failed]
    head = [
        "Zoom",
        "Tiles",
        "rdtr",
        *(KINDS[p.name] for p in running),
        "Best peer / rdtr",
        "Worst tile, rdtr",
        "Worst, best peer",
    ]
    table = Table("One tile on demand: mean milliseconds", head)
    for z in settings.zooms:
        mine = served["ours", z]
        cells, ratios, slowest = [], [], []
        for peer in running:
            theirs = served[peer.name, z]
            n = theirs.count
            if not n:
                cells.append("")
                continue
            mean = float(theirs.seconds(n).mean())
            ratios.append(mean / float(mine.seconds(n).mean()))
            slowest.append(float(theirs.seconds(n).max()))
            cells.append(_ms(mean) + ("" if n == mine.count else f" ({n} tiles)"))
        best = times(min(ratios)) if ratios else ""
        row = [f"z{z}", f"{mine.count} of {len(places[z]):,}", _ms(float(mine.seconds(mine.count).mean())), *cells]
        table.rows.append([*row, best, _ms(worst[z]), _ms(min(slowest)) if slowest else ""])
    table.notes += [
        "The same tiles for everybody, chosen at random among those that the plan reaches into; layer zones "
        "with all its columns; buffer 64 of "
        "4,096. Medians of "
        f"{settings.repeats} rounds a tile, everything prepared before: geometry in Web Mercator, an index, and "
        "for the peers a table for every zoom, "
        "simplified by GEOS with topology preserved by 4 units of the tile (half a pixel of a map at 512 pixels a "
        f"tile; {simple.seconds:,.0f} s for all zooms, in nobody's time). A peer makes no more tiles of a zoom after "
        f"{settings.budget_s:g} s. Worst tile of rdtr: of all tiles of the zoom.",
        "PostGIS is asked over a local socket with a prepared statement. Cut up: after simplifying, into pieces of 128 "
        "vertices, which spares the tiler the road body but draws the cuts.",
        *(
            f"{KINDS[p.name]}: {p.version}; indexing {len(settings.zooms)} zooms took {p.prepared_s:,.1f} s."
            for p in running
        ),
        *(f"{KINDS[p.name]}: {p.failed}." for p in peers if p.failed),
    ]
    return table


def _contents(
    town: Town,
    served: dict[tuple[str, int], Served],
    peers: list[_Peer],
    places: dict[int, list[tuple[int, int]]],
    settings: Settings,
) -> Table:
    """Compare what is in the largest of the first tiles of every zoom."""
    running = [p for p in peers if not p.failed]
    table = Table(
        "What is in a tile: features, and kilobytes a tile in the mean",
        ["Zoom", "rdtr", *(KINDS[p.name] for p in running), "Largest feature only one has"],
    )
    for z in settings.zooms:
        mine = served["ours", z]
        count = min([mine.count, *(served[p.name, z].count for p in running)])
        k = int(np.argmax([len(data) for data in mine.data[:count]])) if count else 0
        own = ids_of(mine.data[k])
        cells, largest = [f"{len(own):,}, {_kb(mine.data[:count])}"], 0.0
        for peer in running:
            theirs = served[peer.name, z]
            ids = ids_of(theirs.data[k]) if theirs.data else set()
            cells.append(f"{len(ids):,}, {_kb(theirs.data[:count])}")
            largest = max(largest, _largest(town, own ^ ids, z, *places[z][k]))
        verdict = f"{largest:.1f} sq. units" + ("" if largest <= _SMALL else " (!)")
        table.rows.append([f"z{z}", *cells, verdict])
    table.notes.append(
        "Decoded once a zoom by mapbox-vector-tile. Each tiler may leave out what is too small to be seen; the "
        "last column is the area, in "
        f"the tile, of the largest feature that one draws and another does not; (!) above {_SMALL:.0f} square "
        "units, a pixel of a map."
    )
    return table


def frame_of(town: Town, z: int, x: int, y: int, shapes: ObjectArray | None = None) -> ObjectArray:
    """Zones, or other shapes, in units of a tile, y down."""
    left, _, right, top = grid().tile_bounds(z, x, y)
    unit = (right - left) / UNITS
    return shapely.transform(
        town.geometry if shapes is None else shapes,
        lambda xy: np.column_stack([(xy[:, 0] - left) / unit, (top - xy[:, 1]) / unit]),
    )


def _largest(town: Town, ids: set[int], z: int, x: int, y: int) -> float:
    if not ids:
        return 0.0
    shapes = frame_of(town, z, x, y, town.geometry[np.array(sorted(ids)) - 1])
    return float(shapely.area(shapely.clip_by_rect(shapes, -64, -64, UNITS + 64, UNITS + 64)).max())


def _ms(seconds: float) -> str:
    return f"{seconds * 1e3:,.0f}" if seconds >= 0.1 else f"{seconds * 1e3:.3g}"


def _kb(data: list[bytes]) -> str:
    return f"{_kilo(statistics.fmean(map(len, data)))} kB" if data else "none"


def _kilo(count: float) -> str:
    return f"{count / 1e3:,.0f}" if count >= 1e5 else f"{count / 1e3:.3g}"


def borders_of(town: Town, z: int, tiles: list[tuple[tuple[int, int], bytes]]) -> Sums:
    """Add up tiles of a zoom."""
    total = Sums()
    codes = list(town.frame["KODSZN"].astype(str))
    for (x, y), data in tiles:
        zones = frame_of(town, z, x, y)
        total += sums_of(data, zones, codes, frame_of(town, z, x, y, np.array([town.outline], dtype=object))[0])
    return total
