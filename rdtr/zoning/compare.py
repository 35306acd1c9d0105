"""Two versions of a plan side by side: zones by geometry, rules row by row, permits judged by both. Draws nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from rdtr import crs
from rdtr.errors import PlanError
from rdtr.progress import silent
from rdtr.types import FloatArray, IndexArray, Lang, ObjectArray, PathLike, Progress
from rdtr.zoning.check import check
from rdtr.zoning.match import zone_changes, zone_labels
from rdtr.zoning.overlap import overlap_areas
from rdtr.zoning.pictures import draw
from rdtr.zoning.plan import Plan
from rdtr.zoning.report import Report
from rdtr.zoning.rulediff import rule_changes
from rdtr.zoning.studies import receipt_of, write

__all__ = ["MIN_CHANGE_M2", "OUTSIDE", "Comparison", "compare"]

MIN_CHANGE_M2: Final = 1.0
"""Differences of area below this are redrawing, not planning."""

OUTSIDE: Final = "(luar rencana)"
"""In tables: land that the other version does not cover."""


def compare(
    old: Plan,
    new: Plan,
    *,
    permits: Any = None,
    on: date | None = None,
    min_change_m2: float = MIN_CHANGE_M2,
    progress: Progress = silent,
) -> Comparison:
    """Compare two versions of a plan.

    Parameters
    ----------
    old, new
        The versions; `new` is brought to the CRS of `old` where they differ.
    permits
        Permits to be judged by both, see `rdtr.check`.
    on
        The day of judgement. Both versions are judged as if in force: the older one has usually ended.
    min_change_m2
        Differences of area below this are not reported.
    progress
        Called with (done, total) while permits are judged.

    Returns
    -------
    Comparison

    Raises
    ------
    PlanError
        If `min_change_m2` is no area.

    Examples
    --------
    >>> box = shapely.box
    >>> old, new = (Plan.build(gpd.GeoDataFrame({"KODSZN": codes}, crs=9480, geometry=[box(0, 0, 100, 100),
    ...     box(100, 0, 200, 100)])) for codes in (["R-2", "RTH-2"], ["R-2", "K-1"]))
    >>> compare(old, new).changes[["change", "old_code", "new_code"]].to_numpy().tolist()
    [['recoded', 'RTH-2', 'K-1']]
    """
    if not (np.isfinite(min_change_m2) and min_change_m2 >= 0.0):
        raise PlanError(f"min_change_m2 is {min_change_m2}; it is an area in square metres, 0 or more")
    moved = crs.transform(new.zones.geometry.to_numpy(), new.crs, old.crs, old.identity.crs_policy)
    pairs = overlap_areas(old.zones.geometry.to_numpy(), moved)
    reports = None if permits is None else tuple(_judged(plan, permits, on, progress) for plan in (old, new))
    return Comparison(old, new, moved, pairs, min_change_m2, reports)  # type: ignore[arg-type] # two of them


def _judged(plan: Plan, permits: Any, on: date | None, progress: Progress) -> Report:
    timeless = replace(plan, identity=replace(plan.identity, valid_from=None, valid_until=None))
    return check(timeless, permits, on=on, progress=progress)


class Comparison:
    """What differs between two versions of a plan; tables are made at their first use and handed out as copies.

    Attributes
    ----------
    old, new
        The versions.
    min_change_m2
        Differences of area below this are not reported.
    reports
        The permits judged by both; None where none were given.
    """

    def __init__(
        self,
        old: Plan,
        new: Plan,
        moved: ObjectArray,
        pairs: tuple[IndexArray, IndexArray, FloatArray],
        min_change_m2: float,
        reports: tuple[Report, Report] | None,
    ) -> None:
        self.old = old
        self.new = new
        self.min_change_m2 = min_change_m2
        self.reports = reports
        self._moved = moved
        self._pairs = pairs

    @property
    def plan(self) -> Plan:
        """The older version, in whose CRS every shape is."""
        return self.old

    @cached_property
    def _areas(self) -> tuple[FloatArray, FloatArray]:
        return shapely.area(self.old.zones.geometry.to_numpy()), shapely.area(self._moved)

    @property
    def matrix(self) -> pd.DataFrame:
        """Hectares on the ellipsoid from sub-zone (rows, old) to sub-zone (columns, new); what is new or gone too."""
        return self._long.pivot_table(index="old", columns="new", values="area_ha", aggfunc="sum", fill_value=0.0)

    @property
    def flows(self) -> pd.DataFrame:
        """The matrix as a list: old, new, area_ha, changed; largest change first, what stayed last."""
        table = self._long.groupby(["old", "new"], as_index=False, sort=True)["area_ha"].sum()
        table["changed"] = table["old"] != table["new"]
        return table.sort_values(["changed", "area_ha"], ascending=False, kind="stable").reset_index(drop=True)

    @cached_property
    def _long(self) -> pd.DataFrame:
        left, right, area = self._pairs
        old, new = self._labels
        gone = self._areas[0] - np.bincount(left, area, len(old))
        fresh = self._areas[1] - np.bincount(right, area, len(new))
        a, b = (np.flatnonzero(rest > self.min_change_m2) for rest in (gone, fresh))
        names = [np.concatenate(n) for n in ((old[left], old[a], np.full(len(b), OUTSIDE, dtype=object)),
                                             (new[right], np.full(len(a), OUTSIDE, dtype=object), new[b]))]  # fmt: skip
        shape = np.concatenate([self.old.zones.geometry.to_numpy()[np.concatenate([left, a])], self._moved[b]])
        centre = shapely.centroid(shape)
        scale = self.old.index.scale.at(shapely.get_x(centre), shapely.get_y(centre))
        return pd.DataFrame(
            {"old": names[0], "new": names[1], "area_ha": np.concatenate([area, gone[a], fresh[b]]) * scale / 1e4}
        )

    @cached_property
    def _labels(self) -> tuple[ObjectArray, ObjectArray]:
        return zone_labels(self.old), zone_labels(self.new)

    @property
    def changes(self) -> gpd.GeoDataFrame:
        """One row a zone that is not what it was.

        Columns: change (added, removed, reshaped, recoded, ``reshaped recoded``, renamed: another attribute), old_zone and
        new_zone (rows in ``zones``, counted from 0), old_code, new_code, old_block, new_block, old_area_m2, new_area_m2,
        common_m2 (planar), geometry (the new shape, the old one of what was removed).
        """
        return self._changes.copy()

    @cached_property
    def _changes(self) -> gpd.GeoDataFrame:
        return zone_changes((self.old, self.new), self._moved, self._areas, self._pairs, self.min_change_m2)

    @cached_property
    def _moves(self) -> gpd.GeoDataFrame:
        left, right, area = self._pairs
        old, new = self._labels
        some = np.flatnonzero((old[left] != new[right]) & (area > self.min_change_m2))
        shapes = shapely.intersection(self.old.zones.geometry.to_numpy()[left[some]], self._moved[right[some]])
        table = {"old_code": old[left[some]], "new_code": new[right[some]], "area_m2": area[some]}
        return gpd.GeoDataFrame(table, geometry=shapes, crs=self.old.crs)

    @property
    def moves(self) -> gpd.GeoDataFrame:
        """Land whose sub-zone is another now, as a map: old_code, new_code, area_m2, geometry; made with GEOS."""
        return self._moves.copy()

    @property
    def rules(self) -> pd.DataFrame:
        """What changed in the rules, see `rdtr.zoning.rulediff.rule_changes`."""
        return self._rules.copy()

    @cached_property
    def _rules(self) -> pd.DataFrame:
        return rule_changes(self.old.rules, self.new.rules)

    @property
    def flips(self) -> gpd.GeoDataFrame:
        """Permits whose verdict is another under the new version.

        Columns: permit_id, before, after; use_before, use_after and so on for each dimension; reason_before,
        reason_after (the gravest finding, Bahasa Indonesia), geometry. Empty where no permits were given.
        """
        return self._flips.copy()

    @cached_property
    def _flips(self) -> gpd.GeoDataFrame:
        if self.reports is None:
            return gpd.GeoDataFrame({"permit_id": [], "before": [], "after": []}, geometry=[], crs=self.old.crs)
        before, after = (r.permits for r in self.reports)
        rows = np.flatnonzero(before["verdict"].to_numpy(object) != after["verdict"].to_numpy(object))
        table = {"permit_id": before["permit_id"].to_numpy(object)[rows]}
        for name, column in (("", "verdict"), *((f"{d}_", d) for d in ("use", "intensity", "siting", "overlay"))):
            for when, report in (("before", before), ("after", after)):
                table[f"{name}{when}"] = report[column].astype(object).to_numpy(object)[rows]
        for when, report in zip(("before", "after"), self.reports, strict=True):
            reasons = _reasons(report, table["permit_id"].tolist())
            table[f"reason_{when}"] = np.array([reasons.get(p, "") for p in table["permit_id"]], dtype=object)
        shapes = self.reports[0].case.permits.geometry.to_numpy()[rows]
        return gpd.GeoDataFrame(pd.DataFrame(table), geometry=shapes, crs=self.old.crs)

    @property
    def verdicts(self) -> pd.DataFrame:
        """Permits by verdict before (rows) and after (columns); empty where none were given."""
        if self.reports is None:
            return pd.DataFrame()
        before, after = (r.permits["verdict"] for r in self.reports)
        return pd.crosstab(before, after, rownames=["before"], colnames=["after"])

    def tables(self) -> Mapping[str, pd.DataFrame]:
        """Return every table by name, the changed zones first; those with shapes are GeoDataFrames."""
        tables = {"changes": self.changes, "moves": self.moves, "flows": self.flows, "rules": self.rules}
        return tables if self.reports is None else {**tables, "flips": self.flips}

    @property
    def receipt(self) -> dict[str, Any]:
        """What is needed to repeat the comparison."""
        new = {"new_plan": self.new.identity.id, "new_title": self.new.identity.title, "new_hash": self.new.hash}
        return receipt_of(self.old, **new, min_change_m2=self.min_change_m2)

    def summary(self) -> pd.Series[int]:
        """Count what changed: zones by kind of change, rules, permits."""
        counts = self._changes["change"].value_counts().to_dict()
        more = {"rules": len(self._rules), **({} if self.reports is None else {"flips": len(self._flips)})}
        return pd.Series({**counts, **more}, name="count", dtype=np.int64)

    def write(self, path: PathLike) -> Path:
        """Write the comparison; the suffix says how: xlsx, gpkg, geojson, parquet, csv or json.

        Raises
        ------
        ReportError
            For a suffix that no writer knows.
        """
        return write(self, path)

    def explore(self, *, lang: Lang = "id") -> Any:
        """Draw the zones that are not what they were, on a map of folium (the extra ``plots``).

        Returns
        -------
        folium.Map

        Raises
        ------
        ReportError
            If folium is not installed, or there are more shapes than a notebook can hold.
        """
        return draw("comparison_map", self, lang=lang)

    def __repr__(self) -> str:
        said = ", ".join(f"{n:,} {name}" for name, n in self.summary().items() if n) or "nothing differs"
        return f"<Comparison {self.old.identity.id} -> {self.new.identity.id}: {said}>"

    def _repr_html_(self) -> str:
        from rdtr.zoning.studycards import comparison_card  # drawing sits apart, and only a notebook asks for it

        return comparison_card(self)


def _reasons(report: Report, permits: list[str]) -> dict[str, str]:
    """The gravest finding of each of some permits."""
    findings = report.findings_in("id", permit_id=permits)
    rank = findings["level"].map({"error": 0, "warning": 1, "info": 2})
    first = findings.assign(rank=rank).sort_values("rank", kind="stable").drop_duplicates("permit_id")
    return dict(zip(first["permit_id"], first["message"], strict=True))
