"""The parcels: drawn on their own, about a metre off the zone lines, a few where they should not be."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from rdtr.sample import SampleCity
from rdtr.types import FloatArray


@pytest.fixture(scope="module")
def shares(city: SampleCity) -> FloatArray:
    """Share of each parcel in each zone that is no road, shape (parcels, zones)."""
    zones = city.plan.zones.iloc[:-1].geometry.to_numpy()
    parcels = city.parcels.geometry.to_numpy()
    left, right = shapely.STRtree(zones).query(parcels, predicate="intersects")
    table = np.zeros((len(parcels), len(zones)))
    table[left, right] = shapely.area(shapely.intersection(parcels[left], zones[right])) / shapely.area(parcels[left])
    return table


def test_parcels_have_their_columns(city: SampleCity) -> None:
    assert list(city.parcels.columns) == ["parcel_id", "certificate_area_m2", "WADMKD", "geometry"]
    assert city.parcels["parcel_id"].is_unique
    assert set(city.parcels["WADMKD"]) <= set(city.plan.zones["WADMKD"])


def test_parcels_are_valid_quadrangles_mostly(city: SampleCity) -> None:
    geometry = city.parcels.geometry.to_numpy()
    assert shapely.is_valid(geometry).all()
    corners = shapely.get_num_coordinates(geometry) - 1
    assert (corners == 4).mean() > 0.6
    assert {5, 6} <= set(corners)
    assert corners.max() <= 10
    assert (shapely.area(shapely.convex_hull(geometry)) > 1.03 * shapely.area(geometry)).mean() > 0.02


def test_parcels_stand_about_a_metre_off_the_zone_lines(city: SampleCity) -> None:
    lines = shapely.boundary(city.plan.zones.iloc[:-1].geometry.to_numpy())
    corners = shapely.points(shapely.get_coordinates(city.parcels.geometry.to_numpy()))
    near, off = shapely.STRtree(lines).query_nearest(corners, max_distance=3.0, return_distance=True, all_matches=False)
    assert len(near[0]) > 3_000
    assert 0.4 < np.median(off) < 1.4
    assert (off < 1e-3).mean() < 0.01


def test_most_parcels_lie_in_one_zone_and_a_minority_crosses(shares: FloatArray) -> None:
    crossing = (np.sort(shares, axis=1)[:, -2] > 0.10).mean()
    assert 0.01 < crossing < 0.15
    assert (shares.max(axis=1) > 0.85).mean() > 0.75


def test_a_few_parcels_lie_outside_the_plan_or_over_water(city: SampleCity) -> None:
    parcels, outline = city.parcels, city.plan.layers["wp"].geometry.iloc[0]
    outside = parcels.difference(outline).area / parcels.area
    assert 0.002 < (outside > 0.5).mean() < 0.06
    water = city.plan.zones.loc[city.plan.zones["KODSZN"] == "BA"].union_all()
    assert (parcels.intersection(water).area / parcels.area > 0.2).sum() >= 3


def test_certificates_are_about_right_and_some_are_missing(city: SampleCity) -> None:
    said = city.parcels["certificate_area_m2"]
    assert 0.01 < said.isna().mean() < 0.1
    off = (said / city.parcels.area - 1.0).abs().dropna()
    assert 0.002 < off.median() < 0.015
    assert (off > 0.2).any()
