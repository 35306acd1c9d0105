"""What files call the official columns."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest

from rdtr.errors import SchemaError
from rdtr.io.columns import aliases, official_columns, recognise
from rdtr.io.vector import read_layer
from rdtr.zoning.schema import OFFICIAL
from tests.io.files import zones


def names(*columns: str, table: str = "zones", chosen: dict[str, str] | None = None) -> list[str]:
    frame = zones(1, **{c: [f"value of {c}"] for c in columns})
    return [str(c) for c in recognise(frame, table, "zones.shp", columns=chosen)[0].columns[:-1]]  # type: ignore[arg-type]


@pytest.mark.parametrize("table", ["zones", "permits"])
def test_no_alias_means_two_things(table: str) -> None:
    every = [key for keys in aliases(table).values() for key in keys]  # type: ignore[arg-type]
    assert len(every) == len(set(every))


def test_every_official_column_is_known_by_its_own_name_in_any_case() -> None:
    assert official_columns("zones") == OFFICIAL
    assert names(*(c.lower() for c in OFFICIAL)) == list(OFFICIAL)


@pytest.mark.parametrize(
    ("found", "official"),
    [
        ("KD_ZONA", "KODZON"), ("NM_ZONA", "NAMZON"), ("KD_SUBZON", "KODSZN"), ("NM_SUBZON", "NAMSZN"),
        ("KDB_MAX", "KDB"), ("KLB_MAX", "KLB"), ("KDH_MIN", "KDH"), ("KECAMATAN", "WADMKC"), ("KAB_KOTA", "WADMKK"),
        ("PROVINSI", "WADMPR"), ("ORDE1", "NAMZON"), ("ORDE2", "NAMSZN"), ("JNSSPR", "JNSRPR"), ("SIMBOL", "KODSZN"),
        ("POLA_RUANG", "NAMOBJ"), ("LUAS_HA", "LUASHA"), ("LUAS", "LUASHA"), ("KODSZNTEXT", "KODSZN"),
        ("KP2B_2", "LP2B_2"), ("KODBWP", "KODEWP"), ("nasbwp", "KODSWP"), ("Pola Ruang", "NAMOBJ"),
    ],
)  # fmt: skip
def test_names_met_in_published_layers(found: str, official: str) -> None:
    assert names(found) == [official]


def test_names_cut_to_ten_letters_by_a_shapefile() -> None:
    assert names("KODE_SUBZO", "NAMA_POLA_", "JENIS_RENC") == ["KODSZN", "NAMOBJ", "JNSRPR"]
    assert names("certificat", "setback_fr", "NO_PERMOHO", table="permits") == [
        "certificate_area_m2", "setback_front_m", "permit_id",
    ]  # fmt: skip


def test_a_cut_name_that_may_mean_two_things_is_left_and_said() -> None:
    frame = zones(1, LUAS_LANTA=[100.0], LUAS_DASAR=[50.0])
    named, findings = recognise(frame, "permits", "permits.shp")
    assert list(named.columns) == ["LUAS_LANTA", "footprint_m2", "geometry"]
    said = "permits.shp LUAS_LANTA: the column name is cut and may mean footprint_m2, floor_area_m2; the column is not used"
    assert findings[0].message("en") == said


def test_a_double_of_a_join_stands_in_for_a_missing_column() -> None:
    assert names("KODSZN_1", "KODSZNTEXT", "TBT_1") == ["KODSZN", "KODSZNTEXT", "TBT_1"]
    assert names("KKOP_1") == ["KKOP_1"]  # official, not a double


def test_a_double_beside_the_column_keeps_its_own_name() -> None:
    frame = zones(2, KODSZN=["R-2", "K-1"], KODSZN_1=["R-2", "K-2"], NAMOBJ_1=["a", "b"], NAMOBJ=["a ", "b"])
    named, findings = recognise(frame, "zones", "zones.shp")
    assert list(named.columns) == list(frame.columns)
    assert [f.message("en") for f in findings] == [
        "zones.shp row 2 KODSZN_1: this column means the same as KODSZN but differs in 1 rows; KODSZN is used"
    ]


def test_floors_of_a_permit_are_no_doubles() -> None:
    assert names("luas_lantai_1", "luas_lantai_2", table="permits") == ["luas_lantai_1", "luas_lantai_2"]


def test_the_callers_word_wins_and_loses_nothing() -> None:
    assert names("KODSZN", "MYCOL", chosen={"KODSZN": "MYCOL"}) == ["KODSZN_FILE", "KODSZN"]
    assert names("NAMOBJ", "KODSZN", chosen={"kodszn": "namobj"}) == ["KODSZN", "KODSZN_FILE"]


def test_what_does_not_exist_is_proposed() -> None:
    with pytest.raises(SchemaError, match=r"""zones.shp: there is no column 'MYCL'; did you mean "MYCOL"\?"""):
        names("MYCOL", chosen={"KODSZN": "MYCL"})
    with pytest.raises(SchemaError, match=r"""columns: 'KODSZM' is no official column; did you mean "KODSZN"\?"""):
        names("MYCOL", chosen={"KODSZM": "MYCOL"})
    with pytest.raises(SchemaError, match="there is no column 'q'; there are A, B"):
        names("A", "B", chosen={"KODSZN": "q"})


def test_each_change_is_said() -> None:
    _, findings = recognise(zones(1, KD_SUBZON=["R-2"]), "zones", "zones.shp")
    assert [f.message("en") for f in findings] == ["zones.shp KD_SUBZON: this column is read as KODSZN"]
    assert [f.message("id") for f in findings] == ["zones.shp KD_SUBZON: kolom ini dibaca sebagai KODSZN"]


@pytest.mark.parametrize(
    ("file", "official"),
    [
        ("bandung/zonasi_rdtr.geojson", {"KODZON", "NAMZON", "KODSZN", "NAMSZN", "KDB", "KLB", "KDH", "WADMKC"}),
        ("jakarta/RDTR_12.geojson", {*OFFICIAL} - {"JNSRPR", "GSB"}),
        ("jogja/rdtr.geojson", {"KODSZN", "NAMOBJ", "LUASHA"}),
        ("pesawaran/POLA_RUANG_DALAM_BWP_4.geojson", {"NAMOBJ", "NAMZON", "NAMSZN", "JNSRPR", "LUASHA", "WADMKK"}),
    ],
)
def test_real_layers(shared_data: Path, file: str, official: set[str]) -> None:
    frame: gpd.GeoDataFrame = read_layer(shared_data / file)[0]
    named, _ = recognise(frame, "zones", file)
    assert official <= set(named.columns)
    assert len(named.columns) == len(frame.columns)
