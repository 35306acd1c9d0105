"""Whether the tables of a rule book fit together. Each check is a small function over clean tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypeAlias

import numpy as np
import pandas as pd

from rdtr.errors import RulesError
from rdtr.zoning.cells import parse_cell
from rdtr.zoning.findings import Finding
from rdtr.zoning.tables import LIMITS, SELECTORS, TABLES, cell_columns

__all__ = ["CHECKS", "check_tables"]

Tables: TypeAlias = Mapping[str, pd.DataFrame]
Check: TypeAlias = Callable[[Tables, str], Iterator[Finding]]


def check_tables(tables: Tables, source: str) -> tuple[Finding, ...]:
    """Run every check of `CHECKS`.

    Parameters
    ----------
    tables
        All tables of a rule book, cleaned by `rdtr.zoning.tables.clean_table`.
    source
        What they were read from.

    Returns
    -------
    findings
        What is odd but can be lived with, in the order of the checks.

    Raises
    ------
    RulesError
        For the first thing that cannot be lived with.
    """
    return tuple(finding for check in CHECKS for finding in check(tables, source))


def activity_ids(tables: Tables, source: str) -> Iterator[Finding]:
    """Refuse blank and doubled ids; report activities of the matrix that the list does not know."""
    for name in ("activities", "matrix"):
        ids = tables[name]["activity_id"]
        blank = np.flatnonzero(ids.to_numpy() == "")
        if len(blank):
            raise RulesError(f"{source}/{name} row {blank[0] + 1}: activity_id is blank; give every activity an id")
        twice = ids[ids.duplicated()]
        if len(twice):
            raise RulesError(f"{source}/{name}: activity {twice.iloc[0]!r} stands in more than one row; keep one")
    lost = set(tables["matrix"]["activity_id"]) - set(tables["activities"]["activity_id"])
    for activity in sorted(lost):
        yield Finding("RULE_ACTIVITY_UNLISTED", f"{source}/matrix", None, "activity_id", {"activity": activity})


def cells(tables: Tables, source: str) -> Iterator[Finding]:
    """Refuse cells with an unknown token, all of them in one message; report mended and contradictory ones."""
    matrix = tables["matrix"]
    bad: list[str] = []
    for column in cell_columns(matrix):
        for text in matrix[column].unique():
            cell = parse_cell(text)
            if not (cell.unknown or cell.mended or cell.contradiction):
                continue
            for row in np.flatnonzero(matrix[column].to_numpy() == text):
                if cell.unknown:
                    bad.append(f"row {row + 1} (activity {matrix['activity_id'].iloc[row]}) column {column}: {text!r}")
                    continue
                code = "RULE_CELL_CONTRADICTION" if cell.contradiction else "RULE_CELL_MENDED"
                values = {"found": text, "taken": cell.text}
                yield Finding(code, f"{source}/matrix", int(row) + 1, column, values)
    if bad:
        more = f" and {len(bad) - 3} more" if len(bad) > 3 else ""
        raise RulesError(f"{source}/matrix: {'; '.join(bad[:3])}{more}; a cell holds I, X, T, B, T1, B2 ... or nothing")


def condition_codes(tables: Tables, source: str) -> Iterator[Finding]:
    """Refuse blank codes and codes with two texts; report codes that cells use but no text explains."""
    table = tables["conditions"]
    codes = table["code"]
    blank = np.flatnonzero(codes.to_numpy() == "")
    if len(blank):
        raise RulesError(f"{source}/conditions row {blank[0] + 1}: code is blank; write T1, B2 ...")
    twice = codes[codes.duplicated()]
    if len(twice):
        raise RulesError(f"{source}/conditions: code {twice.iloc[0]!r} stands in more than one row; keep one text")
    matrix = tables["matrix"]
    texts = pd.unique(matrix[list(cell_columns(matrix))].to_numpy(object).ravel())
    used = {code for text in texts for code in parse_cell(text).conditions}
    for condition in sorted(used - set(codes)):
        yield Finding("RULE_CONDITION_WITHOUT_TEXT", f"{source}/conditions", None, "code", {"condition": condition})


def limits(tables: Tables, source: str) -> Iterator[Finding]:
    """Refuse limits below zero, shares over 100 per cent and ranges that end before they begin."""
    table = tables["intensity"]
    for column in (*LIMITS, "lot_min_m2", "lot_max_m2"):
        _refuse(table, column, table[column] < 0, "is below zero", source)
    for column in ("kdb_max_pct", "kdh_min_pct"):
        _refuse(table, column, table[column] > 100, "is over 100 per cent", source)
    for low, high in (("lot_min_m2", "lot_max_m2"), ("klb_min", "klb_max")):
        _refuse(table, low, table[low] > table[high], f"is greater than {high}", source)
    yield from ()


def _refuse(table: pd.DataFrame, column: str, wrong: pd.Series[bool], why: str, source: str) -> None:
    rows = np.flatnonzero(wrong.to_numpy(bool))
    if len(rows):
        value = table[column].iloc[rows[0]]
        raise RulesError(f"{source}/intensity row {rows[0] + 1} {column}: {value:g} {why}")


def selectors(tables: Tables, source: str) -> Iterator[Finding]:
    """Report limits that are stated twice for the very same case."""
    table = tables["intensity"]
    twice = table.duplicated(list(SELECTORS))
    for row in np.flatnonzero(twice.to_numpy(bool)):
        yield Finding(
            "RULE_LIMITS_TWICE", f"{source}/intensity", int(row) + 1, "subzone", {"subzone": table["subzone"].iloc[row]}
        )


def carriers(tables: Tables, source: str) -> Iterator[Finding]:
    """Refuse overlays that name neither a field nor a layer, and buffers without a distance."""
    overlays, buffers = tables["overlays"], tables["buffers"]
    nowhere = np.flatnonzero(((overlays["field"] == "") & (overlays["layer"] == "")).to_numpy(bool))
    if len(nowhere):
        raise RulesError(
            f"{source}/overlays row {nowhere[0] + 1}: neither field nor layer is given; say what carries the overlay"
        )
    for row, (layer, distance) in enumerate(zip(buffers["layer"], buffers["distance_m"], strict=True), 1):
        if layer == "" or not distance >= 0:
            raise RulesError(f"{source}/buffers row {row}: a buffer needs a layer and a distance_m of 0 or more")
    yield from ()


def references(tables: Tables, source: str) -> Iterator[Finding]:
    """Report tables in which no row says where it stands in the law."""
    for name in TABLES:
        table = tables[name]
        if len(table) and (table["reference"] == "").all():
            yield Finding("RULE_WITHOUT_REFERENCE", f"{source}/{name}")


CHECKS: Final[tuple[Check, ...]] = (
    activity_ids,
    cells,
    condition_codes,
    limits,
    selectors,
    carriers,
    references,
)
