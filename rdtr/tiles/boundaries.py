"""Borders between WP, SWP and blok as lines, each drawn once, at its highest level. Cuts no tile."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from rdtr.tiles.chains import chain_edges
from rdtr.tiles.coverage import Borders, Coverage
from rdtr.tiles.kept import Arrays
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


def boundaries_of(frame: pd.DataFrame, coverage: Coverage, borders: Borders) -> Arrays:
    """Chain the edges of a coverage between different places.

    Returns
    -------
    x, y, start, level, zoom
        Lines in fine units, the place of each in `PLACES`, and the lowest zoom at which each vertex is drawn: that of
        the zones, so that both keep lying on each other, but for the ends of lines, which are always drawn.
    """
    left, right = borders.polygons[:, 0], borders.polygons[:, 1]
    free = borders.edge[:, 0] != borders.edge[:, 1]
    starts, vertices, levels = [np.zeros(1, np.int64)], [np.empty(0, np.int64)], [np.empty(0, np.int8)]
    place = np.full(len(frame) + 1, "", dtype=object)  # the last one is outside the plan
    for level, (_, column) in enumerate(PLACES):
        if column not in frame.columns or frame[column].isna().all():
            continue
        own = ["" if is_blank(v) else str(v) for v in frame[column]]
        place = np.array([f"{a}|{b}" if b else a for a, b in zip(place, [*own, ""], strict=True)], dtype=object)
        codes = pd.factorize(place)[0]
        differ = (codes[left] != codes[right]) & free
        free &= ~differ
        start, vertex = chain_edges(borders.edge[differ], len(coverage.x))
        starts.append(start[1:] + starts[-1][-1])
        vertices.append(vertex)
        levels.append(np.full(len(start) - 1, level, np.int8))
    start, vertex = np.concatenate(starts), np.concatenate(vertices)
    zoom = coverage.zoom[vertex]
    zoom[start[:-1]] = zoom[start[1:] - 1] = 0
    x, y = (at[vertex] + low for at, low in zip((coverage.x, coverage.y), coverage.origin, strict=True))
    return x, y, start, np.concatenate(levels), zoom
