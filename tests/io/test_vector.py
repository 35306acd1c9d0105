"""One layer as it is: choice, alphabet, CRS, shapes; and back to a file."""

from __future__ import annotations

import json
import sqlite3
import struct
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely

from rdtr.errors import CrsError, FileError, SchemaError
from rdtr.io.encoding import mend_text
from rdtr.io.vector import list_layers, read_layer, write_layer, write_layers
from tests.io.files import LAT, LON, STEP, feature, geojson, shapefile, square, with_text, zones


def messages(findings: object) -> list[str]:
    return [f.message("en") for f in findings]  # type: ignore[attr-defined]


class TestFormats:
    @pytest.mark.parametrize("name", ["z.shp", "z.gpkg", "z.geojson", "z.fgb", "z.parquet", "z.tab", "z.mif", "z.gdb"])
    def test_every_format_gives_the_same_rows(self, tmp_path: Path, name: str) -> None:
        path, frame = tmp_path / name, zones()
        if name == "z.parquet":
            frame.to_parquet(path)
        else:
            driver = {"z.tab": "MapInfo File", "z.mif": "MapInfo File", "z.gdb": "OpenFileGDB"}.get(name)
            pyogrio.write_dataframe(frame, path, driver=driver)
        read, findings = read_layer(path)
        read = read.sort_values("KODSZN", ascending=False)  # FlatGeobuf sorts by place
        assert read["KODSZN"].tolist() == ["R-2", "K-1"]
        assert read.geometry.name == "geometry"
        assert read.crs.is_geographic
        assert shapely.hausdorff_distance(read.geometry.to_numpy(), frame.geometry.to_numpy()).max() < 1e-7
        assert messages(findings) == []
        assert list_layers(path)[0].geometry_type in ("Polygon", "MultiPolygon", "Unknown")

    def test_a_zipped_geodatabase_is_found(self, tmp_path: Path) -> None:
        pyogrio.write_dataframe(zones(), tmp_path / "z.gdb", driver="OpenFileGDB")
        with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
            for file in (tmp_path / "z.gdb").iterdir():
                archive.write(file, f"z.gdb/{file.name}")
        frame, _ = read_layer(tmp_path / "z.zip")
        assert len(frame) == 2

    def test_parquet_without_geometry_is_refused(self, tmp_path: Path) -> None:
        zones().drop(columns="geometry").to_parquet(tmp_path / "z.parquet")
        with pytest.raises(
            SchemaError, match=r"z.parquet: no column is declared as geometry, only KODSZN; give the layer"
        ):
            read_layer(tmp_path / "z.parquet")

    def test_a_table_in_a_geopackage_has_no_geometry(self, tmp_path: Path) -> None:
        pyogrio.write_dataframe(zones().drop(columns="geometry"), tmp_path / "z.gpkg")
        with pytest.raises(SchemaError, match=r"z.gpkg: no column is declared as geometry, only KODSZN"):
            read_layer(tmp_path / "z.gpkg")

    def test_damaged_content_is_one_line(self, tmp_path: Path) -> None:
        (tmp_path / "z.geojson").write_text('{"type": "FeatureCollection", "features": [')
        with pytest.raises(FileError, match=r"^z.geojson: cannot be read \(.*\); export the layer again$"):
            read_layer(tmp_path / "z.geojson")

    def test_a_json_of_another_kind_is_not_opened_by_another_driver(self, tmp_path: Path) -> None:
        (tmp_path / "z.json").write_text(
            '{"type": "gdal_streamed_alg", "command_line": "gdal vector pipeline ! read x"}'
        )
        with pytest.raises(FileError, match=r"z.json: cannot be read"):
            read_layer(tmp_path / "z.json")

    def test_lists_and_structures_become_texts(self, tmp_path: Path) -> None:
        path = geojson(tmp_path / "z.geojson", feature(square(), KODSZN=["R-2", "K-1"], A={"b": 1}), feature(square(1)))
        frame, _ = read_layer(path)
        assert [json.loads(text) for text in frame[["KODSZN", "A"]].iloc[0]] == [["R-2", "K-1"], {"b": 1}]
        assert frame[["KODSZN", "A"]].iloc[1].isna().all()


