"""What is said of a raster of a plan, and the colours that it is drawn in. Draws nothing and opens no raster."""

from __future__ import annotations

import csv
from dataclasses import replace
from functools import cache, lru_cache
from importlib.resources import files

from rdtr.tiles.rastercolors import Colormap, colormap
from rdtr.tiles.rastersource import Raster
from rdtr.zoning.rasters import NOTHING_SAID, RasterAbout, RasterLayer

__all__ = ["about_of", "colormap_of"]


def about_of(raster: Raster) -> RasterAbout:
    """Return what is said of a raster, completed by what its content tells; nothing of a plain file.

    Examples
    --------
    >>> from pathlib import Path
    >>> said = about_of(RasterLayer("dem", Path("dem.tif"), "", RasterAbout("dem")))
    >>> said.title, said.unit, said.colors
    ('Ketinggian', 'm', 'terrain')
    """
    return _completed(raster.about) if isinstance(raster, RasterLayer) else NOTHING_SAID


def colormap_of(raster: Raster) -> Colormap | None:
    """Return the colours that a raster is drawn in; None: those of the file.

    Raises
    ------
    TileError
        If its colormap is not known, or its classes overlap or are too many.
    """
    about = about_of(raster)
    return _colormap(about) if about.colors or about.classes else None


@lru_cache(maxsize=256)
def _colormap(about: RasterAbout) -> Colormap:
    if about.colors:
        return colormap(about.colors)
    ramp = about.content in ("dem", "measure") and all(each.high == each.low for each in about.classes)
    return Colormap.build("ramp" if ramp else "class", about.classes)


@lru_cache(maxsize=256)
def _completed(about: RasterAbout) -> RasterAbout:
    usual = _usual().get(about.content)
    if usual is None:
        return about
    titled = about.title or about.title_en
    return replace(
        about,
        title=about.title if titled else usual["title_id"],
        title_en=about.title_en if titled else usual["title_en"],
        unit=about.unit or usual["unit"],
        colors=about.colors or ("" if about.classes else usual["colors"]),
    )


@cache
def _usual() -> dict[str, dict[str, str]]:
    text = files("rdtr.tiles").joinpath("data/raster_contents.csv").read_text(encoding="utf-8")
    return {row["content"]: row for row in csv.DictReader(text.splitlines())}
