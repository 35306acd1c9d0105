"""Which colour and label each zone of a plan has, by the official colours. Themes are made elsewhere; draws nothing."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final, Literal, TypeAlias

import numpy as np
import pandas as pd
import shapely

from rdtr import crs
from rdtr.types import FloatArray, IndexArray, ObjectArray
from rdtr.zoning.codes import base_code, canonical_code, is_blank, tidy
from rdtr.zoning.plan import Plan
from rdtr.zoning.vocabulary import Vocabulary, ZoneKind, name_key, vocabulary

__all__ = ["UNKNOWN_COLOR", "ColorOf", "Palette", "Swatch", "official_color", "palette", "zone_areas"]

ColorOf: TypeAlias = Literal["own", "zone", "kin", "2021", ""]
"""Where a colour is from: the kind's own; its zone's; the first sub-zone with a colour, where the zone has none; the
vocabulary of 2021, since no colours of the older ones are known; nowhere."""

UNKNOWN_COLOR: Final = "#BDBDBD"
"""Grey for what no vocabulary knows; no zone has it."""

_COLUMNS: Final = ("KODSZN", "KODZON", "NAMSZN", "NAMOBJ", "NAMZON")
_NEWEST: Final = "2021"


@dataclass(frozen=True, slots=True)
class Swatch:
    """What a legend says of all zones with one label.

    Attributes
    ----------
    label
        What users call it: sub-zone code, else zone code, else name; empty where the layer says nothing.
    column
        Column that holds the label: KODSZN, KODZON, or that of a name; empty without a label.
    name
        Name in the vocabulary, else in the layer, else the label.
    zone_code, zone_name
        The zone it belongs to; empty where it is not known.
    protected
        True for lindung, False for budi daya, None where it is not known.
    color
        ``#RRGGBB``.
    color_of
        Where the colour is from, see `ColorOf`.
    rank
        Its place in the guideline; what is not known comes last.
    count
        Zones of the plan that carry it.
    area_ha
        Their geodesic area.
    """

    label: str
    column: str
    name: str
    zone_code: str
    zone_name: str
    protected: bool | None
    color: str
    color_of: ColorOf
    rank: int
    count: int
    area_ha: float


@dataclass(frozen=True, eq=False, slots=True)
class Palette:
    """Colours of a plan.

    Attributes
    ----------
    swatches
        Only what occurs in the plan, in the order of the guideline.
    of_zone
        Shape (zones,), the swatch of each zone.
    """

    swatches: tuple[Swatch, ...]
    of_zone: IndexArray

    @property
    def color(self) -> ObjectArray:
        """Shape (zones,), ``#RRGGBB``: the property `color` of vector tiles."""
        return np.array([s.color for s in self.swatches], dtype=object)[self.of_zone]

    @property
    def label(self) -> ObjectArray:
        """Shape (zones,): the property `label` of vector tiles."""
        return np.array([s.label for s in self.swatches], dtype=object)[self.of_zone]


def palette(plan: Plan) -> Palette:
    """Return the colours of a plan, found once for each plan.

    Examples
    --------
    >>> from rdtr import sample_city
    >>> colors = palette(sample_city(parcels=500).plan)
    >>> {s.label: s.color for s in colors.swatches if s.zone_code == "K"}
    {'K-1': '#FF6464', 'K-2': '#FF8282', 'K-3': '#FFA5A5'}
    """
    return plan.derived("tiles.palette", _palette)


def zone_areas(plan: Plan) -> FloatArray:
    """Geodesic area of each zone, hectares, shape (zones,); measured once for each plan."""
    return plan.derived("tiles.areas", _areas)


def _areas(plan: Plan) -> FloatArray:
    geometry = plan.zones.geometry.to_numpy()
    xmin, ymin, xmax, ymax = (float(v) for v in shapely.total_bounds(geometry))
    center = shapely.centroid(geometry)
    scale = crs.area_scale(plan.crs, (xmin, ymin, xmax, ymax)).at(shapely.get_x(center), shapely.get_y(center))
    areas: FloatArray = shapely.area(geometry) * scale / 10_000.0
    return areas


