"""Columns of texts as tables bring them, tidied: blanks are None, equal texts are one object. Knows no column by name."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from rdtr.types import ObjectArray
from rdtr.zoning.codes import BLANKS, is_blank, tidy

__all__ = ["all_distinct", "texts_of", "tidy_texts"]

_LONGEST_BLANK: Final = max(len(b) for b in BLANKS if " " not in b)
_SPACE, _LAST_PLAIN = 0x20, 0x7E
_UNTIDY: Final = r"[^\x20-\x7e]|^ | $|  "  # may need a change: anything but plain signs with single blanks between


def texts_of(values: pd.Series[Any]) -> ObjectArray:
    """Tidy a column.

    Parameters
    ----------
    values
        Texts, or numbers that stand for texts.

    Returns
    -------
    text
        Shape (n,); None where nothing is said.

    Examples
    --------
    >>> texts_of(pd.Series([" Toko ", "-", None])).tolist(), texts_of(pd.Series([7.0, np.nan])).tolist()
    (['Toko', None, None], ['7', None])
    """
    texts = tidy_texts(values)
    if texts is not None:
        return _as_they_are(values, texts)
    if pd.api.types.is_float_dtype(values.dtype):  # a column of whole numbers with a gap in it
        whole = (values % 1 == 0).all() if values.notna().all() else (values.dropna() % 1 == 0).all()
        values = values.astype("Int64") if whole else values
    codes, distinct = pd.factorize(values, use_na_sentinel=False)
    said = [tidy(None if pd.isna(v) else v) for v in distinct]
    found = np.array([None if v != "0" and is_blank(v) else v for v in said] or [None], dtype=object)
    return np.asarray(found[codes], dtype=object)


def tidy_texts(values: pd.Series[Any]) -> pa.DictionaryArray | None:
    """Return a column of texts that need no change at all, coded; None for any other. No Python call is made for a row.

    Examples
    --------
    >>> tidy_texts(pd.Series(["a", "b", "a"])).dictionary.to_pylist(), tidy_texts(pd.Series(["a ", "b"])) is None
    (['a', 'b'], True)
    """
    texts = _as_arrow(values)
    if texts is None:
        return None
    coded = texts.dictionary_encode()
    return coded if _surely_tidy(coded.dictionary) or not _any_untidy(coded.dictionary) else None


def all_distinct(values: pd.Series[Any]) -> bool:
    """Tell whether a column of texts says something else in every row and needs no change, as ids should.

    Examples
    --------
    >>> all_distinct(pd.Series(["a", "b"])), all_distinct(pd.Series(["a", "a"])), all_distinct(pd.Series(["a", None]))
    (True, False, False)
    """
    texts = _as_arrow(values)
    if texts is not None and not texts.null_count and _ascend(texts) and _surely_tidy(texts):
        return True
    coded = tidy_texts(values)
    return coded is not None and not coded.null_count and len(coded.dictionary) == len(values)


def _as_arrow(values: pd.Series[Any]) -> pa.LargeStringArray | None:
    if not (isinstance(values.dtype, pd.StringDtype) or values.dtype == object):
        return None
    given = values.to_numpy(object) if values.dtype == object else values
    try:
        texts = pa.array(given, pa.large_string(), from_pandas=True)
    except pa.ArrowException:  # something else than a text among them
        return None
    return texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts


def _ascend(texts: pa.LargeStringArray) -> bool:
    """Tell whether each text comes after the one before, as numbered ids do: a tenth of the work of coding them."""
    return bool(pc.all(pc.less(texts[:-1], texts[1:])).as_py())


def _any_untidy(distinct: pa.Array) -> bool:
    untidy = pc.match_substring_regex(distinct, _UNTIDY)
    blank = pc.is_in(pc.utf8_lower(distinct), pa.array(sorted(BLANKS), distinct.type))
    return bool(pc.any(pc.or_(untidy, blank)).as_py())


def _surely_tidy(distinct: pa.Array) -> bool:
    """Tell whether texts are plain signs without a single blank and too long to mean nothing, as ids are."""
    lengths = pc.binary_length(distinct)
    if not len(distinct) or pc.min(lengths).as_py() <= _LONGEST_BLANK:
        return False
    signs = np.frombuffer(distinct.buffers()[2], np.uint8, pc.sum(lengths).as_py(), _first_byte(distinct))
    return bool(signs.min() > _SPACE and signs.max() <= _LAST_PLAIN)


def _first_byte(texts: pa.LargeStringArray) -> int:
    return int(np.frombuffer(texts.buffers()[1], np.int64, 1, 8 * texts.offset)[0])


def _as_they_are(values: pd.Series[Any], coded: pa.DictionaryArray) -> ObjectArray:
    nothing = coded.indices.is_null().to_numpy(zero_copy_only=False) if coded.null_count else None
    if values.dtype == object:
        said = values.to_numpy(object)
    else:  # equal texts are one object
        said = coded.dictionary.to_numpy(zero_copy_only=False)[coded.indices.fill_null(0).to_numpy()]
    if nothing is not None:  # NaN, perhaps, where None is meant
        said = said.copy()
        said[nothing] = None
    return np.asarray(said, dtype=object)
