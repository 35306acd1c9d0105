"""Land that overlay layers and buffers speak of, found once a plan. Measures no permit and decides nothing."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from rdtr import crs
from rdtr.errors import RulesError
from rdtr.types import BoolArray, ObjectArray
from rdtr.zoning.codes import tidy
from rdtr.zoning.exposure import elevation
from rdtr.zoning.overlap import measure
from rdtr.zoning.plan import Plan, RasterLayer

__all__ = ["SLOPE", "Region", "classes_of", "keeps", "regions"]

_SEGMENTS: Final = 32
"""Of a quarter circle of a buffer: its polygon stays within 0.03 % of the distance, 3 cm at 100 m."""

SLOPE: Final = "slope"
"""Name by which the rules speak of slopes in percent, where the plan has only elevations."""

_NUMBER: Final = r"-?\d+(?:\.\d+)?"
_RANGE: Final = re.compile(
    rf"(?P<low>{_NUMBER})\.\.(?P<high>{_NUMBER})|(?P<sign>>=|<=|>|<)\s*(?P<bound>{_NUMBER})|(?P<alone>{_NUMBER})"
)
_CLAUSE: Final = re.compile(r"\s*([^\W\d]\w*)\s*(==|=|!=|>=|<=|>|<)\s*('[^']*'|\"[^\"]*\"|[^'\"\s]+)\s*", re.UNICODE)


@dataclass(frozen=True, eq=False)
class Region:
    """What one row of ``overlays`` (with a layer) or of ``buffers`` covers.

    Attributes
    ----------
    table, row
        ``overlays`` or ``buffers``, and the row there.
    layer
        Name of the layer.
    value
        What was asked of it: the pattern, or the distance in words.
    among
        Which features of the layer a buffer lies around, as the rule says it; "" for all.
    effect
        prohibit, condition, note or height; of a buffer ``buffer``.
    distance_m
        Of a buffer; NaN else.
    land
        Polygons in the plan's CRS; they may overlap no one, since they are dissolved.
    marks
        Lines and points of a layer: they have no area of their own.
    classes
        Values of a raster that are meant, instead of shapes: from low up to, not including, high.
    missing
        True where the plan has no such layer.
    near
        Shape (units + 1,), True for units that a permit must touch to be hit.
    """

    table: str
    row: int
    layer: str
    value: str
    effect: str
    distance_m: float
    land: ObjectArray
    marks: ObjectArray
    classes: tuple[tuple[float, float], ...]
    missing: bool
    near: BoolArray
    among: str = ""

    @property
    def said(self) -> str:
        """The layer, and which of its features."""
        return f"{self.layer} ({self.among})" if self.among else self.layer


def regions(plan: Plan) -> tuple[Region, ...]:
    """Return the regions of a plan, found at the first use."""
    return plan.derived("regions", lambda p: tuple(_build(p)))


def _build(plan: Plan) -> Iterator[Region]:
    overlays, buffers = plan.rules.overlays, plan.rules.buffers
    for row, rule in enumerate(overlays.itertuples(index=False)):
        if rule.layer:
            yield _overlay(plan, row, rule)
    for row, rule in enumerate(buffers.itertuples(index=False)):
        yield _buffer(plan, row, rule)


def _overlay(plan: Plan, row: int, rule: Any) -> Region:
    pattern, layer = tidy(rule.pattern) or "*", plan.layers.get(rule.layer)
    value = pattern if pattern != "*" else "ada"
    place = ("overlays", row, rule.layer, value, rule.effect, float("nan"))
    none = np.empty(0, dtype=object)
    if isinstance(layer, gpd.GeoDataFrame):
        shapes = _shapes(plan, layer[_matching(layer, rule.field, pattern, rule.layer)])
        dimension = shapely.get_dimensions(shapes)
        land, marks = _dissolved(shapes[dimension == 2]), shapes[(dimension == 0) | (dimension == 1)]
        return Region(*place, land, marks, (), False, _near(plan, np.concatenate([land, marks])))
    everywhere = np.ones(len(plan.index.units) + 1, np.bool_)
    if isinstance(layer, RasterLayer) or (rule.layer == SLOPE and elevation(plan)):
        return Region(*place, none, none, classes_of(layer, pattern, f"overlays row {row + 1}"), False, everywhere)
    return Region(*place, none, none, (), True, everywhere)


def _buffer(plan: Plan, row: int, rule: Any) -> Region:
    layer, none = plan.layers.get(rule.layer), np.empty(0, dtype=object)
    distance, among = float(rule.distance_m), tidy(rule.where)
    value = f"{distance:g} m"
    if not isinstance(layer, gpd.GeoDataFrame):
        everywhere = np.ones(len(plan.index.units) + 1, np.bool_)
        return Region("buffers", row, rule.layer, value, "buffer", distance, none, none, (), True, everywhere, among)
    shapes = _shapes(plan, layer[keeps(layer, rule.where, f"buffers row {row + 1}")])
    land = _dissolved(shapely.buffer(shapes, distance, quad_segs=_SEGMENTS))
    near = _near(plan, land)
    return Region("buffers", row, rule.layer, value, "buffer", distance, land, none, (), False, near, among)


def _shapes(plan: Plan, layer: gpd.GeoDataFrame) -> ObjectArray:
    shapes = layer.geometry.to_numpy()
    shapes = shapely.make_valid(shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))])
    moved = crs.transform(shapes, crs.parse(layer.crs), plan.crs, plan.identity.crs_policy)
    return shapely.get_parts(moved)


def _dissolved(shapes: ObjectArray) -> ObjectArray:
    """Join polygons, so that land under two of them is counted once."""
    return shapely.get_parts(shapely.union_all(shapes)) if len(shapes) else np.empty(0, dtype=object)


def _near(plan: Plan, shapes: ObjectArray) -> BoolArray:
    """Mark units that meet the shapes, and the outside: only a permit with a part there can be hit."""
    units = plan.index.units
    near = np.zeros(len(units) + 1, np.bool_)
    near[-1] = True
    land = shapely.get_dimensions(shapes) == 2
    near[measure(shapes[land], plan.index.grid, what="overlay").right] = True
    if not land.all():
        zones = shapely.STRtree(shapes[~land]).query(plan.zones.geometry.to_numpy(), predicate="intersects")[0]
        near[units.of_zone[zones]] = True
    return near


def _matching(layer: pd.DataFrame, field: str, pattern: str, name: str) -> BoolArray:
    """Find features whose field (without one, any text) fits the pattern."""
    if field and field not in layer.columns:
        raise RulesError(f"overlays: layer {name} has no column {field!r}; it has {', '.join(layer.columns[:8])}")
    columns = [field] if field else [c for c in layer.columns if c != layer.geometry.name]
    found = np.full(len(layer), pattern == "*" and not field, np.bool_)
    for column in columns:
        texts = [tidy(v).casefold() for v in layer[column]]
        found |= np.array([bool(t) and fnmatchcase(t, pattern.casefold()) for t in texts], np.bool_)
    return found


def classes_of(layer: Any, pattern: str, what: str) -> tuple[tuple[float, float], ...]:
    """Read the pattern of a raster: values, ranges and labels of its legend, any of them with ``|`` between.

    Parameters
    ----------
    layer
        The `RasterLayer`; None for what is made from another raster and has no legend.
    pattern
        ``3``, ``2|3``, ``25..40`` (up to, not including), ``>=40``, ``<8``, or labels such as ``*tinggi*``.
    what
        Table and row, for messages.

    Raises
    ------
    RulesError
        If it cannot be read.

    Examples
    --------
    >>> classes_of(None, "25..40|>=40", "overlays row 1")
    ((25.0, 40.0), (40.0, inf))
    """
    found: list[tuple[float, float]] = []
    for word in pattern.split("|"):
        if match := _RANGE.fullmatch(word.strip()):
            low, high, sign, bound, alone = (match[k] for k in ("low", "high", "sign", "bound", "alone"))
            found.append(
                (float(low), float(high)) if low else _half(sign, float(bound)) if sign else (float(alone),) * 2
            )
        else:
            found.extend(_labelled(layer, word.strip().casefold()))
    if not found:
        raise RulesError(f"{what}: pattern {pattern!r} means no value; write for example 3, 25..40, >=40 or a label")
    return tuple(found)


def _half(sign: str, bound: float) -> tuple[float, float]:
    above = math.nextafter(bound, math.inf)
    return {">=": (bound, math.inf), ">": (above, math.inf), "<": (-math.inf, bound), "<=": (-math.inf, above)}[sign]


def _labelled(layer: Any, word: str) -> list[tuple[float, float]]:
    if word == "*":
        return [(-math.inf, math.inf)]
    legend = layer.about.classes if isinstance(layer, RasterLayer) else ()
    fits = (c for c in legend if any(fnmatchcase(t.casefold(), word) for t in (c.label_id, c.label_en)))
    return [(c.low, c.high) for c in fits]


def keeps(layer: pd.DataFrame, where: str, what: str) -> BoolArray:
    """Tell which features a ``where`` keeps: comparisons of a column with a value, joined by ``and``; blank keeps all.

    Parameters
    ----------
    layer
        Features.
    where
        For example ``road_class == 'arteri' and width_m >= 8``. Texts are compared without regard to case; a number
        that stands in the layer as a text is read. A missing value fits nothing.
    what
        Table and row, for messages.

    Returns
    -------
    fits
        Shape (features,).

    Raises
    ------
    RulesError
        If it cannot be read or names a column that is not there.

    Examples
    --------
    >>> roads = pd.DataFrame({"kelas": ["arteri", "lokal"], "lebar": [20.0, 6.0]})
    >>> keeps(roads, "kelas = Arteri", "buffers row 1").tolist(), keeps(roads, "lebar < 8", "").tolist()
    ([True, False], [False, True])
    """
    fits = np.ones(len(layer), np.bool_)
    for clause in re.split(r"\band\b", tidy(where), flags=re.IGNORECASE) if tidy(where) else []:
        match = _CLAUSE.fullmatch(clause)
        if match is None:
            raise RulesError(f"{what}: where {where!r} is not understood; write for example kelas == 'arteri'")
        column, sign, value = match[1], match[2], match[3].strip("'\"")
        if column not in layer.columns:
            raise RulesError(f"{what}: the layer has no column {column!r}; it has {', '.join(layer.columns[:8])}")
        fits &= _compared(layer[column], "==" if sign == "=" else sign, value)
    return fits


def _compared(values: Any, sign: str, wanted: str) -> BoolArray:
    texts = np.array([tidy(v).casefold() for v in values], dtype=object)
    stated = texts != ""
    numbers = pd.to_numeric(pd.Series(texts), errors="coerce").to_numpy(np.float64)
    number = pd.to_numeric(wanted, errors="coerce")
    same = (texts == wanted.casefold()) | (numbers == number)
    order = {"<": numbers < number, ">": numbers > number, "<=": numbers <= number, ">=": numbers >= number}
    found = same if sign == "==" else ~same if sign == "!=" else order[sign]
    return np.asarray(stated & found, np.bool_)
