"""The example rules: they cover the city, read sensibly, leave a few cells open, and say that they are no law."""

from __future__ import annotations

import pytest

from rdtr.sample import SampleCity
from rdtr.sample.rules import example_rules
from rdtr.zoning.cells import NOT_STATED
from rdtr.zoning.rules import RuleBook


@pytest.fixture(scope="module")
def book() -> RuleBook:
    return example_rules()


def cell(book: RuleBook, name: str, subzone: str) -> str:
    (row,) = book.find_activity(name)
    return book.cells[row][book.subzones.index(subzone)].text


def test_rules_are_read_without_a_finding(book: RuleBook) -> None:
    assert len(book.findings) == 0
    assert 140 <= len(book.activities) <= 200


def test_matrix_covers_every_sub_zone_of_the_city(book: RuleBook, city: SampleCity) -> None:
    assert set(city.plan.zones["KODSZN"]) <= set(book.subzones)


def test_a_few_cells_are_not_stated(book: RuleBook) -> None:
    silent = sum(c.permission == NOT_STATED for row in book.cells for c in row)
    assert 5 <= silent <= 40


@pytest.mark.parametrize(
    ("name", "subzone", "text"),
    [
        ("Rumah tunggal", "R-2", "I"),
        ("Rumah tunggal", "KPI", "X"),
        ("Industri kimia dasar", "R-2", "X"),
        ("Industri kimia dasar", "KPI", "B1"),
        ("Pertanian padi", "P-1", "I"),
        ("Pusat perbelanjaan", "R-4", "X"),
        ("Pemakaman umum", "RTH-7", "I"),
        ("Pengelolaan hutan mangrove", "EM", "I"),
        ("Warung kelontong", "R-3", "I"),
        ("Bar dan klub malam", "R-1", "X"),
        ("Rumah panggung", "BA", "T4,B1,B4"),
        ("Klinik hewan", "R-2", ""),
    ],
)
def test_the_matrix_reads_sensibly(book: RuleBook, name: str, subzone: str, text: str) -> None:
    assert cell(book, name, subzone) == text


def test_activities_carry_kbli_codes_of_several_lengths_or_none(book: RuleBook) -> None:
    lengths = {len(code) for codes in book.activities["kbli"] for code in codes.split()}
    assert {3, 4, 5} <= lengths
    assert (book.activities["kbli"] == "").sum() > 10
    assert book.activities["kbli"].str.contains(" ").any()
    assert len(book.find_kbli("47111")) == 2


def test_every_row_says_that_it_is_an_example(book: RuleBook) -> None:
    for name in ("activities", "matrix", "conditions", "intensity", "overlays", "buffers"):
        references = book.table(name)["reference"]
        assert len(references)
        assert references.str.startswith("Contoh, ").all()
        assert references.str.endswith("bukan peraturan").all()


def test_limits_vary_by_road_class_lot_size_and_alternative(book: RuleBook) -> None:
    table = book.intensity
    assert set(table.loc[table["subzone"] == "K-1", "road_class"]) == {"arteri", "kolektor", "lokal", "lingkungan"}
    assert set(table.loc[table["subzone"] == "R-2", "alternative"]) == {"", "1", "2"}
    assert table.loc[table["subzone"] == "R-3", "lot_max_m2"].notna().any()
    assert table["klb_min"].notna().any()
    assert (table["klb_min"].fillna(0) <= table["klb_max"]).all()
    assert (table["kdb_max_pct"] + table["kdh_min_pct"] <= 100).all()


def test_one_sub_zone_has_no_limits_at_all(book: RuleBook, city: SampleCity) -> None:
    assert set(city.plan.zones["KODSZN"]) - set(book.intensity["subzone"]) == {"PP", "BJ", "BA"}


def test_overlays_and_buffers_have_every_effect(book: RuleBook, city: SampleCity) -> None:
    assert set(book.overlays["effect"]) == {"prohibit", "condition", "note", "height"}
    assert set(book.buffers["layer"]) <= set(city.plan.layers)