def _palette(plan: Plan) -> Palette:
    zones, book = plan.zones, vocabulary(plan.identity.vocabulary)
    codes, kinds = _distinct(zones)
    drawn = [_draw(book, row) for row in kinds]  # a loop over the few distinct combinations of codes and names
    labels = list(dict.fromkeys(d.label for d in drawn))
    first = {d.label: d for d in reversed(drawn)}
    order = sorted(labels, key=lambda label: (first[label].rank, label))
    place = np.array([order.index(d.label) for d in drawn], dtype=np.int64)
    of_zone: IndexArray = place[codes]
    count = np.bincount(of_zone, minlength=len(order))
    area = np.bincount(of_zone, weights=zone_areas(plan), minlength=len(order))
    swatches = tuple(
        Swatch(
            **{f: getattr(first[label], f) for f in _Drawn.__slots__},
            count=int(count[i]),
            area_ha=float(area[i]),
        )
        for i, label in enumerate(order)
    )
    return Palette(swatches, of_zone)


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A swatch before anything is counted."""

    label: str
    column: str
    name: str
    zone_code: str
    zone_name: str
    protected: bool | None
    color: str
    color_of: ColorOf
    rank: int


def _distinct(zones: pd.DataFrame) -> tuple[IndexArray, list[Mapping[str, str]]]:
    frame = pd.DataFrame({c: zones[c].to_numpy() for c in _COLUMNS if c in zones.columns})
    codes = frame.groupby(list(frame.columns), dropna=False, sort=False).ngroup().to_numpy(np.int64)
    first = np.unique(codes, return_index=True)[1]
    rows = frame.iloc[first].to_dict("records")
    return codes, [{c: "" if is_blank(v) else tidy(v) for c, v in row.items()} for row in rows]


def _draw(book: Vocabulary, row: Mapping[str, str]) -> _Drawn:
    column = next((c for c in _COLUMNS if row.get(c)), "")
    label = row.get(column, "")
    kind = _kind(book, row)
    name = next((row[c] for c in ("NAMSZN", "NAMOBJ", "NAMZON") if row.get(c)), label)
    if kind is None:
        return _Drawn(label, column, name, "", "", None, UNKNOWN_COLOR, "", len(book.kinds) + len(book.zones))
    exact = column in ("KODSZN", "KODZON") and base_code(canonical_code(label)) == kind.code
    color, color_of = official_color(book, kind)
    return _Drawn(
        label,
        column,
        kind.name if exact and canonical_code(label) == kind.code else name,
        kind.zone_code,
        kind.zone_name,
        kind.protected,
        color,
        color_of,
        _rank(book, kind),
    )


def _rank(book: Vocabulary, kind: ZoneKind) -> int:
    """Its place in the guideline; a zone stands where its first sub-zone does, for layers that know no sub-zones."""
    exact = [i for i, k in enumerate(book.kinds) if k == kind]
    kin = [i for i, k in enumerate(book.kinds) if k.zone_name == kind.zone_name]
    return (exact or kin or [len(book.kinds)])[0]


def _kind(book: Vocabulary, row: Mapping[str, str]) -> ZoneKind | None:
    """By sub-zone code, else by name within the zone that the codes say, else that zone, else by an everyday name."""
    subzone, zone_code = row.get("KODSZN"), row.get("KODZON")
    exact = book.find(subzone) if subzone else None
    if exact:
        return exact
    zone = (book.zone_of(subzone) if subzone else None) or (book.find(zone_code) if zone_code else None)
    named = next((k for c in ("NAMSZN", "NAMOBJ", "NAMZON") if row.get(c) and (k := book.by_name(row[c]))), None)
    known = named if named and (zone is None or named.zone_name == zone.zone_name) else zone
    return known or next((k for c in ("NAMSZN", "NAMOBJ", "NAMZON") if (k := _everyday(row.get(c, "")))), None)


def _everyday(name: str) -> ZoneKind | None:
    """What published layers call by an everyday name that no guideline has: "Jalan", "Sungai"."""
    code = _kin_table().get(("*", name_key(name))) if name else None
    return vocabulary(_NEWEST).find(code) if code else None


@cache
def official_color(book: Vocabulary, kind: ZoneKind) -> tuple[str, ColorOf]:
    """Return the colour of a kind and where it is from; grey where no colour is known.

    Examples
    --------
    >>> book = vocabulary("2021")
    >>> [official_color(book, book.find(c)) for c in ("R-2", "C-3", "RTH")]
    [('#FFDC00', 'own'), ('#F05500', 'kin'), ('#37550A', 'kin')]
    >>> old = vocabulary("2011")
    >>> official_color(old, old.find("R-2")), official_color(old, old.find("I-3"))
    (('#FFDC00', '2021'), ('#690000', '2021'))
    """
    if kind.color:
        return kind.color, kind.color_of
    kin = next((k.color for k in book.kinds if k.zone_name == kind.zone_name and k.color), None)
    if kin:
        return kin, "kin"
    if book.version == _NEWEST:
        return UNKNOWN_COLOR, ""
    newest = vocabulary(_NEWEST)
    twin = _twin(book, newest, kind)
    if twin is None:
        return UNKNOWN_COLOR, ""
    color, _ = official_color(newest, twin)
    return color, "2021" if color != UNKNOWN_COLOR else ""


def _twin(book: Vocabulary, newest: Vocabulary, kind: ZoneKind) -> ZoneKind | None:
    """What a kind of an older vocabulary is in the newest: by table, by name, by code within one zone, by zone."""
    like = _kin_table()
    for code in (kind.code or kind.name, kind.zone_code):
        if (book.version, code) in like:
            return newest.find(like[book.version, code])
    named = newest.by_name(kind.name)
    if named:
        return named
    zone = newest.by_name(kind.zone_name) or newest.zone_of(kind.zone_code)
    same_code = newest.find(kind.code) if kind.code else None
    return same_code if same_code and zone and same_code.zone_name == zone.zone_name else zone


@cache
def _kin_table() -> Mapping[tuple[str, str], str]:
    text = files("rdtr.tiles").joinpath("data/kin.csv").read_text(encoding="utf-8")
    return {(r["vocabulary"], r["code"]): r["like"] for r in csv.DictReader(text.splitlines())}
