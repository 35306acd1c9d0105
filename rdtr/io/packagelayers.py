"""The further layers of a plan package: where each lies, how it gets there and back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from rdtr.errors import FileError
from rdtr.io.geoparquet import read_exact, write_exact
from rdtr.io.manifest import LayerEntry
from rdtr.io.packagepath import inside
from rdtr.io.packagerasters import get_raster, put_raster, raster_entry
from rdtr.io.vector import read_layer
from rdtr.zoning.findings import Finding
from rdtr.zoning.plan import Layer, RasterLayer

__all__ = ["get_layer", "layer_entries", "put_layer"]


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
            entries.append(raster_entry(name, free, layer))
        else:
            entries.append(LayerEntry(name, "vector", f"layers/{free}.parquet"))
    return tuple(entries)


def put_layer(layer: Layer, entry: LayerEntry, folder: Path) -> LayerEntry:
    """Write a layer to its place in the package.

    Returns
    -------
    LayerEntry
        What ``plan.toml`` says of it; of a raster with what was made beside it.

    Raises
    ------
    FileError
        If a raster is gone or damaged, or is not the one that the plan was read with.
    """
    if isinstance(layer, RasterLayer):
        return put_raster(layer, entry, folder)
    place = folder / entry.file
    place.parent.mkdir(exist_ok=True)
    write_exact(layer, place, f"layer {entry.name}")
    return entry


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
        return get_raster(path, entry, folder, label, zipped=zipped)
    if path.suffix.lower() == ".parquet":
        return read_exact(path, f"{label}/{entry.file}"), ()
    frame, found = read_layer(path)
    return frame, tuple(found)
