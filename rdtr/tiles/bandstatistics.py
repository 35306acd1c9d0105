"""Statistics of a raster band: an array in, a frozen value out. Reads no raster."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from rdtr.types import BoolArray

__all__ = ["BandStatistics", "band_statistics"]


@dataclass(frozen=True, slots=True)
class BandStatistics:
    """What one band holds, by a version of at most 1,024 pixels a side.

    Attributes
    ----------
    band
        Its number, from 1.
    min, max, mean, std, p2, p98
        Of the valid cells; None where there are none. p2 and p98 are percentiles.
    valid_share
        Valid cells by all cells.
    """

    band: int
    min: float | None
    max: float | None
    mean: float | None
    std: float | None
    p2: float | None
    p98: float | None
    valid_share: float


def band_statistics(band: int, plane: npt.NDArray[Any], valid: BoolArray) -> BandStatistics:
    """Measure one band; NaN counts as not valid, no valid cell gives None.

    Examples
    --------
    >>> band_statistics(1, np.array([[1, 2], [3, 9]]), np.array([[True, True], [True, False]])).mean
    2.0
    """
    cells = plane[valid & ~np.isnan(plane.astype(float))].astype(float)
    share = len(cells) / plane.size
    if not len(cells):
        return BandStatistics(band, None, None, None, None, None, None, share)
    p2, p98 = np.percentile(cells, (2, 98)).tolist()
    return BandStatistics(
        band, cells.min().item(), cells.max().item(), cells.mean().item(), cells.std().item(), p2, p98, share
    )
