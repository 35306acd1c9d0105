"""Source layers as announced against those that the vector tiles are made of."""

from __future__ import annotations

import geopandas as gpd
import shapely

from rdtr.sample.city import sample_city
from rdtr.tiles.grid import grid
from rdtr.tiles.kept import Kept
from rdtr.tiles.layers import source_layers
from rdtr.tiles.layout import sources_of
from rdtr.zoning.plan import Plan
from tests.town import CRS, make_plan, make_zones


def test_what_is_announced_is_what_the_tiles_hold() -> None:
    plan = sample_city(parcels=500).plan
    told = {layer.name: set(layer.fields) for layer in source_layers(plan)}
    made = {name: set(source.frame.columns) for name, source in sources_of(plan, grid(), Kept()).items()}
    assert told == made


def test_fields_have_the_types_of_their_columns() -> None:
    plan = make_plan(make_zones(LUASHA=[1.5, 2.0, 3.0, 4.0], KDB=[60, 70, 80, 90]))
    fields = source_layers(plan)[0].fields
    assert (fields["KODSZN"], fields["LUASHA"], fields["KDB"], fields["color"]) == (
        "String",
        "Number",
        "Number",
        "String",
    )


def test_a_layer_without_rows_or_with_a_name_of_ours_is_not_announced() -> None:
    line = gpd.GeoDataFrame({"ok": [True]}, geometry=[shapely.LineString([(0, 0), (1, 1)])], crs=CRS)
    plan = Plan.build(make_zones(), layers={"zones": line, "pipes": line, "none": line.iloc[:0]})
    layers = {layer.name: layer for layer in source_layers(plan)}
    assert set(layers) == {"zones", "zone_labels", "boundaries", "pipes"}
    assert layers["pipes"].fields == {"ok": "Boolean"}
    assert (layers["zones"].kind, layers["pipes"].kind) == ("polygon", "line")
