"""A report as tables for programs: CSV, Parquet and JSON. Makes no shapes and no workbook.

Texts stand as they are, since programs read them: a permit id such as ``=A1`` is data. For a spreadsheet write xlsx.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any, Final

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from rdtr.atomic import new_file
from rdtr.io.report.plain import plain_table, rows_of
from rdtr.zoning.report import Report

__all__ = ["write_csv", "write_json", "write_parquet"]

_TABLES: Final = ("permits", "parts", "findings")


def write_csv(report: Report, target: Path) -> None:
    """Write permits to the named file, and beside it ``.parts.csv``, ``.findings.csv`` and ``.receipt.json``.

    UTF-8, comma, decimal point; numbers with every digit that they have. The named file appears last.

    Parameters
    ----------
    report
        What to write.
    target
        For example ``hasil.csv``; the others are then ``hasil.parts.csv`` and so on.

    Raises
    ------
    FileError
        If a file cannot be written there; older files then stay.
    """
    with ExitStack() as stack:
        places = {name: stack.enter_context(new_file(_named(target, name))) for name in _TABLES}
        receipt = stack.enter_context(new_file(target.with_name(f"{target.stem}.receipt.json")))
        receipt.write_text(_dumps(report.receipt, indent=2) + "\n", encoding="utf-8")
        for name, place in places.items():
            plain_table(getattr(report, name)).to_csv(
                place, index=False, encoding="utf-8", lineterminator="\n", compression=None
            )


def write_parquet(report: Report, target: Path) -> None:
    """Write permits to the named file, and beside it ``.parts.parquet`` and ``.findings.parquet``.

    The receipt stands in the metadata of each file under the key ``rdtr``, as JSON.

    Parameters
    ----------
    report
        What to write.
    target
        For example ``hasil.parquet``.

    Raises
    ------
    FileError
        If a file cannot be written there; older files then stay.
    """
    receipt = _dumps(report.receipt).encode()
    with ExitStack() as stack:
        places = {name: stack.enter_context(new_file(_named(target, name))) for name in _TABLES}
        for name, place in places.items():
            table = pa.Table.from_pandas(plain_table(getattr(report, name)), preserve_index=False)
            table = table.replace_schema_metadata({**(table.schema.metadata or {}), b"rdtr": receipt})
            pq.write_table(table, place)


def _named(target: Path, name: str) -> Path:
    return target if name == "permits" else target.with_name(f"{target.stem}.{name}{target.suffix}")


def write_json(report: Report, target: Path) -> None:
    """Write one JSON document: receipt, summary, permits, parts, findings, in this order, one row a line.

    "No value" is null. The same report gives the same bytes.

    Parameters
    ----------
    report
        What to write.
    target
        For example ``hasil.json``.

    Raises
    ------
    FileError
        If it cannot be written there; an older file then stays.
    """
    with new_file(target) as place, place.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write(f'{{\n"receipt": {_dumps(report.receipt)},\n')
        stream.write(f'"summary": {_dumps(report.summary().to_dict())}')
        for name in _TABLES:
            stream.write(f',\n"{name}": [')
            _write_rows(stream, getattr(report, name))
            stream.write("]")
        stream.write("\n}\n")


def _write_rows(stream: IO[str], frame: pd.DataFrame) -> None:
    for number, row in enumerate(_records(frame)):
        stream.write((",\n" if number else "\n") + row)


def _records(frame: pd.DataFrame) -> Iterator[str]:
    names = [str(c) for c in frame.columns]
    for row in rows_of(frame):
        yield _dumps(dict(zip(names, row, strict=True)))


def _dumps(value: Any, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent)
