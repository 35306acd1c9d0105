"""Districts: what each quarter of the town is like (centre, dense housing, industry, farmland ...) and its blocks."""

from __future__ import annotations

import numpy as np

from rdtr.sample.cells import Cells
from rdtr.sample.frame import Frame
from rdtr.sample.tables import column, numbers
from rdtr.types import FloatArray, IndexArray

__all__ = ["block_size", "characters", "named"]

_QUARTERS_PER_CENTRE = 15  # a ward with fewer needs no centre of its own


def named(character: str) -> int:
    """Return the row of a character in the table ``districts``.

    Examples
    --------
    >>> named("forest")
    0
    """
    return int(np.flatnonzero(column("districts", "character") == character)[0])


def characters(frame: Frame, quarters: Cells, rng: np.random.Generator) -> IndexArray:
    """Give every quarter a character.

    Each character in the order of the table takes the free quarters nearest to its anchor until it has its share of
    the town, at least one; what is left is rural. A little noise keeps the rings from being round.

    Parameters
    ----------
    frame
        The town plane.
    quarters
        The quarters (blok).
    rng
        The noise.

    Returns
    -------
    character
        Shape (n,), rows of the table ``districts``.
    """
    place = quarters.centre / [frame.width_m, frame.height_m]
    area = quarters.size.prod(axis=1)
    share = numbers("districts", "share")
    anchor = np.column_stack([numbers("districts", "anchor_s"), numbers("districts", "anchor_t")])
    found = np.full(len(quarters), len(share) - 1)
    free = np.ones(len(quarters), dtype=bool)
    # a loop over the ten characters: each chooses among what the ones before it left
    for row in np.flatnonzero(column("districts", "character") != "subcentre")[:-1]:
        far = np.hypot(*(place - anchor[row]).T) * rng.uniform(0.86, 1.16, len(quarters))
        order = np.argsort(np.where(free, far, np.inf), kind="stable")
        taken = order[: _how_many(area[order], free[order], share[row])]
        found[taken], free[taken] = row, False
    _raise_subcentres(quarters, found)
    return found


def _raise_subcentres(quarters: Cells, character: IndexArray) -> None:
    """Make the middle of every ward of a large town a centre of its own, where people live."""
    wards = int(quarters.parent.max()) + 1
    if len(quarters) < wards * _QUARTERS_PER_CENTRE:
        return
    sums = np.column_stack([np.bincount(quarters.parent, axis) for axis in quarters.centre.T])
    middle = sums / np.bincount(quarters.parent)[:, None]
    off = np.hypot(*(quarters.centre - middle[quarters.parent]).T)
    lived_in = np.isin(character, [named(c) for c in ("dense", "middle", "low")])
    nearest = np.lexsort([np.where(lived_in, off, np.inf), quarters.parent])
    first = nearest[np.searchsorted(quarters.parent[nearest], np.arange(wards))]
    character[first[lived_in[first]]] = named("subcentre")


def _how_many(area: FloatArray, free: FloatArray, share: float) -> int:
    wanted = share * area.sum()
    enough = int(np.searchsorted(np.cumsum(area) - area / 2, wanted))
    return min(max(enough, 1), int(free.sum()))


def block_size(character: IndexArray, rng: np.random.Generator) -> FloatArray:
    """Return the wanted size of the blocks of each quarter, shape (n, 2); rows run along u or v by chance."""
    size = np.column_stack([numbers("districts", "block_long_m"), numbers("districts", "block_short_m")])[character]
    size = size * rng.uniform(0.92, 1.10, (len(size), 1))
    turned = rng.random(len(size)) < 0.45
    turned &= character != named("airport")
    return np.where(turned[:, None], size[:, ::-1], size)
