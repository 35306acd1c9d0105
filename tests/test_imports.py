"""What `import rdtr` costs and what it offers."""

from __future__ import annotations

import subprocess
import sys

import rdtr


def modules_after(statement: str) -> set[str]:
    code = f"import sys\n{statement}\nprint(' '.join(sys.modules))"
    return set(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split())


def test_importing_rdtr_loads_nothing_heavy() -> None:
    heavy = {"fastapi", "rio_tiler", "dask", "matplotlib", "rasterio", "typer", "rich", "numba", "pyogrio"}
    assert not heavy & modules_after("import rdtr")


def test_checking_loads_no_reader_and_no_service() -> None:
    heavy = {"fastapi", "rio_tiler", "dask", "matplotlib", "rasterio", "typer"}
    assert not heavy & modules_after("import rdtr; rdtr.check")


def test_every_public_name_is_there() -> None:
    for name in rdtr.__all__:
        assert getattr(rdtr, name) is not None
    assert set(rdtr.__all__) <= set(dir(rdtr))
