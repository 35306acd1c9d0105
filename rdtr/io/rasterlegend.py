"""The legend of a raster as a table beside it in a plan package: values, colours, words. Draws nothing."""

from __future__ import annotations

import math
from dataclasses import fields
from pathlib import Path
from typing import Final

import pandas as pd

from rdtr.errors import PlanError
from rdtr.io.sheets import read_csv, write_csv
from rdtr.zoning.rasters import ColorClass

__all__ = ["read_legend", "write_legend"]

_COLUMNS: Final = tuple(field.name for field in fields(ColorClass))
_NEEDED: Final = ("low", "color")
_LARGEST: Final = 1024 * 1024  # bytes; a legend of 256 lines is far smaller


def write_legend(classes: tuple[ColorClass, ...], path: Path) -> None:
    """Write the classes of a raster as CSV."""
    rows = [[_text(getattr(each, column)) for column in _COLUMNS] for each in classes]
    write_csv(pd.DataFrame(rows, columns=list(_COLUMNS), dtype=object), path)


def read_legend(path: Path, label: str) -> tuple[ColorClass, ...]:
    """Read the classes of a raster.

    Parameters
    ----------
    path
        A CSV file with columns low and color; high (blank: this value alone, or a stop), label_id, label_en, reference
        and confidence may be left out.
    label
        What messages call it.

    Raises
    ------
    FileError, RulesError
        If it cannot be opened, or is no table.
    PlanError
        If a column is missing, or a value is no number.
    """
    if path.stat().st_size > _LARGEST:
        raise PlanError(f"{label}: {path.stat().st_size:,} bytes are no legend; at most {_LARGEST:,} are read")
    table, _ = read_csv(path, _COLUMNS)
    missing = [column for column in _NEEDED if column not in table.columns]
    if missing:
        raise PlanError(f"{label}: column {missing[0]} is missing; a legend has {', '.join(_COLUMNS)}")
    rows = table.reindex(columns=list(_COLUMNS), fill_value="").itertuples(index=False, name=None)
    return tuple(_class(row, f"{label} row {number}") for number, row in enumerate(rows, 1))


def _class(row: tuple[str, ...], where: str) -> ColorClass:
    low = _number(row[0], f"{where} low")
    high = _number(row[1], f"{where} high") if row[1].strip() else low
    return ColorClass(low, high, *row[2:])


def _number(text: str, where: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if math.isnan(value):
        raise PlanError(f"{where}: {text[:40]!r} is no number; write it with a point, for example 2.5")
    return value


def _text(value: float | str) -> str:
    return value if isinstance(value, str) else repr(float(value))
