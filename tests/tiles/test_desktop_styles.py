"""Styles for QGIS and for map servers: well-formed, official, and no zone vanishes."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from rdtr.errors import TileError
from rdtr.sample.city import sample_city
from rdtr.tiles.qml import qml
from rdtr.tiles.sld import sld
from rdtr.tiles.zonerules import zone_rules
from tests.absent import absent
from tests.town import make_plan, make_zones

SE = "{http://www.opengis.net/se}"
SLD = "{http://www.opengis.net/sld}"
OGC = "{http://www.opengis.net/ogc}"


def test_rules_go_from_the_code_to_the_zone() -> None:
    rules = zone_rules(make_plan())
    assert [(r.column, r.value, r.color) for r in rules.codes] == [
        ("KODSZN", "RTH-2", "#416900"),
        ("KODSZN", "BJ", "#EB1E1E"),
        ("KODSZN", "R-2", "#FFDC00"),
        ("KODSZN", "K-1", "#FF6464"),
    ]
    assert ("KODZON", "R", "#FFA000") in {(r.column, r.value, r.color) for r in rules.zones}
    assert (rules.other, rules.other_color) == ("Tidak dikenal", "#BDBDBD")


def test_qgis_rules_ask_the_code_then_the_zone_then_nothing() -> None:
    root = ET.fromstring(qml(make_plan()))
    rules = root.findall("./renderer-v2/rules/rule")
    assert [r.get("filter") for r in rules][-3:] == ["\"KODSZN\" = 'R-2'", "\"KODSZN\" = 'K-1'", "ELSE"]
    inner = rules[-1].findall("rule")
    assert inner[-1].get("filter") == "ELSE"
    assert "\"KODZON\" = 'R'" in {r.get("filter") for r in inner}


def test_every_qgis_rule_has_its_symbol() -> None:
    root = ET.fromstring(qml(sample_city(parcels=500).plan, theme="dark", lang="en"))
    wanted = {s for r in root.iter("rule") if (s := r.get("symbol")) is not None}
    made = [s.get("name") for s in root.iter("symbol")]
    assert sorted(made) == sorted(wanted)
    assert len(made) == len(set(made))


def test_a_qgis_symbol_has_the_official_colour() -> None:
    root = ET.fromstring(qml(make_plan()))
    number = next(r.get("symbol") for r in root.iter("rule") if r.get("filter") == "\"KODSZN\" = 'R-2'")
    symbol = next(s for s in root.iter("symbol") if s.get("name") == number)
    colors = {o.get("value") for o in symbol.iter("Option") if o.get("name") == "color"}
    assert colors == {p.get("v") for p in symbol.iter("prop") if p.get("k") == "color"} == {"255,220,0,255"}


@pytest.mark.parametrize(
    ("version", "rule", "parameter"), [("1.0.0", f"{SLD}Rule", "CssParameter"), ("1.1.0", f"{SE}Rule", "SvgParameter")]
)
def test_an_sld_has_a_rule_for_each_code_and_one_for_all_others(version: str, rule: str, parameter: str) -> None:
    root = ET.fromstring(sld(make_plan(), version=version).encode())  # type: ignore[arg-type]
    assert root.get("version") == version
    rules = list(root.iter(rule))
    space = rule.removesuffix("Rule")
    fills = {
        lit.text: next(p.text for p in r.iter(f"{space}{parameter}") if p.get("name") == "fill")
        for r in rules
        for lit in r.iter(f"{OGC}Literal")
    }
    assert (fills["R-2"], fills["R"]) == ("#FFDC00", "#FFA000")
    assert [len(list(r.iter(f"{space}ElseFilter"))) for r in rules] == [1] + [0] * (len(rules) - 1)


def test_sub_zones_are_drawn_over_their_zones_in_an_sld() -> None:
    literals = [e.text for e in ET.fromstring(sld(make_plan()).encode()).iter(f"{OGC}Literal")]
    assert literals.index("R") < literals.index("R-2")


def test_hostile_codes_stay_values() -> None:
    plan = make_plan(make_zones(KODSZN=["R-2.'x\"<&", "R-2.]]>", "R-2.\x01", "BJ"]))
    filters = {r.get("filter") for r in ET.fromstring(qml(plan)).iter("rule")}
    assert "\"KODSZN\" = 'R-2.''x\"<&'" in filters
    literals = {e.text for e in ET.fromstring(sld(plan).encode()).iter(f"{OGC}Literal")}
    assert {"R-2.'x\"<&", "R-2.]]>", "R-2."} <= literals


def test_an_unknown_version_is_refused() -> None:
    with pytest.raises(TileError, match=r"SLD version '2.0' is not known; it is one of 1.0.0, 1.1.0"):
        sld(make_plan(), version="2.0")  # type: ignore[arg-type]


_IN_QGIS = """
import json, os, sys
os.environ["QT_QPA_PLATFORM"] = "offscreen"
from qgis.core import QgsApplication, QgsMapRendererSequentialJob, QgsMapSettings, QgsVectorLayer
from qgis.PyQt.QtCore import QSize
app = QgsApplication([], False); app.initQgis()
told = {}
for style in sys.argv[2:]:
    layer = QgsVectorLayer(sys.argv[1], "zones", "ogr")
    load = layer.loadNamedStyle if style.endswith(".qml") else layer.loadSldStyle
    message, good = load(style)
    renderer = layer.renderer()
    labels = [i.label() for i in renderer.legendSymbolItems()]
    labeled = layer.labelsEnabled()
    layer.setLabelsEnabled(False)
    view = QgsMapSettings()
    view.setLayers([layer]); view.setExtent(layer.extent()); view.setOutputSize(QSize(200, 220))
    job = QgsMapRendererSequentialJob(view)
    job.start(); job.waitForFinished()
    places = {"R-2": (50, 150), "K-1": (150, 150), "RTH-2": (100, 50), "BJ": (100, 210)}
    colors = {k: job.renderedImage().pixelColor(*xy).name().upper() for k, xy in places.items()}
    told[style] = [good, renderer.type(), labels, labeled, colors]
print(json.dumps(told)); sys.stdout.flush(); os._exit(0)
"""


def test_qgis_reads_the_styles_and_draws_the_official_colours(tmp_path: Path) -> None:
    python = "/usr/bin/python3"
    if not Path(python).is_file() or subprocess.run([python, "-c", "import qgis.core"], capture_output=True).returncode:
        absent("no QGIS: install python3-qgis to load the styles in it")
    plan = make_plan()
    plan.zones.to_file(tmp_path / "zones.gpkg")
    styles = {"z.qml": qml(plan), "z10.sld": sld(plan, version="1.0.0"), "z11.sld": sld(plan)}
    for name, text in styles.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    run = [python, "-c", _IN_QGIS, str(tmp_path / "zones.gpkg"), *(str(tmp_path / s) for s in styles)]
    clean = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path)}
    done = subprocess.run(run, capture_output=True, text=True, timeout=120, env=clean, check=True)
    told = json.loads(done.stdout.splitlines()[-1])
    for name in styles:
        good, kind, labels, _, colors = told[str(tmp_path / name)]
        assert (good, kind) == (True, "RuleRenderer")
        assert colors == {"R-2": "#FFDC00", "K-1": "#FF6464", "RTH-2": "#416900", "BJ": "#EB1E1E"}
        assert {"R-2 Perumahan Kepadatan Tinggi", "BJ Badan Jalan"} <= set(labels)
    assert told[str(tmp_path / "z.qml")][3]
