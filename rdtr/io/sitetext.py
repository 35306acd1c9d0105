"""Corners of a site in running text: rows of coordinates, in degrees or metres. Chooses no CRS and draws no polygon."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, Literal, TypeAlias

from rdtr.crs import INDONESIA
from rdtr.errors import GeometryError
from rdtr.io.sitenumbers import Angle, Axis, Number, angles, numbers

__all__ = ["Corners", "Order", "Way", "corners", "stated_areas_m2"]

Way: TypeAlias = Literal["angles", "degrees", "metres"]
Order: TypeAlias = Literal["xy", "yx", ""]
Pair: TypeAlias = tuple[float, float]

_WEST, _SOUTH, _EAST, _NORTH = INDONESIA
_DEGREE_DECIMALS: Final = 3  # fewer is a hundred metres, and may be the number of a row
_EASTING: Final = (30_000.0, 970_000.0)  # UTM, TM-3 and a good bit beyond their zones
_NORTHING: Final = 10_000_000.0
_RESTART: Final = re.compile(r"^\W*(?:titik|no\.?|p|t|bpn|patok)?\W*0*1\b", re.IGNORECASE)
_HEADS_X: Final = re.compile(r"\b(?:x|e|bujur|longitude|long?|lng|easting|east|timur|absis)\b", re.IGNORECASE)
_HEADS_Y: Final = re.compile(r"\b(?:y|n|lintang|latitude|lat|northing|north|utara|ordinat)\b", re.IGNORECASE)
_COLUMNS: Final = re.compile(r"\b(?:derajat|deg(?:rees?)?)\b.*\b(?:menit|min(?:utes?)?)\b", re.IGNORECASE)
_AREA: Final = re.compile(
    r"\b(?:luas|area)\b[^\d\n]{0,40}(\d[\d.,]{0,20}) ?(m2|m²|m\^2|meter persegi|ha\b|hektar)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Corners:
    """Rows of coordinates that belong together.

    Attributes
    ----------
    way
        How they are written.
    rings
        Corners by polygon, in their order; (lon, lat) for angles and degrees, else as written, x first where the order
        is told.
    order
        Of numbers in metres: ``xy``, ``yx`` (already exchanged here), or empty where nothing tells it.
    lettered
        Whether every latitude says that it is north or south.
    headed
        Whether a heading told the order.
    left
        Corners behind the last polygon that are too few for another.
    """

    way: Way
    rings: tuple[tuple[Pair, ...], ...]
    order: Order = ""
    lettered: bool = False
    headed: bool = False
    left: int = 0


@dataclass(slots=True)
class _Row:
    """What one line holds; readings in each way that fits."""

    fits: dict[Way, list[Pair]] = field(default_factory=dict)
    lettered: bool = True
    restart: bool = False


def corners(lines: Iterable[str], *, max_points: int) -> Corners:
    """Find the rows of coordinates of a text.

    Parameters
    ----------
    lines
        The text.
    max_points
        Most corners that are taken.

    Raises
    ------
    GeometryError
        If there are fewer than three corners, or too many.

    Examples
    --------
    >>> found = corners(["No; Bujur; Lintang", "1; 117,5001; 0,1301", "2; 117,5009; 0,1301", "3; 117,5009; 0,1309"],
    ...                 max_points=100)
    >>> found.way, found.rings[0][0]
    ('degrees', (117.5001, 0.1301))
    """
    order, split, rows, count = "", False, [], 0
    for line in lines:
        order = order or _headed(line)
        split = split or bool(_COLUMNS.search(line))
        row = _row(line, split)
        if row.fits:
            rows.append(row)
            count += max(len(pairs) for pairs in row.fits.values())
        if count > max_points:
            raise GeometryError(f"the text has more than {max_points:,} corners, the most that are taken")
    way = _commonest(rows)
    chosen = [row for row in rows if way in row.fits] if way else []
    found = sum(len(row.fits[way]) for row in chosen) if way else 0
    if way is None or found < 3:
        raise GeometryError(
            f"{found or 'no'} coordinates are found in the text; wanted three corners or more, a corner a line, as degrees "
            "(117,5001 0,1301), degrees minutes seconds (117°30'1\" BT 0°7'48\" LU) or metres (555638,1 14369,5)"
        )
    cut = tuple(_rings(chosen, way))
    rings, told = _ordered(tuple(ring for ring in cut if len(ring) >= 3), way, order)
    lettered = way == "angles" and all(row.lettered for row in chosen)
    return Corners(way, rings, told, lettered, bool(order), sum(len(ring) for ring in cut if len(ring) < 3))


def stated_areas_m2(lines: Iterable[str]) -> list[float]:
    """Return the areas that a text states, square metres.

    Examples
    --------
    >>> stated_areas_m2(["Luas tanah: 1.234,5 m2", "luas ± 2 ha"])
    [1234.5, 20000.0]
    """
    found = []
    for line in lines:
        for text, unit in _AREA.findall(line[:2000]):
            for number in numbers(text.rstrip(".,"))[:1]:
                hectares = unit.casefold().startswith("h")
                value = number.readings[0] if hectares or len(number.readings) == 1 else number.readings[1]
                found.append(value * (10_000.0 if hectares else 1.0))
    return found


def _headed(line: str) -> Order:
    x, y = _HEADS_X.search(line), _HEADS_Y.search(line)
    if x is None or y is None or any(n.digits > 3 for n in numbers(line)):
        return ""
    return "xy" if x.start() < y.start() else "yx"


def _row(line: str, split: bool) -> _Row:
    row = _Row(restart=bool(_RESTART.match(line)))
    written, rest = angles(line)
    pairs, row.lettered = _angle_pairs(written)
    if pairs:
        row.fits["angles"] = pairs
    found = numbers(rest)
    if split and not pairs and (columns := _columns(found)):
        row.fits["angles"], row.lettered = [columns], columns[1] < 0.0
    if degrees := _degree_pairs(found):
        row.fits["degrees"] = degrees
    if metres := _metre_pairs(found):
        row.fits["metres"] = metres
    return row


def _angle_pairs(written: Sequence[Angle]) -> tuple[list[Pair], bool]:
    pairs, lettered = [], True
    for first, second in zip(written[::2], written[1::2], strict=False):
        axes = _axis(first), _axis(second)
        if axes == ("lon", "lat"):
            lon, lat = first, second
        elif axes == ("lat", "lon"):
            lon, lat = second, first
        else:
            continue
        pairs.append((lon.value, lat.value))
        lettered &= lat.signed
    return pairs, lettered


def _axis(angle: Angle) -> Axis:
    if angle.axis:
        return angle.axis
    return "lon" if _WEST <= angle.value <= _EAST else "lat" if _SOUTH <= angle.value <= -_SOUTH else ""


def _columns(found: Sequence[Number]) -> Pair | None:
    """Degrees, minutes and seconds in columns of their own: the last six numbers of a row."""
    if len(found) < 6:
        return None
    six = [n.readings[0] for n in found[-6:]]
    if not all(0.0 <= six[k] < 60.0 for k in (1, 2, 4, 5)):
        return None
    values = [(abs(d) + m / 60.0 + s / 3600.0) * (-1.0 if d < 0 else 1.0) for d, m, s in (six[:3], six[3:])]
    return _as_lonlat(values[0], values[1])


def _as_lonlat(a: float, b: float) -> Pair | None:
    for lon, lat in ((a, b), (b, a)):
        if _WEST <= lon <= _EAST and _SOUTH <= lat <= -_SOUTH:
            return lon, lat
    return None


def _degree_pairs(found: Sequence[Number]) -> list[Pair]:
    fine = [n for n in found if n.decimals >= _DEGREE_DECIMALS]
    pairs = []
    for first, second in zip(fine[::2], fine[1::2], strict=False):
        pair = _as_lonlat(first.readings[0], second.readings[0])
        if pair is None:
            return []
        pairs.append(pair)
    return pairs


def _metre_pairs(found: Sequence[Number]) -> list[Pair]:
    long = [n for n in found if n.readings[-1] >= _EASTING[0] or n.digits >= 6]
    if len(long) > 2 and len(long) % 2 == 0 and len(long) == len(found):
        pairs = [_metres(a, b) for a, b in zip(long[::2], long[1::2], strict=True)]
        return [p for p in pairs if p is not None] if None not in pairs else []
    # beside the coordinates stand numbers of rows and lengths of sides: take the neighbours with most digits
    best = max(pairwise(found), key=lambda pair: min(pair[0].digits, pair[1].digits), default=None)
    pair = _metres(*best) if best is not None else None
    return [pair] if pair is not None else []


def _metres(a: Number, b: Number) -> Pair | None:
    for x in a.readings:
        for y in b.readings:
            if _is_metres(x, y) or _is_metres(y, x):
                return x, y
    return None


def _is_metres(x: float, y: float) -> bool:
    return _EASTING[0] <= x <= _EASTING[1] and 100.0 <= y <= _NORTHING


def _commonest(rows: Sequence[_Row]) -> Way | None:
    counts = Counter(way for row in rows for way in row.fits for _ in row.fits[way])
    ways: tuple[Way, ...] = ("angles", "degrees", "metres")  # of equals the one that can be misread least
    best = max(ways, key=lambda way: (counts[way], -ways.index(way)))
    return best if counts[best] else None


def _rings(rows: Sequence[_Row], way: Way) -> Iterator[tuple[Pair, ...]]:
    """Cut the corners into polygons: where one closes, and where the numbering begins again."""
    ring: list[Pair] = []
    for row in rows:
        if row.restart and len(ring) >= 3 and len(row.fits[way]) == 1:
            yield tuple(ring)
            ring = []
        for pair in row.fits[way]:
            ring.append(pair)
            if len(ring) > 3 and pair == ring[0]:
                yield tuple(ring[:-1])
                ring = []
    if ring:
        yield tuple(ring)


def _ordered(rings: tuple[tuple[Pair, ...], ...], way: Way, headed: str) -> tuple[tuple[tuple[Pair, ...], ...], Order]:
    if way != "metres":
        return rings, "xy"
    all_pairs = [pair for ring in rings for pair in ring]
    as_xy, as_yx = (all(_is_metres(*p) for p in all_pairs), all(_is_metres(p[1], p[0]) for p in all_pairs))
    if as_yx and (not as_xy or headed == "yx"):
        return tuple(tuple((x, y) for y, x in ring) for ring in rings), "yx"
    return rings, "xy" if as_xy and (not as_yx or headed == "xy") else ""
