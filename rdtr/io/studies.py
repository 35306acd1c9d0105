"""Results of studies (places for an activity, two plans compared, land use) as files. Judges nothing, makes no shapes.

A study is a few named tables, the first of them the one people want as a map or list, and a receipt.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any, Final, Protocol

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter

from rdtr.atomic import new_file
from rdtr.errors import FileError, ReportError
from rdtr.io.report.layers import add_table, in_degrees
from rdtr.io.report.plain import plain_table, rows_of
from rdtr.io.vector import write_layers
from rdtr.zoning.plan import Plan

__all__ = ["FORMATS", "Study", "write_study"]

_MAX_ROWS: Final = 1_048_575
_LONGEST: Final = 60  # characters a column is wide at most
_HEAD: Final = "E6EDEB"


class Study(Protocol):
    """What can be written: tables, the plan whose CRS their shapes have, a receipt."""

    @property
    def plan(self) -> Plan:
        """The plan that was studied."""

    @property
    def receipt(self) -> Mapping[str, Any]:
        """What is needed to repeat the study."""

    def tables(self) -> Mapping[str, pd.DataFrame]:
        """Return the tables by name, the main one first; those with shapes are GeoDataFrames."""


def write_study(study: Study, target: Path) -> None:
    """Write a study; the suffix says how.

    ``gpkg`` and ``xlsx`` hold every table; ``geojson`` holds the first one in longitude and latitude, with the receipt as
    a member; ``csv`` and ``parquet`` write the first table to the named file and the others beside it, as
    ``hasil.limits.csv``; ``json`` holds every table without shapes.

    Parameters
    ----------
    study
        What to write.
    target
        For example ``hasil.gpkg``.

    Raises
    ------
    ReportError
        For a suffix that no writer knows, or more rows than a sheet holds.
    FileError
        If it cannot be written there; an older file then stays.
    """
    kind = target.suffix.lstrip(".").casefold()
    if kind not in _WRITERS:
        raise ReportError(
            f"{target.name}: this cannot be written as {kind or 'a file without suffix'!r}; use one of {', '.join(FORMATS)}"
        )
    _WRITERS[kind](study, target)


def _flat(frame: pd.DataFrame) -> pd.DataFrame:
    """Take the shapes off, write categories and tuples as texts."""
    flat = plain_table(pd.DataFrame(frame.drop(columns="geometry", errors="ignore")))
    lists = [c for c in flat.columns if flat[c].dtype == object and flat[c].map(lambda v: isinstance(v, tuple)).any()]
    return flat.assign(**{c: flat[c].map(lambda v: " ".join(map(str, v))) for c in lists})


def _write_gpkg(study: Study, target: Path) -> None:
    tables = {**study.tables(), "receipt": _receipt(study)}
    layers = {n: _layer(t) for n, t in tables.items() if isinstance(t, gpd.GeoDataFrame)}
    with new_file(target) as place:
        write_layers(layers, place, "GPKG")
        try:
            with closing(sqlite3.connect(place)) as connection, connection:
                for name, table in tables.items():
                    if name not in layers:
                        add_table(connection, name, _flat(table))
        except sqlite3.Error as error:
            raise FileError(f"{target.name}: cannot be written ({error}); check room and permissions") from error


def _layer(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(_flat(frame), geometry=frame.geometry.to_numpy(), crs=frame.crs)


def _receipt(study: Study) -> pd.DataFrame:
    said = [json.dumps(v, ensure_ascii=False) if isinstance(v, dict) else v for v in study.receipt.values()]
    return pd.DataFrame({"key": list(study.receipt), "value": [None if v is None else str(v) for v in said]})


def _write_geojson(study: Study, target: Path) -> None:
    name, frame = next(iter(study.tables().items()))
    if not isinstance(frame, gpd.GeoDataFrame):
        raise ReportError(f"{target.name}: table {name} has no shapes; write .xlsx, .csv or .json")
    shapes = shapely.to_geojson(in_degrees(frame.geometry.to_numpy(), study.plan))
    flat = _flat(frame)
    rows = (dict(zip(flat.columns, row, strict=True)) for row in rows_of(flat))
    with new_file(target) as place, place.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write(f'{{"type": "FeatureCollection",\n"receipt": {_dumps(dict(study.receipt))},\n"features": [')
        for k, (row, shape) in enumerate(zip(rows, shapes, strict=True)):
            start = ",\n" if k else "\n"
            stream.write(f'{start}{{"type": "Feature", "properties": {_dumps(row)}, "geometry": {shape or "null"}}}')
        stream.write("\n]}\n")


def _dumps(value: Any, **options: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, default=str, **options)


def _beside(study: Study, target: Path, stack: ExitStack) -> list[tuple[Path, pd.DataFrame]]:
    """Open a file for each table; the named one, which holds the first, appears last."""
    places = []
    for k, (name, table) in enumerate(study.tables().items()):
        path = target if k == 0 else target.with_name(f"{target.stem}.{name}{target.suffix}")
        places.append((stack.enter_context(new_file(path)), table))
    return places


def _write_csv(study: Study, target: Path) -> None:
    with ExitStack() as stack:
        for place, table in _beside(study, target, stack):
            _flat(table).to_csv(place, index=False, encoding="utf-8", lineterminator="\n", compression=None)


def _write_parquet(study: Study, target: Path) -> None:
    with ExitStack() as stack:
        for place, table in _beside(study, target, stack):
            if isinstance(table, gpd.GeoDataFrame):
                _layer(table).to_parquet(place, index=False)
            else:
                pq.write_table(pa.Table.from_pandas(_flat(table), preserve_index=False), place)


def _write_json(study: Study, target: Path) -> None:
    flat = {name: _flat(table) for name, table in study.tables().items()}
    tables = {n: [dict(zip(t.columns, row, strict=True)) for row in rows_of(t)] for n, t in flat.items()}
    with new_file(target) as place:
        place.write_text(_dumps({"receipt": dict(study.receipt), **tables}, indent=1) + "\n", encoding="utf-8")


def _write_xlsx(study: Study, target: Path) -> None:
    tables = {name: _flat(table) for name, table in {**study.tables(), "receipt": _receipt(study)}.items()}
    for name, table in tables.items():
        if len(table) > _MAX_ROWS:
            raise ReportError(f"{target.name}: sheet {name} would have {len(table):,} rows; write .parquet or .csv")
    with new_file(target) as place:
        book = Workbook(write_only=True)
        for name, table in tables.items():
            _write_sheet(book, name, table)
        book.save(place)


def _write_sheet(book: Workbook, name: str, table: pd.DataFrame) -> None:
    sheet = book.create_sheet(name[:31])
    sheet.freeze_panes = "A2"
    for k, column in enumerate(table.columns, 1):
        longest = max([len(str(column)), *table[column].head(200).map(lambda v: len(f"{v}"))])
        sheet.column_dimensions[get_column_letter(k)].width = min(longest + 2, _LONGEST)
    sheet.append([_head(sheet, str(c)) for c in table.columns])
    for row in rows_of(table):
        sheet.append([_cell(sheet, v) for v in row])


def _head(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, text)
    cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor=_HEAD)
    return cell


def _cell(sheet: Any, value: Any) -> Any:
    """Store every text as text, so that nothing that came with the data can run as a formula."""
    if not isinstance(value, str):
        return value if value is None or isinstance(value, bool | int | float) else str(value)
    cell = WriteOnlyCell(sheet, "".join(c for c in value if c.isprintable() or c in "\n\t")[:32_767])
    cell.data_type = "s"
    return cell


_WRITERS: Final[Mapping[str, Callable[[Study, Path], None]]] = {
    "xlsx": _write_xlsx,
    "gpkg": _write_gpkg,
    "geojson": _write_geojson,
    "parquet": _write_parquet,
    "csv": _write_csv,
    "json": _write_json,
}

FORMATS: Final = tuple(_WRITERS)
"""Suffixes that `write_study` knows."""