class TestChoice:
    def test_the_only_polygon_layer_is_taken_and_said(self, tmp_path: Path) -> None:
        path = tmp_path / "kota.gpkg"
        pyogrio.write_dataframe(zones(), path, layer="pola")
        points = zones().set_geometry(zones().geometry.to_crs(9480).centroid.to_crs(4326))
        pyogrio.write_dataframe(points, path, layer="titik", append=True)
        frame, findings = read_layer(path)
        assert frame.geom_type.tolist() == ["Polygon", "Polygon"]
        said = 'kota.gpkg: layer "pola" is read, since it alone holds polygons; others: titik (Point)'
        assert messages(findings) == [said]

    def test_two_polygon_layers_are_listed(self, tmp_path: Path) -> None:
        path = tmp_path / "kota.gpkg"
        pyogrio.write_dataframe(zones(), path, layer="pola")
        pyogrio.write_dataframe(zones(), path, layer="blok", append=True)
        with pytest.raises(
            FileError, match=r'2 layers could be meant: pola \(Polygon\), blok \(Polygon\); say which.*"pola"'
        ):
            read_layer(path)
        assert read_layer(path, layer="BLOK")[0].attrs["source"] == "kota.gpkg:blok"
        with pytest.raises(
            FileError, match=r'there is no layer "poal", or more than one of that name; did you mean "pola"\?'
        ):
            read_layer(path, layer="poal")

    def test_a_folder_of_shapefiles_is_a_choice_too(self, shared_data: Path) -> None:
        folder = shared_data / "france" / "41175_PLU_20140603"
        assert [(i.name, i.geometry_type) for i in list_layers(folder)] == [
            ("PRESCRIPTION_LIN", "LineString"),
            ("PRESCRIPTION_PCT", "Point"),
            ("PRESCRIPTION_SURF", "Polygon"),
            ("ZONE_URBA", "Polygon"),
        ]
        assert len(read_layer(folder, layer="zone_urba")[0]) == 118


class TestAlphabet:
    @pytest.mark.parametrize(
        ("text", "language", "cpg", "read", "codes"),
        [
            ("Café".encode(), 0, "UTF-8", "Café", []),
            (b"Caf\xe9", 0, "ISO-8859-1", "Café", []),
            (b"Caf\xe9", 0x57, None, "Café", []),  # the .dbf itself says Latin-1
            (b"Caf\xe9", 0, None, "Café", ["ENCODING_ASSUMED"]),
            ("Café".encode(), 0, None, "Café", ["TEXT_REPAIRED"]),
            ("Café".encode(), 0x57, None, "Café", ["TEXT_REPAIRED"]),
            (b"Caf\xe9", 0, "UTF-8", "Café", ["ENCODING_WRONG"]),
            (b"plain", 0, None, "plain", []),
        ],
    )
    def test_texts_of_a_shapefile(
        self, tmp_path: Path, text: bytes, language: int, cpg: str | None, read: str, codes: list[str]
    ) -> None:
        shp = with_text(shapefile(tmp_path, zones(2, N=["x" * 10, "y"])), text, language=language, cpg=cpg)
        frame, findings = read_layer(shp)
        assert frame["N"].tolist() == [read, "y"]
        assert [f.code for f in findings] == codes

    def test_the_callers_alphabet_wins(self, tmp_path: Path) -> None:
        shp = with_text(shapefile(tmp_path, zones(2, N=["x" * 10, "y"])), b"Caf\x82", language=0)
        assert read_layer(shp, encoding="cp437")[0]["N"][0] == "Café"

    def test_a_letter_cut_by_the_field_is_left_out(self) -> None:
        cut = "é".encode().decode("latin-1")[:1]
        assert mend_text("bÃ¢ti" + cut, cut=True) == "bâti"
        assert mend_text("bâti") == "bâti"

    def test_mojibake_of_a_real_delivery(self, shared_data: Path) -> None:
        frame, findings = read_layer(shared_data / "france" / "41175_PLU_20140603" / "ZONE_URBA.shp")
        assert frame["LIBELONG"][1] == "Zone urbanisée dédiée aux jardins"
        assert not frame["LIBELONG"].str.contains("Ã").any()
        assert findings.counts() == {"TEXT_REPAIRED": 1}
        assert messages(findings)[0].startswith(
            "ZONE_URBA.shp row 1 LIBELONG: the encoding of texts is repaired in 89 rows"
        )

    def test_latin_1_by_cpg_and_by_mapinfo(self, shared_data: Path) -> None:
        frame, _ = read_layer(shared_data / "france" / "shp_latin1" / "PRESCRIPTION_PCT.shp")
        assert frame["LIBELLE"][0] == "Bâtiment agricole"
        frame, _ = read_layer(shared_data / "france" / "tab_latin1" / "ZONE_URBA_41003.TAB")
        assert "Zone d'extention urbaine récente" in frame["LIBELONG"].tolist()

    def test_latin_1_assumed_in_a_real_dbf_without_index(self, shared_data: Path) -> None:
        frame, findings = read_layer(shared_data / "pyshp" / "latin1.shp", source_crs=4326)
        assert frame["Name"].tolist() == ["Ñandú"]
        assert [f.code for f in findings] == ["SHX_REBUILT", "ENCODING_ASSUMED"]


