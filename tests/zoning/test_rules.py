from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rdtr.errors import RulesError
from rdtr.zoning.cells import NOT_STATED, I
from rdtr.zoning.findings import Finding
from rdtr.zoning.rules import TABLES, RuleBook, rule_key
from rdtr.zoning.tables import clean_table
from tests.jogja import jogja_rules


def activities(*rows: tuple[str, str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["activity_id", "name", "kbli"]).assign(reference="Lampiran I")


def matrix(**columns: list[Any]) -> pd.DataFrame:
    size = len(next(iter(columns.values())))
    ids = [f"{n:03d}" for n in range(1, size + 1)]
    return pd.DataFrame({"activity_id": ids, **columns, "reference": "Lampiran II"})


def book(**tables: pd.DataFrame) -> RuleBook:
    standard = {"activities": activities(("001", "Rumah tunggal", ""), ("002", "Toko", "4711 4719"))}
    return RuleBook.from_tables({**standard, **tables})


def said(finding: Finding) -> str:
    return finding.message("en")


def refusal(**tables: pd.DataFrame) -> str:
    with pytest.raises(RulesError) as refused:
        book(**tables)
    return str(refused.value)


# ---- the matrix


def test_columns_of_the_matrix_are_sub_zones_in_one_spelling() -> None:
    rules = book(matrix=matrix(**{"r 2": ["I", "X"], "Badan  Jalan": ["X", "X"]}))
    assert rules.subzones == ("R-2", "badan jalan")
    assert rules.cells[0][0].permission == I


def test_an_activity_without_a_row_is_silence_in_every_sub_zone() -> None:
    rules = book(matrix=matrix(**{"R-2": ["I"]}))
    assert rules.cells[1][0].permission == NOT_STATED


def test_real_typos_are_read_each_with_a_finding() -> None:
    rules = book(matrix=matrix(**{"R-2": ["T1, B1,B2", "B1.B2"]}))
    assert [row[0].text for row in rules.cells] == ["T1,B1,B2", "B1,B2"]
    mended = rules.findings.of("RULE_CELL_MENDED")
    assert [(f.row, f.field) for f in mended] == [(1, "R-2"), (2, "R-2")]
    assert mended.items[1].message("en") == 'rules/matrix row 2 R-2: cell "B1.B2" is read as "B1,B2"'


def test_an_unknown_token_is_refused_with_activity_row_and_column() -> None:
    words = refusal(matrix=matrix(**{"R-2": ["I", "Z9"]}))
    assert words == (
        "rules/matrix: row 2 (activity 002) column R-2: 'Z9'; a cell holds I, X, T, B, T1, B2 ... or nothing"
    )


def test_many_unknown_tokens_are_one_message() -> None:
    words = refusal(matrix=matrix(**{f"R-{n}": ["Z9", "Q"] for n in range(1, 5)}))
    assert "row 1 (activity 001) column R-1: 'Z9'" in words
    assert "and 5 more" in words


def test_a_contradiction_is_read_strictly_with_a_finding() -> None:
    rules = book(matrix=matrix(**{"R-2": ["I,X", "I"]}))
    assert rules.cells[0][0].text == "X"
    assert rules.findings.counts()["RULE_CELL_CONTRADICTION"] == 1


def test_conditions_without_a_text_are_found() -> None:
    rules = book(
        matrix=matrix(**{"R-2": ["T1", "T1,B2"]}),
        conditions=pd.DataFrame({"code": ["t 1"], "text": ["Jam 07-21"], "reference": ["Pasal 5"]}),
    )
    assert dict(rules.condition_texts) == {"T1": ("Jam 07-21", "Pasal 5")}
    assert [said(f) for f in rules.findings.of("RULE_CONDITION_WITHOUT_TEXT")] == [
        "rules/conditions code: condition B2 is used in the matrix but has no text"
    ]


def test_activities_of_the_matrix_that_the_list_does_not_know_are_found() -> None:
    rules = book(matrix=matrix(**{"R-2": ["I", "I", "I"]}))
    assert [said(f) for f in rules.findings.of("RULE_ACTIVITY_UNLISTED")] == [
        "rules/matrix activity_id: activity 003 is in the matrix but not in the list of activities"
    ]


# ---- what is refused


@pytest.mark.parametrize(
    ("tables", "words"),
    [
        ({"matrix": matrix(**{"R-2": ["I"], "r.2": ["X"]})}, "sub-zone 'R-2' has more than one column"),
        ({"matrix": matrix(**{"R-2": ["I"], " ": ["X"]})}, "a column of the matrix has no name"),
        ({"matrix": pd.DataFrame({"R-2": ["I"]})}, "rules/matrix: column 'activity_id' is missing"),
        ({"activities": activities(("001", "a", ""), ("001", "b", ""))}, "activity '001' stands in more than one row"),
        ({"activities": activities((" ", "a", ""))}, "row 1: activity_id is blank"),
        ({"activities": activities(("001", "a", "4711x"))}, "row 1 kbli: '4711x' is no KBLI code"),
        ({"activities": activities(("001", "a", "471111"))}, "'471111' is no KBLI code"),
        ({"conditions": pd.DataFrame({"code": ["T1", "T1"], "text": ["a", "b"]})}, "code 'T1' stands in more than one"),
        ({"conditions": pd.DataFrame({"code": [""], "text": ["a"]})}, "conditions row 1: code is blank"),
        (
            {"conditions": pd.DataFrame([["T1", "a", "b"]], columns=["code", "text", "Text"])},
            "'text' stands there twice",
        ),
        ({"overlays": pd.DataFrame({"pattern": ["*"], "effect": ["forbid"]})}, "'forbid' is not one of prohibit"),
        ({"overlays": pd.DataFrame({"pattern": ["*"], "effect": ["note"]})}, "neither field nor layer is given"),
        (
            {"buffers": pd.DataFrame({"layer": ["rivers"], "distance_m": [""]})},
            "a buffer needs a layer and a distance_m",
        ),
        ({"limits": pd.DataFrame()}, "table 'limits' is not known; the tables are activities, matrix"),
    ],
)
def test_tables_that_cannot_be_right_are_refused(tables: dict[str, pd.DataFrame], words: str) -> None:
    assert words in refusal(**tables)


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ({"kdb_max_pct": "enam puluh"}, "intensity row 1 kdb_max_pct: 'enam puluh' is no number"),
        ({"kdb_max_pct": "inf"}, "'inf' is no number"),
        ({"kdb_max_pct": "160"}, "160 is over 100 per cent"),
        ({"kdh_min_pct": "-1"}, "-1 is below zero"),
        ({"lot_min_m2": "1.500"}, "'1.500' can mean thousands or decimals"),
        ({"lot_min_m2": "10,000"}, "'10,000' can mean thousands or decimals"),
        ({"lot_min_m2": "200", "lot_max_m2": "100"}, "lot_min_m2: 200 is greater than lot_max_m2"),
        ({"klb_min": "3", "klb_max": "2"}, "klb_min: 3 is greater than klb_max"),
    ],
)
def test_limits_that_cannot_be_right_are_refused(limits: dict[str, str], words: str) -> None:
    assert words in refusal(intensity=pd.DataFrame([{"subzone": "R-2", **limits}]))


