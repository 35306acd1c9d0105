"""The applications: one a parcel, in the canonical columns, good, bad and hopeless."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from rdtr.sample import SampleCity
from rdtr.zoning.check import check
from rdtr.zoning.permits import NUMERIC, PERMIT_COLUMNS, findings_of, normalise

TEXTS = ("activity", "kbli", "road_class", "alternative")


def test_permits_have_every_canonical_column_in_order(city: SampleCity) -> None:
    assert tuple(city.permits.columns) == PERMIT_COLUMNS
    assert city.permits["permit_id"].iloc[0] == "P-000001"
    assert city.permits["permit_id"].is_unique


def test_every_permit_is_for_its_parcel(city: SampleCity) -> None:
    assert all(a is b for a, b in zip(city.permits.geometry, city.parcels.geometry, strict=True))
    pd.testing.assert_series_equal(city.permits["certificate_area_m2"], city.parcels["certificate_area_m2"])


@pytest.mark.parametrize("name", TEXTS)
def test_a_missing_text_is_none(city: SampleCity, name: str) -> None:
    values = city.permits[name]
    assert values.dtype == object
    assert {type(v) for v in values} == {str, type(None)}


@pytest.mark.parametrize("name", NUMERIC)
def test_numbers_are_floats_some_missing_and_none_negative(city: SampleCity, name: str) -> None:
    values = city.permits[name]
    assert values.dtype == np.float64
    assert 0.01 < values.isna().mean() < 0.95
    assert (values.dropna() >= 0).all()


def test_permits_are_read_without_a_finding(city: SampleCity) -> None:
    assert len(findings_of(normalise(city.permits))) == 0


def test_an_applicant_states_an_activity_or_a_kbli_never_both(city: SampleCity) -> None:
    activity, kbli = city.permits["activity"].notna(), city.permits["kbli"].notna()
    assert not (activity & kbli).any()
    assert 0.1 < kbli.mean() < 0.9
    assert 0.001 < (~activity & ~kbli).mean() < 0.03


def test_almost_every_activity_is_listed(city: SampleCity) -> None:
    asked = city.permits["activity"].fillna(city.permits["kbli"]).dropna()
    listed = asked.map(lambda a: bool(city.plan.rules.find_activity(a)))
    assert 0.95 < listed.mean() < 0.999


def test_alternatives_are_named_only_where_there_are_some(city: SampleCity) -> None:
    assert set(city.permits["alternative"].dropna()) == {"1", "2"}
    assert city.permits["alternative"].notna().mean() < 0.8


def test_verdicts_are_mixed(city: SampleCity) -> None:
    verdicts = check(city.plan, city.permits, on=date(2026, 11, 24)).permits
    share = verdicts["verdict"].value_counts(normalize=True)
    assert set(share.index) == {"permitted", "conditional", "partial", "prohibited", "undetermined"}
    assert 0.25 < share["permitted"] < 0.60
    assert 0.20 < share["prohibited"] < 0.55
    use = verdicts["use"].value_counts(normalize=True)
    assert 0.60 < use["permitted"] + use["conditional"] < 0.85
