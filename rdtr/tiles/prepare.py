"""Everything a plan's tiles need, made before the first is asked for, and kept in a folder for the next start. No HTTP."""

from __future__ import annotations

from hashlib import blake2b
from pathlib import Path
from typing import Final

import rdtr
from rdtr.errors import FileError
from rdtr.tiles.cells import margin_for
from rdtr.tiles.grid import Grid, grid, plan_bounds
from rdtr.tiles.kept import read_kept, write_kept
from rdtr.tiles.layers import MAXZOOM, MINZOOM
from rdtr.tiles.sources import PointSource
from rdtr.tiles.vector import BUFFER, kept_of, tile_sources, vector_tile
from rdtr.zoning.plan import Plan

__all__ = ["cache_file", "prepare"]

_FORMAT: Final = 6
"""Counted up when arrays of the same name mean something else."""


def prepare(
    plan: Plan,
    cache: Path | None = None,
    *,
    tms: str | Grid = "WebMercatorQuad",
    zoom: tuple[int, int] = (MINZOOM, MAXZOOM),
) -> None:
    """Lay out all layers and zooms of a plan and run every kernel once; read from a folder what was made before.

    Parameters
    ----------
    plan
        The plan; what is made is kept with it.
    cache
        A folder. A file there that is named by the plan's hash, whole and of this version is read, else made; None, or a
        folder that cannot be written, keeps nothing. Old files are not removed.
    tms
        Name of a tile matrix set, or a grid.
    zoom
        First and last zoom.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> plan = rdtr.sample_city(parcels=500).plan
    >>> with TemporaryDirectory() as folder:
    ...     prepare(plan, Path(folder))
    ...     len(list(Path(folder).iterdir()))
    1
    """
    target = grid(tms) if isinstance(tms, str) else tms
    kept = kept_of(plan, target)
    file = None if cache is None else cache_file(plan, cache, target)
    found = None if file is None else read_kept(file, _of(plan, target))
    if found is not None:
        kept.there = {**found.there, **kept.there}
    _lay_out(plan, target, zoom)
    if file is not None and (kept.fresh or found is None):
        _try_to_write(file, plan, target)


def cache_file(plan: Plan, folder: Path, target: Grid) -> Path:
    """Return where the layers of a plan in a grid are kept."""
    return folder / f"{plan.hash[:32]}-{blake2b(_of(plan, target).encode(), digest_size=8).hexdigest()}.tiles"


def _of(plan: Plan, target: Grid) -> str:
    return f"{_FORMAT} rdtr {rdtr.__version__} plan {plan.hash} grid {target.name} {target.matrices[0]}"


def _lay_out(plan: Plan, target: Grid, zoom: tuple[int, int]) -> None:
    first, last = max(zoom[0], target.minzoom), min(zoom[1], target.maxzoom)
    for source in tile_sources(plan, target).values():
        for z in range(first, last + 1):
            _ = source.cells(z) if isinstance(source, PointSource) else source.level(z).cells(margin_for(BUFFER))
    x, y, *_ = target.tiles_over(plan_bounds(plan, target), last)
    vector_tile(plan, last, x, y, tms=target)


def _try_to_write(file: Path, plan: Plan, target: Grid) -> None:
    kept = kept_of(plan, target)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_kept(file, _of(plan, target), kept)
        kept.fresh = False
    except (FileError, OSError):
        return  # a folder that cannot be written costs the next start some seconds, no more
