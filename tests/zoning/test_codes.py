from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rdtr.zoning.codes import base_code, canonical_code, is_blank, looks_like_code, tidy

CODES = st.builds(
    "{}{}{}".format,
    st.sampled_from(["R", "K", "RTH", "SPU", "C", "PL", "LGE", "IK"]),
    st.sampled_from(["-", ".", " ", "_", "", " - ", "–"]),
    st.integers(1, 12),
)


@pytest.mark.parametrize(
    "typed", ["R-2", "R.2", "R 2", "r-2", "R2", "R_2", "R–2", "R—2", "R-02", " R - 2 ", "R\u00a02"]
)
def test_one_code_has_one_spelling_however_it_is_typed(typed: str) -> None:
    assert canonical_code(typed) == "R-2"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        *[("R-2.k", "R-2.K"), ("R.2.K", "R-2.K"), ("r2k", "R-2.K"), ("SPU 3.3", "SPU-3.3"), ("SPU-3.3", "SPU-3.3")],
        *[("P-1 LP2B", "P-1.LP2B"), ("bj", "BJ"), ("rtnh", "RTNH"), ("plbn", "PLBN")],
    ],
)
def test_a_local_suffix_is_kept_behind_a_dot(typed: str, code: str) -> None:
    assert canonical_code(typed) == code
    assert base_code(code) == code.split(".")[0]


@pytest.mark.parametrize("name", ["Taman RW", "Hutan Kota", "Badan Jalan", "BADAN AIR", "Jalan", "Sawah", "Sungai"])
def test_a_name_is_no_code(name: str) -> None:
    assert not looks_like_code(name)
    assert canonical_code(name) == name


@given(CODES)
def test_a_canonical_code_is_its_own_canonical_code(typed: str) -> None:
    code = canonical_code(typed)
    assert looks_like_code(code)
    assert canonical_code(code) == code == code.upper()


@given(st.text(max_size=20))
def test_any_text_has_a_stable_spelling(text: str) -> None:
    assert canonical_code(canonical_code(text)) == canonical_code(text)


@pytest.mark.parametrize(
    "nothing",
    [None, float("nan"), np.nan, pd.NA, pd.NaT, "", " ", "\r\n", "\u00a0", "-", "--", "–", "0", 0, "Tidak Ada", "TIDAK ADA",
     "<Null>", "null", "n/a"],
)  # fmt: skip
def test_what_says_nothing_is_blank(nothing: object) -> None:
    assert is_blank(nothing)
    assert canonical_code(nothing) == ""


@pytest.mark.parametrize("something", ["K09B", "Ada", "R", 1, "0.5", False])
def test_what_says_something_is_not_blank(something: object) -> None:
    assert not is_blank(something)


def test_white_space_of_every_kind_is_folded() -> None:
    assert tidy("  Taman \r\n\t Kota\u00a0") == "Taman Kota"
