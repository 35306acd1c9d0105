"""Do neighbours part or overlap? Sum of areas against their union, and what is left of the plan without colour."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from pmtiles.reader import MmapSource, Reader

from benchmarks.tiles.archives import PEERS
from benchmarks.tiles.data import Town, tiles_over
from benchmarks.tiles.single import KINDS, borders_of
from benchmarks.tiles.table import Table

__all__ = ["overlaps_and_gaps"]

_ZOOMS: Final = (10, 12, 14)
_TILES: Final = 4


def overlaps_and_gaps(town: Town, single: dict[tuple[str, int], Any], archives: dict[str, Path]) -> Table:
    """Compare tilers over some tiles of three zooms.

    Parameters
    ----------
    town
        The city.
    single
        By name and zoom, places and bytes of single tiles.
    archives
        By name, PMTiles files.
    """
    table = Table(
        "Overlap / gap / in another sub-zone's colour, in parts of the area", ["Tiler", *(f"z{z}" for z in _ZOOMS)]
    )
    places = {z: tiles_over(town, z)[:_TILES] for z in _ZOOMS}
    with ExitStack() as stack:
        for name, path in archives.items():
            reader = Reader(MmapSource(stack.enter_context(path.open("rb"))))
            what = f"{PEERS.get(name, 'rdtr')}, archive"
            table.rows.append([what, *_row(town, places, lambda z, x, y, r=reader: r.get(z, x, y) or b"")])
        for name in [n for n in KINDS if any(found == n and data for (found, _), (_, data) in single.items())]:

            def take(z: int, x: int, y: int, name: str = name) -> bytes | None:
                there, data = single.get((name, z), ([], []))
                return dict(zip(there, data, strict=True)).get((x, y))

            table.rows.append([f"{KINDS[name]}, single tiles", *_row(town, places, take)])
    table.notes.append(
        f"Over the same {_TILES} tiles (all, where a zoom has fewer) of each zoom, without the buffer. Overlap: sum of "
        "the features' areas beyond the area of their union. Gap: part of the plan where nothing is drawn. In another "
        "sub-zone's colour: what the sub-zones (KODSZN) that have too much have too much. Polygons that come invalid "
        "are made valid first."
    )
    return table


def _row(
    town: Town,
    places: dict[int, list[tuple[int, int]]],
    take: Callable[[int, int, int], bytes | None],
) -> list[str]:
    cells = []
    for z, tiles in places.items():
        found = [(place, data) for place in tiles if (data := take(z, *place)) is not None]
        sums = borders_of(town, z, found)
        if not sums.union:
            cells.append("nothing drawn")
            continue
        parts = (sums.drawn / sums.union - 1.0, sums.missing / sums.true, sums.miscoloured / sums.true)
        cells.append(" / ".join(map(_part, parts)))
    return cells


def _part(share: float) -> str:
    return f"{max(share, 0.0):.2%}" if share > 5e-6 else "0"
