"""Values show themselves: in official colours, with a legend, and without being asked what they cannot draw."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import matplotlib as mpl
import pytest
from matplotlib.colors import to_hex

import rdtr
from rdtr import SampleCity
from rdtr.errors import ReportError
from rdtr.pictures import map as maps
from rdtr.tiles.palette import palette
from rdtr.zoning import pictures
from tests.town import make_plan

mpl.use("agg")


@pytest.fixture(scope="module")
def city() -> SampleCity:
    return rdtr.sample_city(parcels=600)


def test_a_plot_has_the_official_colour_of_every_zone(city: SampleCity, tmp_path: Path) -> None:
    ax = city.plan.plot()
    drawn = [to_hex(c).upper() for c in ax.collections[0].get_facecolor()]
    colors = palette(city.plan)
    assert set(drawn) == set(colors.color)
    labels = [t.get_text() for t in ax.get_legend().get_texts()]
    assert [label.split("  ")[0] for label in labels] == [s.label for s in colors.swatches]
    ax.figure.savefig(tmp_path / "plan.png")
    mpl.pyplot.close(ax.figure)


def test_a_plot_into_given_axes_adds_no_title_and_no_bar(city: SampleCity) -> None:
    figure, ax = mpl.pyplot.subplots()
    assert city.plan.plot(ax=ax, legend=False) is ax
    assert (ax.get_title(), ax.get_legend(), len(ax.lines)) == ("", None, 0)
    mpl.pyplot.close(figure)


def test_a_map_of_a_plan_names_every_sub_zone_in_its_legend(city: SampleCity) -> None:
    page = city.plan.explore().get_root().render()
    for swatch in palette(city.plan).swatches:
        assert swatch.label in page
        assert swatch.color in page


def test_a_map_of_a_report_has_every_permit_in_the_colour_of_its_verdict(city: SampleCity) -> None:
    report = rdtr.check(city.plan, city.permits.head(20))
    page = report.explore(lang="en").get_root().render()
    assert all(permit in page for permit in report.permits["permit_id"])
    assert "not determinable" in page or "undetermined" in page


def test_a_map_of_an_audit_marks_every_finding_that_has_a_place(city: SampleCity) -> None:
    report = rdtr.audit(city.plan)
    placed = ~(report.findings.geometry.isna() | report.findings.geometry.is_empty)
    page = report.explore().get_root().render()
    assert page.count("L.circleMarker(") == placed.sum() > 0


def test_a_card_of_a_plan_is_self_contained(city: SampleCity) -> None:
    card = city.plan._repr_html_()
    assert card.count("<path") == len(palette(city.plan).swatches)
    assert "http" not in card.replace("http://www.w3.org/2000/svg", "")


def test_a_card_escapes_what_a_plan_calls_itself() -> None:
    assert "<script>" not in make_plan(title="<script>alert(1)</script>")._repr_html_()


def test_a_card_of_a_report_counts_the_verdicts(city: SampleCity) -> None:
    report = rdtr.check(city.plan, city.permits.head(50))
    card = report._repr_html_()
    for count in report.summary():
        assert f">{count}<" in card


def test_too_many_features_are_refused_with_what_to_do(city: SampleCity, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(maps, "MOST_FEATURES", 10)
    with pytest.raises(ReportError, match=r"can hold 10 features, these are 166; choose some of them, or serve"):
        city.plan.explore()


def test_a_missing_library_is_named_with_how_to_get_it(city: SampleCity, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = EntryPoint("plan_plot", "no_such_library:draw", "rdtr.pictures")
    monkeypatch.setattr(pictures, "entry_points", lambda group: [gone])
    with pytest.raises(ReportError, match=r"no_such_library, which is not installed; pip install 'rdtr\[plots\]'"):
        city.plan.plot()


def test_a_card_loads_no_plotting_library() -> None:
    code = (
        "import sys, rdtr; rdtr.sample_city(parcels=500).plan._repr_html_();"
        "assert not {'matplotlib', 'folium'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
