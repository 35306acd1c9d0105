"""Shapes cut to a window. The window may have a border of its own in them; nothing else is changed."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

__all__ = ["in_window"]


def in_window(geometry: Any, window: tuple[float, float, float, float]) -> Any:
    """Cut shapes to a window, by the quick way where GEOS can.

    Parameters
    ----------
    geometry
        One shape, or an array of them.
    window
        xmin, ymin, xmax, ymax.

    Returns
    -------
    shapes
        As many; empty where nothing is in the window.

    Examples
    --------
    >>> in_window(shapely.box(0, 0, 9, 9), (4, 4, 20, 20)).area
    25.0
    """
    try:
        with np.errstate(invalid="ignore"):  # GEOS divides by the length of edges that the window cuts to nothing
            return shapely.clip_by_rect(geometry, *window)
    except shapely.errors.GEOSException:  # which it does where some needle would be cut to what is no ring
        return shapely.intersection(geometry, shapely.box(*window))
