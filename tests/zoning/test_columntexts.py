"""Columns of texts: what needs no change, and ids that are all different."""

from __future__ import annotations

import pandas as pd
import pytest

from rdtr.zoning.columntexts import all_distinct


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["izin-0001", "izin-0002", "izin-0010"], True),
        (["izin-0010", "izin-0002", "izin-0001"], True),  # in no order: each is looked up
        (["izin-0001", "izin-0001", "izin-0002"], False),
        (["izin-0002", "izin-0001", "izin-0002"], False),
        (["a", "b"], True),  # ascending too, but so short that each is asked whether it means nothing
        (["-", "b"], False),
        (["izin 0001", "izin-0002"], True),
        (["izin-0001 ", "izin-0002"], False),
        (["izin-0001", None], False),
        (["izin-0001"], True),
    ],
)
@pytest.mark.parametrize("dtype", [object, "str"])
def test_ids_are_all_different_whatever_their_order(texts: list[object], expected: bool, dtype: object) -> None:
    assert all_distinct(pd.Series(texts, dtype=dtype)) is expected


def test_numbers_are_no_texts() -> None:
    assert not all_distinct(pd.Series([1, 2]))
    assert not all_distinct(pd.Series([1, 2], dtype=object))
