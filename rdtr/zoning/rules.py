"""The rule book of one plan: activities, ITBX matrix, conditions, intensity, overlays, buffers. Law is data here;
nothing in this module knows a number of any regulation, and nothing here judges."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import numpy as np
import pandas as pd

from rdtr.errors import RulesError
from rdtr.zoning.cells import NOT_STATED, Cell, parse_cell
from rdtr.zoning.codes import canonical_code, is_blank, tidy
from rdtr.zoning.findings import Finding, Findings

__all__ = ["LIMITS", "SELECTORS", "TABLES", "RuleBook", "rule_key"]

SELECTORS: Final = ("subzone", "road_class", "lot_min_m2", "lot_max_m2", "alternative")
LIMITS: Final = (
    "kdb_max_pct",
    "klb_min",
    "klb_max",
    "kdh_min_pct",
    "ktb_max_pct",
    "height_max_m",
    "floors_max",
    "gsb_min_m",
    "side_min_m",
    "rear_min_m",
    "lot_area_min_m2",
)
TABLES: Final[Mapping[str, tuple[str, ...]]] = {
    "activities": ("activity_id", "name", "kbli", "reference"),
    "matrix": ("activity_id", "reference"),
    "conditions": ("code", "text", "reference"),
    "intensity": (*SELECTORS, *LIMITS, "reference"),
    "overlays": ("field", "layer", "pattern", "effect", "text", "scope", "height_max_m", "reference"),
    "buffers": ("layer", "where", "distance_m", "text", "reference"),
}
_REQUIRED: Final[Mapping[str, tuple[str, ...]]] = {
    "activities": ("activity_id", "name"),
    "matrix": ("activity_id",),
    "conditions": ("code", "text"),
    "intensity": ("subzone",),
    "overlays": ("pattern", "effect"),
    "buffers": ("layer", "distance_m"),
}
EFFECTS: Final = ("prohibit", "condition", "note", "height")
_NUMERIC: Final = {
    "intensity": ("lot_min_m2", "lot_max_m2", *LIMITS),
    "overlays": ("height_max_m",),
    "buffers": ("distance_m",),
}


def rule_key(value: object) -> str:
    """Spell a sub-zone, however it is named, as the rule tables key it: a canonical code, or a name in lower case.

    Examples
    --------
    >>> rule_key("r 2"), rule_key(" Badan  Air "), rule_key("Tidak Ada")
    ('R-2', 'badan air', '')
    """
    code = canonical_code(value)
    return code if code.isupper() or not code else code.casefold()


def _text(value: Any) -> str:
    return "" if is_blank(value) and tidy(value) != "0" else tidy(value)


@dataclass(frozen=True, eq=False)
class RuleBook:
    """The zoning rules (peraturan zonasi) of one plan, checked and spelled in one way.

    Build it with `from_tables`. Every table is handed out as a copy, so a rule book never changes.

    Attributes
    ----------
    findings
        What was mended or noticed while reading.
    """

    _tables: Mapping[str, pd.DataFrame]
    findings: Findings = field(default_factory=Findings)

    @classmethod
    def empty(cls) -> RuleBook:
        """Return a rule book without a single rule.

        Examples
        --------
        >>> len(RuleBook.empty().activities)
        0
        """
        return cls.from_tables({})

    @classmethod
    def from_tables(cls, tables: Mapping[str, pd.DataFrame], source: str = "rules") -> RuleBook:
        """Check rule tables and put them into one spelling.

        Parameters
        ----------
        tables
            Any of ``activities``, ``matrix``, ``conditions``, ``intensity``, ``overlays``, ``buffers`` with the columns
            of `TABLES`; a missing table or optional column is empty. In ``matrix`` every column other than
            ``activity_id``, ``name`` and ``reference`` is a sub-zone.
        source
            What the tables were read from, for messages.

        Returns
        -------
        RuleBook

        Raises
        ------
        RulesError
            For an unknown table, a missing column, a cell with an unknown token, a number that is none, a percentage
            outside 0..100, or an activity listed twice.

        Examples
        --------
        >>> book = RuleBook.from_tables({
        ...     "activities": pd.DataFrame({"activity_id": ["001"], "name": ["Rumah tunggal"], "kbli": [""]}),
        ...     "matrix": pd.DataFrame({"activity_id": ["001"], "R.2": ["I"], "K-1": ["T1, B1"]}),
        ... })
        >>> book.subzones, book.cells[0][1].text
        (('R-2', 'K-1'), 'T1,B1')
        """
        unknown = sorted(set(tables) - set(TABLES))
        if unknown:
            raise RulesError(f"{source}: table {unknown[0]!r} is not known; the tables are {', '.join(TABLES)}")
        found: list[Finding] = []
        clean = {name: _clean(name, tables.get(name), f"{source}/{name}", found) for name in TABLES}
        _check_activities(clean, source, found)
        _check_cells(clean["matrix"], source, found)
        _check_conditions(clean, source, found)
        return cls(clean, Findings(tuple(found)))

    @property
    def activities(self) -> pd.DataFrame:
        """Activities: activity_id, name, kbli, reference."""
        return self._tables["activities"].copy()

    @property
    def matrix(self) -> pd.DataFrame:
        """The ITBX matrix: activity_id, then a column a sub-zone, then reference."""
        return self._tables["matrix"].copy()

    @property
    def conditions(self) -> pd.DataFrame:
        """Texts of the T and B codes; they are local to this plan."""
        return self._tables["conditions"].copy()

    @property
    def intensity(self) -> pd.DataFrame:
        """Limits by sub-zone, road class, lot size and alternative."""
        return self._tables["intensity"].copy()

    @property
    def overlays(self) -> pd.DataFrame:
        """What a flag column or an overlay layer does."""
        return self._tables["overlays"].copy()

    @property
    def buffers(self) -> pd.DataFrame:
        """Distances to keep from rivers, coasts, rails and lines."""
        return self._tables["buffers"].copy()

    def table(self, name: str) -> pd.DataFrame:
        """Return a table by name, as a copy."""
        return self._tables[name].copy()

    @cached_property
    def subzones(self) -> tuple[str, ...]:
        """Keys of the matrix columns, in their order."""
        return tuple(c for c in self._tables["matrix"].columns if c not in ("activity_id", "name", "reference"))

    @cached_property
    def cells(self) -> tuple[tuple[Cell, ...], ...]:
        """The parsed matrix, one row an activity in the order of ``activities``; without a row, all "not stated"."""
        matrix = self._tables["matrix"]
        rows = {
            a: tuple(map(parse_cell, cells))
            for a, *cells in matrix[["activity_id", *self.subzones]].itertuples(index=False, name=None)
        }
        silent = tuple(Cell(NOT_STATED) for _ in self.subzones)
        return tuple(rows.get(a, silent) for a in self._tables["activities"]["activity_id"])

    @cached_property
    def condition_texts(self) -> Mapping[str, tuple[str, str]]:
        """Text and reference of each condition code."""
        table = self._tables["conditions"]
        return {c: (t, r) for c, t, r in table[["code", "text", "reference"]].itertuples(index=False, name=None)}

    @cached_property
    def matrix_references(self) -> tuple[str, ...]:
        """The article or annex that each activity's row stands in, in the order of ``activities``."""
        matrix = self._tables["matrix"]
        by_id = dict(zip(matrix["activity_id"], matrix["reference"], strict=True))
        activities = self._tables["activities"]
        return tuple(
            by_id.get(a, "") or own for a, own in zip(activities["activity_id"], activities["reference"], strict=True)
        )

    @cached_property
    def _by_kbli(self) -> Mapping[str, tuple[int, ...]]:
        index: dict[str, list[int]] = {}
        for row, codes in enumerate(self._tables["activities"]["kbli"]):
            for code in codes.split():
                index.setdefault(code, []).append(row)
        return {code: tuple(rows) for code, rows in index.items()}

    @cached_property
    def _by_name(self) -> Mapping[str, int]:
        activities = self._tables["activities"]
        names: dict[str, int] = {}
        for row, (activity_id, name) in enumerate(zip(activities["activity_id"], activities["name"], strict=True)):
            names.setdefault(name.casefold(), row)
            names[activity_id.casefold()] = row
        return names

    def find_activity(self, asked: object) -> tuple[int, ...]:
        """Find the rows of ``activities`` that an id, a name or a KBLI code means.

        A KBLI code is matched by its longest listed prefix of 5, 4, 3 or 2 digits; several activities may share it.

        Parameters
        ----------
        asked
            ``"001"``, ``"Rumah tunggal"`` or ``"47111"``.

        Returns
        -------
        rows
            Empty when the activity is not listed: that is for the authority to decide, never a "no".

        Examples
        --------
        >>> book = RuleBook.from_tables({"activities": pd.DataFrame(
        ...     {"activity_id": ["001", "002"], "name": ["Rumah", "Toko"], "kbli": ["", "471 4772"]})})
        >>> book.find_activity("rumah"), book.find_activity("47111"), book.find_activity("99000")
        ((0,), (1,), ())
        """
        text = tidy(asked)
        row = self._by_name.get(text.casefold())
        return (row,) if row is not None else self.find_kbli(text)

    def find_kbli(self, code: object) -> tuple[int, ...]:
        """Find activities by the longest listed prefix of a KBLI code; empty when none is listed."""
        digits = tidy(code)
        if not digits.isdigit():
            return ()
        for length in range(min(len(digits), 5), 1, -1):
            rows = self._by_kbli.get(digits[:length])
            if rows:
                return rows
        return ()

    def matched_kbli(self, code: object) -> str:
        """Return the prefix by which `find_kbli` matched, empty when it did not."""
        digits = tidy(code)
        return next((digits[:n] for n in range(min(len(digits), 5), 1, -1) if digits[:n] in self._by_kbli), "")

    def __len__(self) -> int:
        return sum(len(table) for table in self._tables.values())


