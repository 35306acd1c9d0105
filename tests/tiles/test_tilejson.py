"""TileJSON 3: bounds that hold the plan, layers as the tiles have them, every refusal by its words."""

from __future__ import annotations

import json

import pytest

from rdtr.errors import TileError
from rdtr.sample.city import sample_city
from rdtr.tiles.grid import plan_bounds
from rdtr.tiles.layers import source_layers
from rdtr.tiles.tilejson import tilejson
from tests.town import make_plan

URL = "https://example.org/{z}/{x}/{y}.mvt"


def test_every_field_that_the_specification_wants_is_there() -> None:
    made = tilejson(make_plan(title="Kota", regulation="Perda 1/2025"), URL, zooms=(9, 16))
    assert json.loads(json.dumps(made)) == made
    assert (made["tilejson"], made["scheme"], made["tiles"]) == ("3.0.0", "xyz", [URL])
    assert (made["minzoom"], made["maxzoom"]) == (9, 16)
    assert (made["name"], made["attribution"]) == ("Kota", "Perda 1/2025")
    assert all({"id", "fields", "minzoom", "maxzoom"} <= set(layer) for layer in made["vector_layers"])


def test_the_plan_lies_within_its_bounds_and_the_centre_in_its_middle() -> None:
    plan = sample_city(parcels=500).plan
    made = tilejson(plan, URL)
    west, south, east, north = plan_bounds(plan)
    w, s, e, n = made["bounds"]
    assert w <= west < east <= e
    assert s <= south < north <= n
    assert max(west - w, e - east, south - s, n - north) < 2e-6
    assert made["center"][:2] == pytest.approx([(west + east) / 2, (south + north) / 2], abs=1e-6)
    assert 8 <= made["center"][2] <= 17


def test_layers_are_those_of_the_tiles() -> None:
    plan = sample_city(parcels=500).plan
    told = {layer["id"]: layer["fields"] for layer in tilejson(plan, URL)["vector_layers"]}
    assert told == {layer.name: dict(layer.fields) for layer in source_layers(plan)}
    assert {"color", "label", "KODSZN"} <= set(told["zones"])


@pytest.mark.parametrize(
    ("url", "zooms", "words"),
    [
        ("/tiles/{z}/{x}.mvt", (8, 17), r"tiles_url '/tiles/\{z\}/\{x\}.mvt' lacks \{y\}"),
        (URL, (9, 8), "zooms are 9 to 8; wanted 0 to 30"),
        (URL, (-1, 8), "zooms are -1 to 8"),
        (URL, (0, 31), "zooms are 0 to 31"),
    ],
)
def test_what_cannot_be_is_refused(url: str, zooms: tuple[int, int], words: str) -> None:
    with pytest.raises(TileError, match=words):
        tilejson(make_plan(), url, zooms=zooms)
