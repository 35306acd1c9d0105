"""The overlay rule: special provisions (ketentuan khusus) in flags and layers. They never add permission, they tighten.

What a flag does is policy, so it stands in the ``overlays`` table of the plan; a flag that is set without a row there is
undetermined, not ignored. What layers and buffers do is judged in `rdtr.zoning.checks.layers`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Final

import numpy as np
import pandas as pd

from rdtr.types import BoolArray, FloatArray, ObjectArray, SmallArray
from rdtr.zoning.case import Batch, Case, Judgement
from rdtr.zoning.checks.gather import by_permit
from rdtr.zoning.checks.layers import SCOPE, LayerHit, describe_layers, judge_layers, scope_of, worst_of
from rdtr.zoning.checks.presence import fill_beside, tell_said
from rdtr.zoning.codes import tidy
from rdtr.zoning.outcomes import ABSENT, CONDITIONAL, PERMITTED, PROHIBITED, UNDETERMINED
from rdtr.zoning.plan import Plan
from rdtr.zoning.rules import RuleBook
from rdtr.zoning.schema import FLAGS
from rdtr.zoning.units import Units

__all__ = ["Hit", "OverlayDetail", "describe", "judge", "unit_hits", "unit_outcomes"]

_EFFECT: Final = {"prohibit": PROHIBITED, "condition": CONDITIONAL, "note": PERMITTED, "height": CONDITIONAL}


@dataclass(frozen=True, slots=True)
class Hit:
    """One flag value met in a unit, and the row of ``overlays`` that governs it (-1 where there is none)."""

    field: str
    value: str
    row: int


@dataclass(frozen=True, eq=False)
class OverlayDetail:
    """Hits of every unit, the height limit of those that have one (NaN else), and what layers and buffers hit."""

    hits: tuple[tuple[Hit, ...], ...]
    height_m: FloatArray
    layers: tuple[LayerHit, ...] = ()


def judge(case: Case) -> Judgement:
    """Judge the flags of every part.

    Returns
    -------
    Judgement
        ``prohibit`` prohibits, ``condition`` asks for something, ``note`` only says something, ``height`` compares the
        building height with the row's limit (without a limit or a height it is a condition). A parcel without any flag,
        layer or buffer has no overlay dimension.
    """
    prepared = case.plan.derived("overlay", _prepare)
    detail, outcome, parts = prepared.detail, prepared.outcome, case.parts
    part_outcome = outcome[parts.unit]
    if not np.isnan(detail.height_m).all():
        part_outcome = _with_heights(case, prepared, part_outcome)
    near_outcome, flagged = outcome[parts.near_unit], np.zeros(len(case), np.bool_)
    tell_said(parts.permit, part_outcome, parts.counts, flagged)
    # beside a flagged part, the rest of the parcel is free of this dimension
    fill_beside(parts.permit, part_outcome, flagged, PERMITTED)
    fill_beside(parts.near_permit, near_outcome, flagged, PERMITTED)
    layers = judge_layers(case)
    if not layers:
        return Judgement(by_permit(parts, part_outcome), part_outcome, near_outcome, detail)
    still = worst_of(case, layers)
    # a parcel that a layer forbids as a whole has no part that could be approved
    part_outcome = np.where((still == PROHIBITED)[parts.permit] & parts.counts, PROHIBITED, part_outcome).astype(
        np.int8
    )
    outcome = np.maximum(by_permit(parts, part_outcome), still)
    return Judgement(outcome, part_outcome, near_outcome, replace(detail, layers=layers), still)


def _with_heights(case: Case, prepared: _Prepared, part_outcome: SmallArray) -> SmallArray:
    """What becomes of the parts in whose unit a height is limited, once the height of the building is known."""
    parts = case.parts
    height, limit = case.number("height_m")[parts.permit], prepared.detail.height_m[parts.unit]
    part_outcome = np.where(height > limit, PROHIBITED, part_outcome)
    low_enough = (height <= limit) & prepared.only_height[parts.unit]
    return np.where(low_enough, PERMITTED, part_outcome).astype(np.int8)


def unit_hits(plan: Plan) -> tuple[tuple[Hit, ...], ...]:
    """Return the flags of every unit, with the rows that govern them; the outside has none and comes last."""
    return plan.derived("overlay", _prepare).detail.hits


def unit_outcomes(plan: Plan) -> SmallArray:
    """Return what the flags of each unit do, shape (units + 1,): ABSENT without a flag; heights are not compared."""
    return plan.derived("overlay", _prepare).outcome


@dataclass(frozen=True, eq=False)
class _Prepared:
    """What the plan alone decides, by unit."""

    detail: OverlayDetail
    outcome: SmallArray
    only_height: BoolArray


def _prepare(plan: Plan) -> _Prepared:
    hits = _unit_hits(plan.index.units, plan.rules)
    table = plan.rules.overlays
    detail = OverlayDetail(hits, _height_limits(table, hits))
    return _Prepared(detail, _unit_outcomes(table, hits), _only_height(table, hits))


def _unit_hits(units: Units, rules: RuleBook) -> tuple[tuple[Hit, ...], ...]:
    table = rules.overlays
    named = [f for f in table.loc[table["layer"] == "", "field"].unique() if f and f not in FLAGS]
    texts = {f: units.texts(f) for f in (*FLAGS, *named) if f in units.table.columns}
    policies = [
        _Policy(k, tidy(f), tidy(p).casefold() or "*", scope_of(s))
        for k, (f, layer, p, s) in enumerate(
            zip(table["field"], table["layer"], table["pattern"], table["scope"], strict=True)
        )
        if f and not layer
    ]
    places = {c: units.texts(c) for c in SCOPE.values()} if any(p.scope for p in policies) else {}
    frame = pd.DataFrame({**texts, **{f"@{c}": v for c, v in places.items()}}, index=range(len(units)))
    if frame.empty:
        return ((),) * (len(units) + 1)
    group = frame.groupby(list(frame.columns), sort=False).ngroup().to_numpy()
    first = np.unique(group, return_index=True)[1]
    hits = [
        tuple(_hits({f: str(t[u]) for f, t in texts.items()}, {c: str(v[u]) for c, v in places.items()}, policies))
        for u in first
    ]
    return (*(hits[g] for g in group), ())


@dataclass(frozen=True, slots=True)
class _Policy:
    row: int
    field: str
    pattern: str
    scope: Mapping[str, frozenset[str]]

    def governs(self, field: str, value: str, places: Mapping[str, str]) -> bool:
        return (
            self.field == field
            and fnmatchcase(value.casefold(), self.pattern)
            and all(places[c].casefold() in allowed for c, allowed in self.scope.items())
        )


def _hits(flags: Mapping[str, str], places: Mapping[str, str], policies: list[_Policy]) -> Iterator[Hit]:
    for field, value in flags.items():
        if value:
            rows = [p.row for p in policies if p.governs(field, value, places)]
            yield from (Hit(field, value, row) for row in rows or [-1])


def _unit_outcomes(table: pd.DataFrame, hits: tuple[tuple[Hit, ...], ...]) -> SmallArray:
    effects = [_EFFECT[e] for e in table["effect"]]
    return np.array(
        [max((effects[h.row] if h.row >= 0 else UNDETERMINED for h in unit), default=ABSENT) for unit in hits], np.int8
    )


def _height_limits(table: pd.DataFrame, hits: tuple[tuple[Hit, ...], ...]) -> FloatArray:
    limit = np.where(table["effect"] == "height", table["height_max_m"].to_numpy(float, na_value=np.nan), np.nan)
    lowest = [[limit[h.row] for h in unit if h.row >= 0 and not np.isnan(limit[h.row])] for unit in hits]
    return np.array([min(values) if values else np.nan for values in lowest])


def _only_height(table: pd.DataFrame, hits: tuple[tuple[Hit, ...], ...]) -> BoolArray:
    effects = table["effect"].to_numpy(object)
    limits = table["height_max_m"].to_numpy(float, na_value=np.nan)
    # with its limit kept, a height overlay asks for nothing more; notes ask for nothing anyway
    return np.array(
        [
            bool(u)
            and all(
                h.row >= 0
                and (effects[h.row] == "note" or (effects[h.row] == "height" and not np.isnan(limits[h.row])))
                for h in u
            )
            for u in hits
        ],
        np.bool_,
    )


def describe(case: Case, judgement: Judgement, chosen: BoolArray, *, passes: bool) -> Iterator[Batch]:
    """Say which overlays the chosen permits meet; one finding a permit and flag value, with the area hit."""
    detail: OverlayDetail = judgement.detail
    parts, rules = case.parts, case.plan.rules.overlays
    rows = np.flatnonzero(parts.counts & chosen[parts.permit])
    hit: dict[tuple[int, Hit], list[int]] = {}
    for row in rows[np.array([bool(detail.hits[u]) for u in parts.unit[rows]], np.bool_)]:
        for h in detail.hits[parts.unit[row]]:
            hit.setdefault((int(parts.permit[row]), h), []).append(int(row))
    codes = {
        "prohibit": "OVERLAY_PROHIBITS",
        "condition": "OVERLAY_ASKS",
        "note": "OVERLAY_NOTES",
        "": "OVERLAY_NO_RULE",
    }
    for effect, code in codes.items():
        some = [
            (key, where)
            for key, where in sorted(hit.items(), key=lambda i: (i[0][0], i[0][1].field, i[0][1].row))
            if (rules["effect"].iloc[key[1].row] if key[1].row >= 0 else "") == effect
        ]
        yield _batch(case, code, some, _EFFECT.get(effect, UNDETERMINED))
    yield from _heights(case, detail, hit, passes=passes)
    yield from describe_layers(case, detail.layers, chosen, passes=passes)


def _batch(case: Case, code: str, some: list[tuple[tuple[int, Hit], list[int]]], outcome: int) -> Batch:
    parts, rules = case.parts, case.plan.rules.overlays
    texts = [rules["text"].iloc[h.row] if h.row >= 0 else "" for (_, h), _ in some]
    references = [rules["reference"].iloc[h.row] if h.row >= 0 else "" for (_, h), _ in some]
    return Batch(
        code,
        np.array([p for (p, _), _ in some], np.int64),
        outcome,
        np.array([parts.area_m2[rows].sum() for _, rows in some]),
        unit="m2",
        label=_objects([", ".join(dict.fromkeys(case.labels[parts.unit[rows]])) for _, rows in some]),
        reference=_objects(references),
        more={
            "field": _objects([h.field for (_, h), _ in some]),
            "value": _objects([h.value for (_, h), _ in some]),
            "text": _objects(texts),
        },
    )


def _objects(values: list[str]) -> ObjectArray:
    return np.array(values, dtype=object)


def _heights(
    case: Case, detail: OverlayDetail, hit: dict[tuple[int, Hit], list[int]], *, passes: bool
) -> Iterator[Batch]:
    rules, height = case.plan.rules.overlays, case.number("height_m")
    some = [
        (k, rows)
        for k, rows in sorted(hit.items(), key=lambda i: (i[0][0], i[0][1].field, i[0][1].row))
        if k[1].row >= 0 and rules["effect"].iloc[k[1].row] == "height"
    ]
    limits = [float(rules["height_max_m"].iloc[h.row]) for (_, h), _ in some]
    heights = [float(height[p]) for (p, _), _ in some]
    groups: dict[str, list[int]] = {"OVERLAY_TOO_HIGH": [], "OVERLAY_HEIGHT_ASKED": [], "OVERLAY_HEIGHT_KEPT": []}
    for k, (value, limit) in enumerate(zip(heights, limits, strict=True)):
        known = value == value and limit == limit
        code = "OVERLAY_HEIGHT_ASKED" if not known else "OVERLAY_TOO_HIGH" if value > limit else "OVERLAY_HEIGHT_KEPT"
        groups[code].append(k)
    outcomes = {"OVERLAY_TOO_HIGH": PROHIBITED, "OVERLAY_HEIGHT_ASKED": CONDITIONAL, "OVERLAY_HEIGHT_KEPT": PERMITTED}
    for code, chosen in groups.items():
        if code == "OVERLAY_HEIGHT_KEPT" and not passes:
            continue
        batch = _batch(case, code, [some[k] for k in chosen], outcomes[code])
        yield Batch(
            code,
            batch.permit,
            outcomes[code],
            np.array([heights[k] for k in chosen]),
            np.array([limits[k] for k in chosen]),
            "m",
            batch.label,
            batch.reference,
            batch.more,
        )
