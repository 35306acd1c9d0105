"""A report as documents on the wire, piece by piece, so that no one of them is ever whole in memory. Judges nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from rdtr.io.report.layers import in_degrees
from rdtr.io.report.plain import rows_of
from rdtr.service.documents import plan_card
from rdtr.types import Lang
from rdtr.zoning.outcomes import DIMENSIONS, OUTCOMES, words
from rdtr.zoning.permits import findings_of
from rdtr.zoning.report import Report

__all__ = ["EXPLAINED", "features", "json_document", "json_lines"]

EXPLAINED: Final = 20
"""Permits up to which a report is explained in words too; for more there are the findings."""

_NOTES: Final = 100
_ROWS: Final = 512  # a piece: some 100 kB, so that a socket is neither starved nor flooded

Row = dict[str, Any]


def json_document(report: Report, lang: Lang) -> Iterator[str]:
    """Give the report as one JSON object, tables as lists of rows.

    Everything is computed here and now; what is left for later is only to write it.
    """
    head = {
        "plan": plan_card(report.case.plan),
        "receipt": report.receipt,
        "summary": _summary(report),
        "notes": _notes(report, lang),
        "explain": _explained(report, lang),
    }
    tables = {
        "permits": _labelled(report.permits, "verdict", lang),
        "parts": _labelled(report.parts, "outcome", lang),
        "findings": report.findings_in(lang),
    }
    return _document(head, {name: _rows(frame) for name, frame in tables.items()})


def features(report: Report, lang: Lang) -> Iterator[str]:
    """Give the parts, and what could be approved, as a GeoJSON FeatureCollection; ``kind`` tells them apart."""
    shapes = [
        ("part", _labelled(report.geometries("parts"), "outcome", lang)),
        ("approvable", report.geometries("approvable")),
    ]
    head = {
        "type": "FeatureCollection",
        "plan": plan_card(report.case.plan),
        "receipt": report.receipt,
        "summary": _summary(report),
    }
    rows = chain.from_iterable(_features(report, kind, frame) for kind, frame in shapes)
    return _document(head, {"features": rows})


def json_lines(report: Report, lang: Lang) -> Iterator[str]:
    """Give one JSON object a line: first plan, receipt and summary, then each permit with its parts and findings."""
    head = {"plan": plan_card(report.case.plan), "receipt": report.receipt, "summary": _summary(report)}
    permits = _labelled(report.permits, "verdict", lang)
    parts = _labelled(report.parts, "outcome", lang)
    return chain([_dumps(head) + "\n"], _lines(permits, parts, report.findings_in(lang)))


def _lines(permits: pd.DataFrame, parts: pd.DataFrame, findings: pd.DataFrame) -> Iterator[str]:
    of_parts, of_findings = _Owned(parts), _Owned(findings)
    for piece in _pieces(_rows(permits)):
        yield "".join(
            _dumps({**row, "parts": of_parts.of(row["permit_id"]), "findings": of_findings.of(row["permit_id"])}) + "\n"
            for row in piece
        )


class _Owned:
    """Rows of a table that is ordered by permit, handed out permit by permit without a second copy of the table."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self._rows = _rows(frame)
        self._next = next(self._rows, None)

    def of(self, permit_id: str) -> list[Row]:
        mine = []
        while self._next is not None and self._next["permit_id"] == permit_id:
            mine.append({k: v for k, v in self._next.items() if k != "permit_id"})
            self._next = next(self._rows, None)
        return mine


def _document(head: Row, lists: dict[str, Iterator[Row]]) -> Iterator[str]:
    yield _dumps(head)[:-1]
    for name, rows in lists.items():
        yield f',\n"{name}":['
        for number, piece in enumerate(_pieces(rows)):
            yield (",\n" if number else "\n") + ",\n".join(map(_dumps, piece))
        yield "]"
    yield "}\n"


def _pieces(rows: Iterable[Row]) -> Iterator[list[Row]]:
    left = iter(rows)
    while piece := list(islice(left, _ROWS)):
        yield piece


def _rows(frame: pd.DataFrame) -> Iterator[Row]:
    names = [str(c) for c in frame.columns]
    return (dict(zip(names, row, strict=True)) for row in rows_of(frame))


def _labelled(frame: Any, column: str, lang: Lang) -> Any:
    """Put the words that users read beside the code of a verdict."""
    texts = np.array([*(words(k, lang) for k in range(len(OUTCOMES))), None], dtype=object)
    labelled = frame.copy()
    labelled.insert(labelled.columns.get_loc(column) + 1, f"{column}_label", texts[frame[column].cat.codes])
    return labelled


def _features(report: Report, kind: str, frame: gpd.GeoDataFrame) -> Iterator[Row]:
    shapes = in_degrees(frame.geometry.to_numpy(), report.case.plan)
    properties = _rows(pd.DataFrame(frame.drop(columns="geometry")))
    for row, shape in zip(properties, shapes, strict=True):
        geometry = None if shape is None or shape.is_empty else shapely.geometry.mapping(shape)
        yield {"type": "Feature", "properties": {"kind": kind, **row}, "geometry": geometry}


def _summary(report: Report) -> dict[str, int]:
    return {str(verdict): int(count) for verdict, count in report.summary().items()}


def _notes(report: Report, lang: Lang) -> list[str]:
    found = list(findings_of(report.case.permits))
    more = [f"… {len(found) - _NOTES:,}"] if len(found) > _NOTES else []
    return [f.message(lang) for f in found[:_NOTES]] + more


def _explained(report: Report, lang: Lang) -> dict[str, Row]:
    if len(report) > EXPLAINED:
        return {}
    rows = report.permits
    return {
        permit_id: {
            "title": words(OUTCOMES.index(verdict), lang),
            "text": report.explain(permit_id, lang),
            "lines": _explained_lines(report, permit_id, lang),
        }
        for permit_id, verdict in zip(rows["permit_id"], rows["verdict"], strict=True)
    }


def _explained_lines(report: Report, permit_id: str, lang: Lang) -> list[Row]:
    found = report.findings_in(lang, permit_id=permit_id, passes=True)
    order = {d: k for k, d in enumerate(DIMENSIONS)}
    rows = sorted(_rows(found), key=lambda row: order.get(row["dimension"], len(order)))
    kept = ("dimension", "level", "outcome", "reference", "code", "KODSZN")
    return [{"text": row["message"], **{name: row[name] for name in kept}} for row in rows]


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
