"""The further layers of a plan package: where each lies, how it gets there and back, and that none leads out."""

from __future__ import annotations

import atexit
import re
import shutil
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path, PurePosixPath, PureWindowsPath

from rdtr.atomic import new_file
from rdtr.errors import FileError
from rdtr.io.checksum import file_sha256
from rdtr.io.geoparquet import read_exact, write_exact
from rdtr.io.manifest import LayerEntry
from rdtr.io.vector import read_layer
from rdtr.zoning.findings import Finding
from rdtr.zoning.plan import Layer, RasterLayer

__all__ = ["get_layer", "inside", "layer_entries", "put_layer"]


def layer_entries(layers: Mapping[str, Layer]) -> tuple[LayerEntry, ...]:
    """Give each layer a file of its own in the package, named after it as far as a file name can."""
    taken: set[str] = set()
    entries = []
    for name, layer in layers.items():
        stem = free = re.sub(r"[^A-Za-z0-9_-]+", "_", name).strip("_") or "layer"
        number = 2
        while free.casefold() in taken:  # two names may differ only in what a file name cannot hold
            free, number = f"{stem}_{number}", number + 1
        taken.add(free.casefold())
        if isinstance(layer, RasterLayer):
            suffix = layer.path.suffix.lower() or ".tif"
            entries.append(LayerEntry(name, "raster", f"rasters/{free}{suffix}", layer.sha256))
        else:
            entries.append(LayerEntry(name, "vector", f"layers/{free}.parquet"))
    return tuple(entries)


def put_layer(layer: Layer, entry: LayerEntry, folder: Path) -> None:
    """Write a layer to its place in the package; a raster is copied.

    Raises
    ------
    FileError
        If a raster is gone, or is not the one that the plan was read with.
    """
    place = folder / entry.file
    place.parent.mkdir(exist_ok=True)
    if not isinstance(layer, RasterLayer):
        write_exact(layer, place, f"layer {entry.name}")
        return
    if not layer.path.is_file():
        raise FileError(f"raster {entry.name}: {layer.path} is gone; put it back or leave the layer out")
    shutil.copyfile(layer.path, place)
    if file_sha256(place) != layer.sha256:
        raise FileError(f"raster {entry.name}: {layer.path} has changed since the plan was read; read the plan again")


def inside(folder: Path, file: str, label: str) -> Path:
    """Return the place of a file in a package.

    Raises
    ------
    FileError
        If its path, or a link on it, leads out of the package.
    """
    parts = PurePosixPath(file.replace("\\", "/"))
    outside = parts.is_absolute() or PureWindowsPath(file).drive or ".." in parts.parts
    if outside or not file.isprintable():
        raise FileError(f"{label}: {file!r} leads out of the package; put the file into it and name it from there")
    place = folder.joinpath(*parts.parts)
    if not place.resolve().is_relative_to(folder):
        raise FileError(f"{label}: {file!r} is a link that leads out of the package; put the file itself into it")
    return place


def get_layer(folder: Path, entry: LayerEntry, label: str, *, zipped: bool) -> tuple[Layer, tuple[Finding, ...]]:
    """Read a layer from its place in the package.

    Parameters
    ----------
    folder
        The package, resolved.
    entry
        What ``plan.toml`` says of the layer.
    label
        What messages call the package.
    zipped
        True if the folder is gone when the package has been read; then a raster is kept elsewhere.

    Raises
    ------
    FileError
        If the file is missing or broken, or its path leads out of the package.
    """
    path = inside(folder, entry.file, label)
    if not path.exists():
        raise FileError(f"{label}: layer {entry.name!r} names {entry.file}, which is not there; put it back")
    if entry.kind == "raster":
        return _raster(path, entry, label, zipped=zipped)
    if path.suffix.lower() == ".parquet":
        return read_exact(path, f"{label}/{entry.file}"), ()
    frame, found = read_layer(path)
    return frame, tuple(found)


def _raster(path: Path, entry: LayerEntry, label: str, *, zipped: bool) -> tuple[RasterLayer, tuple[Finding, ...]]:
    sha256 = file_sha256(path)
    changed = entry.sha256 not in ("", sha256)
    found = (Finding("PACKAGE_RASTER_CHANGED", f"{label}/{entry.file}"),) if changed else ()
    return RasterLayer(entry.name, _kept(path, sha256) if zipped else path, sha256), found


@cache
def _unpacked_rasters() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="rdtr-rasters-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _kept(path: Path, sha256: str) -> Path:
    # a raster is opened by its path, long after the zip was unpacked: it is kept until the program ends, once
    place = _unpacked_rasters() / sha256[:32] / path.name
    if not place.exists():
        place.parent.mkdir(exist_ok=True)
        with new_file(place) as draft:
            shutil.copyfile(path, draft)
    return place
