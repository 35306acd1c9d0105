from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rdtr.text import fill, number, quantity


def test_indonesian_has_points_between_thousands_and_a_comma_before_decimals() -> None:
    assert number(1234567.891) == "1.234.567,89"
    assert number(1234567.891, lang="en") == "1,234,567.89"


@pytest.mark.parametrize("nothing", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_number_is_written_as_a_dash(nothing: float) -> None:
    assert number(nothing) == "–"


def test_a_small_negative_number_is_not_written_as_minus_zero() -> None:
    assert number(-0.001) == "0,00"


@given(st.floats(-1e12, 1e12))
def test_both_languages_write_the_same_digits(value: float) -> None:
    assert number(value, lang="en").translate(str.maketrans(",.", ".,")) == number(value)


@pytest.mark.parametrize(
    ("unit", "text"),
    [("m2", "12,50 m²"), ("m", "12,50 m"), ("pct", "12,5 %"), ("ha", "12,5000 ha"), ("x", "12,50"), ("n", "12")],
)
def test_each_unit_has_its_decimals_and_its_sign(unit: str, text: str) -> None:
    assert quantity(12.5, unit) == text


def test_a_sentence_writes_quantities_dates_and_words_in_its_language() -> None:
    template = "{place}: {area:m2}, {day}"
    values = {"place": "R-2", "area": 1234.5, "day": date(2026, 11, 24)}
    assert fill(template, **values) == "R-2: 1.234,50 m², 24 November 2026"
    assert fill(template.replace("{day}", "{day}"), "en", **{**values, "day": date(2026, 8, 17)}) == (
        "R-2: 1,234.50 m², 17 August 2026"
    )
    assert fill("{day}", day=date(2026, 8, 17)) == "17 Agustus 2026"


def test_numbers_of_numpy_are_quantities_too() -> None:
    assert fill("{n:n} {a:m2}", n=np.int64(3), a=np.float64(2.0)) == "3 2,00 m²"


def test_an_unknown_quantity_is_a_dash_with_its_unit() -> None:
    assert fill("{a:m2}", a=None) == "– m²"
