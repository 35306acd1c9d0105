"""The MapLibre style: valid by the specification, official colours, only what occurs in the plan."""

from __future__ import annotations

from typing import Any, get_args

import geopandas as gpd
import pytest
import shapely

from rdtr.errors import TileError
from rdtr.sample.city import sample_city
from rdtr.tiles.style import style
from rdtr.tiles.themes import ThemeName
from rdtr.zoning.plan import Plan
from tests.tiles.node_tools import style_errors
from tests.town import CRS, box, make_plan, make_zones

TILES = "https://example.org/{z}/{x}/{y}.mvt"
GLYPHS = "https://example.org/fonts/{fontstack}/{range}.pbf"
SPRITE = "https://example.org/sprite"


def by_id(made: dict[str, Any]) -> dict[str, Any]:
    return {layer["id"]: layer for layer in made["layers"]}


def evaluate(expression: Any, properties: dict[str, str]) -> str:
    """The few expressions that a fill colour is made of."""
    if isinstance(expression, str):
        return expression
    _, (_, column), *arms, otherwise = expression
    for labels, color in zip(arms[::2], arms[1::2], strict=True):
        if properties.get(column) in labels:
            return str(color)
    return evaluate(otherwise, properties)


def test_styles_are_valid_by_the_maplibre_specification() -> None:
    city = sample_city(parcels=500).plan
    point = gpd.GeoDataFrame({"n": [1]}, geometry=[box(1, 1, 2, 2).centroid], crs=CRS)
    nowhere = Plan.build(
        make_zones()[["geometry"]], layers={"stations": point, "jalan": point.buffer(3).to_frame("geometry")}
    )
    plans = [city, make_plan(), nowhere]
    styles = [
        style(plan, tiles_url=TILES, theme=theme, glyphs_url=glyphs, sprite_url=sprite, lang=lang)
        for plan in plans
        for theme in get_args(ThemeName)
        for glyphs, sprite, lang in ((GLYPHS, SPRITE, "id"), (None, None, "en"))
    ]
    assert style_errors(styles) == [[]] * len(styles)


def test_a_broken_style_is_told_by_the_validator() -> None:
    broken = style(make_plan(), tiles_url=TILES)
    broken["layers"][1]["paint"]["fill-color"] = "no colour"
    assert "color expected" in style_errors([broken])[0][0]


def test_a_zone_has_the_official_colour_of_its_code_else_of_its_zone_else_grey() -> None:
    fill = by_id(style(make_plan(), tiles_url=TILES))["zones"]["paint"]
    assert fill["fill-antialias"] is False
    color = fill["fill-color"]
    assert evaluate(color, {"KODSZN": "R-2", "KODZON": "R"}) == "#FFDC00"
    assert evaluate(color, {"KODSZN": "R-9", "KODZON": "R"}) == "#FFA000"
    assert evaluate(color, {"KODSZN": "Z-1", "KODZON": "Z"}) == "#BDBDBD"


def test_zones_known_by_name_alone_are_coloured_by_the_property_color() -> None:
    zones = make_zones(KODSZN=[None] * 4, KODZON=[None] * 4)
    color = by_id(style(make_plan(zones), tiles_url=TILES, theme="dark"))["zones"]["paint"]["fill-color"]
    assert evaluate(color, {"color": "#FFDC00"}) == "#A89000"


def test_a_local_code_is_drawn_like_its_base() -> None:
    zones = make_zones(KODSZN=["R-2.K", "K-1", "RTH-2", "BJ"])
    color = by_id(style(make_plan(zones), tiles_url=TILES))["zones"]["paint"]["fill-color"]
    assert evaluate(color, {"KODSZN": "R-2.K"}) == "#FFDC00"


def test_labels_need_glyphs() -> None:
    assert "zone-labels" not in by_id(style(make_plan(), tiles_url=TILES))
    assert "zone-labels" in by_id(style(make_plan(), tiles_url=TILES, glyphs_url=GLYPHS))


def test_an_overlay_is_a_hatch_with_a_sprite_and_a_tint_with_a_dash_without() -> None:
    plan = make_plan(make_zones(KRB_03=["Rawan Bencana Banjir Tingkat Tinggi", None, "Tidak Ada", "-"]))
    with_sprite = by_id(style(plan, tiles_url=TILES, sprite_url=SPRITE))
    assert with_sprite["overlay-krb_03"]["paint"]["fill-pattern"] == "hatch-krb_03"
    without = by_id(style(plan, tiles_url=TILES))
    assert {"overlay-krb_03", "overlay-krb_03-tint"} <= set(without)
    assert without["overlay-krb_03"]["paint"]["line-dasharray"]
    assert not [i for i in by_id(style(make_plan(), tiles_url=TILES)) if i.startswith("overlay")]


def test_names_follow_the_language() -> None:
    plan = make_plan(make_zones(KKOP_1=["K01B", None, None, None]))
    for lang, name in (("id", "Kawasan keselamatan operasi penerbangan"), ("en", "Flight safety area")):
        made = by_id(style(plan, tiles_url=TILES, lang=lang))  # type: ignore[arg-type]
        assert made["overlay-kkop_1"]["metadata"]["rdtr:name"] == name


def test_further_layers_are_drawn_once_each() -> None:
    line = gpd.GeoDataFrame({"NAMOBJ": ["a"]}, geometry=[shapely.LineString([(0, 0), (1, 1)])], crs=CRS)
    layers = dict.fromkeys(("roads", "sungai", "pipa", "swp", "zones"), line)
    plan = Plan.build(make_zones(), layers=layers)
    made = style(plan, tiles_url=TILES)
    sources = [layer.get("source-layer") for layer in made["layers"]]
    assert [sources.count(n) for n in ("roads", "sungai", "pipa", "swp")] == [2, 1, 1, 0]
    ids = [layer["id"] for layer in made["layers"]]
    assert len(ids) == len(set(ids))


def test_a_tilejson_is_a_source_by_address() -> None:
    source = style(make_plan(), tiles_url="/plans/kota/tilejson.json")["sources"]["rdtr"]
    assert source == {"type": "vector", "url": "/plans/kota/tilejson.json"}


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"theme": "neon"}, "theme 'neon' is not known; it is one of light, dark, colorblind"),
        ({"lang": "nl"}, "language 'nl' is not known; it is one of id, en"),
        ({"tiles_url": "/{z}/{y}"}, r"tiles_url '/\{z\}/\{y\}' lacks \{x\}"),
        ({"glyphs_url": "/fonts"}, r"glyphs_url '/fonts' lacks \{fontstack\}, \{range\}"),
    ],
)
def test_what_cannot_be_is_refused(wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(TileError, match=words):
        style(make_plan(), **{"tiles_url": TILES, **wrong})


def test_the_same_plan_gives_the_same_style() -> None:
    assert style(make_plan(), tiles_url=TILES) == style(make_plan(), tiles_url=TILES)