class TestCrs:
    def test_missing_prj_is_refused_with_what_to_do(self, tmp_path: Path) -> None:
        shp = shapefile(tmp_path)
        shp.with_suffix(".prj").unlink()
        words = (
            r'zones.shp: no CRS is stated \(the file zones.prj is missing\); add it, or say .*source_crs="EPSG:9480"'
        )
        with pytest.raises(CrsError, match=words):
            read_layer(shp)
        assert read_layer(shp, source_crs=4326)[0].crs.to_epsg() == 4326

    def test_a_local_crs_is_none(self, tmp_path: Path) -> None:
        path = tmp_path / "z.gpkg"
        pyogrio.write_dataframe(zones(), path)
        with sqlite3.connect(path) as base:
            for table in ("gpkg_contents", "gpkg_geometry_columns"):
                base.execute(f"update {table} set srs_id = -1")
        base.close()
        with pytest.raises(
            CrsError, match=r"z.gpkg: no CRS is stated.*add it, or say in which one the layer was drawn"
        ):
            read_layer(tmp_path / "z.gpkg")

    def test_the_callers_word_is_taken_and_told(self, tmp_path: Path) -> None:
        frame, findings = read_layer(shapefile(tmp_path), source_crs=9470)
        assert frame.crs.to_epsg() == 9470
        said = "zones.shp: the file states the CRS WGS 84; as asked, it is read as SRGI2013"
        assert messages(findings) == [said]

    def test_an_unknown_crs_of_the_caller_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(CrsError, match="'EPSG:1' is not known"):
            read_layer(shapefile(tmp_path), source_crs="EPSG:1")

    def test_heights_in_the_crs_are_left_aside(self, tmp_path: Path) -> None:
        zones().set_crs("EPSG:32650+5773", allow_override=True).to_parquet(tmp_path / "z.parquet")
        assert read_layer(tmp_path / "z.parquet")[0].crs.to_epsg() == 32650

    def test_real_shapefiles_without_prj(self, shared_data: Path) -> None:
        for name in ("blockgroups.shp", "blockgroups.zip", "corrupt_too_long.shp"):
            with pytest.raises(CrsError, match=r"no CRS is stated \(the file \w+.prj is missing\)"):
                read_layer(shared_data / "pyshp" / name)


class TestShapes:
    def test_heights_and_measures_are_dropped_and_counted(self, tmp_path: Path) -> None:
        frame = zones().set_geometry(shapely.force_3d(zones().geometry.to_numpy(), 12.0), crs=4326)
        frame.to_parquet(tmp_path / "z.parquet")
        read, findings = read_layer(tmp_path / "z.parquet")
        assert not read.has_z.any()
        assert messages(findings) == ["z.parquet: heights (Z) are dropped in 2 rows"]

    def test_measures_of_a_real_file(self, shared_data: Path) -> None:
        frame, findings = read_layer(shared_data / "pyogrio" / "line_zm.gpkg")
        assert not frame.has_z.any()
        assert set(findings.counts()) == {"GEOMETRY_M_DROPPED", "GEOMETRY_Z_DROPPED"}

    def test_curves_are_drawn_as_lines(self, tmp_path: Path) -> None:
        path = tmp_path / "curve.gpkg"
        frame, _ = read_layer(circle(path))
        radius = STEP
        assert frame.geom_type.tolist() == ["Polygon"]
        assert shapely.get_num_coordinates(frame.geometry[0]) > 60
        assert float(shapely.area(frame.geometry[0])) == pytest.approx(np.pi * radius**2, rel=2e-3)

    @pytest.mark.parametrize(
        ("name", "kind"),
        [("curve", "LineString"), ("curvepolygon", "Polygon"), ("multisurface", "MultiPolygon")],
    )
    def test_curve_types_of_real_files(self, shared_data: Path, name: str, kind: str) -> None:
        assert read_layer(shared_data / "pyogrio" / f"{name}.gpkg")[0].geom_type.tolist() == [kind]

    def test_shapes_that_cannot_be_built_are_none_and_named(self, tmp_path: Path) -> None:
        open_ring = {"type": "Polygon", "coordinates": [square()["coordinates"][0][:-1]]}
        path = geojson(tmp_path / "z.geojson", feature(square()), feature(open_ring), feature(None))
        frame, findings = read_layer(path)
        assert frame.geometry.isna().tolist() == [False, True, True]
        unreadable = findings.of("GEOMETRY_UNREADABLE")
        assert [f.row for f in unreadable] == [2]
        assert messages(unreadable)[0].startswith(
            "z.geojson row 2: the geometry cannot be read (an outline is not closed"
        )

    def test_z_of_a_government_shapefile(self, shared_data: Path) -> None:
        _, findings = read_layer(shared_data / "konkep" / "Batas_Desa.shp")
        assert messages(findings) == ["Batas_Desa.shp: heights (Z) are dropped in 111 rows"]


