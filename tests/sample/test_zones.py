"""The zoning layer: an exact coverage with official columns, one road body, nested codes, and flags that mean something."""

from __future__ import annotations

from fnmatch import fnmatchcase

import numpy as np
import pytest
import shapely

from rdtr.crs import geodesic_area
from rdtr.sample import SampleCity, sample_city
from rdtr.sample.tables import column
from rdtr.zoning.schema import FLAGS, OFFICIAL
from rdtr.zoning.vocabulary import vocabulary

NONE = "Tidak Ada"


@pytest.mark.parametrize("seed", range(4))
def test_zones_cover_the_plan_exactly(seed: int) -> None:
    city = sample_city(700, seed=seed)
    zones = city.plan.zones
    assert shapely.coverage_is_valid(zones.geometry.to_numpy())
    assert zones.area.sum() == pytest.approx(city.plan.layers["wp"].area.sum(), abs=1e-6)


def test_every_zone_is_a_valid_polygon(city: SampleCity) -> None:
    geometry = city.plan.zones.geometry.to_numpy()
    assert (shapely.get_type_id(geometry) == 3).all()
    assert shapely.is_valid(geometry).all()
    assert shapely.area(geometry).min() > 20.0


def test_road_body_is_one_polygon_with_a_hole_for_every_block(city: SampleCity) -> None:
    zones = city.plan.zones
    roads = zones[zones["KODSZN"] == "BJ"].geometry.to_numpy()
    assert len(roads) == 1
    holes = shapely.get_num_interior_rings(roads[0])
    assert 0.6 * len(zones) < holes < len(zones)
    assert shapely.get_num_coordinates(roads[0]) > 30 * holes


def test_vertices_and_zones_grow_with_the_parcels() -> None:
    small, large = sample_city(1_000).plan.zones, sample_city(4_000).plan.zones
    vertices = [shapely.get_num_coordinates(zones.geometry.iloc[-1]) for zones in (small, large)]
    assert 2.2 < vertices[1] / vertices[0] < 5.0
    assert 2.2 < len(large) / len(small) < 5.0


def test_river_is_water_between_two_banks(city: SampleCity) -> None:
    zones = city.plan.zones
    water = zones[zones["KODSZN"] == "BA"]
    banks = zones[(zones["KODSZN"] == "PS") & (zones["KSMPDN"] == "K09B")]
    assert len(water) >= 3
    assert len(banks) >= 2
    assert banks.distance(water.union_all()).max() == 0.0


def test_codes_and_names_are_those_of_the_2021_vocabulary(city: SampleCity) -> None:
    words, zones = vocabulary("2021"), city.plan.zones
    for code, name in zones[["KODSZN", "NAMSZN"]].drop_duplicates().itertuples(index=False):
        kind = words.find(code)
        assert kind is not None, code
        named = words.by_name(name)
        assert named is not None, name
        assert named.code == code
    assert set(zones["JNSRPR"].str[:2]) == {"31", "32"}


@pytest.mark.parametrize("seed", [0, 7])
def test_a_town_of_usual_size_has_every_sub_zone(seed: int) -> None:
    assert set(sample_city(5_000, seed=seed).plan.zones["KODSZN"]) == set(column("subzones", "code"))


def test_official_columns_are_all_there(city: SampleCity) -> None:
    wanted = [c for c in OFFICIAL if c not in ("KDB", "KLB", "KDH", "KTB", "GSB")]
    assert set(wanted) <= set(city.plan.zones.columns)


def test_sub_blocks_nest_in_blocks_wards_and_the_plan_area(city: SampleCity) -> None:
    zones = city.plan.zones.iloc[:-1]
    for inner, outer in (("KODSBL", "KODBLK"), ("KODBLK", "KODSWP"), ("KODSWP", "KODEWP")):
        pairs = zones[[inner, outer]].drop_duplicates()
        assert pairs[inner].is_unique
        assert all(a.startswith(f"{b}.") for a, b in pairs.itertuples(index=False))
    assert zones["KODSBL"].is_unique
    assert set(city.plan.zones.iloc[-1][["KODSWP", "KODBLK", "KODSBL"]]) == {NONE}


def test_zones_lie_in_their_ward(city: SampleCity) -> None:
    zones = city.plan.zones.iloc[:-1]
    wards = city.plan.layers["swp"].set_index("KODSWP").geometry
    inside = shapely.intersection(zones.geometry.to_numpy(), wards[zones["KODSWP"]].to_numpy())
    share = shapely.area(inside) / zones.area.to_numpy()
    assert (share > 0.99).mean() > 0.9
    assert share.min() > 0.3


def test_blocks_are_compact(city: SampleCity) -> None:
    zones = city.plan.zones.iloc[:-1]
    in_town = zones[zones.area < 20_000]
    hull = in_town.dissolve("KODBLK").geometry.convex_hull.area
    assert (hull / in_town.groupby("KODBLK")["geometry"].agg(lambda g: g.area.sum())).median() < 2.0


def test_most_zones_carry_no_flag_and_every_used_flag_has_its_values(city: SampleCity) -> None:
    zones = city.plan.zones
    assert all((zones[flag] == NONE).mean() > 0.5 for flag in FLAGS)
    used = {flag for flag in FLAGS if (zones[flag] != NONE).any()}
    assert {"KKOP_1", "LP2B_2", "KRB_03", "TOD_04", "TEB_05", "CAGBUD", "RESAIR", "KSMPDN", "HANKAM"} <= used
    assert (zones.iloc[-1][list(FLAGS)] == NONE).all()


def test_flags_have_a_policy_save_those_that_show_what_happens_without(city: SampleCity) -> None:
    zones, policies = city.plan.zones, city.plan.rules.overlays
    without = set()
    for flag in FLAGS:
        patterns = policies.loc[policies["field"] == flag, "pattern"].str.casefold()
        for value in set(zones[flag]) - {NONE}:
            if not any(fnmatchcase(value.casefold(), p) for p in patterns):
                without.add(flag)
    assert without <= {"TOD_04", "MGRSAT"}
    assert "TOD_04" in without


def test_floods_are_worst_beside_the_river(city: SampleCity) -> None:
    zones = city.plan.zones.iloc[:-1]
    off = zones.distance(city.plan.layers["rivers"].geometry.iloc[0])
    worst = zones["KRB_03"].str.contains("Banjir Tingkat Tinggi")
    assert off[worst].max() < off[zones["KRB_03"] == NONE].median()


def test_hectares_are_geodesic(city: SampleCity) -> None:
    some = city.plan.zones.iloc[::40]
    assert np.allclose(some["LUASHA"] * 1e4, geodesic_area(some.geometry.to_numpy(), some.crs), rtol=1e-5, atol=0.02)
