"""The rasters of a plan package: the file whose values count, its twin for web tiles, its legend. Draws nothing."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path

from rdtr.atomic import new_file
from rdtr.errors import FileError
from rdtr.io.checksum import file_sha256
from rdtr.io.manifest import LayerEntry
from rdtr.io.packagepath import inside
from rdtr.io.rasterlegend import read_legend, write_legend
from rdtr.zoning.findings import Finding
from rdtr.zoning.plan import RasterLayer
from rdtr.zoning.rasters import RasterAbout

__all__ = ["get_raster", "put_raster", "raster_entry"]


def raster_entry(name: str, stem: str, layer: RasterLayer) -> LayerEntry:
    """Return what ``plan.toml`` says of a raster before it is put in; its twin is not known yet."""
    about, suffix = layer.about, layer.path.suffix.lower() or ".tif"
    colors = f"rasters/{stem}.csv" if about.classes else about.colors
    said = (about.content, about.title, about.title_en, about.unit, colors, about.reference)
    return LayerEntry(name, "raster", f"rasters/{stem}{suffix}", layer.sha256, *said)


def put_raster(layer: RasterLayer, entry: LayerEntry, folder: Path) -> LayerEntry:
    """Copy a raster to its place in the package, byte for byte, and make the twin that web tiles are taken from.

    The copy keeps the exact values, which points, statistics and the hash of the plan go by; the twin may be stored
    with loss, and lies on the grid of web maps. A raster that already does is its own twin.

    Returns
    -------
    LayerEntry
        With the twin, if there is one: where none can be made (no georeference, beyond 85 degrees) tiles are drawn from
        the raster itself, or say what is wrong with it.

    Raises
    ------
    FileError
        If the raster is gone or damaged, or is not the one that the plan was read with.
    """
    place = folder / entry.file
    place.parent.mkdir(exist_ok=True)
    if not layer.path.is_file():
        raise FileError(f"raster {entry.name}: {layer.path} is gone; put it back or leave the layer out")
    shutil.copyfile(layer.path, place)
    if file_sha256(place) != layer.sha256:
        raise FileError(f"raster {entry.name}: {layer.path} has changed since the plan was read; read the plan again")
    if layer.about.classes:
        write_legend(layer.about.classes, folder / entry.colors)
    twin = place.with_suffix(".web.tif")
    if layer.web is not None and layer.web.is_file():
        shutil.copyfile(layer.web, twin)
    else:
        from rdtr.io.webtwin import write_twin  # rasterio is loaded only for plans that have rasters

        if not write_twin(place, twin, layer.about.content):
            return entry
    return replace(entry, web=twin.relative_to(folder).as_posix(), web_sha256=file_sha256(twin))


def get_raster(
    path: Path, entry: LayerEntry, folder: Path, label: str, *, zipped: bool
) -> tuple[RasterLayer, tuple[Finding, ...]]:
    """Take a raster from its place in the package, with its twin if that was made from it.

    Raises
    ------
    FileError, PlanError, RulesError
        If its file cannot be read, its legend is missing or none, or a path leads out of the package.
    """
    sha256 = file_sha256(path)
    changed = entry.sha256 not in ("", sha256)
    found = (Finding("PACKAGE_RASTER_CHANGED", f"{label}/{entry.file}"),) if changed else ()
    kept = _kept(path, sha256) if zipped else path
    twin = inside(folder, entry.web, label) if entry.web else None
    if twin is not None and (changed or not twin.is_file() or entry.web_sha256 not in ("", file_sha256(twin))):
        twin, found = None, (*found, Finding("PACKAGE_RASTER_WEB_UNUSED", f"{label}/{entry.web}"))
    if twin is not None and zipped:
        twin = _kept(twin, f"{sha256[:32]}-web")
    return RasterLayer(entry.name, kept, sha256, _about(entry, folder, label), twin), found


def _about(entry: LayerEntry, folder: Path, label: str) -> RasterAbout:
    about = RasterAbout(entry.content, entry.title, entry.title_en, entry.unit, entry.colors, (), entry.reference)
    if not entry.colors.lower().endswith(".csv"):
        return about
    table = inside(folder, entry.colors, label)
    if not table.is_file():
        raise FileError(f"{label}: raster {entry.name!r} names {entry.colors}, which is not there; put it back")
    return replace(about, colors="", classes=read_legend(table, f"{label}/{entry.colors}"))


@cache
def _unpacked_rasters() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="rdtr-rasters-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _kept(path: Path, key: str) -> Path:
    # a raster is opened by its path, long after the zip was unpacked: it is kept until the program ends, once
    place = _unpacked_rasters() / key / path.name
    if not place.exists():
        place.parent.mkdir(exist_ok=True)
        with new_file(place) as draft:
            shutil.copyfile(path, draft)
    return place
