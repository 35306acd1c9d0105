"""Numbers as people write them."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rdtr.text import number
from rdtr.zoning.numbers import parse_number, read_numbers


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.234,5", 1234.5), ("1.234.567", 1234567.0), ("1,234.5", 1234.5), ("1,234,567", 1234567.0), ("0,6", 0.6),
        ("60 %", 60.0), ("12 m²", 12.0), ("-3", -3.0), ("−3", -3.0), ("1e3", 1000.0), ("007", 7.0), ("0.123", 0.123),
    ],
)  # fmt: skip
def test_plain_readings(text: str, value: float) -> None:
    assert parse_number(text, area=True) == (value, False)


@pytest.mark.parametrize("text", ["", "dua", "1.2.3", "12 x 5", "1,2,3", "60-70", "m2", "%"])
def test_what_is_no_number(text: str) -> None:
    assert math.isnan(parse_number(text)[0])


def test_hectares_count_only_where_an_area_is_meant() -> None:
    assert parse_number("1,5 ha", area=True)[0] == 15_000.0
    assert math.isnan(parse_number("1,5 ha")[0])


@given(st.floats(0.0, 1e9, allow_nan=False))
def test_what_we_write_is_read_back(value: float) -> None:
    text = number(value, 2)
    assert parse_number(text, area=True)[0] == pytest.approx(value, abs=0.006)


def test_columns_of_any_kind() -> None:
    np.testing.assert_array_equal(read_numbers(pd.Series([1, 2])).numbers, [1.0, 2.0])
    np.testing.assert_array_equal(read_numbers(pd.Series([1, None], dtype="Int64")).numbers, [1.0, np.nan])
    mixed = read_numbers(pd.Series(["x", 2.5, None, "0", "2,5"], dtype=object))
    np.testing.assert_array_equal(mixed.numbers, [np.nan, 2.5, np.nan, 0.0, 2.5])
    assert mixed.unread.tolist() == [True, False, False, False, False]
    assert len(read_numbers(pd.Series([], dtype=object)).numbers) == 0
