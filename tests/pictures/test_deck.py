"""Maps that the graphics card draws: every zone in its official colour, findings in that of their level, nobody asked."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

import rdtr
from rdtr.errors import ReportError
from rdtr.pictures import map as maps
from rdtr.tiles.palette import palette
from rdtr.zoning.audit.picture import COLORS
from tests.town import X, Y, make_plan, make_zones


def hexes(column: object) -> list[str]:
    return [f"#{r:02X}{g:02X}{b:02X}" for r, g, b, _ in np.array(column.to_pylist())]  # type: ignore[attr-defined]


def test_every_zone_has_its_official_colour_however_many_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(maps, "MOST_FEATURES", 10)  # what folium would refuse
    plan = rdtr.sample_city(parcels=600).plan
    made = plan.explore(engine="lonboard")
    (zones,) = made.layers
    assert zones.table.num_rows == len(plan.zones)
    assert hexes(zones.get_fill_color) == [str(c) for c in palette(plan).color]
    assert made.basemap is None


def test_vertices_are_those_of_the_plan_in_degrees() -> None:
    plan = make_plan()
    (zones,) = plan.explore(engine="lonboard", lang="en").layers
    assert "sub-zone" in zones.table.schema.names
    # geopandas moves SRGI2013 to WGS 84 by 16 cm, we take them as one
    west, south, east, north = gpd.GeoSeries(plan.zones.geometry).to_crs(4326).total_bounds
    drawn = np.concatenate([np.array(shape[0]) for shape in zones.table["geometry"].to_pylist()])
    assert (drawn.min(axis=0), drawn.max(axis=0)) == (
        pytest.approx((west, south), abs=3e-6),
        pytest.approx((east, north), abs=3e-6),
    )


def test_findings_lie_over_the_zones_in_the_colour_of_their_level() -> None:
    zones = make_zones()
    zones.loc[0, "geometry"] = shapely.box(X, Y, X + 53, Y + 50)  # 3 x 50 m over the shops
    report = rdtr.audit(make_plan(zones), profile="topology")
    ground, *findings = report.explore(engine="lonboard").layers
    assert ground.table.num_rows == len(zones)
    assert sum(layer.table.num_rows for layer in findings) == report.findings.geometry.notna().sum()
    areas = findings[0]
    assert areas.table["code"].to_pylist() == ["OVERLAP"]
    assert hexes(areas.get_fill_color) == [COLORS["error"].upper()]


def test_an_engine_that_is_not_known_is_refused() -> None:
    with pytest.raises(ReportError, match="engine 'paper' is not known; it is one of folium, lonboard"):
        make_plan().explore(engine="paper")  # type: ignore[arg-type]
