"""Coordinate reference systems of Indonesia; the only place that asks pyproj. Reads no files, knows no plan."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, TypeAlias

import numpy as np
import pyproj
import shapely

from rdtr.errors import CrsError
from rdtr.jit import kernel
from rdtr.types import CrsPolicy, FloatArray, ObjectArray

__all__ = [
    "INDONESIA",
    "SRGI2013",
    "AreaScale",
    "Metric",
    "area_scale",
    "geodesic_area",
    "metric_crs",
    "parse",
    "require_in_indonesia",
    "require_metric",
    "to_geographic",
    "transform",
]

Metric: TypeAlias = Literal["utm", "tm3"]

SRGI2013 = pyproj.CRS.from_epsg(9470)
"""The national geographic frame (Perka BIG 15/2013)."""

INDONESIA = (94.0, -12.0, 142.0, 7.0)
"""West, south, east, north in degrees: the land, the territorial sea and some room."""

# Datums that practice takes as one; PROJ moves 4326 -> 9470 by 16 cm, which would part neighbours (DOMAIN, chapter 7).
_ONE_FRAME = frozenset(
    {"World Geodetic System 1984", "Sistem Referensi Geospasial Indonesia 2013", "Datum Geodesi Nasional 1995"}
)
_SRGI_UTM_NORTH = 9430  # EPSG:9476 is zone 46N ... 9482 is 52N
_SRGI_UTM_SOUTH = 9440  # EPSG:9487 is zone 47S ... 9494 is 54S
_TM3_FIRST = 23830  # EPSG:23830 is zone 46.2 (central meridian 94.5 E), then one code for every 3 degrees


@lru_cache(maxsize=256)
def _from_text(text: str) -> pyproj.CRS:
    try:
        return pyproj.CRS.from_user_input(text)
    except pyproj.exceptions.CRSError as error:
        raise CrsError(f"CRS {text[:80]!r} is not known; give an EPSG code such as EPSG:9480") from error


def parse(value: Any) -> pyproj.CRS:
    """Turn an EPSG code (a number or a text), a WKT text or a CRS object into a `pyproj.CRS`.

    Raises
    ------
    CrsError
        If nothing known is meant by the value.

    Examples
    --------
    >>> parse(9480).name
    'SRGI2013 / UTM zone 50N'
    """
    if isinstance(value, pyproj.CRS):
        return value
    if value is None:
        raise CrsError("no CRS is stated; give one, for example crs='EPSG:9480' or a .prj file beside the shapefile")
    text = str(value).strip()
    return _from_text(f"EPSG:{text}" if text.isdigit() else text)


def metric_crs(lon: float, lat: float, kind: Metric = "utm") -> pyproj.CRS:
    """Choose the metric CRS of a place: its SRGI2013 UTM zone, or its DGN95 TM-3 zone.

    Parameters
    ----------
    lon, lat
        Degrees.
    kind
        ``utm`` (SRGI2013 / UTM, the national frame) or ``tm3`` (DGN95 / Indonesia TM-3, the land registry's system;
        no EPSG code exists for SRGI2013 TM-3).

    Raises
    ------
    CrsError
        Outside Indonesia.

    Examples
    --------
    >>> metric_crs(117.5, 0.13).to_epsg(), metric_crs(117.5, 0.13, "tm3").to_epsg()
    (9480, 23838)
    """
    west, south, east, north = INDONESIA
    if not (west <= lon <= east and south <= lat <= north):
        raise CrsError(
            f"place {lon:.4f}, {lat:.4f} lies outside Indonesia ({west:g}..{east:g} E, {south:g}..{north:g} N)"
        )
    if kind == "tm3":
        zone = min(max(int((lon - 93.0) // 3.0), 0), 15)
        return parse(_TM3_FIRST + zone)
    zone = int((lon + 180.0) // 6.0) + 1
    # EPSG has 46N-52N and 47S-54S; at the ends the neighbour hemisphere's zone is the only one there is
    northern = (lat >= 0.0 and zone <= 52) or zone < 47
    return parse(_SRGI_UTM_NORTH + zone if northern else _SRGI_UTM_SOUTH + zone)


def require_metric(crs: pyproj.CRS, what: str) -> None:
    """Refuse a CRS in which no area in square metres can be measured.

    Raises
    ------
    CrsError
        For a geographic, geocentric or local CRS, a CRS in feet, or Web Mercator, whose squares are not square metres.
    """
    if crs.is_geographic:
        raise CrsError(f"{what}: {crs.name} is in degrees; areas need a metric CRS, for example EPSG:9480")
    if not crs.is_projected:
        raise CrsError(f"{what}: {crs.name} is no map projection; areas need one, for example EPSG:9480")
    if crs.axis_info and crs.axis_info[0].unit_conversion_factor != 1.0:
        raise CrsError(f"{what}: {crs.name} is in {crs.axis_info[0].unit_name}; areas need metres")
    if is_web_mercator(crs):
        raise CrsError(f"{what}: {crs.name} distorts areas; use a UTM or TM-3 CRS, for example EPSG:9480")


def is_web_mercator(crs: pyproj.CRS) -> bool:
    """Tell whether a CRS is Web Mercator, in which nothing is measured."""
    method = crs.coordinate_operation.method_name if crs.coordinate_operation else ""
    return "Pseudo Mercator" in method


def _frame(crs: pyproj.CRS) -> str:
    datum = crs.datum
    name = datum.name if datum is not None else ""
    return name.replace(" ensemble", "")


@lru_cache(maxsize=64)
def _steps(source: pyproj.CRS, target: pyproj.CRS, policy: CrsPolicy) -> tuple[pyproj.Transformer, ...]:
    one_frame = policy == "null" and {_frame(source), _frame(target)} <= _ONE_FRAME
    if not one_frame:
        return (pyproj.Transformer.from_crs(source, target, always_xy=True),)
    here, there = source.geodetic_crs, target.geodetic_crs
    steps = []
    if not source.is_geographic and here is not None:
        steps.append(pyproj.Transformer.from_crs(source, here.to_2d(), always_xy=True))
    if not target.is_geographic and there is not None:
        steps.append(pyproj.Transformer.from_crs(there.to_2d(), target, always_xy=True))
    return tuple(steps)


def transform(geometry: ObjectArray, source: pyproj.CRS, target: pyproj.CRS, policy: CrsPolicy = "null") -> ObjectArray:
    """Move geometries from one CRS to another under one written policy.

    Parameters
    ----------
    geometry
        Shape (n,). None and empty stay as they are.
    source, target
        Any CRS.
    policy
        ``null``: WGS 84, DGN95 and SRGI2013 are one frame, as practice has it. ``proj``: the shifts of PROJ's data base
        are applied (about 16 cm at Bontang), which parts borders that were stated in different frames.

    Returns
    -------
    geometry
        Shape (n,), new objects.

    Raises
    ------
    CrsError
        If coordinates do not exist in the target (infinite after projection).

    Examples
    --------
    >>> p = transform([shapely.Point(117.5, 0.13)], parse(4326), parse(9480))
    >>> [round(v, 1) for v in p[0].coords[0]]
    [555638.1, 14369.5]
    """
    array = np.asarray(geometry, dtype=object)
    if source == target:
        return array.copy()
    steps = _steps(source, target, policy)

    def move(xy: FloatArray) -> FloatArray:
        x, y = xy[:, 0], xy[:, 1]
        for step in steps:
            x, y = step.transform(x, y)
        return np.column_stack([x, y])

    moved: ObjectArray = shapely.transform(array, move)
    if not np.isfinite(shapely.get_coordinates(moved)).all():
        raise CrsError(f"some coordinates do not exist in {target.name}; is {source.name} really the CRS of the file?")
    return moved


def to_geographic(geometry: ObjectArray, source: pyproj.CRS, policy: CrsPolicy = "null") -> ObjectArray:
    """Move geometries to longitude, latitude in SRGI2013 (under policy ``null`` also WGS 84)."""
    return transform(geometry, source, SRGI2013, policy)


def require_in_indonesia(bounds: tuple[float, float, float, float], crs: pyproj.CRS, what: str) -> tuple[float, float]:
    """Refuse coordinates that, in their stated CRS, do not lie in Indonesia; say what they look like.

    Parameters
    ----------
    bounds
        xmin, ymin, xmax, ymax in `crs`.
    crs
        The stated CRS.
    what
        What is being read, for the message.

    Returns
    -------
    lon, lat
        The centre in degrees.

    Raises
    ------
    CrsError
        With a guess: swapped axes, degrees called metres, the other hemisphere.

    Examples
    --------
    >>> lon, lat = require_in_indonesia((555000, 14000, 556000, 15000), parse(9480), "zones.shp")
    >>> round(lon, 2), round(lat, 2)
    (117.5, 0.13)
    """
    x, y = (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2
    swapped = (bounds[1], bounds[0], bounds[3], bounds[2])
    # a hundred metres east of the false origin is Borneo too, so a place in Indonesia may still be the wrong one
    degrees = not crs.is_geographic and _inside(bounds, SRGI2013)
    wrong_way = not _in_zone(bounds, crs) and _inside(swapped, crs) and _in_zone(swapped, crs)
    if _inside(bounds, crs) and not degrees and not wrong_way:
        return _degrees(x, y, crs)
    guess = _guess(x, y, bounds, crs)
    raise CrsError(
        f"{what}: the coordinates ({bounds[0]:.6g} {bounds[1]:.6g} .. {bounds[2]:.6g} {bounds[3]:.6g}) are not "
        f"those of a place in Indonesia in the stated CRS {crs.name}; {guess}"
    )


def _degrees(x: float, y: float, crs: pyproj.CRS) -> tuple[float, float]:
    steps = _steps(crs, SRGI2013, "null")
    for step in steps:
        x, y = step.transform(x, y)
    return float(x), float(y)


def _inside(bounds: tuple[float, float, float, float], crs: pyproj.CRS) -> bool:
    west, south, east, north = INDONESIA
    corners = [(bounds[0], bounds[1]), (bounds[2], bounds[3]), (bounds[0], bounds[3]), (bounds[2], bounds[1])]
    for x, y in corners:
        lon, lat = _degrees(x, y, crs)
        if not (west <= lon <= east and south <= lat <= north):
            return False
    return True


def _in_zone(bounds: tuple[float, float, float, float], crs: pyproj.CRS) -> bool:
    area = crs.area_of_use
    if area is None:
        return True
    # plans at the edge of a zone reach into the next one; a degree is more than any plan is wide
    lons = [_degrees(x, y, crs)[0] for x, y in ((bounds[0], bounds[1]), (bounds[2], bounds[3]))]
    return all(area.west - 1.0 <= lon <= area.east + 1.0 for lon in lons)


def _guess(x: float, y: float, bounds: tuple[float, float, float, float], crs: pyproj.CRS) -> str:
    if not crs.is_geographic and _inside(bounds, SRGI2013):
        return "they look like degrees: state EPSG:4326"
    swapped = (bounds[1], bounds[0], bounds[3], bounds[2])
    if _inside(swapped, crs):
        return "longitude and latitude look swapped: exchange x and y"
    if crs.is_geographic and max(abs(x), abs(y)) > 360.0:
        return "they look like metres: state the UTM or TM-3 zone, for example EPSG:9480"
    for shift in (1e7, -1e7):  # the false northing of the south
        if crs.utm_zone and _inside((bounds[0], bounds[1] + shift, bounds[2], bounds[3] + shift), crs):
            other = crs.utm_zone[:-1] + ("S" if crs.utm_zone.endswith("N") else "N")
            return f"they look like UTM zone {other}: state that zone"
    return "state the CRS the file was really drawn in"


@dataclass(frozen=True, slots=True)
class AreaScale:
    """Ratio of geodesic to planar area over a city, as a quadratic surface fitted to PROJ's areal scale.

    Attributes
    ----------
    origin
        x, y in metres.
    span
        Metres; coordinates are divided by it.
    coefficients
        Shape (6,), of 1, x, y, x², xy, y².
    """

    origin: tuple[float, float]
    span: float
    coefficients: FloatArray

    def at(self, x: FloatArray, y: FloatArray) -> FloatArray:
        """Return geodesic area / planar area at places given in metres, shape (n,)."""
        places = np.ascontiguousarray(x, np.float64), np.ascontiguousarray(y, np.float64)
        return _quadratic(*places, *self.origin, self.span, self.coefficients)


@kernel
def _quadratic(
    x: FloatArray, y: FloatArray, origin_x: float, origin_y: float, span: float, c: FloatArray
) -> FloatArray:
    # one pass: NumPy's dozen over arrays of a million take ten times as long
    ratio = np.empty(len(x))
    for k in range(len(x)):
        u, v = (x[k] - origin_x) / span, (y[k] - origin_y) / span
        ratio[k] = c[0] + u * (c[1] + c[3] * u + c[4] * v) + v * (c[2] + c[5] * v)
    return ratio


def area_scale(crs: pyproj.CRS, bounds: tuple[float, float, float, float]) -> AreaScale:
    """Fit the geodesic correction of planar areas over the bounds of a plan.

    Over a city a transverse Mercator scale is quadratic to 1e-9, so six numbers do the work of one geodesic
    computation a parcel.

    Parameters
    ----------
    crs
        A metric CRS.
    bounds
        xmin, ymin, xmax, ymax in metres.

    Returns
    -------
    AreaScale

    Examples
    --------
    >>> scale = area_scale(parse(9480), (550000.0, 10000.0, 560000.0, 20000.0))
    >>> round(float(scale.at(np.array([555641.2]), np.array([14370.5]))[0]), 5)
    1.00072
    """
    xmin, ymin, xmax, ymax = bounds
    span = max(xmax - xmin, ymax - ymin, 1000.0)
    origin = ((xmin + xmax) / 2, (ymin + ymax) / 2)
    u, v = (grid.ravel() for grid in np.meshgrid(np.linspace(-0.5, 0.5, 5), np.linspace(-0.5, 0.5, 5)))
    projection = pyproj.Proj(crs)
    lon, lat = projection(origin[0] + u * span, origin[1] + v * span, inverse=True)
    ratio = 1.0 / np.asarray(projection.get_factors(lon, lat).areal_scale)
    terms = np.column_stack([np.ones_like(u), u, v, u * u, u * v, v * v])
    coefficients = np.asarray(np.linalg.lstsq(terms, ratio, rcond=None)[0], dtype=np.float64)
    return AreaScale(origin, span, coefficients)


def geodesic_area(geometry: ObjectArray, crs: pyproj.CRS) -> FloatArray:
    """Area on the ellipsoid, one geodesic computation a polygon (slow; the oracle of `area_scale`).

    Parameters
    ----------
    geometry
        Shape (n,), polygons in `crs`; None and empty give 0.
    crs
        Any CRS.

    Returns
    -------
    area_m2
        Shape (n,), float64.
    """
    geod = crs.get_geod()
    if geod is None:
        raise CrsError(f"{crs.name} has no ellipsoid, so no geodesic area")
    there = crs.geodetic_crs
    moved = geometry if crs.is_geographic or there is None else transform(geometry, crs, there.to_2d(), "proj")
    # pyproj has no array form of the geodesic area, hence the loop
    return np.array(
        [
            0.0 if g is None or g.is_empty else abs(geod.geometry_area_perimeter(shapely.orient_polygons(g))[0])
            for g in moved
        ]
    )
