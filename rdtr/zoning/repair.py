"""A proposal for a repaired plan: overlaps given to one zone, gaps filled, borders made one. Never silent, writes nothing.

Only zones near a fault are handed to GEOS, and of big ones only shards (`rdtr.zoning.shards`), so that all others keep their
exact vertices, and so do those edges of a big one that nothing happened to. Whatever is done stands in the ledger; what
could not be done is what the audit of the result still finds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias, get_args

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from rdtr.errors import PlanError
from rdtr.progress import silent
from rdtr.types import BoolArray, FloatArray, IndexArray, ObjectArray, Progress
from rdtr.zoning.audit.catalogue import limits_with
from rdtr.zoning.audit.scene import Outlines, Scene
from rdtr.zoning.cleaning import clean_coverage, polygonal
from rdtr.zoning.findings import Finding, Findings
from rdtr.zoning.knots import knotted
from rdtr.zoning.mend import restored_rows
from rdtr.zoning.plan import Plan
from rdtr.zoning.repairledger import Changes, Ledger, Move, ledger_of
from rdtr.zoning.seams import seams_of
from rdtr.zoning.shards import joined, shards_of
from rdtr.zoning.slots import slots_of
from rdtr.zoning.topology import TOUCH_M, Topology, topology_of

__all__ = ["Winner", "repair"]

Winner: TypeAlias = Literal["longer_border", "larger", "smaller", "first"]
"""Which zone keeps an overlap or gets a gap: the one with the longest common border, the larger or smaller one, or the
one that comes first in the layer."""

_ROUNDS: Final = 10  # a filled gap can lay bare another fault; dirty coverages needed three at most
_ROOM_M: Final = 0.01


def repair(
    plan: Plan,
    *,
    winner: Winner = "longer_border",
    outlines: Outlines = None,
    widest_gap_m: float | None = None,
    progress: Progress = silent,
) -> tuple[Plan, Ledger]:
    """Propose a plan without overlaps, gaps and borders that are not shared.

    Parameters
    ----------
    plan
        The plan; rows that were set aside because their outline is invalid are mended and taken in.
    winner
        Which zone keeps an overlap or gets a gap, see `Winner`.
    outlines
        The planning area, as in `rdtr.audit`; zones are cut at it and gaps filled up to it.
    widest_gap_m
        Gaps wider than this (mean width) stay as they are; None fills all.
    progress
        Called with (done, total) rounds.

    Returns
    -------
    plan
        The proposal: same identity, rules and layers. Zones that lost everything are among its rejected rows.
    ledger
        What changed, by zone and by feature, and a map of what moved.

    Raises
    ------
    PlanError
        For a word that is no winner, or an outline that is no valid polygon.
    GeometryError
        If GEOS cannot clean the faults.

    Examples
    --------
    >>> squares = [shapely.box(0, 0, 10, 10), shapely.box(9, 0, 30, 10)]
    >>> zones = gpd.GeoDataFrame({"KODSZN": ["R-2", "K-1"]}, geometry=squares, crs=9480)
    >>> clean, ledger = repair(Plan.build(zones), winner="larger")
    >>> clean.zones.area.tolist(), ledger.moved["area_m2"].tolist(), ledger.change_m2
    ([90.0, 210.0], [10.0], -10.0)
    """
    if winner not in get_args(Winner):
        raise PlanError(f"repair: winner {winner!r} is not known; it is one of {', '.join(get_args(Winner))}")
    zones, mended, still_aside, findings = restored_rows(plan)
    scene = Scene(plan, zones, limits_with(None), outlines)
    before = scene.geometry
    widest = np.inf if widest_gap_m is None else widest_gap_m
    shards = shards_of(before, seams_of(before, scene.outline))
    shapes, moves = _rounds(shards.shape, shards.owner, scene.outline, winner, widest, progress)
    after, changes = joined(shards, shapes), [Changes(shards.shape, shapes, shards.owner)]
    if (
        shapes is not shards.shape and shards.shape is not before
    ):  # where shards meet, joining may have laid bare something
        once, alone = after, np.arange(len(after))
        after, more = _rounds(once, alone, scene.outline, winner, widest, progress)
        changes.append(Changes(once, after, alone))
        moves += more
    kept = ~(shapely.is_missing(after) | shapely.is_empty(after))
    clean = _plan(plan, zones, after, kept, still_aside, findings)
    return clean, ledger_of(plan, zones, before, after, moves, mended, changes)


def _rounds(
    geometry: ObjectArray,
    owner: IndexArray,
    outline: ObjectArray | None,
    winner: Winner,
    widest: float,
    progress: Progress,
) -> tuple[ObjectArray, list[Move]]:
    moves: list[Move] = []
    for done in range(_ROUNDS):
        found = topology_of(geometry, outline=outline)
        work = _work_of(geometry, owner, found, winner, widest)
        if not work.needed:
            break
        # a filling meets its zones in overlaps of rounding only; the smallest of all must not win those
        if len(found.overlaps) or work.fill or work.off:
            geometry = _cleaned(geometry, owner, work, winner if len(found.overlaps) else "longer_border")
        else:
            geometry = knotted(geometry, TOUCH_M)
        moves += work.moves(owner)
        progress(done + 1, _ROUNDS)
    progress(_ROUNDS, _ROUNDS)
    return geometry, moves


@dataclass(frozen=True, slots=True, eq=False)
class _Work:
    """What one round does: fill shapes into zones, cut shapes off zones, and clean these zones."""

    fill: list[tuple[Any, int]]
    off: list[tuple[Any, int]]
    zones: BoolArray

    @property
    def needed(self) -> bool:
        return bool(self.zones.any())

    def moves(self, owner: IndexArray) -> list[Move]:
        filled = [Move("gap", None, int(owner[zone]), shape) for shape, zone in self.fill]
        return filled + [Move("beyond", int(owner[zone]), None, shape) for shape, zone in self.off]


def _work_of(geometry: ObjectArray, owner: IndexArray, found: Topology, winner: Winner, widest: float) -> _Work:
    fill: list[tuple[Any, int]] = []
    gaps, beyond, loose = found.gaps, found.beyond, found.loose
    area, overlapping = _owned(geometry, owner), len(found.overlaps) > 0  # then gaps, then slots
    for shape, around in zip(gaps.shape, gaps.around, strict=True):
        if not overlapping and around and 2.0 * shape.area / shape.length <= widest:
            fill.append((shape, _winner_of(geometry, owner, area, shape, around, winner)))
    for shape, pair in () if overlapping or fill else slots_of(geometry, loose):
        fill.append((shape, _winner_of(geometry, owner, area, shape, pair, winner)))
    off = [(shape, zone) for shape, around in zip(beyond.shape, beyond.around, strict=True) for zone in around]
    zones = np.zeros(len(geometry), np.bool_)
    for rows in (found.overlaps.left, found.overlaps.right, found.touch_edge_owner, found.touches.vertex_owner):
        zones[rows] = True
    zones[[zone for _, zone in (*fill, *off)]] = True
    places = [s for s, _ in fill] + list(found.overlaps.shape)
    if places:  # whoever is near a fault gets the same vertices as those who have it
        near = shapely.STRtree(geometry).query(shapely.buffer(places, _ROOM_M), predicate="intersects")[1]
        zones[near] = True
    return _Work(fill, off, zones)


def _owned(geometry: ObjectArray, owner: IndexArray) -> FloatArray:
    """Area of the whole zone of each shard."""
    area: FloatArray = np.bincount(owner, shapely.area(geometry)).astype(np.float64)[owner]
    return area


def _winner_of(
    geometry: ObjectArray, owner: IndexArray, area: FloatArray, shape: Any, around: Iterable[int], winner: Winner
) -> int:
    rows = np.array(list(around))
    if winner == "first":
        return int(rows[0])
    if winner in ("larger", "smaller"):
        order = np.argsort(area[rows], kind="stable")
        return int(rows[order[-1 if winner == "larger" else 0]])
    border = shapely.buffer(shapely.boundary(shape), 1e-6, quad_segs=1)
    length = np.asarray(shapely.length(shapely.intersection(_local_boundary(geometry[rows], border), border)))
    zone, of = np.unique(owner[rows], return_inverse=True)
    own = of == np.bincount(of, length, len(zone)).argmax()  # along several shards of one zone
    return int(rows[own][length[own].argmax()])


def _local_boundary(shapes: ObjectArray, border: Any) -> ObjectArray:
    try:
        with np.errstate(invalid="ignore"):  # GEOS divides by the length of edges that the window cuts to nothing
            return np.asarray(shapely.boundary(shapely.clip_by_rect(shapes, *_grown(border.bounds, 1.0))))
    except shapely.errors.GEOSException:  # GEOS cuts some needles to what is no ring
        return np.asarray(shapely.boundary(shapes))


def _grown(bounds: tuple[float, ...], by: float) -> tuple[float, ...]:
    return bounds[0] - by, bounds[1] - by, bounds[2] + by, bounds[3] + by


def _cleaned(geometry: ObjectArray, owner: IndexArray, work: _Work, winner: Winner) -> ObjectArray:
    """Hand the zones of this round and what fills them to GEOS as one coverage, then join the fillings to their zones."""
    result = geometry.copy()
    for zone in sorted({z for _, z in work.off}):
        result[zone] = polygonal(
            shapely.difference(result[zone], shapely.union_all([s for s, z in work.off if z == zone]))
        )
    rows = np.flatnonzero(work.zones & ~shapely.is_empty(result))
    rows = rows[_ranks(geometry, owner, rows, winner)]
    fillings = np.array([s for s, _ in work.fill], dtype=object)
    everything = np.concatenate([result[rows], fillings])
    clean = clean_coverage(everything, "longest_border" if winner == "longer_border" else "min_index")
    changed = ~shapely.equals_exact(
        shapely.normalize(clean[: len(rows)]), shapely.normalize(result[rows]), tolerance=0.0
    )
    result[rows[changed]] = clean[: len(rows)][changed]
    return _joined(result, clean[len(rows) :], [z for _, z in work.fill])


def _ranks(geometry: ObjectArray, owner: IndexArray, rows: IndexArray, winner: Winner) -> IndexArray:
    """Order rows by who wins: GEOS knows the area of a shard only, so it is told to take the first of those it is given."""
    if winner not in ("larger", "smaller"):
        return np.arange(len(rows))
    area = _owned(geometry, owner)[rows]
    return np.lexsort([owner[rows], -area if winner == "larger" else area])


def _joined(geometry: ObjectArray, fillings: ObjectArray, owner: list[int]) -> ObjectArray:
    for zone in sorted(set(owner)):
        parts = [f for f, z in zip(fillings, owner, strict=True) if z == zone and not f.is_empty]
        if parts:
            geometry[zone] = polygonal(_union([geometry[zone], *parts]))
    return geometry


def _union(shapes: list[Any]) -> Any:
    try:
        return shapely.coverage_union_all(np.array(shapes, dtype=object))  # exact: their edges match by now
    except shapely.errors.GEOSException:
        return shapely.union_all(shapes)


def _plan(
    plan: Plan,
    zones: gpd.GeoDataFrame,
    after: ObjectArray,
    kept: BoolArray,
    aside: gpd.GeoDataFrame,
    findings: Findings,
) -> Plan:
    clean = zones[kept].set_geometry(gpd.GeoSeries(after[kept], index=zones.index[kept], crs=plan.crs))
    gone = zones[~kept].assign(row=np.flatnonzero(~kept) + 1, reason=Finding("REPAIR_NOTHING_LEFT").message("id"))
    lost = tuple(Finding("REPAIR_NOTHING_LEFT", plan.identity.id, int(row) + 1) for row in np.flatnonzero(~kept))
    rejected = pd.concat([aside.to_crs(plan.crs) if len(aside) else gone.iloc[:0], gone], ignore_index=True)
    return Plan.build(
        clean.reset_index(drop=True),
        plan.identity,
        rules=plan.rules,
        layers=dict(plan.layers),
        findings=findings + lost,
        rejected=gpd.GeoDataFrame(rejected, geometry="geometry", crs=plan.crs) if len(rejected) else None,
    )
