"""The map of one permit as PDF graphics: parcel, parts and their surroundings in official colours. Lays out no page."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from reportlab.lib.colors import Color, HexColor, black, white
from reportlab.platypus import Flowable

from rdtr.text import number
from rdtr.types import FloatArray
from rdtr.zoning.report import Report
from rdtr.zoning.vocabulary import vocabulary

__all__ = ["Drawn", "ParcelMap", "color_of", "drawn_of"]

_UNKNOWN: Final = "#BDBDBD"
_MARGIN: Final = 0.35  # of the parcel's side, around it: enough to know the place again
_LEAST_M: Final = 25.0
_PALE: Final = 0.38  # of the colour of what surrounds the parcel
_MOST_CONTEXT: Final = 400
_LABEL_SHARE: Final = 0.004  # of the map; smaller shapes are named in the table only


@dataclass(frozen=True, slots=True)
class Drawn:
    """One polygon of the map: shape in metres, colour, label, whether it belongs to the parcel."""

    shape: shapely.Geometry
    color: str
    label: str
    own: bool


def color_of(code: object, version: str) -> str:
    """Return the official colour of a zone code; grey where none is known.

    Examples
    --------
    >>> color_of("K-1", "2021"), color_of(None, "2021")
    ('#FF6464', '#BDBDBD')
    """
    if not isinstance(code, str):
        return _UNKNOWN
    book = vocabulary(version)
    kind = book.find(code)
    if kind is None:
        return _UNKNOWN
    return kind.color or book.zone_colors.get(kind.zone_code or kind.code, _UNKNOWN)


def drawn_of(report: Report, bounds: tuple[float, float, float, float]) -> tuple[Drawn, ...]:
    """Return what the map of a report of one permit shows within bounds in metres, surroundings first."""
    plan, version = report.case.plan, report.case.plan.identity.vocabulary
    frame = shapely.box(*bounds)
    zones = plan.zones
    near = zones.iloc[np.sort(zones.sindex.query(frame, predicate="intersects"))[:_MOST_CONTEXT]]
    around = [
        Drawn(shape, color_of(code, version), str(code or ""), False)
        for shape, code in zip(shapely.intersection(near.geometry.to_numpy(), frame), near["KODSZN"], strict=True)
    ]
    parts = report.geometries("parts")
    own = [
        Drawn(shape, color_of(code, version), str(code or ""), True)
        for shape, code in zip(parts.geometry, parts["KODSZN"], strict=True)
    ]
    return (*around, *own)


def _frame(parcel: shapely.Geometry) -> tuple[float, float, float, float]:
    west, south, east, north = parcel.bounds
    margin = max(_MARGIN * max(east - west, north - south), _LEAST_M)
    return west - margin, south - margin, east + margin, north + margin


class ParcelMap(Flowable):  # type: ignore[misc] # reportlab has no types
    """The map as a block of a page.

    Parameters
    ----------
    report
        Of one permit, whose polygon can be used.
    width, height
        Points.
    font, bold
        Names of registered fonts.
    """

    def __init__(self, report: Report, width: float, height: float, font: str, bold: str) -> None:
        super().__init__()
        self.width, self.height, self._font, self._bold = width, height, font, bold
        self._parcel = report.case.permits.geometry.iloc[0]
        west, south, east, north = _frame(self._parcel)
        self._scale = min(width / (east - west), height / (north - south))
        reach_x, reach_y = width / 2 / self._scale, height / 2 / self._scale
        x, y = (west + east) / 2, (south + north) / 2
        self._west, self._south = x - reach_x, y - reach_y
        self._drawn = drawn_of(report, (x - reach_x, y - reach_y, x + reach_x, y + reach_y))

    def draw(self) -> None:
        """Draw on the page."""
        canvas = self.canv
        canvas.saveState()
        clip = canvas.beginPath()
        clip.rect(0, 0, self.width, self.height)
        canvas.setFillColor(HexColor("#F4F4F2"))
        canvas.rect(0, 0, self.width, self.height, stroke=0, fill=1)
        canvas.clipPath(clip, stroke=0, fill=0)
        for one in self._drawn:
            self._fill(one)
        canvas.setStrokeColor(black)
        canvas.setLineWidth(1.6)
        self._path(self._parcel, fill=0)
        self._labels()
        self._scale_bar()
        self._north()
        canvas.restoreState()
        canvas.setStrokeColor(HexColor("#555555"))
        canvas.setLineWidth(0.6)
        canvas.rect(0, 0, self.width, self.height, stroke=1, fill=0)

    def _fill(self, one: Drawn) -> None:
        color = HexColor(one.color)
        self.canv.setFillColor(color if one.own else _mixed(color, _PALE))
        self.canv.setStrokeColor(HexColor("#555555") if one.own else HexColor("#9A9A9A"))
        self.canv.setLineWidth(0.5 if one.own else 0.3)
        self._path(one.shape, fill=1)

    def _path(self, shape: shapely.Geometry, *, fill: int) -> None:
        path = self.canv.beginPath()
        for ring in _rings(shape):
            xy = self._placed(ring)
            path.moveTo(*xy[0])
            for point in xy[1:]:
                path.lineTo(*point)
            path.close()
        # holes run the other way or not: the even-odd rule needs no order
        self.canv.drawPath(path, stroke=1, fill=fill, fillMode=0)

    def _placed(self, ring: FloatArray) -> FloatArray:
        placed: FloatArray = (ring - (self._west, self._south)) * self._scale
        return np.round(placed, 2)

    def _labels(self) -> None:
        whole = self.width * self.height
        taken: list[tuple[float, float]] = []
        for one in sorted(self._drawn, key=lambda d: not d.own):
            size = 7.5 if one.own else 6.0
            if not one.label or one.shape.is_empty or one.shape.area * self._scale**2 < _LABEL_SHARE * whole:
                continue
            free = one.shape if one.own else shapely.difference(one.shape, self._parcel)  # its own codes stand in it
            if free.is_empty:
                continue
            x, y = self._placed(np.array([shapely.point_on_surface(free).coords[0]]))[0]
            if any(abs(x - a) < 22 and abs(y - b) < 9 for a, b in taken):
                continue
            taken.append((float(x), float(y)))
            self._label(float(x), float(y) - size / 3, one.label, self._bold if one.own else self._font, size)

    def _label(self, x: float, y: float, text: str, font: str, size: float) -> None:
        """Write with a white edge, so that it can be read on any colour."""
        canvas = self.canv
        canvas.setFont(font, size)
        for render, color in ((1, white), (0, black)):
            canvas.setStrokeColor(white)
            canvas.setLineWidth(1.8)
            canvas.setFillColor(color)
            canvas.drawCentredString(x, y, text[:16], mode=render)

    def _scale_bar(self) -> None:
        length_m = _nice(self.width * 0.3 / self._scale)
        width, canvas = length_m * self._scale, self.canv
        canvas.setFillColor(Color(1, 1, 1, 0.85))
        canvas.rect(6, 6, width + 14, 20, stroke=0, fill=1)
        canvas.setFillColor(black)
        canvas.rect(13, 11, width / 2, 2.4, stroke=0, fill=1)
        canvas.setStrokeColor(black)
        canvas.setLineWidth(0.5)
        canvas.rect(13, 11, width, 2.4, stroke=1, fill=0)
        canvas.setFont(self._font, 6.5)
        canvas.drawCentredString(13 + width / 2, 16.5, f"{number(length_m, 0)} m")

    def _north(self) -> None:
        canvas, x, y = self.canv, self.width - 16, self.height - 30
        canvas.setFillColor(Color(1, 1, 1, 0.85))
        canvas.circle(x, y + 9, 13, stroke=0, fill=1)
        path = canvas.beginPath()
        path.moveTo(x, y + 15)
        path.lineTo(x - 4, y)
        path.lineTo(x, y + 3)
        path.lineTo(x + 4, y)
        path.close()
        canvas.setFillColor(black)
        canvas.drawPath(path, stroke=0, fill=1)
        canvas.setFont(self._bold, 6.5)
        canvas.drawCentredString(x, y + 16, "U")


def _rings(shape: Any) -> Iterator[FloatArray]:
    for polygon in shapely.get_parts(shape):
        if polygon.geom_type == "Polygon" and not polygon.is_empty:
            yield from (np.asarray(ring.coords) for ring in (polygon.exterior, *polygon.interiors))


def _mixed(color: Color, share: float) -> Color:
    return Color(*(1 - share * (1 - part) for part in (color.red, color.green, color.blue)))


def _nice(length: float) -> float:
    """The largest of 1, 2, 5 times a power of ten that is not longer."""
    power = 10.0 ** math.floor(math.log10(max(length, 1e-3)))
    return next(step * power for step in (5.0, 2.0, 1.0) if step * power <= length)
