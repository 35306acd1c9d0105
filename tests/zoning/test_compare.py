"""Two versions of the little town side by side, every number by hand."""

from __future__ import annotations

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import rdtr
from rdtr.zoning.compare import OUTSIDE, compare
from rdtr.zoning.rulediff import rule_changes
from tests.town import box, make_permits, make_plan, make_rules, make_zones


def listed(table: pd.DataFrame, *columns: str) -> list[list[object]]:
    return table[list(columns)].to_numpy().tolist()


def test_same_plan_has_no_difference() -> None:
    found = compare(make_plan(), make_plan(make_zones().iloc[::-1].reset_index(drop=True)))
    assert found.changes.empty
    assert found.rules.empty
    assert not found.flows["changed"].any()
    assert repr(found) == "<Comparison kota -> kota: nothing differs>"


def test_zones_are_matched_by_geometry_whatever_their_order() -> None:
    new = make_zones(KODSZN=["R-2", "R-2", "RTH-2", "BJ"]).iloc[[3, 1, 0, 2]].reset_index(drop=True)
    found = compare(make_plan(), make_plan(new))
    assert listed(found.changes, "change", "old_zone", "new_zone", "old_code", "new_code") == [
        ["recoded", 1, 1, "K-1", "R-2"]
    ]


def test_moved_border_reshapes_both_neighbours() -> None:
    new = make_zones()
    new.loc[[0, 1], "geometry"] = [box(0, 0, 60, 50), box(60, 0, 100, 50)]
    found = compare(make_plan(), make_plan(new))
    assert listed(found.changes, "change", "old_code", "old_area_m2", "new_area_m2", "common_m2") == [
        ["reshaped", "R-2", 2500.0, 3000.0, 2500.0], ["reshaped", "K-1", 2500.0, 2000.0, 2000.0]
    ]  # fmt: skip
    assert listed(found.moves, "old_code", "new_code", "area_m2") == [["K-1", "R-2", 500.0]]
    assert found.moves.area.tolist() == [500.0]


def test_new_and_vanished_zones_are_added_and_removed() -> None:
    new = make_zones().iloc[[0, 1, 3]].reset_index(drop=True)
    extra = gpd.GeoDataFrame({"KODSZN": ["SPU-1"]}, geometry=[box(200, 0, 250, 50)], crs=new.crs)
    found = compare(make_plan(), make_plan(pd.concat([new, extra], ignore_index=True)))
    assert listed(found.changes.fillna({"old_code": "-", "new_code": "-"}), "change", "old_code", "new_code") == [
        ["removed", "RTH-2", "-"],
        ["added", "-", "SPU-1"],
    ]
    assert found.changes["old_zone"].isna().tolist() == [False, True]
    assert found.changes.area.tolist() == [5000.0, 2500.0]


def test_block_that_is_renamed_is_a_change_of_its_own() -> None:
    found = compare(make_plan(), make_plan(make_zones(KODBLK=["B.9", "A.1", "A.2", None])))
    assert listed(found.changes, "change", "old_block", "new_block") == [["renamed", "A.1", "B.9"]]


def test_hectares_go_from_sub_zone_to_sub_zone_and_none_is_lost() -> None:
    new = make_zones().iloc[:3].reset_index(drop=True)
    new.loc[[0, 1], "geometry"] = [box(0, 0, 60, 50), box(60, 0, 120, 50)]
    found = compare(make_plan(), make_plan(new))
    scale = 1.0007  # geodesic over planar, to four digits; see AreaScale
    planar = found.matrix / found.matrix.loc["RTH-2", "RTH-2"] * 0.5
    assert planar.loc["K-1", "R-2"] == pytest.approx(0.05, rel=1e-5)
    assert planar.loc["R-2", "R-2"] == pytest.approx(0.25, rel=1e-5)
    assert planar.loc[OUTSIDE, "K-1"] == pytest.approx(0.1, rel=1e-5)
    assert planar.loc["BJ", OUTSIDE] == pytest.approx(0.1, rel=1e-5)
    assert found.matrix.loc["RTH-2", "RTH-2"] == pytest.approx(0.5 * scale, rel=1e-4)
    assert found.flows["changed"].tolist() == sorted(found.flows["changed"], reverse=True)
    assert found.flows["area_ha"].sum() == pytest.approx(found.matrix.to_numpy().sum())


def test_redrawing_below_the_limit_is_no_change() -> None:
    new = make_zones()
    new.loc[[0, 1], "geometry"] = [box(0, 0, 50.01, 50), box(50.01, 0, 100, 50)]
    assert compare(make_plan(), make_plan(new)).changes.empty
    assert len(compare(make_plan(), make_plan(new), min_change_m2=0.1).changes) == 2
    with pytest.raises(rdtr.RdtrError, match="min_change_m2"):
        compare(make_plan(), make_plan(), min_change_m2=-1.0)


