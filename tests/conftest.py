"""What several tests share: the folder of real layers, and kernels compiled from the source that is being tested."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def pytest_configure(config: pytest.Config) -> None:
    """Throw stale machine code away: numba looks only at the file of a cached function, not at those it calls."""
    modules = sorted((ROOT / "rdtr").rglob("*.py"))
    kernels = [m for m in modules if "from rdtr.jit import" in m.read_text(encoding="utf-8")]
    digest = hashlib.sha256(b"".join(m.read_bytes() for m in kernels)).hexdigest()
    stamp = ROOT / ".pytest_cache" / "kernels"
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == digest:
        return
    for cached in (ROOT / "rdtr").rglob("*.nb[ic]"):
        cached.unlink(missing_ok=True)
    stamp.parent.mkdir(exist_ok=True)
    stamp.write_text(digest, encoding="utf-8")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real layers beside the repository; a test that needs them is skipped where they are not."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the real layers of ../shared/data are not here")
    return folder
