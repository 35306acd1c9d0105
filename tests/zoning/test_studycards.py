"""Studies that show themselves: well-formed, self-contained, escaped, in the words and numbers of the tables."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import geopandas as gpd
import shapely

import rdtr
from rdtr.zoning.landuse import check_land_use
from tests.town import CRS, X, Y, box, make_plan, make_zones


def shown(value: object) -> str:
    """Return the card after checking that it is one well-formed element that asks for nothing from outside."""
    card = value._repr_html_()  # type: ignore[attr-defined]
    ET.fromstring(card)
    assert "http" not in card
    return str(card)


def test_allowed_shows_zones_verdicts_and_provisions() -> None:
    plan = make_plan(make_zones(NAMOBJ=["<b>Rumah</b>", "b", "c", "d"], LP2B_2=["ya", None, None, None]))
    card = shown(rdtr.allowed_at(plan, shapely.Point(X + 20, Y + 20)))
    for word in ("R-2", "&lt;b&gt;Rumah&lt;/b&gt;", "tidak dapat dinilai", "LP2B_2 = ya"):
        assert word in card
    assert "luar rencana" in shown(rdtr.allowed_at(plan, box(200, 200, 210, 210)))


def test_comparison_shows_changes_in_words_and_hectares() -> None:
    card = shown(rdtr.compare(make_plan(), make_plan(make_zones(KODSZN=["R-2", "RTH-2", "RTH-2", "BJ"]))))
    for word in ("kode berubah", "K-1", "RTH-2", "0,2502"):
        assert word in card
    assert "tidak ada yang berbeda" in shown(rdtr.compare(make_plan(), make_plan()))


def test_land_use_shows_shares_the_worst_places_and_that_it_is_no_law() -> None:
    uses = gpd.GeoDataFrame({"penggunaan": ["Permukiman"]}, geometry=[box(0, 0, 100, 100)], crs=CRS)
    card = shown(check_land_use(make_plan(), uses))
    for word in ("sesuai", "22,7 %", "RTH-2", "0,5004", "bukan ketentuan"):
        assert word in card
