"""The rule book of the sample city: example rules, sensible and made up, never claimed to be law."""

from __future__ import annotations

import numpy as np
import pandas as pd

from rdtr.sample.tables import column, packaged
from rdtr.types import ObjectArray
from rdtr.zoning.rules import RuleBook

__all__ = ["example_rules", "reference"]


def reference(part: str, row: int) -> str:
    """Say where a value stands, and that it is an example.

    Examples
    --------
    >>> reference("Lampiran II", 12)
    'Contoh, Lampiran II baris 12; bukan peraturan'
    """
    return f"Contoh, {part} baris {row}; bukan peraturan"


def example_rules() -> RuleBook:
    """Build the rule book: about 170 activities over every sub-zone of the city, with limits, overlays and buffers.

    The matrix is laid out from groups of activities and of sub-zones (``data/permissions.csv``) and single exceptions
    (``data/exceptions.csv``), some of which are blank: not stated, which is neither yes nor no.

    Examples
    --------
    >>> book = example_rules()
    >>> book.find_kbli("47721") != (), "R-2" in book.subzones, len(book.findings)
    (True, True, 0)
    """
    return RuleBook.from_tables(
        {
            "activities": _activities(),
            "matrix": _matrix(),
            "conditions": _referenced("conditions", "Pasal 14"),
            "intensity": _referenced("limits", "Lampiran III"),
            "overlays": _referenced("overlays", "Lampiran IV"),
            "buffers": _referenced("buffers", "Lampiran V"),
        },
        source="sample",
    )


def _references(part: str, rows: int) -> list[str]:
    return [reference(part, row) for row in range(1, rows + 1)]


def _referenced(name: str, part: str) -> pd.DataFrame:
    table = packaged(name)
    return table.assign(reference=_references(part, len(table)))


def _ids() -> list[str]:
    return [f"{row:03d}" for row in range(1, len(packaged("activities")) + 1)]


def _activities() -> pd.DataFrame:
    table = packaged("activities")
    references = _references("Lampiran I", len(table))
    return pd.DataFrame({"activity_id": _ids(), "name": table["name"], "kbli": table["kbli"], "reference": references})


def _matrix() -> pd.DataFrame:
    cells = _cells()
    columns = dict(zip(column("subzones", "code"), cells.T, strict=True))
    return pd.DataFrame({"activity_id": _ids(), **columns, "reference": _references("Lampiran II", len(cells))})


def _cells() -> ObjectArray:
    """Every cell of the matrix, shape (activities, sub-zones)."""
    by_group = packaged("permissions").set_index("group")
    cells = by_group.loc[column("activities", "group"), column("subzones", "group")].to_numpy(object)
    activity = pd.Index(column("activities", "name")).get_indexer(column("exceptions", "name"))
    subzone = pd.Index(column("subzones", "code")).get_indexer(column("exceptions", "subzone"))
    cells[activity, subzone] = column("exceptions", "cell")
    return np.asarray(cells, dtype=object)