@pytest.mark.parametrize(
    ("typed", "number"),
    [("1,8", 1.8), ("1.8", 1.8), (60, 60.0), ("60", 60.0), ("0", 0.0), (0, 0.0), ("0.250", 0.25), ("12.345", 12.345)],
)
def test_numbers_are_read_with_either_decimal_sign(typed: object, number: float) -> None:
    table = book(intensity=pd.DataFrame({"subzone": ["R-2"], "klb_max": [typed]})).intensity
    assert table["klb_max"].tolist() == [number]


@pytest.mark.parametrize("nothing", ["", " ", "-", None, float("nan"), "Tidak Ada"])
def test_a_limit_that_is_not_stated_is_no_number_and_not_zero(nothing: object) -> None:
    table = book(intensity=pd.DataFrame({"subzone": ["R-2"], "klb_max": [nothing]})).intensity
    assert math.isnan(table["klb_max"][0])


def test_a_misspelt_column_is_not_lost_in_silence() -> None:
    rules = book(intensity=pd.DataFrame({"subzone": ["R-2"], "kdb_max": [60]}))
    (finding,) = rules.findings.of("RULE_COLUMN_UNKNOWN")
    assert finding.message("en") == (
        'rules/intensity kdb_max: column "kdb_max" is not known and not read (kdb_max_pct?)'
    )


def test_limits_stated_twice_for_the_same_case_are_found() -> None:
    rules = book(intensity=pd.DataFrame({"subzone": ["R-2", "r2"], "kdb_max_pct": [60, 70], "reference": ["a", "b"]}))
    assert [f.row for f in rules.findings.of("RULE_LIMITS_TWICE")] == [2]


