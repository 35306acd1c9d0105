"""In which CRS the metres of a document are: what it states, or which zone puts them onto the plan. Reads no file."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np
import pyproj
import shapely

from rdtr import crs
from rdtr.errors import CrsError
from rdtr.types import FloatArray

__all__ = ["Box", "crs_at", "distance_deg", "stated_crs"]

Box = tuple[float, float, float, float]
"""West, south, east, north in degrees."""

_EPSG: Final = re.compile(r"\bEPSG\D{0,3}(\d{4,5})\b", re.IGNORECASE)
_UTM: Final = re.compile(r"\bUTM\b.{0,40}?\b(4[6-9]|5[0-4]) ?-? ?(LU|LS|[NSUL])?(?!\w)", re.IGNORECASE)
_WORDS: Final = (
    (re.compile(r"\b(?:selatan|south)\b", re.IGNORECASE), "S"),
    (re.compile(r"\b(?:utara|north)\b", re.IGNORECASE), "N"),
)
_TM3: Final = re.compile(r"\bTM\s*[-–]?\s*3\s*°?\D{0,30}?(4[6-9]|5[0-4])\s*[.,-]\s*([12])\b", re.IGNORECASE)
_TM3_FIRST: Final = 23830  # EPSG: zone 46.2; then one code for every half of a UTM zone
_NEAR_DEG: Final = 1.0
"""A plan is less than a degree wide; the next zone, or the other system, puts a site several degrees away."""


def stated_crs(lines: Iterable[str]) -> pyproj.CRS | None:
    """Return the CRS that a text states: an EPSG code, a UTM zone or a TM-3 zone.

    Examples
    --------
    >>> stated_crs(["Koordinat UTM Zona 50 N, WGS 84"]).to_epsg(), stated_crs(["TM-3° zona 50.2"]).to_epsg()
    (32650, 23838)
    >>> stated_crs(["koordinat batas"]) is None
    True
    """
    for line in lines:
        for code in _codes(line[:2000]):
            try:
                return crs.parse(code)
            except CrsError:
                continue
    return None


def _codes(line: str) -> Iterator[int]:
    if match := _EPSG.search(line):
        yield int(match[1])
    if match := _TM3.search(line):
        yield _TM3_FIRST + 2 * (int(match[1]) - 46) + int(match[2]) - 2
    if match := _UTM.search(line):
        side = (match[2] or next((s for word, s in _WORDS if word.search(line)), "")).upper()
        if side:  # a bare number is left to the plan
            yield (32700 if side in ("S", "LS", "L") else 32600) + int(match[1])


def crs_at(xy: FloatArray, near: Box) -> pyproj.CRS | None:
    """Return the UTM or TM-3 zone that puts metres beside a place; None where none does.

    Parameters
    ----------
    xy
        Shape (n, 2), east first.
    near
        Where they should lie.

    Examples
    --------
    >>> crs_at(np.array([[555638.1, 14369.5]]), (117.4, 0.1, 117.6, 0.2)).name
    'WGS 84 / UTM zone 50N'
    """
    centre = float(xy[:, 0].mean()), float(xy[:, 1].mean())
    apart = {code: distance_deg(_degrees(centre, crs.parse(code)), near) for code in _candidates(near)}
    best = min(apart, key=lambda code: apart[code])
    return crs.parse(best) if apart[best] <= _NEAR_DEG else None


def _candidates(near: Box) -> Iterator[int]:
    lon = (near[0] + near[2]) / 2.0
    zone = int((lon + 180.0) // 6.0) + 1
    half = int((lon - 93.0) // 3.0)
    for z in (zone, zone - 1, zone + 1):
        yield from (32600 + z, 32700 + z)
    yield from (_TM3_FIRST + h for h in (half, half - 1, half + 1) if 0 <= h <= 15)


def _degrees(place: tuple[float, float], of: pyproj.CRS) -> tuple[float, float]:
    try:
        moved = crs.to_geographic(np.array([shapely.Point(place)], dtype=object), of)[0]
    except CrsError:  # no such place in that zone, so no place near the plan
        return math.inf, math.inf
    return float(moved.x), float(moved.y)


def distance_deg(place: tuple[float, float], box: Box) -> float:
    """Return how far a place lies from a box, degrees; 0 inside, infinite for a place that does not exist.

    Examples
    --------
    >>> distance_deg((118.0, 0.15), (117.4, 0.1, 117.6, 0.2))
    0.4
    """
    lon, lat = place
    if not (abs(lon) <= 180.0 and abs(lat) <= 90.0):
        return math.inf
    dx = max(box[0] - lon, 0.0, lon - box[2])
    dy = max(box[1] - lat, 0.0, lat - box[3])
    return round(float((dx * dx + dy * dy) ** 0.5), 12)
