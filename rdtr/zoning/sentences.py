"""Batches of findings as one table with sentences. Knows the catalogue and how numbers are written, no rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from rdtr.text import quantity
from rdtr.types import Lang, ObjectArray
from rdtr.zoning.case import Batch
from rdtr.zoning.findings import kind_of
from rdtr.zoning.outcomes import names

__all__ = ["COLUMNS", "OUTSIDE", "table_of"]

OUTSIDE: Final[dict[Lang, str]] = {"id": "luar rencana", "en": "the land outside the plan"}
COLUMNS = (
    "permit_id",
    "code",
    "level",
    "dimension",
    "outcome",
    "measured",
    "limit",
    "unit",
    "KODSZN",
    "reference",
    "message",
)


class _Quantity(float):
    """A number that knows its unit, so that a plain ``{measured}`` in a sentence is written with it."""

    unit: str
    lang: Lang

    def __new__(cls, value: float, unit: str, lang: Lang) -> _Quantity:
        new = super().__new__(cls, value)
        new.unit, new.lang = unit, lang
        return new

    def __str__(self) -> str:
        return quantity(float(self), self.unit, self.lang)


def table_of(batches: Iterable[tuple[str, Batch]], permit_id: ObjectArray, lang: Lang) -> pd.DataFrame:
    """Put batches, each with its dimension, into one table ordered by permit, then as they came.

    Parameters
    ----------
    batches
        Pairs of dimension ("" for notes) and batch.
    permit_id
        Shape (n,).
    lang
        Language of the sentences.

    Returns
    -------
    DataFrame
        With `COLUMNS`.
    """
    frames = [_frame(dimension, batch, lang) for dimension, batch in batches if len(batch.permit)]
    if not frames:
        return pd.DataFrame({c: pd.Series(dtype=float if c in ("measured", "limit") else object) for c in COLUMNS})
    table = pd.concat(frames, ignore_index=True)
    table.insert(0, "permit_id", permit_id[table["permit"].to_numpy()])
    order = np.argsort(table.pop("permit").to_numpy(), kind="stable")
    return table.iloc[order].reset_index(drop=True)[list(COLUMNS)]


def _frame(dimension: str, batch: Batch, lang: Lang) -> pd.DataFrame:
    n, kind = len(batch.permit), kind_of(batch.code)
    measured, limit = _full(batch.measured, n, np.float64), _full(batch.limit, n, np.float64)
    label = _full(batch.label, n, object)
    columns = {"label": label, **{k: _full(v, n, object) for k, v in batch.more.items()}}
    messages = []
    # sentences are made one by one; only permits that were asked for come here
    for k in range(n):
        values: dict[str, Any] = {name: _said(column[k], lang) for name, column in columns.items()}
        values["label"] = values["label"] or OUTSIDE[lang]
        values.update(measured=_Quantity(measured[k], batch.unit, lang), limit=_Quantity(limit[k], batch.unit, lang))
        if "other" in values:
            values["other"] = _Quantity(values["other"], batch.unit, lang)
        messages.append(kind.message(lang, **values))
    return pd.DataFrame(
        {
            "permit": batch.permit,
            "code": batch.code,
            "level": kind.level,
            "dimension": dimension or None,
            "outcome": names(_full(batch.outcome, n, np.int8)),
            "measured": measured,
            "limit": limit,
            "unit": batch.unit or None,
            "KODSZN": np.where(label == "", None, label),
            "reference": _full(batch.reference, n, object),
            "message": messages,
        }
    )


def _said(value: Any, lang: Lang) -> Any:
    return value[lang] if isinstance(value, Mapping) else value


def _full(value: Any, n: int, dtype: Any) -> Any:
    return np.asarray(value, dtype=dtype) if np.ndim(value) else np.full(n, value, dtype=dtype)
