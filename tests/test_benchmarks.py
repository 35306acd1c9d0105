import numpy as np
import pytest

import rdtr
from benchmarks import ours
from benchmarks.__main__ import main
from benchmarks.against import Options, as_they_come, on_pieces
from benchmarks.data import City, make, write
from benchmarks.pairs import AGREE_M2, Pairs, compare
from benchmarks.rasters.data import make as make_rasters
from benchmarks.rasters.data import tiles_over
from benchmarks.rasters.main import differing_share
from benchmarks.table import Row, markdown, put_into, text
from rdtr.tiles.raster import raster_tile

MARKED = "# Title\n\n<!-- benchmarks:start -->\nold\n<!-- benchmarks:end -->\n\nafter\n"


@pytest.fixture(scope="module")
def city() -> City:
    return make(500)


def test_areas_of_the_peers_in_this_process_agree_with_ours(city, tmp_path):
    options = Options(peers=("shapely",), folder=tmp_path, repeats=1)
    rows = on_pieces(city, {}, options)
    compared = [row.difference for row in rows if row.difference is not None]
    assert len(compared) >= 3
    assert all(d.m2 <= AGREE_M2 and d.count == 0 for d in compared)


def test_plain_overlay_in_its_own_process_agrees_with_ours(city, tmp_path):
    options = Options(peers=("overlay",), folder=tmp_path, repeats=1)
    row = as_they_come(city, write(city, tmp_path), options)[-1]
    assert row.what == "geopandas.overlay"
    assert row.difference is not None
    assert row.difference.m2 <= AGREE_M2


def test_every_parcel_of_the_city_has_an_activity_that_is_listed(city):
    assert set(city.permits["activity"]) <= set(city.plan.rules.activities["activity_id"])
    assert len(rdtr.check(city.plan, city.permits)) == len(city.permits)


def test_areas_add_up_to_the_parcels_where_zones_cover_them(city):
    found = ours.kernel(city, city.parcels)
    covered = np.bincount(found.left, found.area, len(city.parcels))
    area = city.permits.area.to_numpy()
    assert (covered <= area * (1 + 1e-9)).all()


def test_a_missing_pair_counts_as_no_area():
    none = Pairs(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))
    assert compare(Pairs(np.array([3]), np.array([7]), np.array([2.5])), none).m2 == 2.5
    assert compare(none, none).count == 0


def test_a_row_that_disagrees_is_marked_in_both_tables():
    off = compare(
        Pairs(np.array([0]), np.array([0]), np.array([1.0])), Pairs(np.array([0]), np.array([0]), np.array([1.1]))
    )
    row = Row("Areas", "peer", 1, "1 s", "2x ours", off, "why it differs")
    for shown in (text([row]), markdown([row], ["about"])):
        assert "(!)" in shown
        assert "why it differs" in shown


def test_the_readme_table_stands_between_its_marks(tmp_path):
    readme = tmp_path / "README.md"
    readme.write_text(MARKED, encoding="utf-8")
    put_into(readme, "| new |")
    assert readme.read_text(encoding="utf-8") == MARKED.replace("\nold\n", "\n\n| new |\n\n")


def test_a_readme_without_marks_is_refused(tmp_path):
    readme = tmp_path / "README.md"
    readme.write_text("# Title\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"README.md has no <!-- benchmarks:start -->"):
        put_into(readme, "| new |")


def test_an_unknown_size_is_refused(capsys):
    with pytest.raises(SystemExit):
        main(["--size", "village"])
    assert "invalid choice: 'village'" in capsys.readouterr().err


def test_the_raster_benchmark_measures_and_compares_without_a_peer(tmp_path, capsys):
    readme = tmp_path / "README.md"
    readme.write_text(MARKED.replace("benchmarks:", "benchmarks-raster:"), encoding="utf-8")
    rounds = ["--cells", "300", "--tiles", "1", "--repeats", "1", "--peers"]
    assert main(["raster", "--folder", str(tmp_path), "--readme", str(readme), *rounds]) == 0
    assert "photo on web tiles, WebP, as stored" in readme.read_text(encoding="utf-8")
    assert "not asked for" in capsys.readouterr().out


def test_every_tile_of_the_raster_benchmark_shows_something(tmp_path):
    for case in make_rasters(tmp_path, 300):
        for z, tiles in tiles_over(case, 3).items():
            assert not any(raster_tile(case.path, z, x, y, format=case.format, **case.ours).empty for x, y in tiles)


def test_pictures_that_differ_are_counted_where_either_shows_something():
    mine, theirs = np.zeros((2, 2, 4), np.uint8), np.zeros((2, 2, 4), np.uint8)
    mine[0], theirs[0] = (10, 20, 30, 255), (12, 20, 30, 255)
    assert differing_share(mine, theirs) == 0.0
    theirs[0, 0, 1] = 90
    theirs[1, 0] = (0, 0, 0, 255)
    assert differing_share(mine, theirs) == 0.5
