"""The legend as data and as a picture."""

from __future__ import annotations

import json
import shutil
import subprocess
from xml.etree import ElementTree as ET

import pytest

from rdtr.errors import TileError
from rdtr.sample.city import sample_city
from rdtr.tiles.legend import legend
from rdtr.tiles.legendsvg import legend_svg
from tests.absent import absent
from tests.town import box, make_plan, make_zones

SVG = "{http://www.w3.org/2000/svg}"


def texts(svg: str) -> list[str]:
    return [t.text or "" for t in ET.fromstring(svg).iter(f"{SVG}text")]


def test_the_legend_lists_what_occurs_by_group_with_areas() -> None:
    made = legend(make_plan())
    assert [(g["id"], g["name"], g["count"]) for g in made["groups"]] == [
        ("lindung", "Zona Lindung", 1),
        ("budi_daya", "Zona Budi Daya", 3),
    ]
    park = made["groups"][0]["zones"][0]
    assert (park["code"], park["name"]) == ("RTH", "Ruang Terbuka Hijau")
    (entry,) = park["entries"]
    assert entry.pop("area_ha") == pytest.approx(0.50036, abs=1e-5)
    assert entry == {"code": "RTH-2", "name": "Taman Kota", "color": "#416900", "color_of": "own", "count": 1}
    made = legend(make_plan())
    assert made["overlays"] == []
    assert json.loads(json.dumps(made)) == made


def test_areas_of_groups_add_up_to_the_plan() -> None:
    made = legend(sample_city(parcels=500).plan)
    assert sum(g["area_ha"] for g in made["groups"]) == pytest.approx(made["area_ha"], abs=0.01)


def test_overlays_are_listed_by_value() -> None:
    plan = make_plan(make_zones(KKOP_1=["K01B", "K01B", "K01D", "Tidak Ada"], HANKAM=["-", None, "", "0"]))
    (overlay,) = legend(plan, lang="en")["overlays"]
    assert (overlay["field"], overlay["name"], overlay["pattern"]) == ("KKOP_1", "Flight safety area", "slash")
    assert [(v["value"], v["count"]) for v in overlay["values"]] == [("K01B", 2), ("K01D", 1)]


def test_what_no_vocabulary_knows_is_listed_as_not_known() -> None:
    plan = make_plan(make_zones(KODSZN=["R-2", "Z-9", None, "BJ"], KODZON=["R", None, None, "BJ"], NAMOBJ=[None] * 4))
    made = legend(plan, theme="dark", lang="en")["groups"][-1]
    assert made["name"] == "Not known"
    assert [(e["code"], e["name"], e["color"]) for z in made["zones"] for e in z["entries"]] == [
        ("", "(no code, no name)", "#55585C"),
        ("Z-9", "Z-9", "#55585C"),
    ]


@pytest.mark.parametrize(("wrong", "words"), [({"theme": "x"}, "theme 'x'"), ({"lang": "x"}, "language 'x'")])
def test_an_unknown_theme_or_language_is_refused(wrong: dict[str, str], words: str) -> None:
    with pytest.raises(TileError, match=words):
        legend(make_plan(), **wrong)  # type: ignore[arg-type]
    with pytest.raises(TileError, match=words):
        legend_svg(make_plan(), **wrong)  # type: ignore[arg-type]


def test_the_picture_says_what_the_legend_says() -> None:
    plan = sample_city(parcels=500).plan
    said = " ".join(texts(legend_svg(plan)))
    for group in legend(plan)["groups"]:
        assert group["name"] in said
        for entry in (e for zone in group["zones"] for e in zone["entries"]):
            assert entry["code"] in said
            assert all(word in said for word in entry["name"].split())


def test_a_sliver_is_not_drawn_as_nothing() -> None:
    zones = make_zones()
    zones.loc[3, "geometry"] = box(0, -1, 1, 0)
    assert "<0,01" in texts(legend_svg(make_plan(zones)))


def test_every_hatch_that_is_used_is_defined() -> None:
    root = ET.fromstring(legend_svg(sample_city(parcels=500).plan))
    defined = {f"url(#{p.get('id')})" for p in root.iter(f"{SVG}pattern")}
    used = {fill for r in root.iter(f"{SVG}rect") if (fill := r.get("fill") or "").startswith("url")}
    assert used == defined != set()


@pytest.mark.parametrize("columns", [1, 2, 3, 6])
def test_nothing_is_drawn_outside_the_picture(columns: int) -> None:
    root = ET.fromstring(legend_svg(sample_city(parcels=500).plan, columns=columns))
    width, height = float(root.get("width") or 0), float(root.get("height") or 0)
    for element in root.iter(f"{SVG}text"):
        assert 0 <= float(element.get("x") or -1) <= width
        assert 0 <= float(element.get("y") or -1) <= height - 4


def test_a_heading_never_stands_last_in_a_column() -> None:
    for columns in range(1, 7):
        root = ET.fromstring(legend_svg(sample_city(parcels=500).plan, columns=columns))
        lowest: dict[float, tuple[float, str | None]] = {}
        for t in root.iter(f"{SVG}text"):
            column = float(t.get("x") or 0) // 416
            lowest[column] = max(lowest.get(column, (0.0, None)), (float(t.get("y") or 0), t.get("font-size")))
        assert "14" not in {size for _, size in lowest.values()}


def test_hostile_texts_stay_texts() -> None:
    plan = make_plan(make_zones(KODSZN=["<script>\x00alert(1)</script>", "a & b", "]]>", "BJ"]), title='<"Kota">')
    assert "<script>alert(1)</script>" in texts(legend_svg(plan))


def test_no_number_of_columns_but_one_to_six_is_drawn() -> None:
    with pytest.raises(TileError, match="0 columns were asked for; wanted 1 to 6"):
        legend_svg(make_plan(), columns=0)


def test_a_renderer_draws_the_picture() -> None:
    if shutil.which("rsvg-convert") is None:
        absent("no rsvg-convert: install librsvg2-bin to see the legend drawn")
    svg = legend_svg(sample_city(parcels=500).plan).encode()
    done = subprocess.run(["rsvg-convert"], input=svg, capture_output=True, check=True, timeout=30)
    assert done.stdout[:4] == b"\x89PNG"
    assert done.stderr == b""