def _clean(name: str, table: pd.DataFrame | None, source: str, found: list[Finding]) -> pd.DataFrame:
    if table is None:
        return pd.DataFrame({column: pd.Series(dtype=object) for column in TABLES[name]})
    given = table.rename(columns=lambda c: tidy(c))
    lower = {c.casefold(): c for c in given.columns}
    given = given.rename(columns={lower[c]: c for c in (*TABLES[name], "value pattern", "name") if c in lower})
    given = given.rename(columns={"value pattern": "pattern"})
    missing = [c for c in _REQUIRED[name] if c not in given.columns]
    if missing:
        raise RulesError(f"{source}: column {missing[0]!r} is missing; columns found: {', '.join(given.columns)}")
    clean = pd.DataFrame(index=pd.RangeIndex(len(given)))
    for column in TABLES[name]:
        values = given[column] if column in given.columns else pd.Series([None] * len(given), dtype=object)
        clean[column] = _column(name, column, values, source)
    if name == "matrix":
        clean = _matrix(clean, given, source)
    if name == "intensity":
        clean["subzone"] = [rule_key(v) for v in clean["subzone"]]
        _check_numbers(clean, source, found)
    if name == "overlays":
        _check_effects(clean, source)
    return clean


def _column(table: str, column: str, values: pd.Series[Any], source: str) -> list[Any]:
    if column in _NUMERIC.get(table, ()):
        return [_number(v, source, row, column) for row, v in enumerate(values, 1)]
    if column == "kbli":
        return [_kbli(v, source, row) for row, v in enumerate(values, 1)]
    return [_text(v) for v in values]


