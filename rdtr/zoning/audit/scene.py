"""What the checks of an audit look at: the plan's tables and shapes, its topology, the limits. Judges nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Final, TypeAlias

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from rdtr.crs import AreaScale, area_scale, parse, transform
from rdtr.errors import PlanError
from rdtr.types import IndexArray, Lang, ObjectArray
from rdtr.zoning.audit.catalogue import known_villages
from rdtr.zoning.codes import is_blank, tidy
from rdtr.zoning.edges import Rings, rings_of
from rdtr.zoning.plan import Plan, RasterLayer
from rdtr.zoning.topology import Topology, topology_of
from rdtr.zoning.units import Units, units_of
from rdtr.zoning.vocabulary import Vocabulary, vocabulary

__all__ = ["Outlines", "Scene"]

Outlines: TypeAlias = gpd.GeoDataFrame | gpd.GeoSeries | shapely.Geometry | None
"""The planning area: a layer with a CRS, or shapes in the plan's CRS."""

_MISSING: Final[Mapping[str, Mapping[Lang, str]]] = {
    "outline": {"id": "tidak ada batas wilayah perencanaan (lapisan wp atau outlines=)",
                "en": "there is no outline of the planning area (layer wp, or outlines=)"},
    "wards": {"id": "tidak ada lapisan swp dengan kolom KODSWP", "en": "there is no layer swp with a column KODSWP"},
    "villages": {"id": "tidak ada daftar resmi kelurahan/desa untuk daerah ini (villages=)",
                 "en": "there is no official list of villages of this region (villages=)"},
    "rules": {"id": "rencana tidak mempunyai tabel aturan", "en": "the plan has no rule tables"},
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Scene:
    """What is looked at.

    Attributes
    ----------
    plan
        The plan.
    zones
        Its zones, a copy.
    limits
        Limits by name.
    outlines
        As the caller gave it.
    villages
        Official names as the caller gave them; None takes the packaged list.
    on
        Day of the audit; None judges no term.
    workers
        Threads.
    """

    plan: Plan
    zones: gpd.GeoDataFrame
    limits: Mapping[str, float]
    outlines: Outlines = None
    villages: Iterable[str] | None = None
    on: date | None = None
    workers: int | None = None

    @cached_property
    def geometry(self) -> ObjectArray:
        """Zone polygons, shape (n,)."""
        shapes: ObjectArray = self.zones.geometry.to_numpy()
        return shapes

    @cached_property
    def rings(self) -> Rings:
        """Zone polygons laid out flat."""
        return rings_of(self.geometry, "zone")

    @cached_property
    def units(self) -> Units:
        """Zones grouped by what judges them; the plan's index has them too, but with a grid that no audit needs."""
        return units_of(self.zones, self.plan.rules, self.vocabulary)

    @cached_property
    def area_scale(self) -> AreaScale:
        """Geodesic over planar area."""
        xmin, ymin, xmax, ymax = (float(v) for v in self.zones.total_bounds)
        return area_scale(parse(self.plan.crs), (xmin, ymin, xmax, ymax))

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The plan's vocabulary."""
        return vocabulary(self.plan.identity.vocabulary)

    @cached_property
    def outline(self) -> ObjectArray | None:
        """Polygons of the planning area in the plan's CRS; by default those of the layer ``wp``."""
        given = self.layer("wp") if self.outlines is None else self.outlines
        if given is None:
            return None
        shapes = self._moved(given) if isinstance(given, gpd.GeoDataFrame | gpd.GeoSeries) else np.atleast_1d(given)
        kinds = shapely.get_type_id(shapes)
        if not (len(shapes) and np.isin(kinds, (3, 6)).all() and shapely.is_valid(shapes).all()):
            raise PlanError("audit outlines: wanted valid polygons of the planning area; repair them or leave them out")
        return np.asarray(shapes, dtype=object)

    def _moved(self, layer: gpd.GeoDataFrame | gpd.GeoSeries) -> ObjectArray:
        if layer.crs is None:
            raise PlanError("audit outlines: no CRS is stated; set one, for example crs='EPSG:9480'")
        shapes: ObjectArray = layer.geometry.to_numpy()
        return transform(shapes, layer.crs, self.plan.crs, self.plan.identity.crs_policy)

    @cached_property
    def wards(self) -> tuple[ObjectArray, ObjectArray] | None:
        """Codes and polygons of the layer ``swp``; None without one that has the column KODSWP."""
        layer = self.layer("swp")
        if layer is None or "KODSWP" not in layer.columns:
            return None
        shapes = self._moved(layer)
        fit = np.isin(shapely.get_type_id(shapes), (3, 6)) & shapely.is_valid(shapes)
        codes = np.array([tidy(c) for c in layer["KODSWP"]], dtype=object)
        return (codes[fit], shapes[fit]) if fit.any() else None

    def layer(self, name: str) -> gpd.GeoDataFrame | None:
        """A vector layer of the plan; None where there is none of this name."""
        layer = self.plan.layers.get(name)
        return None if layer is None or isinstance(layer, RasterLayer) else layer

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Official names of villages by every known spelling."""
        if self.villages is not None:
            return {tidy(v): tidy(v) for v in self.villages}
        return known_villages(self.plan.identity.region_code)

    @cached_property
    def topology(self) -> Topology:
        """Overlaps, gaps and borders, computed at the first use."""
        return topology_of(
            self.geometry,
            outline=self.outline,
            rings=self.rings,
            touch_m=self.limits["touch_m"],
            near_m=self.limits["near_m"],
            workers=self.workers,
        )

    def lacks(self, need: str) -> Mapping[Lang, str] | None:
        """Say what a check is missing, None if it is there: a column, ``outline``, ``wards``, ``villages``, ``rules``."""
        there = {
            "outline": lambda: self.outline is not None,
            "wards": lambda: self.wards is not None,
            "villages": lambda: bool(self.names),
            "rules": lambda: len(self.plan.rules.matrix) + len(self.plan.rules.intensity) > 0,
        }
        if need in there:
            return None if there[need]() else _MISSING[need]
        if need in self.zones.columns and not self.blank(need).all():
            return None
        return {"id": f"kolom {need} tidak ada atau kosong", "en": f"column {need} is missing or blank"}

    def texts(self, column: str) -> ObjectArray:
        """A column as tidy texts, shape (n,); blanks and a missing column give empty texts."""
        if column not in self.zones.columns:
            return np.full(len(self.zones), "", dtype=object)
        codes, unique = pd.factorize(self.zones[column], use_na_sentinel=False)
        return np.array(["" if is_blank(v) else tidy(v) for v in unique], dtype=object)[codes]

    def blank(self, column: str) -> Any:
        """Tell which cells of a column say nothing, shape (n,); "Tidak Ada" says something in a column of flags."""
        codes, unique = pd.factorize(self.zones[column], use_na_sentinel=False)
        return np.array([not tidy(v) for v in unique], dtype=np.bool_)[codes]

    @cached_property
    def _labels(self) -> ObjectArray:
        label = np.full(len(self.zones), "", dtype=object)
        for column in ("KODSZN", "KODZON", "NAMOBJ"):
            label = np.where(label == "", self.texts(column), label)
        return label

    def called(self, zone: int) -> dict[Lang, str]:
        """What users call a zone: its code and its row, counted from 1."""
        label = str(self._labels[zone])
        return {"id": f"{label or 'zona'} (baris {zone + 1})", "en": f"{label or 'zone'} (row {zone + 1})"}

    def called_all(self, zones: Iterable[int], most: int = 4) -> dict[Lang, str]:
        """Name several zones, the first few of them."""
        rows = list(zones)
        names = [self.called(z) for z in rows[:most]]
        more = len(rows) - most
        said: dict[Lang, str] = {lang: ", ".join(n[lang] for n in names) for lang in ("id", "en")}
        if more > 0:
            said = {"id": f"{said['id']} dan {more} zona lain", "en": f"{said['en']} and {more} more zones"}
        return said if rows else {"id": "tidak ada zona", "en": "no zone"}

    def spots(self, zones: IndexArray) -> shapely.Geometry:
        """A place inside each of many zones, in one geometry; zones by the thousand would be the whole plan."""
        return shapely.multipoints(self._inside[zones])

    @cached_property
    def _inside(self) -> ObjectArray:
        # a place in a road body of 700,000 vertices is found in one scan, so this is the work of one pass over the plan
        return np.asarray(shapely.point_on_surface(self.geometry), dtype=object)