def circle(path: Path) -> Path:
    """A GeoPackage whose one polygon is a circle of five points on two arcs; GDAL's writers cannot be asked for it."""
    pyogrio.write_dataframe(zones(1), path)
    with sqlite3.connect(path) as base:
        for (trigger,) in base.execute("select name from sqlite_master where type = 'trigger'").fetchall():
            base.execute(f'drop trigger "{trigger}"')
        header = base.execute("select substr(geom, 1, 40) from curve").fetchone()[0]
        points = [(-1, 0), (0, 1), (1, 0), (0, -1), (-1, 0)]
        arcs = struct.pack("<BII", 1, 8, 5) + b"".join(
            struct.pack("<2d", LON + x * STEP, LAT + y * STEP) for x, y in points
        )
        base.execute("update curve set geom = ?", (header + struct.pack("<BII", 1, 10, 1) + arcs,))
    base.close()
    return path


class TestWriting:
    @pytest.mark.parametrize("name", ["z.gpkg", "z.geojson", "z.fgb", "z.parquet"])
    def test_what_is_written_is_read_back(self, tmp_path: Path, name: str) -> None:
        frame = zones().to_crs(9480).assign(share=[0.5, np.nan], mixed=[60.0, "lihat lampiran"])
        assert write_layer(frame, tmp_path / name) == tmp_path / name
        read = read_layer(tmp_path / name)[0].to_crs(9480).sort_values("mixed")  # FlatGeobuf sorts by place
        assert read["mixed"].tolist() == ["60", "lihat lampiran"]
        assert read["share"].isna().tolist() == [False, True]
        # fgb keeps no order; areas to a square millimetre, which degrees in GeoJSON must carry too
        assert sorted(read.area) == pytest.approx(sorted(frame.area), abs=1e-3)
        assert [p.name for p in tmp_path.iterdir()] == [name]

    @pytest.mark.parametrize("name", ["z.gpkg", "z.geojson", "z.fgb", "z.parquet"])
    def test_invalid_and_missing_shapes_are_written_as_they_are(self, tmp_path: Path, name: str) -> None:
        bow_tie = shapely.Polygon([(LON, LAT), (LON + 1, LAT + 1), (LON + 1, LAT), (LON, LAT + 1)])
        frame = gpd.GeoDataFrame({"i": [0, 1]}, geometry=[bow_tie, None], crs=4326)
        write_layer(frame, tmp_path / name)
        shapes = read_layer(tmp_path / name)[0].sort_values("i").geometry.to_numpy()
        shape = shapely.get_parts(shapes[:1])[0]
        assert (shapely.is_valid(shape), shapely.equals_exact(shape, bow_tie), shapes[1]) == (False, True, None)

    def test_several_layers_fit_into_one_geopackage_only(self, tmp_path: Path) -> None:
        frames = {"bagian": zones(), "disetujui": zones(1)}
        path = write_layers(frames, tmp_path / "hasil.gpkg")
        assert [i.name for i in list_layers(path)] == ["bagian", "disetujui"]
        with pytest.raises(FileError, match=r"hasil.fgb: 2 layers fit only into a GeoPackage; take .gpkg"):
            write_layers(frames, tmp_path / "hasil.fgb")

    def test_a_failure_leaves_the_older_file(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        path = write_layer(zones(), tmp_path / "z.gpkg")
        before = path.read_bytes()

        def full(*_: object, **__: object) -> None:
            raise pyogrio.errors.DataSourceError("disk full")

        monkeypatch.setattr(pyogrio, "write_dataframe", full)
        with pytest.raises(FileError, match=r"z.gpkg: cannot be written \(disk full\); check room and permissions"):
            write_layer(zones(1), path)
        assert path.read_bytes() == before
        assert [p.name for p in tmp_path.iterdir()] == ["z.gpkg"]

    def test_where_it_cannot_be_written(self, tmp_path: Path) -> None:
        with pytest.raises(FileError, match=r"z.shp: format '.shp' is not written; take .gpkg, .geojson"):
            write_layer(zones(), tmp_path / "z.shp")
        with pytest.raises(FileError, match=r"the folder .*nowhere does not exist; make it first"):
            write_layer(zones(), tmp_path / "nowhere" / "z.gpkg")
