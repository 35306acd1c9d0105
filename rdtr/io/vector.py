"""Vector layers from files and back to files; the only caller of pyogrio. Judges no column and no shape."""

from __future__ import annotations

import dataclasses
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet
import pyogrio
import pyogrio.raw

from rdtr import crs
from rdtr.errors import FileError, RdtrError, SchemaError
from rdtr.io.domains import Domains, decoded, gdb_domains, gpkg_domains
from rdtr.io.encoding import repair_texts
from rdtr.io.flatshapes import flat_shapes
from rdtr.io.georef import with_stated_crs
from rdtr.io.layers import LayerInfo, choose_layer
from rdtr.io.shapefile import complete_shapefile, encoding_assumed, geometry_type
from rdtr.io.source import Dataset, check_content, opened
from rdtr.io.texts import flat_values
from rdtr.types import PathLike
from rdtr.zoning.findings import Finding, Findings
from rdtr.zoning.plain import plain_frame

__all__ = ["WRITERS", "LayerInfo", "list_layers", "read_layer", "write_layer", "write_layers"]

WRITERS: Final = {
    ".gpkg": "GPKG",
    ".geojson": "GeoJSON",
    ".fgb": "FlatGeobuf",
    ".parquet": "Parquet",
    ".geoparquet": "Parquet",
}
"""The formats that are written, by suffix."""

_ONE_LAYER: Final = ("ESRI Shapefile", "GeoJSON", "Parquet", "FlatGeobuf", "MapInfo File")


def list_layers(path: PathLike) -> tuple[LayerInfo, ...]:
    """List the layers of a file, folder or zip.

    Parameters
    ----------
    path
        Anything that `read_layer` takes.

    Returns
    -------
    tuple of LayerInfo
        In the order of files and of layers in them.

    Raises
    ------
    FileError
        If there is nothing to read.
    """
    with opened(path) as datasets:
        return _layers(datasets)


def read_layer(
    path: PathLike, *, layer: str | None = None, source_crs: Any = None, encoding: str | None = None
) -> tuple[gpd.GeoDataFrame, Findings]:
    """Read one layer as it is: every row, every column, the file's own CRS.

    Curves are drawn as lines, Z and M are dropped, texts in a wrong alphabet are repaired.

    Parameters
    ----------
    path
        Shapefile, GeoPackage, File Geodatabase, GeoJSON, GeoParquet, FlatGeobuf or MapInfo file, a folder or a zip.
    layer
        Which one, where there are several; by default the only one with polygons.
    source_crs
        The CRS of the coordinates, where the file states none or a wrong one.
    encoding
        The alphabet of the texts, where the file states none or a wrong one.

    Returns
    -------
    frame
        Index 0..n-1, geometry column ``geometry``, CRS set. Shapes that cannot be built are None. ``attrs["source"]``
        is what findings call the layer: file, or ``zip/file``, or ``file:layer``.
    findings
        What was noticed; ``GEOMETRY_UNREADABLE`` names the rows whose shape cannot be built.

    Raises
    ------
    FileError
        If there is nothing to read, or no single layer to choose.
    SchemaError
        If the layer has no geometry column.
    CrsError
        If no CRS is stated.
    """
    with opened(path) as datasets, TemporaryDirectory(prefix="rdtr-") as workspace:
        chosen, notes = _chosen(datasets, layer, Path(path).name)
        ready, mended = _ready(chosen, Path(workspace))
        frame, found = _read(ready, chosen.name or None, encoding)
        frame, words = decoded(frame, _domains(ready, chosen.name or ready.path.stem), ready.label)
        frame, repaired = repair_texts(flat_values(frame), ready.label)
        if ready.driver == "ESRI Shapefile" and encoding is None:
            repaired += encoding_assumed(frame.drop(columns=[f.field for f in repaired]), ready.path, ready.label)
        frame, flat = flat_shapes(frame, ready.label)
        frame, stated = with_stated_crs(frame, ready, source_crs)
    frame.attrs["source"] = ready.label
    return frame, Findings((*notes, *mended, *found, *words, *repaired, *flat, *stated))


def _layers(datasets: Sequence[Dataset]) -> tuple[LayerInfo, ...]:
    return tuple(info for dataset in datasets for info in _layers_of(dataset))