def _number(value: Any, source: str, row: int, column: str) -> float:
    text = tidy(value)
    if text != "0" and is_blank(text):
        return float("nan")
    try:
        return float(text.replace(",", ".") if text.count(",") == 1 and "." not in text else text)
    except ValueError:
        raise RulesError(f"{source} row {row} {column}: {text[:40]!r} is no number; write digits, or nothing") from None


def _kbli(value: Any, source: str, row: int) -> str:
    codes = re.split(r"[\s,;]+", tidy(value)) if not is_blank(value) else []
    codes = [c for c in codes if c]
    for code in codes:
        if not re.fullmatch(r"\d{2,5}", code):
            raise RulesError(
                f"{source} row {row} kbli: {code[:20]!r} is no KBLI code; write 2 to 5 digits, blanks between"
            )
    return " ".join(codes)


def _matrix(clean: pd.DataFrame, given: pd.DataFrame, source: str) -> pd.DataFrame:
    columns = [c for c in given.columns if c not in ("activity_id", "name", "reference")]
    keys = [rule_key(c) for c in columns]
    doubled = sorted({k for k in keys if keys.count(k) > 1})
    if doubled:
        raise RulesError(f"{source}: sub-zone {doubled[0]!r} has more than one column; keep one")
    cells = pd.DataFrame(
        {
            k: given[c].map(lambda v: "" if is_blank(v) else tidy(v)).to_numpy(object)
            for k, c in zip(keys, columns, strict=True)
        },
        index=clean.index,
    )
    return pd.concat([clean[["activity_id"]], cells, clean[["reference"]]], axis=1)


