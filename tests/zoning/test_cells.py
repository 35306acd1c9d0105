from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rdtr.zoning.cells import NOT_STATED, PERMISSIONS, TB, B, I, T, X, parse_cell

TOKENS = st.lists(st.sampled_from([f"{letter}{n}" for letter in "TB" for n in ("", 1, 2, 12)]), min_size=1, max_size=4)


@pytest.mark.parametrize(
    ("text", "permission", "conditions"),
    [
        ("I", I, ()),
        ("X", X, ()),
        ("T", T, ("T",)),
        ("B2", B, ("B2",)),
        ("T1,T3", T, ("T1", "T3")),
        ("T2,B1", TB, ("T2", "B1")),
        ("T,B", TB, ("T", "B")),
    ],
)
def test_a_cell_is_a_set_of_permissions_and_conditions(text: str, permission: int, conditions: tuple[str, ...]) -> None:
    cell = parse_cell(text)
    assert (cell.permission, cell.conditions) == (permission, conditions)
    assert not any((cell.mended, cell.unknown, cell.contradiction))


@pytest.mark.parametrize("nothing", [None, "", " ", "-", float("nan"), "Tidak Ada"])
def test_a_blank_cell_is_silence_and_neither_yes_nor_no(nothing: object) -> None:
    cell = parse_cell(nothing)
    assert cell.permission == NOT_STATED
    assert cell.permission not in (I, X)
    assert cell.text == ""


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("T1, B1,B2", "T1,B1,B2"),
        ("B1.B2", "B1,B2"),
        ("T1,,B1", "T1,B1"),
        ("T1;B2", "T1,B2"),
        ("t1/b2", "T1,B2"),
        ("T1 B2", "T1,B2"),
        ("T1B2", "T1,B2"),
        ("TB", "T,B"),
        ("BI,B3", "B1,B3"),
        ("T1,T1", "T1"),
        ("i", "I"),
    ],
)
def test_a_slip_with_one_reading_is_read_and_marked(typed: str, plain: str) -> None:
    cell = parse_cell(typed)
    assert cell.text == plain
    assert cell.mended
    assert not cell.unknown


@pytest.mark.parametrize(
    ("typed", "token"), [("Z9", "Z9"), ("T1,Q", "Q"), ("IZIN", "IZIN"), ("T1234", "T1234"), ("1", "1")]
)
def test_a_token_without_meaning_is_reported_and_never_guessed(typed: str, token: str) -> None:
    assert parse_cell(typed).unknown == (token,)


@pytest.mark.parametrize(("typed", "permission"), [("I,X", X), ("X,T1", X), ("I,T1", T), ("I,B2", B)])
def test_of_a_contradiction_the_stricter_side_is_taken(typed: str, permission: int) -> None:
    cell = parse_cell(typed)
    assert cell.contradiction
    assert cell.permission == permission


@given(TOKENS)
def test_the_plain_spelling_of_a_cell_reads_as_the_same_cell(tokens: list[str]) -> None:
    cell = parse_cell(",".join(tokens))
    again = parse_cell(cell.text)
    assert (again.permission, again.conditions, again.mended) == (cell.permission, cell.conditions, False)


@given(TOKENS, TOKENS)
def test_conditions_add_up_and_never_loosen_a_cell(some: list[str], more: list[str]) -> None:
    one, both = parse_cell(",".join(some)), parse_cell(",".join([*some, *more]))
    assert set(one.conditions) <= set(both.conditions)
    assert both.permission >= one.permission or {one.permission, both.permission} <= {T, B, TB}


def test_strictness_rises_from_free_to_forbidden_and_each_has_its_letters() -> None:
    assert [PERMISSIONS[p] for p in sorted((X, TB, I, B, T, NOT_STATED))] == ["I", "T", "B", "TB", "", "X"]
    assert all(a < b for a, b in itertools.pairwise((I, T, B, TB, NOT_STATED, X)))