def test_tables_without_any_reference_are_found() -> None:
    rules = book(intensity=pd.DataFrame({"subzone": ["R-2"], "kdb_max_pct": [60]}))
    assert [f.source for f in rules.findings.of("RULE_WITHOUT_REFERENCE")] == ["rules/intensity"]


# ---- looking up


@pytest.mark.parametrize(
    ("asked", "rows"),
    [
        *[("002", (1,)), ("toko", (1,)), ("  TOKO ", (1,)), ("47111", (1,)), ("4711", (1,)), ("47190", (1,))],
        *[("47", ()), ("99999", ()), ("471111", ()), ("47a", ()), ("", ()), (None, ()), ("²²", ())],
    ],
)
def test_an_activity_is_found_by_id_name_or_longest_kbli_prefix(asked: object, rows: tuple[int, ...]) -> None:
    assert book().find_activity(asked) == rows


def test_the_longest_prefix_wins_and_several_activities_may_share_it() -> None:
    rules = book(activities=activities(("1", "a", "47"), ("2", "b", "4711"), ("3", "c", "4711 45")))
    assert rules.find_kbli("47111") == (1, 2)
    assert rules.matched_kbli("47111") == "4711"
    assert rules.find_kbli("47999") == (0,)
    assert (rules.find_kbli("99999"), rules.matched_kbli("99999")) == ((), "")


def test_numbers_that_a_spreadsheet_made_of_codes_are_codes_again() -> None:
    rules = book(activities=pd.DataFrame({"activity_id": [1.0], "name": ["a"], "kbli": [47111.0]}))
    assert rules.activities.loc[0, ["activity_id", "kbli"]].tolist() == ["1", "47111"]


# ---- frozen


def test_tables_are_handed_out_as_copies_and_taken_in_as_copies() -> None:
    given = matrix(**{"R-2": ["I", "X"]})
    rules = book(matrix=given)
    given.loc[0, "R-2"] = "X"
    for name in TABLES:
        out = rules.table(name)
        out["new"] = None
        out.iloc[:, 0] = "changed"
        assert "new" not in rules.table(name)
        assert "changed" not in rules.table(name).iloc[:, 0].tolist()
    assert rules.matrix["R-2"].tolist() == ["I", "X"]


def test_an_unknown_table_is_refused_by_name() -> None:
    with pytest.raises(RulesError, match="table 'limits' is not known"):
        book().table("limits")


@given(st.text(max_size=15))
def test_a_rule_key_is_its_own_rule_key(text: str) -> None:
    assert rule_key(rule_key(text)) == rule_key(text)


def test_a_name_has_one_key_whatever_its_case() -> None:
    assert rule_key("BADAN AIR") == rule_key("Badan Air") == "badan air"


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=12)


@given(st.lists(st.tuples(TEXT, TEXT, st.one_of(st.none(), st.floats(0, 1e6))), max_size=4))
def test_a_clean_table_stays_as_it_is_when_cleaned_again(rows: list[tuple[str, str, float | None]]) -> None:
    given = pd.DataFrame(rows, columns=["layer", "text", "distance_m"])
    once, _ = clean_table("buffers", given, "buffers")
    twice, _ = clean_table("buffers", once, "buffers")
    pd.testing.assert_frame_equal(once, twice)


# ---- real rules


def test_the_matrix_of_yogyakarta_is_read_whole(shared_data: Path) -> None:
    rules = jogja_rules(shared_data)
    assert (len(rules.activities), len(rules.subzones)) == (147, 15)
    stated = sum(cell.permission != NOT_STATED for row in rules.cells for cell in row)
    assert stated == 147 * 15 - 5
    assert rules.cells[rules.find_activity("Rumah Kos")[0]][rules.subzones.index("R-1")].permission == I
    assert {f.code for f in rules.findings} == {"RULE_CONDITION_WITHOUT_TEXT"}


def test_no_lot_of_yogyakarta_falls_between_two_classes(shared_data: Path) -> None:
    table = jogja_rules(shared_data).intensity
    assert len(table) == 5 * 15
    one = table[table["subzone"] == "R-1"]
    for area in (40, 99.9, 100, 100.4, 101, 200.5, 999, 1000.01, 250_000):
        inside = (one["lot_min_m2"] <= area) & ~(area > one["lot_max_m2"])
        assert inside.sum() == (2 if area == 100 else 1), area