def _check_activities(tables: Mapping[str, pd.DataFrame], source: str, found: list[Finding]) -> None:
    for name in ("activities", "matrix"):
        ids = tables[name]["activity_id"]
        twice = ids[ids.duplicated()]
        if len(twice):
            raise RulesError(f"{source}/{name}: activity {twice.iloc[0]!r} stands in more than one row; keep one")
        if (ids == "").any():
            row = int(np.flatnonzero(ids == "")[0]) + 1
            raise RulesError(f"{source}/{name} row {row}: activity_id is blank; give every activity an id")
    lost = set(tables["matrix"]["activity_id"]) - set(tables["activities"]["activity_id"])
    found.extend(
        Finding("RULE_ACTIVITY_UNLISTED", f"{source}/matrix", None, "activity_id", {"activity": a})
        for a in sorted(lost)
    )


def _check_cells(matrix: pd.DataFrame, source: str, found: list[Finding]) -> None:
    bad: list[str] = []
    columns = [c for c in matrix.columns if c not in ("activity_id", "reference")]
    for column in columns:
        for text in matrix[column].unique():
            cell = parse_cell(text)
            if not (cell.unknown or cell.mended or cell.contradiction):
                continue
            for row in np.flatnonzero(matrix[column] == text):
                where = (f"{source}/matrix", int(row) + 1, column)
                if cell.unknown:
                    bad.append(f"row {row + 1} (activity {matrix['activity_id'].iloc[row]}) column {column}: {text!r}")
                elif cell.contradiction:
                    found.append(Finding("RULE_CELL_CONTRADICTION", *where, {"found": text, "taken": cell.text}))
                else:
                    found.append(Finding("RULE_CELL_MENDED", *where, {"found": text, "taken": cell.text}))
    if bad:
        more = f" and {len(bad) - 3} more" if len(bad) > 3 else ""
        raise RulesError(f"{source}/matrix: {'; '.join(bad[:3])}{more}; a cell holds I, X, T, B, T1, B2 ... or nothing")


def _check_conditions(tables: Mapping[str, pd.DataFrame], source: str, found: list[Finding]) -> None:
    known = set(tables["conditions"]["code"])
    matrix = tables["matrix"]
    texts = pd.unique(matrix.drop(columns=["activity_id", "reference"]).to_numpy(object).ravel())
    used = {code for text in texts for code in parse_cell(text).conditions}
    found.extend(
        Finding("RULE_CONDITION_WITHOUT_TEXT", f"{source}/conditions", None, "code", {"condition": c})
        for c in sorted(used - known)
    )


def _check_numbers(table: pd.DataFrame, source: str, found: list[Finding]) -> None:
    for column in (*LIMITS, "lot_min_m2", "lot_max_m2"):
        values = table[column].to_numpy(float)
        for row in np.flatnonzero(values < 0):
            raise RulesError(f"{source} row {row + 1} {column}: {values[row]:g} is below zero")
    for column in ("kdb_max_pct", "kdh_min_pct"):
        values = table[column].to_numpy(float)
        for row in np.flatnonzero(values > 100):
            raise RulesError(f"{source} row {row + 1} {column}: {values[row]:g} is over 100 per cent")
    missing = table["reference"] == ""
    if len(table) and missing.all():
        found.append(Finding("RULE_WITHOUT_REFERENCE", source))


def _check_effects(table: pd.DataFrame, source: str) -> None:
    for row, (effect, where, layer) in enumerate(zip(table["effect"], table["field"], table["layer"], strict=True), 1):
        if effect not in EFFECTS:
            raise RulesError(f"{source} row {row} effect: {effect!r} is not one of {', '.join(EFFECTS)}")
        if not where and not layer:
            raise RulesError(f"{source} row {row}: neither field nor layer is given; say what carries the overlay")
