"""Colours and labels of zones."""

from __future__ import annotations

import pytest
import shapely

from rdtr.crs import geodesic_area
from rdtr.tiles.palette import UNKNOWN_COLOR, official_color, palette, zone_areas
from rdtr.zoning.vocabulary import vocabulary
from tests.town import make_plan, make_zones


def test_every_zone_has_the_official_colour_and_its_code() -> None:
    colors = palette(make_plan())
    assert list(colors.label) == ["R-2", "K-1", "RTH-2", "BJ"]
    assert list(colors.color) == ["#FFDC00", "#FF6464", "#416900", "#EB1E1E"]


def test_swatches_stand_in_the_order_of_the_guideline_with_area_and_count() -> None:
    swatches = palette(make_plan()).swatches
    assert [(s.label, s.protected, s.count) for s in swatches] == [
        ("RTH-2", True, 1),
        ("BJ", False, 1),
        ("R-2", False, 1),
        ("K-1", False, 1),
    ]
    assert swatches[2].area_ha == pytest.approx(0.25, rel=2e-3)


def test_areas_are_geodesic() -> None:
    plan = make_plan()
    zones = plan.zones.geometry.to_numpy()
    assert zone_areas(plan) * 10_000 == pytest.approx(geodesic_area(zones, plan.crs), rel=1e-8)
    assert zone_areas(plan) * 10_000 != pytest.approx(shapely.area(zones), rel=1e-4)


@pytest.mark.parametrize(
    ("columns", "label", "color", "color_of", "protected"),
    [
        ({"KODSZN": "R-2.K"}, "R-2.K", "#FFDC00", "own", False),
        ({"KODSZN": "R-9", "NAMOBJ": "?"}, "R-9", "#FFA000", "own", False),
        ({"KODSZN": "R-9"}, "R-9", "#FFDC00", "own", False),
        ({"KODSZN": None, "KODZON": "RTH"}, "RTH", "#37550A", "kin", True),
        ({"KODSZN": None, "KODZON": None, "NAMOBJ": "Zona Badan Air"}, "Zona Badan Air", "#97DBF2", "own", True),
        ({"KODSZN": "Z-9", "KODZON": "Z", "NAMOBJ": "?"}, "Z-9", UNKNOWN_COLOR, "", None),
        ({"KODSZN": None, "KODZON": "JLN", "NAMOBJ": "Jalan"}, "JLN", "#EB1E1E", "own", False),
        ({"KODSZN": None, "KODZON": None, "NAMOBJ": "Sungai"}, "Sungai", "#97DBF2", "own", True),
        ({"KODSZN": "-", "KODZON": None, "NAMOBJ": float("nan")}, "", UNKNOWN_COLOR, "", None),
        ({"KODSZN": "Z-9", "KODZON": "K", "NAMOBJ": "?"}, "Z-9", "#FF4646", "own", False),
    ],
)
def test_a_colour_falls_back_to_the_zone_and_ends_in_grey(
    columns: dict[str, str | None], label: str, color: str, color_of: str, protected: bool | None
) -> None:
    zones = make_zones().iloc[:1].assign(**columns)
    swatch = palette(make_plan(zones)).swatches[0]
    assert (swatch.label, swatch.color, swatch.color_of, swatch.protected) == (label, color, color_of, protected)


def test_a_local_kind_keeps_the_name_of_the_layer() -> None:
    zones = make_zones().iloc[:1].assign(KODSZN="R-2.K", NAMOBJ="Kampung Nelayan")
    assert palette(make_plan(zones)).swatches[0].name == "Kampung Nelayan"


@pytest.mark.parametrize("version", ["2011", "2018", "2021"])
def test_every_kind_but_one_has_a_colour(version: str) -> None:
    book = vocabulary(version)  # type: ignore[arg-type]
    grey = [k.name for k in book.kinds if official_color(book, k)[1] == ""]
    assert grey == (["Rawan Bencana Alam"] if version == "2011" else [])
