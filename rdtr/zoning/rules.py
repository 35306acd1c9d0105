"""The rule book of one plan: activities, ITBX matrix, conditions, intensity, overlays, buffers.

Law is data here; nothing in this module knows a number of any regulation, and nothing here judges.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pandas as pd

from rdtr.errors import RulesError
from rdtr.types import SmallArray
from rdtr.zoning.cells import NOT_STATED, Cell, parse_cell
from rdtr.zoning.codes import tidy
from rdtr.zoning.findings import Finding, Findings
from rdtr.zoning.rulechecks import check_tables
from rdtr.zoning.tables import EFFECTS, LIMITS, SELECTORS, TABLES, cell_columns, clean_table, rule_key

__all__ = ["EFFECTS", "LIMITS", "SELECTORS", "TABLES", "RuleBook", "rule_key"]


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
            outside 0..100, an activity listed twice, and whatever else `rdtr.zoning.rulechecks` refuses.

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
        clean: dict[str, pd.DataFrame] = {}
        for name in TABLES:
            clean[name], noticed = clean_table(name, tables.get(name), f"{source}/{name}")
            found.extend(noticed)
        return cls(clean, Findings((*found, *check_tables(clean, source))))

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
        """Return a table by name, as a copy.

        Raises
        ------
        RulesError
            If the name is not one of `TABLES`.
        """
        if name not in TABLES:
            raise RulesError(f"table {name!r} is not known; the tables are {', '.join(TABLES)}")
        return self._tables[name].copy()

    def with_findings(self, *findings: Finding) -> RuleBook:
        """Return the same rules with findings of the reading put before their own."""
        return replace(self, findings=Findings((*findings, *self.findings)))

    @cached_property
    def subzones(self) -> tuple[str, ...]:
        """Keys of the matrix columns, in their order."""
        return cell_columns(self._tables["matrix"])

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
    def permissions(self) -> SmallArray:
        """The permission of every cell, shape (activities, sub-zones)."""
        table = [[cell.permission for cell in row] for row in self.cells]
        return np.array(table, np.int8).reshape(len(self.cells), len(self.subzones))

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
            Empty when the activity is not listed: that is for the authority to decide, never a "no". Also empty for a
            number of more than five digits, which is no KBLI code.

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

    def spell_activity(self, activity: object, kbli: object = None) -> str:
        """Name what a permit asks for, its KBLI code behind it; "" where it asks for nothing.

        Examples
        --------
        >>> book = RuleBook.from_tables({"activities": pd.DataFrame(
        ...     {"activity_id": ["002"], "name": ["Toko"], "kbli": ["471"]})})
        >>> book.spell_activity("002", "47111"), book.spell_activity("47111"), book.spell_activity(None, "47112")
        ('Toko (KBLI 47111)', 'Toko (KBLI 47111)', 'Toko (KBLI 47112)')
        """
        asked, code = tidy(activity), tidy(kbli)
        rows = self.find_activity(asked or code)
        if not code and asked.isdigit() and self._by_name.get(asked.casefold()) is None:
            code = asked
        name = str(self.activities["name"].iloc[rows[0]]) if len(rows) == 1 else "" if asked == code else asked
        return (f"{name} (KBLI {code})" if name else f"KBLI {code}") if code else name

    def find_kbli(self, code: object) -> tuple[int, ...]:
        """Find activities by the longest listed prefix of a KBLI code; empty when none is listed."""
        return self._by_kbli.get(self.matched_kbli(code), ())

    def matched_kbli(self, code: object) -> str:
        """Return the prefix by which `find_kbli` matched, empty when it did not."""
        digits = tidy(code)
        if not digits.isdecimal() or len(digits) > 5:
            return ""
        return next((digits[:n] for n in range(len(digits), 1, -1) if digits[:n] in self._by_kbli), "")

    def __len__(self) -> int:
        return sum(len(table) for table in self._tables.values())
