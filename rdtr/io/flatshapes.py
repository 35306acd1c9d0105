"""Shapes in two dimensions, as zones are measured; what was dropped is said. Opens no file."""

from __future__ import annotations

import geopandas as gpd
import shapely

from rdtr.types import ObjectArray
from rdtr.zoning.findings import Finding

__all__ = ["flat_shapes"]


def flat_shapes(frame: gpd.GeoDataFrame, label: str) -> tuple[gpd.GeoDataFrame, list[Finding]]:
    """Drop Z and M of shapes.

    Parameters
    ----------
    frame
        A layer; geometry may be missing.
    label
        What findings call it.

    Returns
    -------
    frame
    findings
        ``GEOMETRY_Z_DROPPED`` and ``GEOMETRY_M_DROPPED`` with the number of rows.

    Examples
    --------
    >>> frame, found = flat_shapes(gpd.GeoDataFrame(geometry=[shapely.Point(1, 2, 3)]), "a.shp")
    >>> frame.geometry[0].wkt, [finding.code for finding in found]
    ('POINT (1 2)', ['GEOMETRY_Z_DROPPED'])
    """
    geometry: ObjectArray = frame.geometry.to_numpy()
    found = []
    for code, has in (("GEOMETRY_Z_DROPPED", shapely.has_z(geometry)), ("GEOMETRY_M_DROPPED", shapely.has_m(geometry))):
        if has.any():
            found.append(Finding(code, label, values={"rows": int(has.sum())}))
    if found:
        frame = frame.set_geometry(gpd.GeoSeries(shapely.force_2d(geometry), index=frame.index, crs=frame.crs))
    return frame, found
