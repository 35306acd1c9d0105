"""The CRS at the door: what a file states, and the metric CRS that a plan is measured in. Opens no file."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pyproj
import shapely

from rdtr import crs
from rdtr.errors import CrsError
from rdtr.io.shapefile import siblings
from rdtr.io.source import Dataset
from rdtr.types import CrsPolicy, ObjectArray
from rdtr.zoning.findings import Finding

__all__ = ["to_metric", "with_stated_crs"]

_KINDS: tuple[crs.Metric, ...] = ("utm", "tm3")


def with_stated_crs(frame: gpd.GeoDataFrame, dataset: Dataset, given: Any) -> tuple[gpd.GeoDataFrame, list[Finding]]:
    """Set the CRS of a layer: the one that the caller gives, else the one that the file states; never a guess.

    Parameters
    ----------
    frame
        A layer as it was read.
    dataset
        The file it is from.
    given
        The caller's word; None to take the file's.

    Returns
    -------
    frame
    findings
        ``CRS_OVERRIDDEN`` where the caller's word is another than the file's.

    Raises
    ------
    CrsError
        If neither says anything.
    """
    stated = _flat(frame.crs)
    if given is None and stated is None:
        raise _no_crs(dataset, frame.crs)
    taken = stated if given is None else crs.parse(given)
    found = []
    if stated is not None and taken is not None and stated != taken:
        found.append(Finding("CRS_OVERRIDDEN", dataset.label, values={"found": stated.name, "taken": taken.name}))
    return frame.set_crs(taken, allow_override=True), found


def _flat(stated: Any) -> pyproj.CRS | None:
    """Take the horizontal part of a CRS; None for a local one, in which no place on earth is meant."""
    if stated is None:
        return None
    flat = crs.parse(stated)
    if flat.is_compound:
        flat = flat.sub_crs_list[0]
    flat = flat.to_2d()
    return flat if flat.is_geographic or flat.is_projected else None


def _no_crs(dataset: Dataset, stated: Any) -> CrsError:
    where = f" (the file says only {stated.name!r})" if stated is not None else ""
    if dataset.driver == "ESRI Shapefile" and ".prj" not in siblings(dataset.path):
        where = f" (the file {dataset.path.stem}.prj is missing)"
    return CrsError(
        f"{dataset.label}: no CRS is stated{where}; add it, or say in which one the layer was drawn, "
        'for example source_crs="EPSG:9480"'
    )


def to_metric(
    geometry: ObjectArray, source: pyproj.CRS, wanted: Any, what: str, policy: CrsPolicy = "null"
) -> tuple[ObjectArray, pyproj.CRS, list[Finding]]:
    """Move the zones of a plan to the metric CRS that they are measured in.

    Parameters
    ----------
    geometry
        Shape (n,), usable polygons only.
    source
        Their CRS.
    wanted
        ``utm``: a metric CRS stays as it is, another becomes the SRGI2013 UTM zone of the centre. ``tm3``: the TM-3
        zone of the centre. Else a metric CRS.
    what
        What is being read, for messages.
    policy
        See `rdtr.crs.transform`.

    Returns
    -------
    geometry
        Shape (n,).
    crs
        The metric CRS.
    findings
        ``CRS_PROJECTED`` where the coordinates were moved.

    Raises
    ------
    CrsError
        If the coordinates do not lie in Indonesia in their CRS, or `wanted` is not metric.
    """
    xmin, ymin, xmax, ymax = (float(v) for v in shapely.total_bounds(geometry))
    lon, lat = crs.require_in_indonesia((xmin, ymin, xmax, ymax), source, what)
    target = _target(source, wanted, lon, lat, what)
    if target == source:
        return geometry, target, []
    moved = crs.transform(geometry, source, target, policy)
    return moved, target, [Finding("CRS_PROJECTED", what, values={"found": source.name, "taken": target.name})]


def _target(source: pyproj.CRS, wanted: Any, lon: float, lat: float, what: str) -> pyproj.CRS:
    if wanted == "utm" and _is_metric(source, what):
        return source
    if wanted in _KINDS:
        return crs.metric_crs(lon, lat, wanted)
    target = crs.parse(wanted)
    crs.require_metric(target, f"{what}: the CRS asked for")
    return target


def _is_metric(source: pyproj.CRS, what: str) -> bool:
    try:
        crs.require_metric(source, what)
    except CrsError:
        return False
    return True