def _layers_of(dataset: Dataset) -> Iterator[LayerInfo]:
    check_content(dataset)
    if dataset.driver == "ESRI Shapefile":
        yield LayerInfo(dataset.path.stem, geometry_type(dataset.path), dataset)
    elif dataset.driver == "Parquet":
        with _file_errors(dataset.label):
            spatial = b"geo" in (pyarrow.parquet.read_schema(dataset.path).metadata or {})
        yield LayerInfo(dataset.path.stem, "Unknown" if spatial else None, dataset)
    else:
        with _file_errors(dataset.label):
            rows = pyogrio.list_layers(_address(dataset))
        yield from (LayerInfo(str(name), kind, dataset) for name, kind in rows)


def _chosen(datasets: Sequence[Dataset], layer: str | None, label: str) -> tuple[LayerInfo, list[Finding]]:
    if len(datasets) == 1 and datasets[0].driver in _ONE_LAYER and layer is None:
        return LayerInfo("", "Unknown", datasets[0]), []
    return choose_layer(_layers(datasets), layer, label)


def _ready(chosen: LayerInfo, workspace: Path) -> tuple[Dataset, Findings]:
    dataset = chosen.dataset
    check_content(dataset)
    if dataset.driver == "ESRI Shapefile":
        path, findings = complete_shapefile(dataset.path, workspace, dataset.label)
        return dataclasses.replace(dataset, path=path), findings
    several = dataset.driver not in _ONE_LAYER and chosen.name != dataset.path.stem
    return dataclasses.replace(dataset, label=f"{dataset.label}:{chosen.name}") if several else dataset, Findings()


def _address(dataset: Dataset) -> str:
    # the prefix keeps GDAL from taking a .json for another of its many JSON formats, some of which fetch other files
    prefix = "GeoJSON:" if dataset.driver == "GeoJSON" else ""
    return f"{prefix}{dataset.path}"


@contextmanager
def _file_errors(label: str, what: str = "cannot be read ({said}); export the layer again") -> Iterator[list[Finding]]:
    """Turn what the readers raise into one error of ours, and what they warn of into findings."""
    notes: list[Finding] = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            yield notes
        except RdtrError:
            raise
        except Exception as error:  # the readers raise anything at a broken file, even NameError
            said = " ".join(str(error).split())[:200]
            raise FileError(f"{label}: {what.format(said=said)}") from error
    texts = dict.fromkeys(" ".join(str(w.message).split())[:200] for w in caught)
    for text in texts:
        code = "GEOMETRY_M_DROPPED" if text.startswith("Measured (M)") else "READER_NOTE"
        notes.append(Finding(code, label, values={"note": text}))


def _read(dataset: Dataset, layer: str | None, encoding: str | None) -> tuple[gpd.GeoDataFrame, list[Finding]]:
    if dataset.driver == "Parquet":
        return _read_parquet(dataset)
    address = _address(dataset)
    with _file_errors(dataset.label) as notes:
        try:
            frame = pyogrio.read_dataframe(address, layer=layer, encoding=encoding, on_invalid="ignore")
        except UnicodeDecodeError as error:
            if encoding is not None or dataset.driver != "ESRI Shapefile":
                raise
            notes.append(Finding("ENCODING_WRONG", dataset.label, values={"found": error.encoding.upper()}))
            frame = pyogrio.read_dataframe(address, layer=layer, encoding="ISO-8859-1", on_invalid="ignore")
        unreadable = _unreadable_rows(frame, address, layer)
    if not isinstance(frame, gpd.GeoDataFrame):
        raise _no_geometry(dataset.label, frame.columns)
    notes += [Finding("GEOMETRY_UNREADABLE", dataset.label, int(row) + 1) for row in unreadable]
    return frame.reset_index(drop=True), notes


def _unreadable_rows(frame: pd.DataFrame, address: str, layer: str | None) -> Sequence[int]:
    # pyogrio gives None both for a shape that is missing and for one that cannot be built; only the bytes tell
    if not isinstance(frame, gpd.GeoDataFrame) or not frame.geometry.isna().any():
        return ()
    raw = pyogrio.raw.read(address, layer=layer, columns=[])[2]
    return np.flatnonzero(frame.geometry.isna().to_numpy() & np.array([shape is not None for shape in raw])).tolist()


