"""The permit table, also from a notebook: columns, units, what is impossible."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from rdtr.errors import CrsError, GeometryError, PermitError, SchemaError
from rdtr.zoning.permits import MAX_VERTICES, NUMERIC, PERMIT_COLUMNS, TEXT, findings_of, normalise


def table(count: int = 2, *, crs: Any = 9480, **columns: Any) -> gpd.GeoDataFrame:
    columns = {"permit_id": [f"P-{i}" for i in range(1, count + 1)], **columns}
    squares = [shapely.box(10 * i, 0, 10 * i + 9, 9) for i in range(count)]
    return gpd.GeoDataFrame(columns, geometry=squares, crs=crs)


def messages(permits: gpd.GeoDataFrame) -> list[str]:
    return [f.message("en") for f in findings_of(permits)]


def test_every_canonical_column_is_there_and_silent_where_nothing_is_stated() -> None:
    permits = normalise(table())
    assert tuple(permits.columns) == PERMIT_COLUMNS
    assert permits[list(NUMERIC)].isna().all(axis=None)
    assert permits[list(TEXT[1:])].isna().all(axis=None)
    assert {str(permits[c].dtype) for c in NUMERIC} == {"float64"}
    assert messages(permits) == []


def test_further_columns_and_the_index_of_a_notebook() -> None:
    frame = table(pemohon=["A", "B"]).rename_geometry("shape").set_index(pd.Index([7, 9]))
    permits = normalise(frame)
    assert tuple(permits.columns) == (*PERMIT_COLUMNS[:-1], "pemohon", "geometry")
    assert permits.index.tolist() == [0, 1]
    assert permits.geometry.notna().all()


@pytest.mark.parametrize(
    ("given", "read"),
    [
        (5, 5.0),
        ("5", 5.0),
        ("1.234,5", 1234.5),
        ("1,5", 1.5),
        ("0", 0.0),
        (None, np.nan),
        ("-", np.nan),
        (np.nan, np.nan),
    ],
)
def test_numbers(given: Any, read: float) -> None:
    permits = normalise(table(1, footprint_m2=[given]))
    np.testing.assert_array_equal(permits["footprint_m2"], [read])
    assert messages(permits) == []


@pytest.mark.parametrize("given", [-3, "-3", np.inf, -np.inf, "inf", "1e999"])
def test_what_cannot_be_is_not_stated_and_told(given: Any) -> None:
    permits = normalise(table(1, footprint_m2=[given]))
    assert permits["footprint_m2"].isna().all()
    assert [f.code for f in findings_of(permits)] == ["PERMIT_NUMBER_IMPOSSIBLE"]
    assert messages(permits)[0].startswith("permits row 1 footprint_m2:")


def test_a_negative_area_is_named_by_file_row_and_column() -> None:
    permits = normalise(table(certificate_area_m2=[100.0, -20.5], green_m2=[0.0, 0.0]), source="permohonan.gpkg")
    said = "permohonan.gpkg row 2 certificate_area_m2: -20.5 cannot be; it is treated as not stated"
    assert messages(permits) == [said]
    assert permits["green_m2"].tolist() == [0.0, 0.0]


def test_a_certificate_of_no_area_cannot_be() -> None:
    assert messages(normalise(table(1, certificate_area_m2=[0]))) == [
        "permits row 1 certificate_area_m2: 0 cannot be; it is treated as not stated"
    ]


def test_a_text_that_is_no_number_is_told() -> None:
    assert messages(normalise(table(1, height_m=["dua lantai"]))) == [
        'permits row 1 height_m: "dua lantai" is no number; it is treated as not stated'
    ]


def test_a_number_with_two_readings_is_told() -> None:
    permits = normalise(table(2, floor_area_m2=["1.200", "1.300"], height_m=["9", "3.500"]))
    assert permits[["floor_area_m2", "height_m"]].to_numpy().tolist() == [[1200.0, 9.0], [1300.0, 3.5]]
    assert messages(permits) == [
        'permits row 1 floor_area_m2: 2 values can be read in two ways; "1.200" is read as 1200',
        'permits row 2 height_m: 1 values can be read in two ways; "3.500" is read as 3.5',
    ]


def test_texts_and_codes() -> None:
    permits = normalise(table(3, activity=[" Toko ", "-", None], kbli=[47111.0, np.nan, 1111.0], alternative=[1, 2, 2]))
    assert permits["activity"].tolist() == ["Toko", None, None]
    assert permits["kbli"].tolist() == ["47111", None, "01111"]  # a spreadsheet had eaten the zero
    assert permits["alternative"].tolist() == ["1", "2", "2"]
    assert messages(permits) == ["permits row 3 kbli: KBLI code 1111 is read as 01111: its leading zero was lost"]


def test_kbli_of_four_digits_stay_where_all_are_such() -> None:
    assert normalise(table(kbli=[4711, 4719]))["kbli"].tolist() == ["4711", "4719"]
    assert normalise(table(kbli=["4711", "47111"]))["kbli"].tolist() == ["4711", "47111"]


class TestIds:
    def test_numbers_become_texts(self) -> None:
        assert normalise(table(permit_id=[7.0, 8.0]))["permit_id"].tolist() == ["7", "8"]

    def test_no_column(self) -> None:
        permits = normalise(table().drop(columns="permit_id"))
        assert permits["permit_id"].tolist() == ["1", "2"]
        assert [f.code for f in findings_of(permits)] == ["PERMIT_ID_MISSING"]

    def test_a_blank_is_called_by_its_row(self) -> None:
        permits = normalise(table(permit_id=["a", " "]))
        assert permits["permit_id"].tolist() == ["a", "baris-2"]
        assert messages(permits) == ['permits row 2 permit_id: the permit id is blank; it is called "baris-2"']

    def test_doubled(self) -> None:
        with pytest.raises(
            PermitError, match=r'permits: permit_id is given twice: "a" in rows 1, 2; give every permit'
        ):
            normalise(table(permit_id=["a", "a "]))

    def test_many_doubled_are_shortened(self) -> None:
        with pytest.raises(PermitError, match=r'"6" in rows .* and 2 more; give') as caught:
            normalise(table(14, permit_id=["2", "3", "4", "5", "6", "7", "8"] * 2))
        assert len(str(caught.value)) < 200


class TestShapes:
    def test_every_row_stays(self) -> None:
        frame = table(4)
        bow_tie = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
        frame.geometry = gpd.GeoSeries([frame.geometry[0], bow_tie, None, shapely.Polygon()], crs=9480)
        permits = normalise(frame)
        assert permits.geometry.isna().tolist() == [False, True, True, True]
        assert [dict(f.values)["reason"] for f in findings_of(permits)] == [
            "GEOMETRY_INVALID", "GEOMETRY_MISSING", "GEOMETRY_EMPTY",
        ]  # fmt: skip

    def test_a_table_normalised_twice_is_the_same(self) -> None:
        frame = table(3, kbli=["47111", None, "1"], height_m=[-1, 2, 3])
        frame.geometry = gpd.GeoSeries([None, *frame.geometry[1:]], crs=9480)
        once = normalise(frame)
        twice = normalise(once)
        pd.testing.assert_frame_equal(pd.DataFrame(once), pd.DataFrame(twice))
        assert findings_of(once) == findings_of(twice)

    def test_as_many_vertices_as_allowed_but_no_more(self) -> None:
        turn = np.linspace(0.0, 2.0 * np.pi, MAX_VERTICES)
        ring = np.column_stack([np.cos(turn), np.sin(turn)]) * 1000.0
        ring[-1] = ring[0]
        frame = table(1).set_geometry([shapely.Polygon(ring)], crs=9480)
        assert normalise(frame).geometry.notna().all()
        more = np.insert(ring, 1, (ring[0] + ring[1]) / 2, axis=0)
        words = (
            r'permits row 1: permit "P-1" has 200,001 vertices; at most 200,000 are taken; draw the parcel more simply'
        )
        with pytest.raises(GeometryError, match=words):
            normalise(frame.set_geometry([shapely.Polygon(more)], crs=9480))


class TestRefusals:
    def test_no_geometry_column(self) -> None:
        with pytest.raises(SchemaError, match="permits: there is no geometry column, only permit_id; give a layer"):
            normalise(pd.DataFrame({"permit_id": ["a"]}))

    def test_no_crs(self) -> None:
        with pytest.raises(CrsError, match=r'permits: no CRS is stated; say which with frame.set_crs\("EPSG:9480"\)'):
            normalise(table(crs=None))

    def test_no_row(self) -> None:
        with pytest.raises(PermitError, match="permits: there is not a single permit in it"):
            normalise(table().iloc[:0])
