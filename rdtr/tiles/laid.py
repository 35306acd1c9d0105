"""Polygons of a tile that a layer has drawn, drawn again for another layer on the same ones. Compiled; cuts nothing.

The special provisions of a plan lie on its zones: their geometry is copied from where it was written for the zones.
"""

from __future__ import annotations

from rdtr.jit import lean_routine
from rdtr.tiles.features import POLYGON
from rdtr.tiles.pile import TOO_MUCH, enlist, write
from rdtr.tiles.tags import forget

__all__ = ["encode_laid", "lay_by"]


@lean_routine
def lay_by(pile, offset, counts):
    """Keep of the layer that was written last where each polygon lies; return how many there are.

    Parameters
    ----------
    pile
        See `rdtr.tiles.pile.add`; into its last array go polygons, ascending, and from where to where they lie.
    offset
        How far the layer was moved since it was written.
    counts
        See `rdtr.tiles.pile.add`.
    """
    listed, laid = pile[1], pile[2]
    n = 0
    for k in range(counts[4]):
        if n and laid[n - 1, 0] == listed[k, 3]:
            continue
        laid[n, 0], laid[n, 1], laid[n, 2] = listed[k, 3], listed[k, 1] + offset, listed[k, 2] + offset
        n += 1
    return n


@lean_routine
def encode_laid(laid, features_of, tags, desk, out, tile, pile, counts):
    """Encode the features that lie on polygons laid by.

    Parameters
    ----------
    laid
        How many, see `lay_by`.
    tile
        Where their geometry lies.
    features_of, tags, desk, out, pile, counts
        As `rdtr.tiles.mvt.encode_polygons`, and so is what is returned.
    """
    first, features = features_of
    for k in range(laid):
        p, begin, end = pile[2][k, 0], pile[2][k, 1], pile[2][k, 2]
        if not enlist(features, first[p], first[p + 1], p, begin, end, pile, tags, desk, counts):
            forget(desk, counts)
            return TOO_MUCH, 0
    return write(POLYGON, out, (tile, pile[1], pile[2]), tags, desk, counts), 0
