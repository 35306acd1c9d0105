"""The ledger of a repair: area by zone and by feature before and after, and where it went. Repairs nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from rdtr.text import number
from rdtr.types import BoolArray, FloatArray, IndexArray, ObjectArray
from rdtr.zoning.commonland import common_of_pieces
from rdtr.zoning.faces import MIN_AREA_M2
from rdtr.zoning.grid import grid_of
from rdtr.zoning.overlap import measure
from rdtr.zoning.plan import Plan
from rdtr.zoning.svgpath import path_of, view_of

__all__ = ["Changes", "Ledger", "Move", "ledger_of"]


@dataclass(frozen=True, slots=True, eq=False)
class Move:
    """Land that changed hands: a gap that was filled, or what lay beyond the outline.

    Attributes
    ----------
    kind
        ``overlap``: two zones had it, one keeps it; ``gap``: none had it; ``beyond``: it was cut off.
    source, target
        Rows of the repaired table of zones, from 0; None for nobody.
    shape
        Where.
    """

    kind: Literal["overlap", "gap", "beyond"]
    source: int | None
    target: int | None
    shape: Any


@dataclass(frozen=True, slots=True, eq=False)
class Ledger:
    """What a repair changed; areas are planar, in the plan's CRS.

    Attributes
    ----------
    zones
        One row a sub-zone: KODSZN, before_m2, after_m2, change_m2.
    features
        One row a feature that changed: row (from 1), KODSZN, KODBLK, before_m2, after_m2, change_m2, what (``changed``,
        ``mended``, ``gone``).
    moved
        One row a place: kind, from_row, to_row, from_code, to_code, area_m2, geometry.
    total_before_m2, total_after_m2
        Sums over all features; land under two zones counts twice before.
    """

    zones: pd.DataFrame
    features: pd.DataFrame
    moved: gpd.GeoDataFrame
    total_before_m2: float
    total_after_m2: float

    @property
    def change_m2(self) -> float:
        """By how much the sum of all areas changed."""
        return self.total_after_m2 - self.total_before_m2

    def __repr__(self) -> str:
        return (
            f"<Ledger: {len(self.features):,} features changed, {len(self.moved):,} places, "
            f"{self.change_m2:+,.2f} m2 in all>"
        )

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{escape(str(r.KODSZN))}</td>"
            + "".join(f"<td style='text-align:right'>{number(v)}</td>" for v in (r.before_m2, r.after_m2, r.change_m2))
            + "</tr>"
            for r in self.zones[self.zones["change_m2"].abs() >= 0.005].itertuples()
        )
        return (
            f"<div><p><b>{number(len(self.features), 0)} poligon berubah</b>, seluruhnya {number(self.change_m2)} m²</p>"
            f"<div style='display:flex;gap:16px;align-items:flex-start'>{self._picture()}<table><thead><tr><th>sub-zona</th>"
            f"<th>sebelum (m²)</th><th>sesudah (m²)</th><th>selisih (m²)</th></tr></thead><tbody>{rows}</tbody></table>"
            "</div></div>"
        )

    def _picture(self) -> str:
        if not len(self.moved):
            return ""
        view = view_of(tuple(self.moved.total_bounds), 420, 280)
        drawn = "".join(
            f'<path fill="{color}" stroke="{color}" stroke-width="3" d="{path_of(shapes.geometry.to_numpy(), view)}"/>'
            for kind, color in _COLORS.items()
            if len(shapes := self.moved[self.moved["kind"] == kind])
        )
        ground = '<rect width="420" height="280" fill="#f4f4f0"/>'
        return f'<svg xmlns="http://www.w3.org/2000/svg" width="420" viewBox="0 0 420 280">{ground}{drawn}</svg>'


_COLORS = {"overlap": "#b3121d", "gap": "#2f6690", "beyond": "#7a4b94"}


@dataclass(frozen=True, slots=True, eq=False)
class Changes:
    """What one pass did, shape (m,) each: zones, or shards of them, before and after, and the zone of each."""

    before: ObjectArray
    after: ObjectArray
    owner: IndexArray


def ledger_of(
    plan: Plan,
    zones: gpd.GeoDataFrame,
    before: ObjectArray,
    after: ObjectArray,
    moves: list[Move],
    mended: BoolArray,
    changes: Iterable[Changes],
) -> Ledger:
    """Book what changed between two versions of the same rows.

    Parameters
    ----------
    plan
        For its CRS.
    zones
        The rows.
    before, after
        Shape (rows,), their shapes.
    moves
        Gaps filled and places cut off.
    mended
        Shape (rows,), rows that were set aside before: they had no area in the plan.
    changes
        The passes, for what went from zone to zone.

    Returns
    -------
    Ledger
    """
    size = np.column_stack([np.where(mended, 0.0, shapely.area(before)), shapely.area(after)])
    changed = mended | _differ(before, after)
    moves = [*(m for c in changes for m in _kept_by_one(c)), *moves]
    return Ledger(
        _by_zone(zones, size),
        _by_feature(zones, size, changed, mended),
        _moved(plan, zones, moves),
        float(size[:, 0].sum()),
        float(size[:, 1].sum()),
    )


def _by_zone(zones: gpd.GeoDataFrame, size: FloatArray) -> pd.DataFrame:
    code = zones["KODSZN"].astype(object).where(zones["KODSZN"].notna(), "")
    table = pd.DataFrame({"KODSZN": code.to_numpy(), "before_m2": size[:, 0], "after_m2": size[:, 1]})
    sums = table.groupby("KODSZN", sort=True, as_index=False).sum()
    return sums.assign(change_m2=sums["after_m2"] - sums["before_m2"])


def _by_feature(zones: gpd.GeoDataFrame, size: FloatArray, changed: BoolArray, mended: BoolArray) -> pd.DataFrame:
    rows = np.flatnonzero(changed)
    what = np.where(size[rows, 1] == 0.0, "gone", np.where(mended[rows], "mended", "changed"))
    return pd.DataFrame(
        {
            "row": rows + 1,
            "KODSZN": zones["KODSZN"].to_numpy(object)[rows],
            "KODBLK": zones["KODBLK"].to_numpy(object)[rows],
            "before_m2": size[rows, 0],
            "after_m2": size[rows, 1],
            "change_m2": size[rows, 1] - size[rows, 0],
            "what": what.astype(object),
        }
    )


def _kept_by_one(changes: Changes) -> list[Move]:
    """Places that a zone had before and another has now."""
    rows = np.flatnonzero(_differ(changes.before, changes.after))
    if not len(rows):
        return []
    before, of, owner = changes.before[rows], changes.owner[rows], changes.owner
    found = measure(before, grid_of(changes.after, owner))
    width = int(owner.max()) + 1
    pairs, inverse = np.unique(of[found.left] * width + found.right, return_inverse=True)
    area = np.bincount(inverse, found.area, len(pairs))
    source, target = pairs // width, pairs % width
    away = (source != target) & (area >= MIN_AREA_M2)
    source, target = source[away], target[away]
    if not len(source):
        return []
    there = np.isin(owner, target) & ~(shapely.is_missing(changes.after) | shapely.is_empty(changes.after))
    pieces, owners = np.concatenate([before, changes.after[there]]), np.concatenate([of, owner[there] + width])
    shapes = common_of_pieces(pieces, owners, source, target + width)
    return [Move("overlap", int(i), int(j), s) for i, j, s in zip(source, target, shapes, strict=True)]


def _differ(before: ObjectArray, after: ObjectArray) -> BoolArray:
    """Tell which shapes differ otherwise than by where their rings start."""
    differ = np.array([b is not a for b, a in zip(before, after, strict=True)], np.bool_)  # most are the same objects
    rows = np.flatnonzero(differ)
    same = shapely.equals_exact(shapely.normalize(before[rows]), shapely.normalize(after[rows]), tolerance=0.0)
    differ[rows[same]] = False
    return differ


def _moved(plan: Plan, zones: gpd.GeoDataFrame, moves: list[Move]) -> gpd.GeoDataFrame:
    code = np.array([*zones["KODSZN"], None], dtype=object)
    source = np.array([-1 if m.source is None else m.source for m in moves], np.int64)
    target = np.array([-1 if m.target is None else m.target for m in moves], np.int64)
    shape = np.array([m.shape for m in moves], dtype=object)
    table = pd.DataFrame(
        {
            "kind": np.array([m.kind for m in moves], dtype=object),
            "from_row": _rows(source),
            "to_row": _rows(target),
            "from_code": code[source],
            "to_code": code[target],
            "area_m2": shapely.area(shape).astype(np.float64),
        }
    )
    return gpd.GeoDataFrame(table, geometry=shape, crs=plan.crs)


def _rows(rows: IndexArray) -> Any:
    return pd.array([None if r < 0 else int(r) + 1 for r in rows], dtype="Int64")
