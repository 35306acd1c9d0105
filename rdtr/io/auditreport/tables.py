"""An audit as one JSON document for programs and CI. Makes no shapes beyond a place in degrees."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

from rdtr.atomic import new_file
from rdtr.io.report.plain import plain_table, rows_of
from rdtr.types import Lang
from rdtr.zoning.audit.report import AuditReport

__all__ = ["write_json"]


def write_json(report: AuditReport, target: Path, lang: Lang = "id") -> None:
    """Write receipt, counts, skipped checks, summary and findings, one row a line; "no value" is null.

    Parameters
    ----------
    report
        What to write.
    target
        For example ``temuan.json``.
    lang
        Language of the messages.

    Raises
    ------
    FileError
        If it cannot be written there; an older file then stays.
    """
    head = {"receipt": report.receipt, "counts": report.counts(),
            "skipped": [{"check": s.check, "reason": s.reason[lang]} for s in report.skipped]}  # fmt: skip
    findings = pd.DataFrame(report.findings_in(lang)).drop(columns="geometry")
    with new_file(target) as place, place.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write("{" + "".join(f"{json.dumps(k)}: {_dumps(v)},\n" for k, v in head.items()))
        stream.write(f'"summary": [{_rows(report.summary())}],\n"findings": [{_rows(findings)}]}}\n')


def _rows(table: pd.DataFrame) -> str:
    names = list(table.columns)
    rows = (_dumps(dict(zip(names, row, strict=True))) for row in rows_of(plain_table(table)))
    text = ",\n".join(rows)
    return f"\n{text}\n" if text else ""


def _dumps(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
