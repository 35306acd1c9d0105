"""One finding of an audit, as the checks give it; and a check that could not look. Holds data, says nothing."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import shapely

from rdtr.types import IndexArray, Lang
from rdtr.zoning.findings import Finding

__all__ = ["Found", "Skipped"]


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """One finding.

    Attributes
    ----------
    code
        A code of the audit's catalogue, or of ``data/findings.csv`` for a note of reading.
    zone, other
        Rows of the plan's zones, counted from 0; None where no single zone is meant. Of several zones the first.
    size
        How large it is, in the unit of its kind; NaN where it has no size.
    place
        Where it is, in the plan's CRS; None where it is nowhere in particular.
    field
        Column; empty where no single column is meant.
    values
        What the sentence needs beside the size; a value that differs by language is a mapping of both.
    note
        The note of reading it comes from.
    rows
        All zones that are meant, where they are several that have something in common; None where they are not.
    """

    code: str
    zone: int | None = None
    other: int | None = None
    size: float = float("nan")
    place: shapely.Geometry | None = None
    field: str = ""
    values: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    note: Finding | None = None
    rows: IndexArray | None = None

    def said(self, lang: Lang) -> dict[str, Any]:
        """Values in one language, the size among them."""
        plain = {k: v[lang] if isinstance(v, Mapping) else v for k, v in self.values.items()}
        return {"size": self.size, "field": self.field, **plain}


@dataclass(frozen=True, slots=True)
class Skipped:
    """A check that could not look, and why."""

    check: str
    reason: Mapping[Lang, str]
