"""What all tests share."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real data made by others, which is not ours to publish; a fresh clone does not have it."""
    if not SHARED.is_dir():
        pytest.skip("no real data: ../shared/data is not there")
    return SHARED
