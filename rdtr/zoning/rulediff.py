"""What changed between two rule books, row by row: limits, matrix cells, conditions, overlays, buffers. Judges nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import pandas as pd

from rdtr.zoning.codes import tidy
from rdtr.zoning.rules import LIMITS, SELECTORS, RuleBook

__all__ = ["COLUMNS", "rule_changes"]

COLUMNS: Final = ("table", "subzone", "item", "change", "before", "after", "reference_before", "reference_after")

_ROWS: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "conditions": (("code",), ("text",)),
    "overlays": (("field", "layer", "pattern", "scope"), ("effect", "height_max_m", "text")),
    "buffers": (("layer", "where"), ("distance_m", "text")),
}
"""By table: what names a row, and what it says."""


def rule_changes(old: RuleBook, new: RuleBook) -> pd.DataFrame:
    """List every change between two rule books.

    Activities are matched by name, or by id where the name is new: a new edition numbers them anew more often than it
    renames them.

    Returns
    -------
    DataFrame
        table (activities, matrix, intensity, conditions, overlays, buffers), subzone ("" where none is meant), item (the
        limit with its road class, lot and alternative; the activity; the code ...), change (added, removed, changed),
        before, after, reference_before, reference_after.

    Examples
    --------
    >>> limits = pd.DataFrame({"subzone": ["R-2"], "kdb_max_pct": [60.0], "reference": ["Tabel 1"]})
    >>> old, new = (RuleBook.from_tables({"intensity": limits.assign(kdb_max_pct=v)}) for v in (60.0, 70.0))
    >>> rule_changes(old, new)[["subzone", "item", "before", "after"]].to_numpy().tolist()
    [['R-2', 'kdb_max_pct', '60', '70']]
    """
    rows = [*_activities(old, new), *_matrix(old, new), *_intensity(old, new)]
    for table in _ROWS:
        rows += _table(table, old, new)
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _activities(old: RuleBook, new: RuleBook) -> Iterator[tuple[Any, ...]]:
    before, after = old.activities, new.activities
    pairs = dict(_pairs(old, new))
    for k, (name, kbli, reference) in enumerate(_columns(before, "name", "kbli", "reference")):
        if k not in pairs:
            yield "activities", "", name, "removed", kbli, "", reference, ""
    taken = set(pairs.values())
    for k, (name, kbli, reference) in enumerate(_columns(after, "name", "kbli", "reference")):
        if k not in taken:
            yield "activities", "", name, "added", "", kbli, "", reference
    for a, b in pairs.items():
        one, two = before.iloc[a], after.iloc[b]
        if (one["name"].casefold(), one["kbli"]) != (two["name"].casefold(), two["kbli"]):
            said = [f"{r['name']} ({r['kbli']})" if r["kbli"] else r["name"] for r in (one, two)]
            yield "activities", "", two["name"], "changed", *said, one["reference"], two["reference"]


def _columns(table: pd.DataFrame, *names: str) -> Iterator[tuple[Any, ...]]:
    return table[list(names)].itertuples(index=False, name=None)


def _pairs(old: RuleBook, new: RuleBook) -> Iterator[tuple[int, int]]:
    """Match activities: by name, then those that are left by id."""
    by_name = {name.casefold(): k for k, name in reversed(list(enumerate(new.activities["name"])))}
    by_id = {i: k for k, i in enumerate(new.activities["activity_id"])}
    named = {k: by_name[n.casefold()] for k, n in enumerate(old.activities["name"]) if n.casefold() in by_name}
    taken: set[int] = set()
    for k, activity_id in enumerate(old.activities["activity_id"]):
        other = named.get(k)
        if other is None and by_id.get(activity_id) not in named.values():
            other = by_id.get(activity_id)
        if other is not None and other not in taken:
            taken.add(other)
            yield k, other


def _matrix(old: RuleBook, new: RuleBook) -> Iterator[tuple[Any, ...]]:
    subzones = dict.fromkeys((*old.subzones, *new.subzones))
    columns = [{s: k for k, s in enumerate(book.subzones)} for book in (old, new)]
    names = new.activities["name"].tolist()
    for a, b in _pairs(old, new):
        references = old.matrix_references[a], new.matrix_references[b]
        for subzone in subzones:
            before, after = (
                _cell(book, row, places.get(subzone))
                for book, row, places in zip((old, new), (a, b), columns, strict=True)
            )
            if before != after:
                yield "matrix", subzone, names[b], _change(before, after), before, after, *references


def _cell(book: RuleBook, row: int, column: int | None) -> str:
    return "" if column is None else book.cells[row][column].text


def _change(before: str, after: str) -> str:
    return "added" if not before else "removed" if not after else "changed"


def _intensity(old: RuleBook, new: RuleBook) -> Iterator[tuple[Any, ...]]:
    before, after = _limits(old), _limits(new)
    for key in dict.fromkeys((*before, *after)):
        one, two = before.get(key), after.get(key)
        for limit in LIMITS:
            values = [_text(row[limit]) if row is not None else "" for row in (one, two)]
            if values[0] != values[1]:
                item = " · ".join((limit, *key[1:-1])) if any(key[1:-1]) else limit
                yield "intensity", key[0], item, _change(*values), *values, *(_reference(r) for r in (one, two))


def _limits(book: RuleBook) -> dict[tuple[str, ...], Mapping[str, Any]]:
    """Rows of limits by what selects them; rows that say the same are numbered."""
    rows: dict[tuple[str, ...], Mapping[str, Any]] = {}
    for row in book.intensity.to_dict("records"):
        when = tuple(f"{name} {_text(row[name])}" for name in SELECTORS[1:] if _text(row[name]))
        number = 0
        while (key := (row["subzone"], *when, str(number))) in rows:
            number += 1
        rows[key] = row
    return rows


def _table(name: str, old: RuleBook, new: RuleBook) -> Iterator[tuple[Any, ...]]:
    keys, said = _ROWS[name]
    before, after = (_rows(book.table(name), keys) for book in (old, new))
    for key in dict.fromkeys((*before, *after)):
        one, two = before.get(key), after.get(key)
        texts = [" · ".join(t for c in said if (t := _text(r[c]))) if r is not None else "" for r in (one, two)]
        if texts[0] != texts[1]:
            item = " ".join(t for t in key[:-1] if t)
            yield name, "", item, _change(*texts), *texts, *(_reference(r) for r in (one, two))


def _rows(table: pd.DataFrame, keys: tuple[str, ...]) -> dict[tuple[str, ...], Mapping[str, Any]]:
    rows: dict[tuple[str, ...], Mapping[str, Any]] = {}
    for row in table.to_dict("records"):
        number = 0
        while (key := (*(_text(row[k]) for k in keys), str(number))) in rows:
            number += 1
        rows[key] = row
    return rows


def _reference(row: Mapping[str, Any] | None) -> str:
    return "" if row is None else str(row["reference"])


def _text(value: Any) -> str:
    return "" if value != value else f"{value:g}" if isinstance(value, float) else tidy(value)
