"""One sample city for the tests that only look at it."""

from __future__ import annotations

import pytest

from rdtr.sample import SampleCity, sample_city


@pytest.fixture(scope="session")
def city() -> SampleCity:
    return sample_city(2_000)
