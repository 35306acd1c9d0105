"""The use rule: does the ITBX matrix allow the activity in every part of the parcel. Knows no limit and no overlay."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from rdtr.types import BoolArray, IndexArray, ObjectArray, SmallArray
from rdtr.zoning.case import Batch, Case, Judgement
from rdtr.zoning.cells import NOT_STATED, PERMISSIONS, Cell, X
from rdtr.zoning.checks.gather import by_permit
from rdtr.zoning.checks.presence import looked_up
from rdtr.zoning.outcomes import ABSENT, CONDITIONAL, PERMITTED, PROHIBITED, UNDETERMINED
from rdtr.zoning.plan import Plan
from rdtr.zoning.rules import RuleBook
from rdtr.zoning.units import Units

__all__ = ["UseDetail", "describe", "every_activity", "judge"]

# I, T, B, TB, not stated, X
_OUTCOME: Final = np.array([PERMITTED, CONDITIONAL, CONDITIONAL, CONDITIONAL, UNDETERMINED, PROHIBITED], np.int8)
_NONE_ASKED: Final = -1


@dataclass(frozen=True, eq=False)
class UseDetail:
    """What the rule found out on the way.

    Attributes
    ----------
    asked
        Distinct things asked for (id, name or KBLI).
    rows
        For each of them the activities it means; empty when it is not listed.
    of_permit
        Shape (n,), index into `asked`; -1 where nothing was asked.
    permission
        Shape (asked, sub-zones + 2): strictest permission over the activities; the last two columns are "no column in the
        matrix" and "outside the plan".
    column
        Shape (units + 1,), the matrix column of each unit.
    """

    asked: tuple[str, ...]
    rows: tuple[tuple[int, ...], ...]
    of_permit: IndexArray
    permission: SmallArray
    column: IndexArray

    @property
    def outcomes(self) -> SmallArray:
        """Outcome of each thing asked in each column, shape of `permission`."""
        return _OUTCOME[self.permission]

    def cell_text(self, rules: RuleBook, asked: int, column: int) -> str:
        """Spell the permission of one thing asked in one column, with its conditions."""
        codes = self.conditions(rules, asked, column)
        return ",".join(codes) if codes else PERMISSIONS[self.permission[asked, column]]

    def conditions(self, rules: RuleBook, asked: int, column: int) -> tuple[str, ...]:
        """Conditions of one thing asked in one column: those of all its activities together."""
        if column >= len(rules.subzones) or self.permission[asked, column] in (NOT_STATED, X):
            return ()
        cells: list[Cell] = [rules.cells[row][column] for row in self.rows[asked]]
        return tuple(dict.fromkeys(code for cell in cells for code in cell.conditions))

    def part_texts(self, case: Case) -> ObjectArray:
        """Spell the permission of every part, shape (m,)."""
        asked = self.of_permit[case.parts.permit]
        column = self.column[case.parts.unit]
        width = self.permission.shape[1]
        key = np.where(asked < 0, -1, asked * width + column)
        unique, inverse = np.unique(key, return_inverse=True)
        texts = ["" if k < 0 else self.cell_text(case.plan.rules, int(k) // width, int(k) % width) for k in unique]
        return np.array(texts, dtype=object)[inverse]


def judge(case: Case) -> Judgement:
    """Judge the use of every permit by part.

    Parameters
    ----------
    case
        Permits with ``activity`` (id or name) or ``kbli``; without either the dimension is absent.

    Returns
    -------
    Judgement
        An activity that is not listed, a cell that says nothing and land outside the plan are undetermined.
    """
    asked, rows, of_permit = _asked(case)
    rules = case.plan.rules
    column = _columns(case.index.units, rules)
    detail = UseDetail(tuple(asked), tuple(rows), of_permit, _permissions(rules, rows), column)
    parts = case.parts
    part_outcome = _outcomes(detail, parts.permit, parts.unit)
    near_outcome = _outcomes(detail, parts.near_permit, parts.near_unit)
    outcome = by_permit(parts, part_outcome)
    unplaced = np.isnan(parts.parcel_area_m2) & (of_permit >= 0)
    return Judgement(np.where(unplaced, UNDETERMINED, outcome).astype(np.int8), part_outcome, near_outcome, detail)


def _outcomes(detail: UseDetail, permit: IndexArray, unit: IndexArray) -> SmallArray:
    silent = np.full((1, detail.permission.shape[1]), ABSENT, np.int8)  # the last row, which -1 is the number of
    table = np.concatenate([detail.outcomes, silent])
    outcomes: SmallArray = looked_up(table, detail.of_permit, detail.column, permit, unit)
    return outcomes


def _asked(case: Case) -> tuple[list[str], list[tuple[int, ...]], IndexArray]:
    """Distinct questions: the activity where one is stated, else the KBLI code."""
    activities, of_activity = case.text("activity")
    codes, of_code = case.text("kbli")
    inverse, unique = _distinct(of_activity * len(codes) + of_code, len(activities) * len(codes))
    rules = case.plan.rules
    asked: list[str] = []
    rows: list[tuple[int, ...]] = []
    number = np.full(len(unique), _NONE_ASKED, np.int64)
    for k, p in enumerate(unique):
        activity, code = activities[int(p) // len(codes)], codes[int(p) % len(codes)]
        if activity or code:
            number[k] = len(asked)
            asked.append(activity or code)
            rows.append(rules.find_activity(activity) if activity else rules.find_kbli(code))
    return asked or [""], rows or [()], number[inverse]


def _distinct(values: IndexArray, most: int) -> tuple[IndexArray, IndexArray]:
    """Which of the distinct values each one is, and these, all below `most`; a few by their places, many by their hashes."""
    if most > len(values):
        return pd.factorize(values)
    there = np.zeros(most, np.bool_)
    there[values] = True
    return (np.cumsum(there) - 1)[values], np.flatnonzero(there)


def every_activity(plan: Plan) -> UseDetail:
    """Ask for every activity of the rule book at once, in its order and without any permit."""
    rules = plan.rules
    rows: list[tuple[int, ...]] = [(k,) for k in range(len(rules.cells))]
    asked = tuple(rules.activities["activity_id"])
    return UseDetail(
        asked, tuple(rows), np.arange(len(rows)), _permissions(rules, rows), _columns(plan.index.units, rules)
    )


def _columns(units: Units, rules: RuleBook) -> IndexArray:
    position = {key: k for k, key in enumerate(rules.subzones)}
    missing = len(rules.subzones)
    return np.array([*(position.get(key, missing) for key in units.key), missing + 1], np.int64)


def _permissions(rules: RuleBook, rows: list[tuple[int, ...]]) -> SmallArray:
    width = len(rules.subzones)
    table = np.full((len(rows), width + 2), NOT_STATED, np.int8)
    one = [k for k, activities in enumerate(rows) if len(activities) == 1]
    table[one, :width] = rules.permissions[[rows[k][0] for k in one]]
    for k, activities in enumerate(rows):  # one pass a KBLI code that means several
        if len(activities) > 1:
            chosen = rules.permissions[list(activities)]
            table[k, :width] = chosen.max(axis=0)
            both = (chosen == 1).any(axis=0) & (chosen == 2).any(axis=0) & (table[k, :width] < 3)
            table[k, :width][both] = 3  # T of one activity and B of another are TB together
    return table


def describe(case: Case, judgement: Judgement, chosen: BoolArray, *, passes: bool) -> Iterator[Batch]:
    """Say what was found about the use of the chosen permits."""
    detail: UseDetail = judgement.detail
    asked = case_asked(detail)
    given = chosen & (detail.of_permit >= 0)
    listed = np.array([bool(r) for r in detail.rows])[np.maximum(detail.of_permit, 0)]
    several = np.array([len(r) > 1 for r in detail.rows])[np.maximum(detail.of_permit, 0)]
    unlisted = np.flatnonzero(given & ~listed)
    yield Batch("USE_NOT_LISTED", unlisted, UNDETERMINED, more={"asked": asked[detail.of_permit[unlisted]]})
    yield _screening(case, detail, np.flatnonzero(given & several))
    table = _counted(case, judgement, given & listed)
    yield from _by_outcome(case, detail, table, passes=passes)
    yield from _conditions(case, detail, table)


def case_asked(detail: UseDetail) -> ObjectArray:
    """Distinct things asked, as an array."""
    return np.array(detail.asked, dtype=object)


def _screening(case: Case, detail: UseDetail, permit: IndexArray) -> Batch:
    names = case.plan.rules.activities["name"].to_numpy(object)
    texts = np.array(["; ".join(names[list(r)]) for r in detail.rows], dtype=object)
    prefix = np.array([case.plan.rules.matched_kbli(a) for a in detail.asked], dtype=object)
    of = detail.of_permit[permit]
    values = {"asked": case_asked(detail)[of], "matched": prefix[of], "activities": texts[of]}
    return Batch("USE_SCREENING", permit, more=values)


def _counted(case: Case, judgement: Judgement, chosen: BoolArray) -> pd.DataFrame:
    """Counted parts of chosen permits, put together by thing asked, matrix column and label."""
    detail: UseDetail = judgement.detail
    parts = case.parts
    rows = np.flatnonzero(parts.counts & chosen[parts.permit])
    permit = parts.permit[rows]
    frame = pd.DataFrame(
        {
            "permit": permit,
            "label": case.labels[parts.unit[rows]],
            "column": detail.column[parts.unit[rows]],
            "asked": detail.of_permit[permit],
            "outcome": judgement.part_outcome[rows],  # type: ignore[index]
            "area": parts.area_m2[rows],
        }
    )
    return frame.groupby(["permit", "label", "column", "asked", "outcome"], sort=True, as_index=False)["area"].sum()


def _by_outcome(case: Case, detail: UseDetail, table: pd.DataFrame, *, passes: bool) -> Iterator[Batch]:
    width = len(case.plan.rules.subzones)
    outside, no_column = table["column"] == width + 1, table["column"] == width
    wanted = {
        "USE_PROHIBITED": table["outcome"] == PROHIBITED,
        "USE_NO_RULE": (table["outcome"] == UNDETERMINED) & ~outside & ~no_column,
        "USE_NO_SUBZONE": (table["outcome"] == UNDETERMINED) & no_column,
        "USE_OUTSIDE": (table["outcome"] == UNDETERMINED) & outside,
    }
    if passes:
        wanted["USE_PERMITTED"] = table["outcome"] == PERMITTED
    for code, where in wanted.items():
        part = table[where]
        yield Batch(
            code,
            part["permit"].to_numpy(),
            part["outcome"].to_numpy(np.int8),
            part["area"].to_numpy(),
            unit="m2",
            label=part["label"].to_numpy(object),
            reference=_references(case, detail, part),
            more={"activity": _names(case, detail, part)},
        )


def _names(case: Case, detail: UseDetail, table: pd.DataFrame) -> ObjectArray:
    names = case.plan.rules.activities["name"].to_numpy(object)
    texts = np.array(
        [names[r[0]] if len(r) == 1 else a for r, a in zip(detail.rows, detail.asked, strict=True)], dtype=object
    )
    return texts[table["asked"].to_numpy(np.int64)]


def _references(case: Case, detail: UseDetail, table: pd.DataFrame) -> ObjectArray:
    references = case.plan.rules.matrix_references
    texts = np.array(
        ["; ".join(dict.fromkeys(references[k] for k in r if references[k])) for r in detail.rows], dtype=object
    )
    return texts[table["asked"].to_numpy(np.int64)]


def _conditions(case: Case, detail: UseDetail, table: pd.DataFrame) -> Iterator[Batch]:
    """One finding a condition code of each permit, with the sub-zones that ask for it."""
    rules = case.plan.rules
    conditional = table[table["outcome"] == CONDITIONAL]
    codes = {
        key: detail.conditions(rules, *key)
        for key in set(zip(conditional["asked"], conditional["column"], strict=True))
    }
    long = conditional.assign(
        condition=[codes[k] for k in zip(conditional["asked"], conditional["column"], strict=True)]
    )
    long = long.explode("condition").dropna(subset="condition")
    grouped = (
        long.groupby(["permit", "condition"], sort=True)
        .agg(label=("label", lambda v: ", ".join(dict.fromkeys(v))), area=("area", "sum"))
        .reset_index()
    )
    texts = [rules.condition_texts.get(c, ("", "")) for c in grouped["condition"]]
    missing = np.array([not text for text, _ in texts], np.bool_)
    for code, where in (("USE_CONDITION", ~missing), ("USE_CONDITION_TEXTLESS", missing)):
        rows = np.flatnonzero(where)
        part = grouped.iloc[rows]
        yield Batch(
            code,
            part["permit"].to_numpy(np.int64),
            CONDITIONAL,
            part["area"].to_numpy(np.float64),
            unit="m2",
            label=part["label"].to_numpy(object),
            reference=np.array([texts[r][1] for r in rows], dtype=object),
            more={
                "condition": part["condition"].to_numpy(object),
                "text": np.array([texts[r][0] for r in rows], dtype=object),
            },
        )
