"""The shape of the rule tables: their columns, and how one table is put into one spelling. Compares no tables."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

import pandas as pd

from rdtr.errors import RulesError
from rdtr.zoning.codes import canonical_code, is_blank, looks_like_code, tidy
from rdtr.zoning.findings import Finding

__all__ = ["EFFECTS", "LIMITS", "SELECTORS", "TABLES", "cell_columns", "clean_table", "rule_key"]

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
EFFECTS: Final = ("prohibit", "condition", "note", "height")

_REQUIRED: Final[Mapping[str, tuple[str, ...]]] = {
    "activities": ("activity_id", "name"),
    "matrix": ("activity_id",),
    "conditions": ("code", "text"),
    "intensity": ("subzone",),
    "overlays": ("pattern", "effect"),
    "buffers": ("layer", "distance_m"),
}
_NUMERIC: Final = {
    "intensity": ("lot_min_m2", "lot_max_m2", *LIMITS),
    "overlays": ("height_max_m",),
    "buffers": ("distance_m",),
}
_OTHER_NAMES: Final = {"value pattern": "pattern"}
# "1.500" is fifteen hundred in Indonesia and one and a half in English; "1.5" and "1.255" are what programs write.
_THOUSANDS: Final = re.compile(r"^[1-9]\d{0,2}(?:[.,]\d{3})*[.,]\d\d0$")


def rule_key(value: object) -> str:
    """Spell a sub-zone, however it is named, as the rule tables key it: a canonical code, or a name in lower case.

    Examples
    --------
    >>> rule_key("r 2"), rule_key(" Badan  Air "), rule_key("BADAN AIR"), rule_key("Tidak Ada")
    ('R-2', 'badan air', 'badan air', '')
    """
    code = canonical_code(value)
    return code if looks_like_code(code) or not code else code.casefold()


def cell_columns(matrix: pd.DataFrame) -> tuple[str, ...]:
    """Return the columns of a matrix that are sub-zones, in their order.

    Examples
    --------
    >>> cell_columns(pd.DataFrame(columns=["activity_id", "R-2", "reference"]))
    ('R-2',)
    """
    return tuple(c for c in matrix.columns if c not in ("activity_id", "name", "reference"))


def clean_table(name: str, table: pd.DataFrame | None, source: str) -> tuple[pd.DataFrame, tuple[Finding, ...]]:
    """Put one rule table into one spelling: known columns in their order, texts trimmed, numbers as float64.

    Parameters
    ----------
    name
        A key of `TABLES`.
    table
        As it was read; None gives an empty table.
    source
        File and table, for messages.

    Returns
    -------
    table
        With all columns of `TABLES` (a matrix: and its sub-zones); absent text is "", an absent number NaN.
    findings
        Columns that mean nothing here.

    Raises
    ------
    RulesError
        For a missing or doubled column, or a value that is no number, KBLI code or effect.
    """
    if table is None:
        return pd.DataFrame({column: pd.Series(dtype=object) for column in TABLES[name]}), ()
    given = _named_columns(name, table, source)
    found = () if name == "matrix" else _unknown_columns(name, given, source)
    clean = pd.DataFrame(index=pd.RangeIndex(len(given)))
    for column in TABLES[name]:
        values = given[column] if column in given.columns else [None] * len(given)
        clean[column] = pd.Series(_column(name, column, values, source), dtype=_dtype(name, column))
    if name == "matrix":
        clean = _with_cells(clean, given, source)
    return clean, found


def _dtype(table: str, column: str) -> type:
    return float if column in _NUMERIC.get(table, ()) else object


def _named_columns(name: str, table: pd.DataFrame, source: str) -> pd.DataFrame:
    columns = [tidy(c) for c in table.columns]
    known = {*TABLES[name], "name"}
    lower = [_OTHER_NAMES.get(c.casefold(), c.casefold()) for c in columns]
    columns = [low if low in known else c for low, c in zip(lower, columns, strict=True)]
    twice = next((c for i, c in enumerate(columns) if c in columns[:i]), None)
    if twice is not None:
        raise RulesError(f"{source}: column {twice!r} stands there twice; keep one")
    missing = [c for c in _REQUIRED[name] if c not in columns]
    if missing:
        raise RulesError(f"{source}: column {missing[0]!r} is missing; columns found: {', '.join(columns) or 'none'}")
    return table.set_axis(columns, axis=1)


def _unknown_columns(name: str, given: pd.DataFrame, source: str) -> tuple[Finding, ...]:
    return tuple(
        Finding("RULE_COLUMN_UNKNOWN", source, None, c, {"found": c, "hint": _did_you_mean(c, TABLES[name])})
        for c in given.columns
        if c not in (*TABLES[name], "name")
    )


def _did_you_mean(word: str, known: Iterable[str]) -> str:
    begun = [k for k in known if k.startswith(word.casefold())]
    near = begun if len(begun) == 1 else difflib.get_close_matches(word.casefold(), list(known), 1, 0.7)
    return f" ({near[0]}?)" if near else ""


def _column(table: str, column: str, values: Iterable[Any], source: str) -> list[Any]:
    if column in _NUMERIC.get(table, ()):
        return [_number(v, source, row, column) for row, v in enumerate(values, 1)]
    if column == "kbli":
        return [_kbli(v, source, row) for row, v in enumerate(values, 1)]
    if (table, column) == ("intensity", "subzone"):
        return [rule_key(v) for v in values]
    if (table, column) == ("conditions", "code"):
        return [re.sub(r"[\s.\-]", "", _text(v)).upper() for v in values]
    if column == "effect":
        return [_effect(v, source, row) for row, v in enumerate(values, 1)]
    return [_text(v) for v in values]


def _text(value: Any) -> str:
    # a spreadsheet makes 47111.0 of a code as soon as one cell of its column is empty
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if is_blank(value) and tidy(value) != "0" else tidy(value)


def _number(value: Any, source: str, row: int, column: str) -> float:
    text = tidy(value)
    if text != "0" and is_blank(text):
        return math.nan
    if isinstance(value, str) and _THOUSANDS.match(text):
        raise RulesError(
            f"{source} row {row} {column}: {text!r} can mean thousands or decimals; write it without a separator"
        )
    try:
        number = float(text.replace(",", ".") if text.count(",") == 1 and "." not in text else text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise RulesError(f"{source} row {row} {column}: {text[:40]!r} is no number; write digits, or nothing")
    return number


def _kbli(value: Any, source: str, row: int) -> str:
    codes = [c for c in re.split(r"[\s,;]+", _text(value)) if c]
    for code in codes:
        if not re.fullmatch(r"[0-9]{2,5}", code):
            raise RulesError(
                f"{source} row {row} kbli: {code[:20]!r} is no KBLI code; write 2 to 5 digits, blanks between"
            )
    return " ".join(codes)


def _effect(value: Any, source: str, row: int) -> str:
    effect = _text(value).casefold()
    if effect not in EFFECTS:
        raise RulesError(f"{source} row {row} effect: {effect!r} is not one of {', '.join(EFFECTS)}")
    return effect


def _with_cells(clean: pd.DataFrame, given: pd.DataFrame, source: str) -> pd.DataFrame:
    columns = cell_columns(given)
    keys = [rule_key(c) for c in columns]
    if "" in keys:
        raise RulesError(f"{source}: a column of the matrix has no name; write the code of its sub-zone on top")
    doubled = sorted({k for k in keys if keys.count(k) > 1})
    if doubled:
        raise RulesError(f"{source}: sub-zone {doubled[0]!r} has more than one column; keep one")
    cells = {
        k: pd.Series(["" if is_blank(v) else tidy(v) for v in given[c]], dtype=object, index=clean.index)
        for k, c in zip(keys, columns, strict=True)
    }
    return pd.concat([clean[["activity_id"]], pd.DataFrame(cells, index=clean.index), clean[["reference"]]], axis=1)
