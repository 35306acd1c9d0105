"""What is said of a raster: its colours, its words, its legend in two languages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio

from rdtr.errors import TileError
from rdtr.io.raster import raster_layer, write_cog, write_web_cog
from rdtr.tiles.raster import raster_statistics, raster_tile
from rdtr.tiles.rasterabout import about_of, colormap_of
from rdtr.tiles.rastercolors import colormap
from rdtr.tiles.rasterlegend import raster_legend
from rdtr.zoning.rasters import ColorClass, RasterAbout, RasterLayer

BOUNDS = (555_000.0, 14_000.0, 561_000.0, 18_000.0)
PLACE = (12, 3386, 2046)


def layer(folder: Path, array: Any, about: RasterAbout = RasterAbout()) -> RasterLayer:  # noqa: B008 - frozen
    return raster_layer("peta", write_cog(folder / "peta.tif", array, BOUNDS, 9480), about)


def heights() -> Any:
    return np.linspace(0, 100, 240_000, dtype=np.float32).reshape(400, 600)


def test_elevation_needs_no_more_than_its_name(tmp_path: Path) -> None:
    dem = layer(tmp_path, heights(), RasterAbout("dem"))
    legend = raster_legend(dem, lang="en")
    assert (legend["title"], legend["unit"], legend["kind"]) == ("Elevation", "m", "ramp")
    assert colormap_of(dem) == colormap("terrain")
    assert raster_tile(dem, *PLACE).bytes == raster_tile(dem.path, *PLACE, colormap="terrain").bytes


def test_what_the_plan_says_goes_before_what_is_usual(tmp_path: Path) -> None:
    dem = layer(tmp_path, heights(), RasterAbout("dem", "Kedalaman", unit="dm", colors="slope"))
    said = about_of(dem)
    assert (said.title, said.title_en, said.unit, said.colors) == ("Kedalaman", "", "dm", "slope")
    assert raster_legend(dem, lang="en")["title"] == "Kedalaman"


def test_a_call_that_states_colours_bands_or_stretch_has_its_way(tmp_path: Path) -> None:
    dem = layer(tmp_path, heights(), RasterAbout("dem"))
    for options in ({"colormap": "slope"}, {"rescale": (0, 50)}, {"bands": [1]}):
        assert raster_tile(dem, *PLACE, **options).bytes == raster_tile(dem.path, *PLACE, **options).bytes


def test_classes_are_listed_in_the_language_asked_for() -> None:
    classes = (
        ColorClass(5, float("inf"), "#0000ff80", "Dalam", reference="Peta A", confidence="C"),
        ColorClass(0, 5, "#00ffff", "Dangkal", "Shallow"),
    )
    legend = raster_legend(
        RasterLayer("banjir", Path("x.tif"), "", RasterAbout("measure", unit="m", classes=classes)), lang="en"
    )
    assert legend["title"] == "banjir"
    assert legend["kind"] == "class"
    assert [(e["low"], e["high"], e["label"]) for e in legend["entries"]] == [(0, 5, "Shallow"), (5, None, "Dalam")]
    assert legend["entries"][1].items() >= {"color": "#0000ff80", "reference": "Peta A", "confidence": "C"}.items()
    json.dumps(legend, allow_nan=False)


def test_stops_without_limits_are_a_ramp_of_a_measure_and_classes_of_classes() -> None:
    stops = (ColorClass(0, 0, "#000000"), ColorClass(10, 10, "#ffffff"))
    kinds = {
        content: raster_legend(RasterLayer("x", Path("x.tif"), "", RasterAbout(content, classes=stops)))["kind"]
        for content in ("measure", "classes")
    }
    assert kinds == {"measure": "ramp", "classes": "class"}


@pytest.mark.parametrize("name", ["flood", "slope", "terrain"])
@pytest.mark.parametrize("lang", ["id", "en"])
def test_every_packaged_colormap_has_a_legend_for_json(name: str, lang: Any) -> None:
    legend = raster_legend(RasterLayer("x", Path("x.tif"), "", RasterAbout(colors=name)), lang=lang)
    assert len(legend["entries"]) == len(colormap(name).classes)
    assert all(entry["label"] and entry["confidence"] == "U" for entry in legend["entries"])
    json.dumps(legend, allow_nan=False)


def test_greys_say_which_values_they_stand_for(tmp_path: Path) -> None:
    plain = layer(tmp_path, heights())
    (found,) = raster_statistics(plain)
    assert [e["low"] for e in raster_legend(plain)["entries"]] == [found.p2, found.p98]
    assert [e["color"] for e in raster_legend(plain)["entries"]] == ["#000000", "#ffffff"]
    as_bytes = layer(tmp_path, np.ones((9, 9), np.uint8))
    assert [e["low"] for e in raster_legend(as_bytes)["entries"]] == [0, 255]


def test_a_palette_of_the_file_is_its_legend(tmp_path: Path) -> None:
    path = tmp_path / "palet.tif"
    profile = {"driver": "GTiff", "dtype": "uint8", "count": 1, "width": 9, "height": 9, "crs": "EPSG:9480"}
    with rasterio.open(path, "w", **profile, transform=rasterio.Affine(10, 0, 5e5, 0, -10, 1e4), nodata=9) as file:
        file.write(np.ones((1, 9, 9), np.uint8))
        file.write_colormap(1, {1: (255, 0, 0, 255), 2: (0, 128, 0, 255), 9: (1, 1, 1, 255)})
    legend = raster_legend(path)
    assert legend["title"] == "palet.tif"
    assert [(e["low"], e["color"]) for e in legend["entries"]] == [(1, "#ff0000"), (2, "#008000")]


def test_imagery_has_no_entries(tmp_path: Path) -> None:
    photo = write_web_cog(tmp_path / "web.tif", layer(tmp_path, np.full((3, 99, 99), 90, np.uint8)), "imagery")
    assert raster_legend(raster_layer("citra", photo, RasterAbout("imagery", "Citra")))["entries"] == []
    assert raster_legend(photo)["kind"] == "image"


def test_colours_that_are_none_are_refused(tmp_path: Path) -> None:
    with pytest.raises(TileError, match="did you mean 'terrain'"):
        raster_tile(layer(tmp_path, heights(), RasterAbout("dem", colors="terrian")), *PLACE)
    twice = (ColorClass(0, 5, "#000000"), ColorClass(4, 6, "#ffffff"))
    with pytest.raises(TileError, match="two classes hold the value"):
        raster_legend(layer(tmp_path, heights(), RasterAbout("classes", classes=twice)))
    with pytest.raises(TileError, match="language 'fr' is not known"):
        raster_legend(Path("x.tif"), lang="fr")  # type: ignore[arg-type]
