"""Borders between WP, SWP and blok as lines, each drawn once, at its highest level. Cuts no tile."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from rdtr.tiles.chains import chain_edges
from rdtr.tiles.coverage import Borders, Coverage
from rdtr.tiles.fronts import Fronts, fronts_of, parting
from rdtr.tiles.kept import Arrays
from rdtr.types import BoolArray, IndexArray
from rdtr.zoning.codes import is_blank

__all__ = ["PLACES", "boundaries_of", "says_places"]

PLACES: Final = (("WP", "KODEWP"), ("SWP", "KODSWP"), ("BLOK", "KODBLK"))
"""Levels and the columns that name them, from the highest."""


def says_places(frame: pd.DataFrame) -> bool:
    """Whether the zones say at all to which WP, SWP or blok they belong.

    Examples
    --------
    >>> says_places(pd.DataFrame({"KODSWP": [None, "I.A"]})), says_places(pd.DataFrame({"KODSWP": ["-"]}))
    (True, False)
    """
    return any(not is_blank(v) for _, column in PLACES if column in frame for v in frame[column].unique())


def boundaries_of(frame: pd.DataFrame, coverage: Coverage, borders: Borders, unit_m: float) -> Arrays:
    """Chain the edges of a coverage between different places.

    Parameters
    ----------
    frame, coverage, borders
        Zones by polygon, and what they share.
    unit_m
        Metres of a fine unit.

    Returns
    -------
    x, y, start, level, zoom
        Lines in fine units, the place of each in `PLACES`, and the lowest zoom at which each vertex is drawn: that of
        the zones, so that both keep lying on each other, but for the ends of lines, which are always drawn.

    Notes
    -----
    Toward a polygon without a place, such as a road body, an edge is a border where another place lies across, or none:
    see `rdtr.tiles.fronts`. A street that parts two places is drawn along both its sides. A street inside a place has no
    border, though the road body belongs to no place.
    """
    left, right = borders.polygons[:, 0], borders.polygons[:, 1]
    free = borders.edge[:, 0] != borders.edge[:, 1]
    starts, vertices, levels = [np.zeros(1, np.int64)], [np.empty(0, np.int64)], [np.empty(0, np.int8)]
    places = _places(frame)
    looked: dict[bytes, Fronts] = {}
    for level, codes, said in places:
        differ = (codes[left] != codes[right]) & free & (said[left] | said[right])
        blank = ~said
        blank[-1] = False
        if (differ & (blank[left] | blank[right])).any():
            if blank.tobytes() not in looked:  # roads mostly lack all that they lack together
                looked[blank.tobytes()] = fronts_of(coverage, borders, places[-1][1], blank, unit_m)
            fronts = looked[blank.tobytes()]
            differ &= np.append(parting(fronts, codes), True)[fronts.piece]
        free &= ~differ
        start, vertex = chain_edges(borders.edge[differ], len(coverage.x))
        starts.append(start[1:] + sum(map(len, vertices)))
        vertices.append(vertex)
        levels.append(np.full(len(start) - 1, level, np.int8))
    start, vertex = np.concatenate(starts), np.concatenate(vertices)
    zoom = coverage.zoom[vertex]
    zoom[start[:-1]] = zoom[start[1:] - 1] = 0
    x, y = (at[vertex] + low for at, low in zip((coverage.x, coverage.y), coverage.origin, strict=True))
    return x, y, start, np.concatenate(levels), zoom


def _places(frame: pd.DataFrame) -> list[tuple[int, IndexArray, BoolArray]]:
    """By level: which it is, a number for each place with all above it, and whether it is said; outside comes last."""
    place = np.full(len(frame) + 1, "", dtype=object)
    found = []
    for level, (_, column) in enumerate(PLACES):
        if column not in frame.columns or frame[column].isna().all():
            continue
        number, distinct = pd.factorize(frame[column], use_na_sentinel=False)
        names = np.array(["" if is_blank(v) else str(v) for v in [*distinct, None]], dtype=object)
        own = names[np.append(number, -1)]
        place = np.array([f"{a}|{b}" if b else a for a, b in zip(place, own, strict=True)], dtype=object)
        found.append((level, pd.factorize(place)[0].astype(np.int64), own != ""))
    return found
