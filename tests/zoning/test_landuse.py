"""Existing land use against the little town, every hectare by hand; issued permits against the quota of a blok."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import rdtr
from rdtr import crs
from rdtr.zoning.exposure import Grid
from rdtr.zoning.landuse import check_land_use
from rdtr.zoning.landusetable import FITS, fit_table, own_table
from rdtr.zoning.quota import block_quota
from rdtr.zoning.vocabulary import vocabulary
from tests.town import CRS, X, Y, box, make_permits, make_plan, make_rules, make_zones


def uses(*rows: tuple[str | None, shapely.Geometry]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"penggunaan": [r[0] for r in rows]}, geometry=[r[1] for r in rows], crs=CRS)


def square_metres(found: rdtr.LandUse, *columns: str) -> list[list[object]]:
    """Planar areas of the parts: the geodesic ones over the scale of the town, rounded to a square metre."""
    scale = crs.geodesic_area([box(0, 0, 100, 100)], crs.parse(CRS))[0] / 1e4
    table = found.parts.assign(area_m2=(found.parts["area_m2"] / scale).round(0)).sort_values(list(columns))
    return table[[*columns, "area_m2"]].to_numpy().tolist()


def test_use_is_laid_over_the_zones_and_judged_by_its_class() -> None:
    existing = uses(("Permukiman", box(0, 0, 75, 50)), ("Sawah", box(75, 0, 100, 50)), ("Permukiman", box(0, 50, 50, 100)),
                    ("Taman kota", box(50, 50, 100, 100)))  # fmt: skip
    assert square_metres(check_land_use(make_plan(), existing), "KODSZN", "existing", "fit") == [
        ["BJ", "", "unsurveyed", 1000.0], ["K-1", "Permukiman", "transition", 1250.0],
        ["K-1", "Sawah", "transition", 1250.0],
        ["R-2", "Permukiman", "conform", 2500.0], ["RTH-2", "Permukiman", "conflict", 2500.0],
        ["RTH-2", "Taman kota", "conform", 2500.0],
    ]  # fmt: skip


def test_areas_of_all_fits_add_up_to_the_plan() -> None:
    plan = make_plan()
    found = check_land_use(plan, uses(("Permukiman", box(-50, -50, 75, 60)), ("Entah", box(75, 0, 90, 50))))
    whole = crs.geodesic_area([box(0, -10, 100, 100)], plan.crs)[0] / 1e4
    assert found.summary()["area_ha"].sum() == pytest.approx(whole, rel=1e-6)
    assert found.summary()["share"].sum() == pytest.approx(1.0)
    assert found.summary().loc["undetermined", "area_ha"] == pytest.approx(0.075, rel=1e-3)


def test_unknown_or_missing_use_is_undetermined_never_conform() -> None:
    found = check_land_use(
        make_plan(), uses(("Landasan piring terbang", box(0, 0, 50, 25)), (None, box(0, 25, 50, 50)))
    )
    assert set(found.parts.query("KODSZN == 'R-2'")["fit"]) == {"undetermined"}


def test_summary_by_blok_and_village() -> None:
    plan = make_plan(make_zones(WADMKD=["Satu", "Dua", "Satu", "Satu"]))
    found = check_land_use(plan, uses(("Permukiman", box(0, 0, 100, 100))))
    by_village = found.summary("WADMKD").set_index("WADMKD")
    assert by_village.loc["Dua", "conform_share"] == 0.0
    assert by_village.loc["Satu", "conform_share"] == pytest.approx(1 / 3, rel=1e-6)
    by_both = found.summary(["KODBLK", "KODSZN"])
    assert by_both[["KODBLK", "KODSZN"]].to_numpy().tolist() == [
        ["", "BJ"],
        ["A.1", "K-1"],
        ["A.1", "R-2"],
        ["A.2", "RTH-2"],
    ]


def test_table_of_ones_own_goes_before_this_projects() -> None:
    own = pd.DataFrame(
        {"existing": ["Permukiman*", "Permukiman*"], "subzones": ["R-*", "*"], "fit": ["tidak sesuai", "sesuai"]}
    )
    found = check_land_use(make_plan(), uses(("Permukiman padat", box(0, 0, 100, 50))), table=own)
    assert square_metres(found, "KODSZN", "fit")[1:3] == [["K-1", "conform", 2500.0], ["R-2", "conflict", 2500.0]]
    assert found.receipt["class_table"] == "own"
    with pytest.raises(rdtr.RdtrError, match="row 1: fit 'baik' is not known"):
        own_table(own.assign(fit="baik"))
    with pytest.raises(rdtr.RdtrError, match="column 'fit' is missing"):
        own_table(own.drop(columns="fit"))


def test_raster_of_classes_is_measured_cell_by_cell() -> None:
    values = np.array([[1, 1], [2, 0]])
    grid = Grid(values, values >= 0, (X, Y, X + 100, Y + 100), crs.parse(CRS))
    found = check_land_use(make_plan(), grid, names={1: "Taman", 2: "Permukiman"})
    assert square_metres(found, "KODSZN", "existing", "fit") == [
        ["BJ", "", "unsurveyed", 1000.0], ["K-1", "", "unsurveyed", 2500.0], ["R-2", "Permukiman", "conform", 2500.0],
        ["RTH-2", "Taman", "conform", 5000.0],
    ]  # fmt: skip
    assert len(found.geometries()) == 2
    with pytest.raises(rdtr.RdtrError, match="say what its values mean"):
        check_land_use(make_plan(), grid)


def test_shapes_are_those_that_were_measured() -> None:
    existing = uses(("Permukiman", box(25, 25, 75, 75)), ("Sawah", box(80, 10, 90, 20)))
    shapes = check_land_use(make_plan(), existing).geometries()
    assert shapes.area.round(6).tolist() == [625.0, 625.0, 100.0, 1250.0]
    assert shapes["putusan"].tolist() == ["sesuai", "transisi", "transisi", "tidak sesuai"]


def test_map_has_every_zone_once() -> None:
    plan = make_plan()
    zones = check_land_use(plan, uses(("Permukiman", box(0, 0, 100, 25)))).zones
    assert zones["KODSZN"].tolist() == plan.zones["KODSZN"].tolist()
    assert zones["conform_share"].round(6).tolist()[:2] == [1.0, 0.0]
    assert zones["conform_share"].isna().tolist()[2:] == [True, True]


def test_invalid_polygons_and_other_crs_are_brought_in_order() -> None:
    bow = shapely.Polygon([(X, Y), (X + 50, Y + 50), (X + 50, Y), (X, Y + 50)])
    existing = uses(("Permukiman", bow)).to_crs(4326)
    found = check_land_use(make_plan(), existing)
    assert found.summary().loc["conform", "area_ha"] == pytest.approx(0.125, rel=0.01)  # PROJ moves by 16 cm


def test_layer_with_names_only_is_judged_by_the_code_of_the_name() -> None:
    zones = make_zones(KODSZN=[None] * 4, KODZON=[None] * 4)
    found = check_land_use(make_plan(zones), uses(("Permukiman", box(0, 0, 50, 50))))
    assert found.parts["fit"].tolist()[0] == "conform"


def test_table_of_this_project_judges_every_sub_zone_of_the_newest_vocabulary() -> None:
    codes = [k.code for k in vocabulary("2021").kinds if k.code]
    table = fit_table()
    fits = table.fits([c for c, _ in table.classes], codes)
    assert (fits != FITS.index("undetermined")).all()
    used = set(rdtr.sample_city(parcels=500).land_use["penggunaan"])
    assert all(table.class_of(u) for u in used)


def test_columns_and_crs_are_asked_for_in_words() -> None:
    with pytest.raises(rdtr.RdtrError, match="no column 'guna'; it has penggunaan"):
        check_land_use(make_plan(), uses(("Sawah", box(0, 0, 1, 1))), column="guna")
    with pytest.raises(rdtr.RdtrError, match="no CRS"):
        check_land_use(make_plan(), uses(("Sawah", box(0, 0, 1, 1))).set_crs(None, allow_override=True))


def test_issued_permits_are_added_up_by_blok_against_its_limits() -> None:
    permits = make_permits(
        [box(10, 10, 30, 30), box(40, 10, 80, 20)], activity="001", footprint_m2=[200.0, 100.0],
        floor_area_m2=[400.0, 200.0], green_m2=[80.0, None],
    )  # fmt: skip
    quota = block_quota(make_plan(), permits).set_index("KODBLK")
    first = quota.loc["A.1"]
    assert first[["buildable_m2", "permits", "parcel_m2", "footprint_m2", "floor_m2", "green_m2"]].tolist() == [
        5000.0, 2, 800.0, 300.0, 600.0, 80.0
    ]  # fmt: skip
    # 2,500 m² at 60 % and 2,500 m² at 80 %; at 1.8 and 4; at 20 % and 10 %
    assert first[["footprint_low_m2", "floor_low_m2", "green_low_m2"]].tolist() == pytest.approx([3500, 14500, 750])
    assert first["footprint_share"] == pytest.approx(300 / 3500)
    assert quota.loc["A.2", ["permits", "footprint_m2"]].tolist() == [0, 0.0]
    assert quota.loc["A.1"].geometry.area == 5000.0


def test_limits_that_depend_on_the_lot_make_a_range_and_missing_ones_no_number() -> None:
    limits = pd.DataFrame(
        {
            "subzone": ["R-2", "R-2"],
            "lot_max_m2": [200.0, None],
            "lot_min_m2": [None, 200.0],
            "kdb_max_pct": [80.0, 60.0],
        }
    )
    quota = block_quota(make_plan(rules=make_rules(intensity=limits)), make_permits([box(1, 1, 9, 9)])).iloc[0]
    assert np.isnan(quota["footprint_low_m2"])  # K-1 has no row
    only = make_plan(make_zones(KODBLK=["A.1", "B.1", "B.2", None]), make_rules(intensity=limits))
    quota = block_quota(only, make_permits([box(1, 1, 9, 9)])).set_index("KODBLK").loc["A.1"]
    assert quota[["footprint_low_m2", "footprint_high_m2"]].tolist() == [1500.0, 2000.0]
