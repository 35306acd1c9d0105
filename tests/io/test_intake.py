"""From a raw layer to clean zones: every change told, no row lost."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely

from rdtr.errors import CrsError, PlanError
from rdtr.io.intake import Intake, clean_zones
from rdtr.zoning.schema import FLAGS
from tests.io.files import LAT, LON, STEP, zones


def clean(*, geometry: Any = None, crs: Any = None, options: dict[str, Any] | None = None, **columns: Any) -> Intake:
    count = len(next(iter(columns.values()))) if columns else len(geometry)
    frame = zones(count, **(columns or {"KODSZN": ["R-2"] * count}))
    if geometry is not None:
        frame = gpd.GeoDataFrame(frame.drop(columns="geometry"), geometry=list(geometry), crs=crs or 4326)
    return clean_zones(frame, "zones.shp", **(options or {}))


def said(intake: Intake, *codes: str) -> list[str]:
    return [f.message("en") for f in intake.findings.of(*codes)]


def square(i: int = 0) -> shapely.Polygon:
    return zones(i + 1, A=[0] * (i + 1)).geometry.iloc[i]


class TestTexts:
    @pytest.mark.parametrize("blank", ["Tidak Ada", "-", " ", "0", None, "null", "\r\n"])
    def test_blanks_say_nothing_in_names_and_flags(self, blank: str | None) -> None:
        columns = {c: [blank, "K01"] for c in ("NAMOBJ", "KODBLK", *FLAGS)}
        frame = clean(KODSZN=["R-2", "K-1"], **columns).zones
        assert all(frame[c].tolist() == [None, "K01"] for c in columns)

    def test_white_space_is_dropped_and_told_once_a_column(self) -> None:
        intake = clean(NAMOBJ=[" Badan  Jalan", "Badan Air\r\n", "Taman Kota"])
        assert intake.zones["NAMOBJ"].tolist() == ["Badan Jalan", "Badan Air", "Taman Kota"]
        assert said(intake, "TEXT_TRIMMED") == ["zones.shp row 1 NAMOBJ: needless white space is dropped in 2 rows"]

    def test_numbers_in_text_columns_become_their_digits(self) -> None:
        frame = clean(KODSZN=["R-2", "K-1"], KODBLK=[19.0, np.nan], JNSRPR=[32000000, 31000000]).zones
        assert frame["KODBLK"].tolist() == ["19", None]
        assert frame["JNSRPR"].tolist() == ["32000000", "31000000"]

    def test_other_columns_keep_their_values(self) -> None:
        assert clean(KODSZN=["R-2", "K-1"], SUMBER=[" x ", "Tidak Ada"]).zones["SUMBER"].tolist() == [
            " x ",
            "Tidak Ada",
        ]


class TestCodes:
    def test_one_spelling_told_once_a_value(self) -> None:
        intake = clean(KODSZN=["R-2", "R.2", "R 2", "R.2", "r2k"])
        assert intake.zones["KODSZN"].tolist() == ["R-2", "R-2", "R-2", "R-2", "R-2.K"]
        assert said(intake, "CODE_CANONICALISED") == [
            'zones.shp row 2 KODSZN: code "R.2" is read as "R-2"',
            'zones.shp row 3 KODSZN: code "R 2" is read as "R-2"',
            'zones.shp row 5 KODSZN: code "r2k" is read as "R-2.K"',
        ]
        assert [f.values["rows"] for f in intake.findings.of("CODE_CANONICALISED")] == [2, 1, 1]

    def test_an_unknown_code_stays_and_what_was_meant_is_proposed(self) -> None:
        intake = clean(KODSZN=["RHT-3", "Z-9", "R-2", "Z-9"])
        assert intake.zones["KODSZN"].tolist() == ["RHT-3", "Z-9", "R-2", "Z-9"]
        assert said(intake, "CODE_UNKNOWN") == [
            'zones.shp row 1 KODSZN: code "RHT-3" is not in vocabulary 2021 (RTH-3?)',
            'zones.shp row 2 KODSZN: code "Z-9" is not in vocabulary 2021',
        ]

    def test_codes_are_those_of_the_plans_vocabulary(self) -> None:
        assert said(clean(KODSZN=["SPU-6"], options={"vocabulary": "2011"}), "CODE_UNKNOWN") == []
        assert said(clean(KODSZN=["SPU-6"]), "CODE_UNKNOWN") == [
            'zones.shp row 1 KODSZN: code "SPU-6" is not in vocabulary 2021'
        ]

    def test_a_code_is_taken_from_a_known_name(self) -> None:
        intake = clean(NAMOBJ=["Taman Kota", "taman  kota", "Sempadan Sungai"])
        assert intake.zones["KODSZN"].tolist() == ["RTH-2", "RTH-2", None]
        assert said(intake, "CODE_FROM_NAME") == [
            'zones.shp row 1 NAMOBJ: code RTH-2 is taken from the name "Taman Kota", since the layer has no code',
            'zones.shp row 2 NAMOBJ: code RTH-2 is taken from the name "taman kota", since the layer has no code',
        ]

    def test_an_unknown_name_stays_the_key_and_is_noted_once(self) -> None:
        intake = clean(NAMOBJ=["Kawasan Asri", "Kawasan Asri", "Kawasan Indah"])
        assert intake.zones["KODSZN"].tolist() == [None] * 3
        found = list(intake.findings.of("CODE_MISSING"))
        assert [(f.row, f.values["name"], f.values["rows"]) for f in found] == [
            (1, "Kawasan Asri", 2), (3, "Kawasan Indah", 1),
        ]  # fmt: skip

    def test_a_zone_without_sub_zones_is_its_own_sub_zone(self) -> None:
        intake = clean(KODZON=["BJ", "R", "BJ"], KODSZN=[None, None, "-"])
        assert intake.zones["KODSZN"].tolist() == ["BJ", None, "BJ"]
        assert said(intake, "CODE_FROM_ZONE") == [
            "zones.shp row 1 KODSZN: the sub-zone code is blank in 2 rows; the zone code BJ is taken"
        ]
        assert said(intake, "CODE_MISSING", "CODE_UNKNOWN") == []  # R is a zone; its sub-zone is not known


class TestLimits:
    def test_zero_is_a_limit_and_a_blank_is_none(self) -> None:
        frame = clean(KODSZN=["BJ", "R-2", "K-1"], KDB=["0", "-", "60"], KLB=[0.0, np.nan, 2.4]).zones
        np.testing.assert_array_equal(frame["KDB"], [0.0, np.nan, 60.0])
        np.testing.assert_array_equal(frame["KLB"], [0.0, np.nan, 2.4])

    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("55", 55.0),
            ("maksimum: 60%", 60.0),
            ("Maks. 70 %", 70.0),
            ("paling banyak 80 persen", 80.0),
            ("37,5", 37.5),
        ],
    )
    def test_texts_that_are_one_number(self, text: str, value: float) -> None:
        assert clean(KODSZN=["R-2"], KDB=[text]).zones["KDB"].tolist() == [value]

    @pytest.mark.parametrize("text", ["minimum: 60%", "60-70", "LP > 400 m2: 60", "sesuai RTBL", "Infinity"])
    def test_texts_that_say_more_or_the_opposite_stay(self, text: str) -> None:
        intake = clean(KODSZN=["R-2", "R-2", "K-1"], KDB=[text, text, "60.0"])
        assert intake.zones["KDB"].tolist() == [text, text, "60"]
        assert said(intake, "LIMIT_TEXT_UNREAD") == [
            f'zones.shp row 1 KDB: limit "{text}" is not one number (2 rows); the text is kept and not judged'
        ]

    def test_a_long_text_is_shortened_in_the_finding_only(self) -> None:
        text = "- Luas LP kurang dari 60 m2 : Alternatif 1 : 100, " * 5
        intake = clean(KODSZN=["R-2"], KDH=[text])
        assert intake.zones["KDH"].tolist() == [text.strip()]
        assert len(said(intake, "LIMIT_TEXT_UNREAD")[0]) < 170

    def test_a_least_green_share_reads_minima(self) -> None:
        assert clean(KODSZN=["R-2"], KDH=["minimal 20%"]).zones["KDH"].tolist() == [20.0]

    def test_percentages_that_look_like_fractions_are_told(self) -> None:
        intake = clean(KODSZN=["BJ", "R-2"], KDB=[0.0, 0.6], KLB=[0.0, 0.6])
        assert said(intake, "LIMIT_LOOKS_FRACTION") == [
            "zones.shp KDB: no value is above 0.6; they look like fractions, not per cent"
        ]

    def test_areas_in_square_metres_become_hectares(self) -> None:
        m2 = zones(2).to_crs(9480).area
        assert clean(KODSZN=["R-2", "K-1"], LUAS=m2.tolist()).zones["LUASHA"].tolist() == pytest.approx(m2 / 1e4)
        intake = clean(KODSZN=["R-2", "K-1"], LUASHA=["1,23", "1.24"])
        assert (intake.zones["LUASHA"].tolist(), said(intake, "AREA_UNIT_CONVERTED")) == ([1.23, 1.24], [])


BOW_TIE = shapely.Polygon([(LON, LAT), (LON + 1, LAT + 1), (LON + 1, LAT), (LON, LAT + 1)])
FLAT = shapely.Polygon([(LON, LAT), (LON + 1, LAT), (LON + 1, LAT), (LON, LAT)])
NOT_FINITE = shapely.Polygon([(LON, LAT), (np.inf, LAT), (LON, LAT + 1), (LON, LAT)])


class TestShapes:
    @pytest.mark.parametrize(
        ("shape", "words"),
        [
            (None, "there is no geometry"),
            (shapely.Polygon(), "the geometry is empty"),
            (shapely.Point(LON, LAT), "the geometry is a Point, no polygon"),
            (BOW_TIE, "the geometry is invalid: the outline crosses itself at 118 0.63"),
            (NOT_FINITE, "a coordinate is no number"),
            (FLAT, "the polygon has no area"),
        ],
    )
    def test_what_cannot_be_measured_is_set_aside(self, shape: Any, words: str) -> None:
        intake = clean(geometry=[square(), shape], KODSZN=["R-2", "r 2"], SUMBER=["a", "b"])
        found = [f.message("en") for f in intake.findings if f.code.startswith("GEOMETRY")]
        assert found == [f"zones.shp row 2: {words}; the row is set aside"]
        assert len(intake.zones) == 1
        rejected = intake.rejected
        assert rejected[["KODSZN", "SUMBER", "row"]].to_numpy().tolist() == [["r 2", "b", 2]]  # as in the file
        assert rejected["reason"][0].endswith("baris disisihkan")
        assert rejected.geometry[0] is shape or rejected.geometry[0] == shape

    def test_columns_called_row_and_reason_are_kept(self) -> None:
        rejected = clean(geometry=[square(), None], row=["x", "y"], reason=["p", "q"]).rejected
        assert rejected[["row_FILE", "reason_FILE", "row"]].to_numpy().tolist() == [["y", "q", 2]]

    def test_polygons_of_a_collection_are_kept(self) -> None:
        mixed = shapely.GeometryCollection(
            [square(), shapely.Point(LON, LAT), shapely.GeometryCollection([shapely.MultiPolygon([square(2)])])]
        )
        intake = clean(geometry=[mixed, shapely.GeometryCollection([shapely.Point(LON, LAT)])])
        assert shapely.get_num_geometries(intake.zones.geometry[0]) == 2
        assert intake.zones.area.sum() == pytest.approx(2 * zones(1).to_crs(9480).area[0], rel=1e-4)
        assert said(intake, "GEOMETRY_PARTS_KEPT") == ["zones.shp row 1: mixed geometry; only its polygons are used"]
        assert intake.rejected["row"].tolist() == [2]

    def test_mixed_kinds_keep_the_polygons(self) -> None:
        intake = clean(geometry=[shapely.Point(LON, LAT), square(), shapely.MultiPolygon([square(2)])])
        assert intake.zones.geom_type.tolist() == ["Polygon", "MultiPolygon"]
        assert intake.rejected["row"].tolist() == [1]

    def test_points_instead_of_polygons(self) -> None:
        words = "zones.shp: all 2 rows are Point, zones must be polygons; give the polygon layer"
        with pytest.raises(PlanError, match=words):
            clean(geometry=[shapely.Point(LON, LAT)] * 2)

    def test_all_rows_invalid(self) -> None:
        words = (
            r"zones.shp: none of 3 rows is usable \(2 GEOMETRY_INVALID, 1 GEOMETRY_EMPTY\); row 1: the geometry is "
            r"invalid: the outline crosses itself at 118 0.63; the row is set aside; repair the layer"
        )
        with pytest.raises(PlanError, match=words):
            clean(geometry=[BOW_TIE, shapely.Polygon(), BOW_TIE])

    def test_no_row_at_all(self) -> None:
        with pytest.raises(PlanError, match=r"zones.shp: the layer has no row; export the zones again"):
            clean_zones(zones(1).iloc[:0], "zones.shp")

    def test_heights_are_dropped_and_counted(self) -> None:
        intake = clean(geometry=[shapely.force_3d(square(), 5.0), square(1)])
        assert not intake.zones.has_z.any()
        assert said(intake, "GEOMETRY_Z_DROPPED") == ["zones.shp: heights (Z) are dropped in 1 rows"]


class TestCrs:
    def test_degrees_become_the_utm_zone_of_the_centre(self) -> None:
        intake = clean(KODSZN=["R-2", "K-1"])
        assert intake.zones.crs.to_epsg() == 9480
        assert said(intake, "CRS_PROJECTED") == [
            "zones.shp: coordinates are projected from WGS 84 to SRGI2013 / UTM zone 50N"
        ]

    def test_tm3_by_choice_and_any_metric_crs_by_name(self) -> None:
        assert clean(KODSZN=["R-2"], options={"crs": "tm3"}).zones.crs.to_epsg() == 23838
        assert clean(KODSZN=["R-2"], options={"crs": "EPSG:32650"}).zones.crs.to_epsg() == 32650
        with pytest.raises(CrsError, match=r"zones.shp: the CRS asked for: .* is in degrees"):
            clean(KODSZN=["R-2"], options={"crs": 4326})

    def test_a_metric_crs_is_kept(self) -> None:
        frame = zones().to_crs(32650)
        intake = clean_zones(frame, "zones.shp")
        assert intake.zones.crs.to_epsg() == 32650
        assert (shapely.get_coordinates(intake.zones.geometry) == shapely.get_coordinates(frame.geometry)).all()
        assert said(intake, "CRS_PROJECTED") == []

    def test_web_mercator_is_projected_for_it_measures_nothing(self) -> None:
        intake = clean_zones(zones().to_crs(3857), "zones.shp")
        assert intake.zones.crs.to_epsg() == 9480
        assert intake.zones.area.sum() == pytest.approx(zones().to_crs(9480).area.sum(), rel=1e-6)

    def test_no_crs_is_refused(self) -> None:
        with pytest.raises(CrsError, match=r'zones.shp: no CRS is stated; say which with frame.set_crs\("EPSG:9480"\)'):
            clean_zones(zones().set_crs(None, allow_override=True), "zones.shp")

    def test_longitude_and_latitude_swapped(self) -> None:
        swapped = shapely.transform(square(), lambda xy: xy[:, ::-1])
        with pytest.raises(CrsError, match=r"zones.shp: the coordinates .* look swapped: exchange x and y"):
            clean(geometry=[swapped])

    def test_degrees_called_metres(self) -> None:
        with pytest.raises(CrsError, match=r"zones.shp: .* they look like degrees: state EPSG:4326"):
            clean(geometry=[square()], crs=9480)

    def test_metres_called_degrees(self) -> None:
        metres = shapely.box(555_000, 14_000, 555_100, 14_100)
        with pytest.raises(CrsError, match=r"zones.shp: .* they look like metres: state the UTM or TM-3 zone"):
            clean(geometry=[metres])

    def test_an_outline_that_projecting_breaks_is_set_aside_and_not_lost(self) -> None:
        needle = shapely.Polygon([(LON, LAT), (LON + STEP, LAT), (LON + STEP, LAT + 1e-14)])
        assert shapely.is_valid(needle)
        intake = clean(geometry=[square(), needle])
        assert len(intake.zones) + len(intake.rejected) == 2