def test_version_in_another_crs_is_brought_over() -> None:
    new = rdtr.Plan.build(make_zones().to_crs(9481), rules=make_rules())
    assert compare(make_plan(), new, min_change_m2=0.01).changes.empty


def test_permits_whose_verdict_flips_stand_with_before_and_after() -> None:
    permits = make_permits([box(60, 10, 80, 30), box(10, 10, 30, 30), box(10, 60, 30, 80)], activity="002")
    new = make_zones(KODSZN=["R-2", "RTH-2", "RTH-2", "BJ"])
    found = compare(make_plan(), make_plan(new), permits=permits)
    flip = found.flips.iloc[0]
    assert len(found.flips) == 1
    assert flip[["permit_id", "before", "after", "use_before", "use_after"]].tolist() == [
        "P-1", "permitted", "prohibited", "permitted", "prohibited"
    ]  # fmt: skip
    assert "RTH-2" in flip["reason_after"]
    assert flip.geometry.equals(box(60, 10, 80, 30))
    assert found.verdicts.loc["permitted", "prohibited"] == 1
    assert found.summary()["flips"] == 1


def test_version_that_has_ended_is_judged_as_if_in_force() -> None:
    permits = make_permits([box(60, 10, 80, 30)], activity="002")
    old = make_plan(valid_until=date(2020, 1, 1))
    assert compare(old, make_plan(), permits=permits, on=date(2026, 1, 1)).flips.empty


def test_changed_limits_cells_conditions_and_buffers_are_listed() -> None:
    old, tables = make_rules(), {n: make_rules().table(n) for n in ("activities", "matrix", "conditions", "intensity")}
    tables["activities"] = tables["activities"].iloc[:4]
    tables["matrix"] = tables["matrix"].iloc[:4].assign(**{"K-1": ["T1", "X", "B2", "I"], "reference": "Lampiran baru"})
    tables["conditions"].loc[0, "text"] = "Jam operasi 08.00-17.00"
    tables["intensity"] = tables["intensity"].assign(klb_min=[None, 1.5, None], kdb_max_pct=[60.0, 80.0, np.nan])
    tables["buffers"] = pd.DataFrame({"layer": ["rivers"], "distance_m": [15.0], "text": ["Sempadan"]})
    found = rule_changes(old, rdtr.RuleBook.from_tables(tables))
    assert listed(found, "table", "subzone", "item", "change", "before", "after") == [
        ["activities", "", "Rumah ibadah", "removed", "", ""],
        ["matrix", "K-1", "Toko", "changed", "I", "X"],
        ["intensity", "K-1", "klb_min", "changed", "1", "1.5"],
        ["intensity", "RTH-2", "kdb_max_pct", "removed", "10", ""],
        ["conditions", "", "T1", "changed", "Jam operasi 07.00-21.00", "Jam operasi 08.00-17.00"],
        ["buffers", "", "rivers", "added", "", "15 · Sempadan"],
    ]
    assert found.loc[1, ["reference_before", "reference_after"]].tolist() == ["Lampiran II no. 2", "Lampiran baru"]


def test_activities_numbered_anew_are_matched_by_name() -> None:
    table = make_rules().activities.assign(activity_id=["105", "104", "103", "102", "101"])
    matrix = make_rules().matrix.assign(activity_id=["105", "104", "103", "102", "101"])
    assert rule_changes(make_rules(), make_rules(activities=table, matrix=matrix)).empty
    renamed = make_rules().activities.replace("Bengkel", "Bengkel motor")
    found = rule_changes(make_rules(), make_rules(activities=renamed))
    assert listed(found, "change", "before", "after") == [["changed", "Bengkel (45)", "Bengkel motor (45)"]]


def test_variants_of_limits_are_matched_by_what_selects_them() -> None:
    limits = pd.DataFrame({"subzone": ["R-2"] * 2, "road_class": ["arteri", "lokal"], "kdb_max_pct": [60.0, 50.0]})
    old, new = (make_rules(intensity=t) for t in (limits, limits.iloc[::-1].assign(kdb_max_pct=[55.0, 60.0])))
    assert listed(rule_changes(old, new), "item", "before", "after") == [["kdb_max_pct · road_class lokal", "50", "55"]]


def test_half_of_the_land_is_the_least_that_two_versions_of_a_zone_share() -> None:
    new = make_zones()
    new.loc[0, "geometry"] = shapely.box(*box(0, 0, 20, 50).bounds)  # two fifths of it
    assert set(compare(make_plan(), make_plan(new)).changes["change"]) == {"added", "removed"}
