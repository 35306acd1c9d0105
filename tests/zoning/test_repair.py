"""Repairs: who gets what by hand, the ledger's sums, and dirty coverages that come out clean."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import rdtr
from rdtr.errors import PlanError
from rdtr.zoning.plan import Plan
from rdtr.zoning.repair import Winner
from rdtr.zoning.repairledger import Ledger
from rdtr.zoning.topology import topology_of
from tests.dirty import dirty_coverage
from tests.town import CRS, X, Y, box, make_plan, make_zones


def plan_of(*shapes: shapely.Geometry) -> Plan:
    codes = ["R-2", "K-1", "RTH-2", "BJ", "R-3", "C-1"]
    zones = gpd.GeoDataFrame({"KODSZN": [codes[k % 6] for k in range(len(shapes))]}, geometry=list(shapes), crs=CRS)
    return Plan.build(zones)


def areas(plan: Plan) -> list[float]:
    return [round(float(a), 6) for a in plan.zones.area]


def is_clean(plan: Plan, outline: Any = None) -> bool:
    shapes = plan.zones.geometry.to_numpy()
    return topology_of(shapes, outline=None if outline is None else np.array([outline], dtype=object)).clean


def books_balance(ledger: Ledger) -> None:
    """The sums by zone, by feature and in all agree, and no more changed than what moved."""
    assert ledger.zones["change_m2"].sum() == pytest.approx(ledger.change_m2, abs=1e-6)
    assert ledger.features["change_m2"].sum() == pytest.approx(ledger.change_m2, abs=1e-4)
    assert abs(ledger.change_m2) <= ledger.moved["area_m2"].sum() + 1e-3


OVERLAPPING = (box(0, 0, 12, 10), box(10, 0, 40, 10))  # 120 and 300 m2, 20 in common


@pytest.mark.parametrize(
    ("winner", "left"),
    [("larger", [100.0, 300.0]), ("smaller", [120.0, 280.0]), ("first", [120.0, 280.0])],
)
def test_the_winner_in_words_keeps_the_overlap(winner: Winner, left: list[float]) -> None:
    clean, ledger = rdtr.repair(plan_of(*OVERLAPPING), winner=winner)
    assert areas(clean) == left
    assert is_clean(clean)
    moved = ledger.moved.iloc[0]
    loser = 1 if left[0] == 100.0 else 2
    assert (moved["kind"], moved["from_row"], moved["to_row"]) == ("overlap", loser, 3 - loser)
    assert moved["area_m2"] == pytest.approx(20.0)
    books_balance(ledger)


def test_a_gap_goes_to_the_zone_with_the_longest_border_and_stands_in_the_ledger() -> None:
    # a hole of 2 x 10 between 0..10 and 12..40, closed above and below
    plan = plan_of(box(0, 0, 10, 10), box(12, 0, 40, 10), box(0, 10, 40, 20), box(0, -10, 40, 0))
    clean, ledger = rdtr.repair(plan)
    assert is_clean(clean)
    moved = ledger.moved
    assert moved["kind"].tolist() == ["gap"]
    assert moved["from_row"].isna().all()
    assert moved["to_row"].iloc[0] in (1, 2)
    assert ledger.change_m2 == pytest.approx(20.0)
    assert sum(areas(clean)) == pytest.approx(40 * 30)


def test_a_gap_goes_to_the_larger_zone_when_asked() -> None:
    plan = plan_of(box(0, 0, 10, 10), box(12, 0, 40, 10), box(0, 10, 40, 20), box(0, -10, 40, 0))
    assert rdtr.repair(plan, winner="larger")[1].moved["to_row"].tolist() == [4]  # 400 m2 each; the later of the two
    assert rdtr.repair(plan, winner="smaller")[1].moved["to_row"].tolist() == [1]


def test_a_gap_wider_than_asked_stays() -> None:
    ring = box(0, 0, 30, 30).difference(box(10, 10, 20, 20))
    clean, ledger = rdtr.repair(plan_of(ring, box(30, 0, 40, 30)), widest_gap_m=1.0)
    assert areas(clean)[0] == 800.0
    assert len(ledger.moved) == 0


def test_a_slot_that_is_open_to_the_outside_is_closed() -> None:
    wedge = shapely.Polygon([(X + 10, Y), (X + 40, Y), (X + 40, Y + 10), (X + 10.2, Y + 10)])
    clean, ledger = rdtr.repair(plan_of(box(0, 0, 10, 10), wedge))
    assert is_clean(clean)
    assert ledger.change_m2 == pytest.approx(1.0, abs=1e-6)


def test_a_vertex_without_a_mate_gets_one_and_no_area_moves() -> None:
    plan = make_plan(make_zones())
    clean, ledger = rdtr.repair(plan)
    assert is_clean(clean)
    assert not is_clean(plan)
    assert areas(clean) == areas(plan)
    assert ledger.features["what"].tolist() == ["changed", "changed"]  # park and road


def test_zones_cut_at_the_outline_and_fill_it() -> None:
    outline = box(0, 0, 40, 10)
    plan = plan_of(box(0, -2, 10, 10), box(10, 0, 38, 10))
    clean, ledger = rdtr.repair(plan, outlines=outline)
    assert areas(clean) == [100.0, 300.0]
    assert is_clean(clean, outline)
    assert sorted(zip(ledger.moved["kind"], ledger.moved["area_m2"].round(6), strict=True)) == [
        ("beyond", 20.0),
        ("gap", 20.0),
    ]


def test_far_zones_keep_their_exact_vertices() -> None:
    far = shapely.transform(box(500, 500, 600, 600), lambda xy: xy + np.pi / 1e7)
    clean, ledger = rdtr.repair(plan_of(*OVERLAPPING, far))
    assert shapely.equals_exact(clean.zones.geometry.iloc[2], far, tolerance=0.0)
    assert 3 not in ledger.features["row"].tolist()


def test_a_polygon_drawn_twice_is_left_once_and_the_other_is_not_lost() -> None:
    clean, ledger = rdtr.repair(plan_of(box(0, 0, 10, 10), box(0, 0, 10, 10), box(10, 0, 20, 10)))
    assert len(clean.zones) == 2
    assert is_clean(clean)
    assert ledger.features["what"].tolist() == ["gone"]
    assert len(clean.rejected) == 1
    assert "milik zona lain" in clean.rejected["reason"].iloc[0]


def test_an_outline_that_crosses_itself_is_mended_and_taken_in(tmp_path: Path) -> None:
    bow_tie = shapely.Polygon([(X + 300, Y), (X + 320, Y + 20), (X + 320, Y), (X + 300, Y + 20)])
    layer = gpd.GeoDataFrame({"KD_SUBZON": ["R-2", "k 1"]}, geometry=[box(0, 0, 50, 50), bow_tie], crs=CRS)
    layer.to_file(tmp_path / "zones.gpkg", engine="pyogrio")
    plan = rdtr.read_plan(tmp_path / "zones.gpkg")
    clean, ledger = rdtr.repair(plan)
    assert clean.zones["KODSZN"].tolist() == ["R-2", "K-1"]
    assert clean.zones.area.iloc[1] == pytest.approx(200.0)
    assert len(clean.rejected) == 0
    assert ledger.features["what"].tolist() == ["mended"]
    assert {"GEOMETRY_REPAIRED"} == {c for c in clean.findings.counts() if c.startswith("GEOMETRY")}


def test_a_clean_plan_comes_back_as_it_was() -> None:
    plan = rdtr.sample_city(parcels=500).plan
    clean, ledger = rdtr.repair(plan)
    assert clean.hash == plan.hash
    assert len(ledger.features) == len(ledger.moved) == 0
    assert ledger.change_m2 == 0.0


def test_an_unknown_winner_is_refused() -> None:
    with pytest.raises(PlanError, match="winner 'biggest' is not known; it is one of longer_border, larger"):
        rdtr.repair(plan_of(*OVERLAPPING), winner="biggest")  # type: ignore[arg-type]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from(get_args(Winner)))
def test_dirty_coverages_come_out_clean_and_the_books_balance(seed: int, winner: Winner) -> None:
    plan = plan_of(*dirty_coverage(seed))
    clean, ledger = rdtr.repair(plan, winner=winner)
    topology = topology_of(clean.zones.geometry.to_numpy())
    assert [len(topology.overlaps), len(topology.gaps), len(topology.touches), len(topology.loose)] == [0, 0, 0, 0]
    books_balance(ledger)
    before = topology_of(plan.zones.geometry.to_numpy())
    union, after = shapely.union_all(plan.zones.geometry.to_numpy(), grid_size=1e-8).area, clean.zones.area.sum()
    filled = ledger.moved.loc[ledger.moved["kind"] == "gap", "area_m2"].sum()
    assert after == pytest.approx(union + filled, abs=1e-2)
    assert filled >= before.gaps.area.sum() - 1e-2


@pytest.mark.parametrize("winner", get_args(Winner))
def test_the_french_delivery_comes_out_clean(shared_data: Path, winner: Winner) -> None:
    zones = gpd.read_file(shared_data / "france" / "41175_PLU_20140603" / "ZONE_URBA.shp")
    plan = Plan.build(zones)
    clean, ledger = rdtr.repair(plan, winner=winner)
    topology_codes = set(rdtr.audit(clean, profile="topology").findings["check"])
    assert not topology_codes & {"overlaps", "gaps", "outline", "joins"}
    books_balance(ledger)
    assert ledger.moved.loc[ledger.moved["kind"] == "overlap", "area_m2"].sum() == pytest.approx(4709.13, abs=10.0)
    assert len(clean.zones) + len(clean.rejected) == len(zones)


def test_ledgers_show_themselves() -> None:
    ledger = rdtr.repair(plan_of(*OVERLAPPING))[1]
    html = ledger._repr_html_()
    assert "<svg" in html
    assert "2 poligon berubah" in html
    assert repr(ledger).startswith("<Ledger: 2 features changed, 1 places")
    assert isinstance(ledger.zones, pd.DataFrame)
