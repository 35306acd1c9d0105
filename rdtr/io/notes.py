"""Findings as a JSON file and back, so that what was noticed on the first reading is still known on the tenth."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from rdtr.errors import FileError
from rdtr.zoning.findings import Finding, kinds

__all__ = ["read_findings", "write_findings"]


def write_findings(findings: Iterable[Finding], path: Path) -> None:
    """Write findings, one a line; values that JSON does not have are written as text."""
    rows = (json.dumps(_row(f), ensure_ascii=False, default=_plain) for f in findings)
    path.write_text("[\n" + ",\n".join(rows) + "\n]\n", encoding="utf-8", errors="backslashreplace")


def _row(finding: Finding) -> dict[str, Any]:
    values = {name: _tagged(value) for name, value in finding.values.items()}
    return {
        "code": finding.code,
        "source": finding.source,
        "row": finding.row,
        "field": finding.field,
        "values": values,
    }


def _tagged(value: Any) -> Any:
    return {"date": value.isoformat()[:10]} if isinstance(value, date) else value


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else str(value)  # numpy scalars know what they are in Python


def read_findings(path: Path, label: str) -> tuple[Finding, ...]:
    """Read findings that `write_findings` wrote.

    Parameters
    ----------
    path
        The JSON file.
    label
        What messages call it.

    Returns
    -------
    findings
        A finding of a kind that this version does not know becomes ``PACKAGE_FINDING_UNKNOWN``.

    Raises
    ------
    FileError
        If the file is not what `write_findings` writes.
    """
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
        return tuple(_known(_finding(row), label) for row in rows)
    except OSError as error:
        raise FileError(f"{label}: cannot be opened ({error.strerror}); check the permissions") from error
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise FileError(f"{label}: not a list of findings ({error}); mend it or remove it") from error


def _finding(row: Mapping[str, Any]) -> Finding:
    number, column = row.get("row"), row.get("field")
    if not isinstance(number, int | None) or not isinstance(column, str | None):
        raise TypeError(f"row {number!r} field {column!r}")
    values = {str(name): _untagged(value) for name, value in dict(row.get("values", {})).items()}
    return Finding(str(row["code"]), str(row.get("source", "")), number, column, values)


def _untagged(value: Any) -> Any:
    return date.fromisoformat(value["date"]) if isinstance(value, dict) and set(value) == {"date"} else value


def _known(finding: Finding, label: str) -> Finding:
    unknown = Finding("PACKAGE_FINDING_UNKNOWN", label, finding.row, finding.field, {"found": finding.code})
    if finding.code not in kinds():
        return unknown
    try:
        finding.message()
    except (KeyError, IndexError):  # a value that its sentence needs is not there
        return unknown
    return finding
