"""Slopes as a raster: one percentage at every zoom, the one that checks go by."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rdtr.errors import CrsError, FileError
from rdtr.io.package import read_package, write_plan
from rdtr.io.raster import raster_layer, write_cog
from rdtr.io.rastergrid import read_grid
from rdtr.io.slope import write_slope
from rdtr.tiles.raster import raster_point, raster_statistics
from rdtr.tiles.rasterlegend import raster_legend
from rdtr.zoning.exposure import grid_of
from rdtr.zoning.rasters import RasterAbout, RasterLayer
from tests.town import X, Y, make_plan

BOUNDS = (X - 500, Y - 500, X + 500, Y + 500)


@pytest.fixture
def dem(tmp_path: Path) -> RasterLayer:
    """A plane that rises 30 m over 100 m to the east and 40 m over 100 m to the north: 50 %."""
    rows, columns = np.mgrid[:100, :100]
    heights = (0.3 * 10 * columns + 0.4 * 10 * (99 - rows)).astype(np.float32)
    heights[40:42, 40:42] = -9999.0
    path = write_cog(tmp_path / "dem.tif", heights, BOUNDS, 9480, nodata=-9999.0)
    return raster_layer("dem", path, RasterAbout("dem"))


def test_a_plane_has_one_slope_and_its_edges_and_gaps_are_unknown(dem: RasterLayer, tmp_path: Path) -> None:
    grid = read_grid(write_slope(tmp_path / "slope.tif", dem))
    assert np.allclose(grid.values[grid.known], 50.0, atol=1e-3)
    assert grid.known.sum() == 98 * 98 - 16
    assert grid.bounds == BOUNDS


def test_the_map_shows_what_the_check_goes_by(dem: RasterLayer, tmp_path: Path) -> None:
    derived = grid_of(make_plan().with_layers({"dem": dem}), "slope")
    stored = read_grid(write_slope(tmp_path / "slope.tif", dem))
    assert np.array_equal(derived.known, stored.known)
    assert np.allclose(derived.values[derived.known], stored.values[stored.known], rtol=1e-6)


def test_slopes_go_into_a_plan_with_their_words_and_classes(dem: RasterLayer, tmp_path: Path) -> None:
    slope = write_slope(tmp_path / "slope.tif", dem)
    read = read_package(write_plan(make_plan().with_layers({"dem": dem, "slope": slope}), tmp_path / "kota.rdtr"))
    layer = read.layers["slope"]
    assert isinstance(layer, RasterLayer)
    legend = raster_legend(layer)
    assert (legend["title"], legend["unit"], legend["kind"]) == ("Kemiringan lereng", "%", "class")
    assert legend["entries"][-1]["high"] is None
    assert raster_statistics(layer)[0].mean == pytest.approx(50.0, abs=1e-3)
    assert raster_point(layer, 0.0, 0.0) == (None,)


def test_elevations_in_degrees_and_files_that_are_gone_are_refused(dem: RasterLayer, tmp_path: Path) -> None:
    degrees = raster_layer("dem", write_cog(tmp_path / "a.tif", np.ones((9, 9), np.float32), (117, 0, 118, 1), 4326))
    with pytest.raises(CrsError):
        write_slope(tmp_path / "slope.tif", degrees)
    dem.path.unlink()
    with pytest.raises(FileError, match=r"dem\.tif cannot be read"):
        write_slope(tmp_path / "slope.tif", dem)
    assert not (tmp_path / "slope.tif").exists()
