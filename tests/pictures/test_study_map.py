"""Studies as maps: each shape in the colour of its finding, words in two languages, a legend, nothing from outside asked."""

from __future__ import annotations

import geopandas as gpd

import rdtr
from rdtr.zoning.studycards import FIT_COLORS
from tests.town import CRS, box, make_plan, make_zones


def test_map_of_land_use_has_the_colour_and_word_of_every_fit() -> None:
    shapes = [box(0, 0, 100, 50), box(0, 50, 100, 100)]
    uses = gpd.GeoDataFrame({"penggunaan": ["Permukiman", "Permukiman"]}, geometry=shapes, crs=CRS)
    study = rdtr.check_land_use(make_plan(), uses)
    page = study.explore().get_root().render()
    for fit in ("conform", "transition", "conflict"):
        assert f'"warna": "{FIT_COLORS[fit]}"' in page
    assert "tidak sesuai" in page
    assert "not conform" in study.explore(lang="en").get_root().render()
    assert "tile.openstreetmap" not in page


def test_map_of_a_comparison_has_old_and_new_codes() -> None:
    new = make_zones(KODSZN=["R-2", "RTH-2", "RTH-2", "BJ"]).iloc[:3]
    study = rdtr.compare(make_plan(), make_plan(new))
    page = study.explore().get_root().render()
    for word in ("kode berubah", "zona hilang", '"semula": "K-1"', '"menjadi": "RTH-2"', '"semula": "BJ"'):
        assert word in page
    assert "removed" in study.explore(lang="en").get_root().render()


def test_map_without_a_change_is_empty_and_still_a_map() -> None:
    assert "Perubahan" in rdtr.compare(make_plan(), make_plan()).explore().get_root().render()
