"""Permits from files: names, numbers, places."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely

import rdtr
from rdtr.errors import CrsError, PermitError, SchemaError
from rdtr.io.permits import read_permits
from rdtr.zoning.permits import PERMIT_COLUMNS
from tests.io.files import LAT, LON, feature, geojson, ring, shapefile, square, zones


def messages(permits: object) -> list[str]:
    return [f.message("en") for f in permits.attrs["findings"]]  # type: ignore[attr-defined]


def test_indonesian_names_and_numbers(tmp_path: Path) -> None:
    path = geojson(
        tmp_path / "p.geojson",
        feature(
            square(), no_permohonan="P-1", kegiatan="Toko", kbli=47111, LUAS_TNH="1.234,5", kelas_jalan="Lokal",
            alternatif=1, luas_lantai_dasar="600 m2", total_luas_lantai=1200, rth="10", basemen="0", tinggi="9,5",
            jumlah_lantai="2 lantai", sempadan_depan=4, catatan="x",
        ),
    )  # fmt: skip
    permits = rdtr.read_permits(path)
    assert tuple(permits.columns) == (*PERMIT_COLUMNS[:-1], "catatan", "geometry")
    assert permits.iloc[0, :15].tolist() == [
        "P-1", "Toko", "47111", 1234.5, "Lokal", "1", 600.0, 1200.0, 10.0, 0.0, 9.5, 2.0, 4.0,
    ] + [pytest.approx(np.nan, nan_ok=True)] * 2  # fmt: skip
    assert permits.crs.to_epsg() == 4326


def test_names_cut_by_a_shapefile(tmp_path: Path) -> None:
    frame = zones(2, NO_PERMOHO=["a", "b"], certificat=[100.0, 200.0], LUAS_LANTA=[1.0, 2.0])
    permits = read_permits(shapefile(tmp_path, frame))
    assert permits["permit_id"].tolist() == ["a", "b"]
    assert permits["certificate_area_m2"].tolist() == [100.0, 200.0]
    assert (
        "zones.shp LUAS_LANTA: the column name is cut and may mean footprint_m2, floor_area_m2" in messages(permits)[0]
    )


def test_the_callers_names_win(tmp_path: Path) -> None:
    path = geojson(tmp_path / "p.geojson", feature(square(), id="1", luas_dasar=1, A=7))
    assert read_permits(path, columns={"footprint_m2": "A"})["footprint_m2"].tolist() == [7.0]
    with pytest.raises(SchemaError, match=r"p.geojson: there is no column 'B'; there are id, luas_dasar, A"):
        read_permits(path, columns={"footprint_m2": "B"})


def test_without_ids_they_are_numbered_and_told(tmp_path: Path) -> None:
    permits = read_permits(geojson(tmp_path / "p.geojson", feature(square()), feature(square(1))))
    assert permits["permit_id"].tolist() == ["1", "2"]
    assert messages(permits) == ["p.geojson permit_id: there is no column of permit ids; numbered 1 to 2"]


def test_doubled_ids_are_named_with_their_rows(tmp_path: Path) -> None:
    path = geojson(tmp_path / "p.geojson", *(feature(square(i), id=n) for i, n in enumerate(["a", "b", "a", "b", "a"])))
    words = r'p.geojson: permit_id is given twice: "a" in rows 1, 3, 5; "b" in rows 2, 4; give every permit its own id'
    with pytest.raises(PermitError, match=words):
        read_permits(path)


def test_a_shape_that_cannot_be_used_stays_as_a_row(tmp_path: Path) -> None:
    unclosed = {"type": "Polygon", "coordinates": [ring()[:-1]]}
    bow_tie = {"type": "Polygon", "coordinates": [[ring()[i] for i in (0, 2, 1, 3, 0)]]}
    empty = {"type": "Polygon", "coordinates": []}
    point = {"type": "Point", "coordinates": [LON, LAT]}
    shapes = [square(), unclosed, bow_tie, empty, None, point]
    permits = read_permits(geojson(tmp_path / "p.geojson", *(feature(s, id=str(i)) for i, s in enumerate(shapes, 1))))
    assert permits.geometry.isna().tolist() == [False, True, True, True, True, True]
    told = [f.message("en") for f in permits.attrs["findings"].of("PERMIT_GEOMETRY")]
    assert told == [
        "p.geojson row 2: the geometry of permit 2 cannot be used: it cannot be read (outline not closed) (-)",
        "p.geojson row 3: the geometry of permit 3 cannot be used: the outline crosses itself (117.5005 0.1305)",
        "p.geojson row 4: the geometry of permit 4 cannot be used: it is empty, without a single vertex (-)",
        "p.geojson row 5: the geometry of permit 5 cannot be used: it is missing (-)",
        "p.geojson row 6: the geometry of permit 6 cannot be used: it is no polygon (-)",
    ]


def test_a_file_that_lies_elsewhere_is_refused_and_a_stray_permit_is_told(tmp_path: Path) -> None:
    swapped = {"type": "Polygon", "coordinates": [[[y, x] for x, y in ring()]]}
    with pytest.raises(CrsError, match=r"p.geojson: the coordinates .* look swapped: exchange x and y"):
        read_permits(geojson(tmp_path / "p.geojson", feature(swapped, id="1"), feature(swapped, id="2")))
    permits = read_permits(geojson(tmp_path / "p.geojson", feature(square(), id="1"), feature(swapped, id="2")))
    assert messages(permits)[-1] == "p.geojson row 2: permit 2 lies outside Indonesia"
    assert not permits.geometry.isna().any()


def test_degrees_called_metres(tmp_path: Path) -> None:
    path = geojson(tmp_path / "p.geojson", feature(square(), id="1"))
    with pytest.raises(CrsError, match=r"p.geojson: .* they look like degrees: state EPSG:4326"):
        read_permits(path, source_crs=9480)


def test_too_many_vertices_are_refused_with_the_limit(tmp_path: Path) -> None:
    turn = np.linspace(0, 2 * np.pi, 120)
    circle = [[LON + 0.001 * np.cos(t), LAT + 0.001 * np.sin(t)] for t in turn[:-1]]
    path = geojson(
        tmp_path / "p.geojson", feature({"type": "Polygon", "coordinates": [[*circle, circle[0]]]}, id="big")
    )
    assert len(read_permits(path)) == 1
    words = r'p.geojson row 1: permit "big" has 120 vertices; at most 100 are taken; draw the parcel more simply'
    with pytest.raises(rdtr.RdtrError, match=words):
        read_permits(path, max_vertices=100)


def test_parcels_of_bandung(shared_data: Path) -> None:
    permits = read_permits(shared_data / "bandung" / "bidang_lahan.geojson")
    assert (len(permits), permits["permit_id"].nunique()) == (557, 557)
    assert np.allclose(permits["certificate_area_m2"], permits.to_crs(32748).area, rtol=1e-4)
    assert permits.attrs["findings"].counts() == {"COLUMN_ALIAS": 2}


def test_parcels_of_bontang_keep_the_five_that_cannot_be_used(shared_data: Path) -> None:
    permits = read_permits(shared_data / "bontang" / "persil_kerja_1.geojson")
    assert (len(permits), int(permits.geometry.isna().sum())) == (3447, 5)
    assert [f.row for f in permits.attrs["findings"].of("PERMIT_GEOMETRY")] == [10, 128, 156, 187, 2103]
    assert shapely.is_valid(permits.geometry.dropna().to_numpy()).all()
