"""``python -m benchmarks raster``: make rasters, measure their tiles beside titiler-core's, print the table."""

from __future__ import annotations

import argparse
import statistics
import sys
import time
import warnings
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from rasterio.errors import NotGeoreferencedWarning
from rasterio.io import MemoryFile

from benchmarks import machine
from benchmarks.peers import PeerError, Worker, environment
from benchmarks.rasters.data import Case, make, tiles_over
from benchmarks.table import put_into, times
from benchmarks.tiles.table import Table, markdown, text
from benchmarks.timing import light_heap
from rdtr.tiles.raster import raster_tile

__all__ = ["differing_share", "main"]

_HOME = Path(__file__).parent.parent.parent
_LIMIT_S = 300.0
_OFF = 2  # steps of 255: rounding one way or the other


@dataclass
class _Measured:
    ours: list[float] = field(default_factory=list)
    theirs: list[float] = field(default_factory=list)
    data: tuple[list[bytes], list[bytes]] = ((), ())  # type: ignore[assignment] # filled by the first round
    failed: str = ""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmark of raster tiles.

    Returns
    -------
    int
        Exit code: 0.
    """
    asked = _arguments(argv)
    print(f"… making rasters of {asked.cells:,} cells a side", file=sys.stderr, flush=True)
    cases = make(asked.folder / "raster", asked.cells)
    with ExitStack() as stack:
        peer, version = _peer(stack, asked.folder) if asked.peers else (None, "not asked for")
        found = {}
        for case in cases:
            print(f"… {case.title}", file=sys.stderr, flush=True)
            found[case.title] = _measure(case, peer, asked)
    table = _table(cases, found, version, asked)
    about = [*machine.describe(), f"rasters of {asked.cells:,} x {asked.cells:,} cells, made up"]
    print("\n".join(["", *about, "", text([table])]))
    if asked.readme:
        put_into(asked.readme, markdown([table], about), "benchmarks-raster")
    return 0


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks raster", description=__doc__)
    parser.add_argument("--cells", type=int, default=3000, help="a side of each raster (default 3000)")
    parser.add_argument("--peers", nargs="*", choices=["titiler"], default=["titiler"], help="default: titiler")
    parser.add_argument("--tiles", type=int, default=20, help="tiles a zoom, three zooms (default 20)")
    parser.add_argument("--repeats", type=int, default=3, help="rounds, in turn (default 3)")
    parser.add_argument("--readme", type=Path, help="put the table between the marks of this file")
    parser.add_argument("--folder", type=Path, default=_HOME / ".bench", help="for environments and files")
    return parser.parse_args(argv)


def _peer(stack: ExitStack, folder: Path) -> tuple[Worker | None, str]:
    try:
        worker = stack.enter_context(Worker.start("titiler-core", "titiler_worker.py", environment("titiler", folder)))
        return worker, str(worker.ask(60.0, do="version")["version"])
    except PeerError as error:
        return None, str(error)


def _measure(case: Case, peer: Worker | None, asked: argparse.Namespace) -> _Measured:
    places, found = tiles_over(case, asked.tiles), _Measured()
    with light_heap():
        for _ in range(asked.repeats):
            each, mine = _ours(case, places)
            found.ours = each if not found.ours else np.minimum(found.ours, each).tolist()
            if peer is None or found.failed:
                continue
            try:
                each, others = _theirs(case, places, peer, asked.folder / "tiles.npz")
            except PeerError as error:
                found.failed = str(error)
                continue
            found.theirs = each if not found.theirs else np.minimum(found.theirs, each).tolist()
            found.data = (mine, others)
    return found


def _ours(case: Case, places: dict[int, list[tuple[int, int]]]) -> tuple[list[float], list[bytes]]:
    each, data = [], []
    for z, tiles in places.items():
        for x, y in tiles:
            start = time.perf_counter()
            tile = raster_tile(case.path, z, x, y, format=case.format, **case.ours)  # type: ignore[arg-type]
            each.append(time.perf_counter() - start)
            data.append(tile.bytes)
    return each, data


def _theirs(
    case: Case, places: dict[int, list[tuple[int, int]]], peer: Worker, keep: Path
) -> tuple[list[float], list[bytes]]:
    each: list[float] = []
    data: list[bytes] = []
    asked = {"do": "tiles", "path": str(case.path), "form": case.format, "look": case.theirs, "keep": str(keep)}
    for z, tiles in places.items():
        answer = peer.ask(_LIMIT_S, **asked, z=z, tiles=tiles, budget_s=_LIMIT_S)
        each += answer["each"]
        with np.load(keep) as kept:
            data += [part.tobytes() for part in np.split(kept["data"], kept["stop"][:-1])]
        keep.unlink()
    return each, data


def _table(cases: list[Case], found: dict[str, _Measured], version: str, asked: argparse.Namespace) -> Table:
    head = [
        "Raster and picture",
        "Tiles",
        "rdtr",
        "titiler-core",
        "rdtr / titiler",
        "Worst, rdtr",
        "Pixels that differ",
    ]
    table = Table("One raster tile of 256 pixels: mean milliseconds", head)
    for case in cases:
        got = found[case.title]
        mean = statistics.fmean(got.ours)
        row = [case.title, str(len(got.ours)), _ms(mean)]
        if got.theirs:
            theirs = statistics.fmean(got.theirs)
            row += [_ms(theirs), _share(mean / theirs), _ms(max(got.ours)), f"{_differing(*got.data):.2%}"]
        else:
            row += ["", "", _ms(max(got.ours)), ""]
        table.rows.append(row)
        if got.failed:
            table.notes.append(f"{case.title}: titiler-core failed: {got.failed}")
    table.notes += [
        "The same files and tiles for both, chosen at random at the three finest zooms, nearest neighbour; the best of "
        f"{asked.repeats} rounds of each tile, in turn. titiler-core: what its tile endpoint does (open, read, render), "
        "without HTTP, with the GDAL settings that its documentation advises.",
        f"Pixels differ if a channel is off by more than {_OFF} of 255, or one is clear and the other is not. JPEG and "
        "WebP lose something each time: ours as stored have lost it once, those of titiler-core, decoded and encoded "
        "again, twice; made anew they are compressed by both at qualities of their own.",
        f"titiler-core: {version}.",
    ]
    return table


def _differing(mine: list[bytes], theirs: list[bytes]) -> float:
    off = [differing_share(_picture(a), _picture(b)) for a, b in zip(mine, theirs, strict=True)]
    return statistics.fmean(off)


def differing_share(mine: Any, theirs: Any) -> float:
    """Share of the pixels of two RGBA pictures that differ by more than rounding."""
    shown = (mine[..., 3] > 0) | (theirs[..., 3] > 0)
    apart = np.abs(mine.astype(int) - theirs).max(axis=-1) > _OFF
    return float((apart & shown).mean())


def _picture(data: bytes) -> Any:
    """RGBA of a tile, by GDAL."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with MemoryFile(data) as memory, memory.open() as file:
            planes, palette = file.read(), None
            if len(planes) == 1 and file.colorinterp[0].name == "palette":
                palette = file.colormap(1)
    if palette is not None:
        return np.array([palette.get(n, (0, 0, 0, 0)) for n in range(256)], np.uint8)[planes[0]]
    alpha = planes[-1:] if len(planes) in (2, 4) else np.full_like(planes[:1], 255)
    color = np.repeat(planes[:1], 3, axis=0) if len(planes) < 3 else planes[:3]
    return np.moveaxis(np.concatenate([color, alpha]), 0, -1)


def _ms(seconds: float) -> str:
    return f"{seconds * 1e3:.3g}"


def _share(ratio: float) -> str:
    return f"{ratio:.4f}x" if ratio < 0.01 else times(ratio)