def _read_parquet(dataset: Dataset) -> tuple[gpd.GeoDataFrame, list[Finding]]:
    with _file_errors(dataset.label) as notes:
        schema = pyarrow.parquet.read_schema(dataset.path)
        if b"geo" not in (schema.metadata or {}):
            raise _no_geometry(dataset.label, schema.names)
        frame = gpd.read_parquet(dataset.path)
    if frame.geometry.name != "geometry":
        frame = frame.rename_geometry("geometry")
    return frame.reset_index(drop=True), notes


def _domains(dataset: Dataset, layer: str) -> Domains:
    if dataset.driver == "GPKG":
        return gpkg_domains(dataset.path, layer)
    if dataset.driver != "OpenFileGDB":
        return {}
    try:
        items = pyogrio.read_dataframe(
            _address(dataset), layer="GDB_Items", columns=["Definition"], read_geometry=False
        )
    except pyogrio.errors.DataSourceError:  # older than ArcGIS 10, or without the table of its items
        return {}
    return gdb_domains(items["Definition"], layer)


def _no_geometry(label: str, columns: Any) -> SchemaError:
    names = ", ".join(map(str, columns))[:120]
    return SchemaError(f"{label}: no column is declared as geometry, only {names}; give the layer with the polygons")


def write_layer(
    frame: gpd.GeoDataFrame, path: PathLike, driver: str | None = None, *, layer: str | None = None
) -> Path:
    """Write one layer, whole or not at all: an older file is replaced only when the new one is complete.

    GeoJSON is written in longitude and latitude, as its readers expect; other formats keep the CRS. Values that a file
    cannot hold (lists, a column of texts and numbers) are written as text.

    Parameters
    ----------
    frame
        Rows in their order; geometry may be missing or invalid, it is not touched.
    path
        ``.gpkg``, ``.geojson``, ``.fgb`` or ``.parquet``.
    driver
        One of the values of `WRITERS`; by default told by the suffix.
    layer
        Its name in the file; by default the file's.

    Returns
    -------
    Path
        Where it was written.

    Raises
    ------
    FileError
        If it cannot be written there, or not in that format.
    """
    return write_layers({layer or Path(path).stem: frame}, path, driver)


def write_layers(frames: Mapping[str, gpd.GeoDataFrame], path: PathLike, driver: str | None = None) -> Path:
    """Write several layers into one GeoPackage, whole or not at all; see `write_layer`."""
    target = Path(path)
    driver = driver or WRITERS.get(target.suffix.lower(), "")
    _check_target(target, driver, len(frames))
    with TemporaryDirectory(prefix=".rdtr-", dir=target.parent) as folder:
        draft = Path(folder) / target.name
        with _file_errors(target.name, "cannot be written ({said}); check room and permissions"):
            for name, frame in frames.items():
                _write(plain_frame(frame, target.name), draft, driver, name)
            draft.replace(target)
    return target


def _check_target(target: Path, driver: str, layers: int) -> None:
    if driver not in WRITERS.values():
        raise FileError(f"{target.name}: format {driver or target.suffix!r} is not written; take {', '.join(WRITERS)}")
    if layers != 1 and driver != "GPKG":
        raise FileError(f"{target.name}: {layers} layers fit only into a GeoPackage; take .gpkg")
    if not target.parent.is_dir():
        raise FileError(f"{target}: the folder {target.parent} does not exist; make it first")
    if target.is_dir():
        raise FileError(f"{target}: is a folder; name a file")


def _write(frame: gpd.GeoDataFrame, draft: Path, driver: str, layer: str) -> None:
    if driver == "Parquet":
        frame.to_parquet(draft, index=False)
        return
    if driver == "GeoJSON" and frame.crs is not None:
        degrees = crs.to_geographic(frame.geometry.to_numpy(), frame.crs)
        frame = frame.set_geometry(gpd.GeoSeries(degrees, index=frame.index, crs=4326))
    options = {"SPATIAL_INDEX": "NO"} if driver == "FlatGeobuf" and frame.geometry.isna().any() else {}
    pyogrio.write_dataframe(frame, draft, layer=layer, driver=driver, layer_options=options)
