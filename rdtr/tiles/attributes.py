"""Columns of a layer dictionary-encoded for tiles, once a layer. Knows no geometry; tiles are made elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from rdtr.errors import TileError
from rdtr.tiles.values import plain_value, value_bytes
from rdtr.tiles.wire import SLACK, field
from rdtr.types import IndexArray, SmallArray
from rdtr.zoning.codes import is_blank

__all__ = ["Attributes", "attributes_of"]

_REPEATS: Final = 16
"""Neighbouring columns are told together as long as a combination of their values comes so often in the mean."""


@dataclass(frozen=True, eq=False)
class Attributes:
    """Columns of a layer, dictionary-encoded once.

    Many features of a tile say the same in neighbouring columns: name, code and colour of a sub-zone, say. Such columns
    are one group, and what a feature says in a group is one combination, whose tags a tile writes once and copies.

    Columns of few values come first, and values are numbered column by column: so what features say alike stands in
    the same place with small numbers, which packs better and takes fewer bytes.

    Attributes
    ----------
    key_start, key_data
        Where the name of each column starts, and all of them as encoded fields of a layer, `rdtr.tiles.wire.SLACK` bytes
        behind them.
    groups
        Shape (features, groups), int32: the combination of each feature in each group, -1 where all of it is null; in a
        group of a single column the value itself.
    single
        Shape (groups,), int16: the column of a group of one, -1 for others.
    combination_start
        Shape (combinations + 1,), int32, in `tag_key` and `tag_value`.
    tag_key, tag_value
        Shape (tags,), int16 and int32: column and distinct value of each tag; a null has no tag.
    value_column
        Shape (values,), int16: the first column that says a value.
    value_start, value_data
        Where each distinct value starts, and all of them as encoded fields of a layer, with such bytes behind them too.
    """

    key_start: IndexArray
    key_data: SmallArray
    groups: IndexArray
    combination_start: IndexArray
    tag_key: IndexArray
    tag_value: IndexArray
    value_column: IndexArray
    value_start: IndexArray
    value_data: SmallArray
    single: IndexArray

    @property
    def arrays(self) -> tuple[SmallArray | IndexArray, ...]:
        """What `rdtr.tiles.tags.meet` reads."""
        return (
            self.groups, self.combination_start, self.tag_key, self.tag_value, self.value_column, self.value_start,
            self.value_data, self.key_start, self.key_data, self.single,
        )  # fmt: skip


def attributes_of(frame: pd.DataFrame, columns: Sequence[str] | None = None) -> Attributes:
    """Encode the columns of a layer once, so that a tile only copies numbers.

    Parameters
    ----------
    frame
        One row a feature. Texts, bools, whole numbers, floats and dates are kept as what they are; null, NaN and
        texts that say nothing ("-", "Tidak Ada") have no tag; anything else is written as text.
    columns
        Which columns; default is all but geometry.

    Raises
    ------
    TileError
        If a column is not there.
    """
    names = [c for c in frame.columns if c != "geometry"] if columns is None else list(dict.fromkeys(columns))
    missing = [c for c in names if c not in frame.columns]
    if missing:
        there = ", ".join(str(c) for c in frame.columns if c != "geometry")[:200]
        raise TileError(f"layer has no column {missing[0]!r}; it has {there}")
    told = [(name, *pd.factorize(frame[name], use_na_sentinel=True)) for name in names]
    told.sort(key=lambda column: len(column[2]))
    known: dict[bytes, int] = {}
    values, seen = [], []
    for name, codes, distinct in told:
        values.append(_column(frame[name], codes, distinct, known))
        seen.append(len(known))
    groups, single, start, key, value = _combined(np.array(values, np.int64).reshape(len(names), len(frame)))
    return Attributes(
        *_bytes([field(3, str(name).encode()) for name, *_ in told]),
        groups,
        start,
        key,
        value,
        np.searchsorted(np.array(seen), np.arange(len(known)), side="right").astype(np.int16),
        *_bytes(list(known)),
        single,
    )


def _bytes(parts: list[bytes]) -> tuple[IndexArray, SmallArray]:
    start: IndexArray = np.concatenate([[0], np.cumsum([len(part) for part in parts], dtype=np.int64)]).astype(np.int32)
    return start, np.frombuffer(b"".join([*parts, bytes(SLACK)]), np.uint8)


def _column(values: pd.Series[Any], codes: IndexArray, distinct: Any, known: dict[bytes, int]) -> IndexArray:
    if not pd.api.types.is_numeric_dtype(values.dtype):
        # "Tidak Ada" says nothing; half of a zone's columns do so
        blank = np.array([isinstance(v, str) and v != "0" and is_blank(v) for v in distinct] or [False])
        codes = np.where(blank[codes], -1, codes)
    numbers = np.array([known.setdefault(value_bytes(plain_value(v)), len(known)) for v in distinct] or [-1], np.int64)
    return np.where(codes < 0, -1, numbers[codes])


def _combined(table: IndexArray) -> tuple[IndexArray, ...]:
    """Group columns that stand beside each other; number the combinations that occur."""
    columns, features = table.shape
    codes: list[IndexArray] = []
    singles: list[int] = []
    starts, keys, values = [np.zeros(1, np.int64)], [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    first, combinations = 0, 0
    while first < columns:
        last, code, rows = _group(table, first)
        if last == first + 1:  # a value is its own combination
            codes.append(table[first])
            singles.append(first)
            first = last
            continue
        singles.append(-1)
        picked = table[first:last, rows].T
        said = np.greater_equal(picked, 0)
        silent = said.sum(axis=1) == 0
        codes.append(np.where(silent[code], -1, code + combinations))
        starts.append(starts[-1][-1] + np.cumsum(said.sum(axis=1)))
        keys.append(np.broadcast_to(np.arange(first, last), picked.shape)[said])
        values.append(picked[said])
        combinations += len(rows)
        first = last
    groups = np.column_stack(codes) if codes else np.empty((features, 0), np.int64)
    return (
        np.ascontiguousarray(groups, np.int32),
        np.array(singles, np.int16),
        np.concatenate(starts).astype(np.int32),
        np.concatenate(keys).astype(np.int16),
        np.concatenate(values).astype(np.int32),
    )


def _group(table: IndexArray, first: int) -> tuple[int, IndexArray, IndexArray]:
    """Take columns from `first` on; return where the group ends, each feature's combination, a row of each combination."""
    code, rows = _numbered(table[first])
    last = first + 1
    while last < len(table):
        own, _ = _numbered(table[last])
        more, more_rows = _numbered(code * (int(own.max(initial=0)) + 1) + own)
        if len(more_rows) * _REPEATS > len(code):
            break
        code, rows, last = more, more_rows, last + 1
    return last, code, rows


def _numbered(values: IndexArray) -> tuple[IndexArray, IndexArray]:
    """Number distinct values in the order in which they come; return also a row of each."""
    code = pd.factorize(values)[0]
    rows = np.full(int(code.max(initial=-1)) + 1, 0, np.int64)
    rows[code[::-1]] = np.arange(len(code))[::-1]
    return code.astype(np.int64), rows
