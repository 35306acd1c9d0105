"""Comparing stated figures with limits; shared by intensity and siting. Chooses no limit and knows no activity."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from rdtr.types import BoolArray, FloatArray, IndexArray, Lang, ObjectArray, SmallArray
from rdtr.zoning.case import Batch, Case
from rdtr.zoning.limits import LOWER, Known, LimitRows, Ranges, limit_rows, ranges
from rdtr.zoning.outcomes import ABSENT, PERMITTED, PROHIBITED, UNDETERMINED
from rdtr.zoning.rules import LIMITS

__all__ = ["Compared", "Measure", "Part", "compare", "describe", "limited_parts", "not_asked", "ranges_of"]

_ROUNDING: Final = 1e-9  # relative; a figure that equals its limit in decimals must not fail in binary


@dataclass(frozen=True, slots=True)
class Measure:
    """One limit and the figure it is compared with.

    Attributes
    ----------
    limit
        Name in `LIMITS`.
    word
        What users call it, by language.
    unit
        Of figure and limit, see `rdtr.text.quantity`.
    budget
        True where the limits of several parts add up by area (a ratio), False where each holds by itself (a height).
    """

    limit: str
    word: Mapping[Lang, str]
    unit: str
    budget: bool


@dataclass(frozen=True, eq=False)
class Part:
    """Parts that limits hold for: counted and buildable, with their share of the buildable area of their permit."""

    row: IndexArray
    permit: IndexArray
    share: FloatArray
    ranges: Ranges
    rows: LimitRows


@dataclass(frozen=True, eq=False)
class Compared:
    """One measure compared.

    Attributes
    ----------
    outcome
        Shape (n,).
    figure
        Shape (n,), what is planned.
    low, high
        Shape (n,): keeping `low` is surely within the limits, passing `high` surely beyond them.
    known
        Shape (n,), False where the rules say nothing readable of some part.
    governs
        Shape (n,), the row of `Part` that speaks: one the rules say nothing of, else the one with the
        strictest limit; -1 without.
    """

    measure: Measure
    outcome: SmallArray
    figure: FloatArray
    low: FloatArray
    high: FloatArray
    known: BoolArray
    governs: IndexArray


def limited_parts(case: Case, judged: BoolArray) -> Part:
    """Collect the parts of the judged permits that limits hold for, with their limits."""
    parts = case.parts
    row = _limited_rows(case, judged) if judged.any() else np.empty(0, np.int64)
    permit = parts.permit[row]
    total = np.bincount(permit, parts.area_m2[row], len(case))
    found = ranges_of(case, row)
    return Part(row, permit, parts.area_m2[row] / total[permit], found, _rows(case))


def _limited_rows(case: Case, judged: BoolArray) -> IndexArray:
    parts = case.parts
    cut = np.append(case.index.units.cut_out, False)[parts.unit]
    return np.flatnonzero(parts.counts & ~cut & judged[parts.permit])


def ranges_of(case: Case, row: IndexArray) -> Ranges:
    """Find the limits of some parts of the case."""
    parts = case.parts
    permit = parts.permit[row]
    roads, of_road = case.text("road_class")
    choices, of_choice = case.text("alternative")
    known = Known(tuple(roads), of_road[permit], tuple(choices), of_choice[permit], case.used_m2[permit])
    return ranges(_rows(case), parts.unit[row], known)


def _rows(case: Case) -> LimitRows:
    return case.plan.derived("limit rows", limit_rows)


def compare(case: Case, part: Part, measure: Measure, figure: FloatArray) -> Compared:
    """Compare one figure of each permit with the limits of its parts.

    With one limit this is a plain comparison. Where parts differ, a ratio that keeps the strictest limit is within; one
    that passes the sum of the parts' budgets is beyond wherever the building stands; between the two it depends on where
    it stands, which only a site plan tells.
    """
    n, k = len(case), LIMITS.index(measure.limit)
    if np.isnan(figure).all():
        return not_asked(measure, n)
    sign = -1.0 if LOWER[k] else 1.0
    strict, loose = sign * part.ranges.strict[:, k], sign * part.ranges.loose[:, k]
    stated, known = ~np.isnan(strict), part.ranges.known[:, k]
    low, governs = _lowest(part, strict, n)
    if measure.budget:
        free = np.bincount(part.permit, np.where(stated, 0.0, part.share), n) > 0.0
        high = np.bincount(part.permit, np.where(stated, part.share * loose, 0.0), n).astype(np.float64)
        high = np.where(free & (sign > 0), np.inf, high)  # a part without the limit takes any amount
    else:
        high = np.full(n, -np.inf)
        np.maximum.at(high, part.permit, np.where(stated, loose, np.inf))
    any_stated = np.bincount(part.permit[stated], minlength=n) > 0
    governs[part.permit[~known][::-1]] = np.flatnonzero(~known)[::-1]
    all_known = np.bincount(part.permit[~known], minlength=n) == 0
    value = sign * figure
    slack = _ROUNDING * np.abs(value)
    outcome = np.full(n, UNDETERMINED, np.int8)
    outcome[(value - slack <= low) & all_known] = PERMITTED
    outcome[(value - slack > high) & all_known] = PROHIBITED
    outcome[all_known & ~any_stated] = ABSENT  # no part states this limit
    outcome[np.isnan(figure)] = ABSENT
    return Compared(measure, outcome, figure, sign * low, sign * high, all_known, governs)


def not_asked(measure: Measure, n: int) -> Compared:
    """Nobody states this figure: one value holds for all, as a million of each would weigh more than the permits."""
    nothing, known = np.broadcast_to(np.nan, n), np.broadcast_to(np.True_, n)
    outcome, governs = np.broadcast_to(np.int8(ABSENT), n), np.broadcast_to(np.int64(-1), n)
    return Compared(measure, outcome, nothing, nothing, nothing, known, governs)


def _lowest(part: Part, strict: FloatArray, n: int) -> tuple[FloatArray, IndexArray]:
    order = np.lexsort((np.where(np.isnan(strict), np.inf, strict), part.permit))
    permit = part.permit[order]
    first = order[np.concatenate([[True], permit[1:] != permit[:-1]])] if len(order) else order
    low, governs = np.full(n, np.inf), np.full(n, -1, np.int64)
    has = first[~np.isnan(strict[first])]
    low[part.permit[has]] = strict[has]
    governs[part.permit[first]] = first
    return low, governs


def describe(case: Case, part: Part, compared: Compared, chosen: BoolArray, *, passes: bool) -> Iterator[Batch]:
    """Say how a figure stands to its limit for the chosen permits."""
    measure, k = compared.measure, LIMITS.index(compared.measure.limit)
    kind = "MIN" if LOWER[k] else "MAX"
    between = compared.outcome == UNDETERMINED
    groups = {
        f"LIMIT_{kind}_BROKEN": compared.outcome == PROHIBITED,
        f"LIMIT_{kind}_DEPENDS": between & compared.known,
        "LIMIT_NO_RULE": between & ~compared.known,
    }
    if passes:  # that zero is at least zero needs no saying
        groups[f"LIMIT_{kind}_KEPT"] = (compared.outcome == PERMITTED) & ~((kind == "MIN") & (compared.low == 0.0))
    for code, where in groups.items():
        permit = np.flatnonzero(where & chosen)
        limit = compared.high[permit] if code.endswith("BROKEN") else compared.low[permit]
        yield Batch(
            code,
            permit,
            compared.outcome[permit],
            compared.figure[permit],
            limit,
            measure.unit,
            _labels(case, part, compared, permit),
            _references(part, compared, permit, k),
            {"word": measure.word, "other": compared.high[permit]},
        )


def _labels(case: Case, part: Part, compared: Compared, permit: IndexArray) -> ObjectArray:
    governs = compared.governs[permit]
    if not len(part.row):
        return np.full(len(permit), "", dtype=object)
    labels = case.labels[case.parts.unit[part.row[np.maximum(governs, 0)]]]
    return np.where(governs < 0, "", labels)


def _references(part: Part, compared: Compared, permit: IndexArray, k: int) -> ObjectArray:
    governs = compared.governs[permit]
    row = part.ranges.row[governs, k] if len(part.row) else np.full(len(permit), -1)
    row = np.where(governs < 0, -1, row)
    return np.append(part.rows.reference, "")[row]
