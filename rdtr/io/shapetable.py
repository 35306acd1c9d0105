"""Tables (CSV, XLSX) with a column of shapes, as layers: WKT, GeoJSON or corners in each cell. Judges no other column."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from rdtr import crs
from rdtr.errors import CrsError, RdtrError, SchemaError
from rdtr.io.columns import aliases
from rdtr.io.sheets import read_csv, read_workbook
from rdtr.io.siteoutline import outlines_of_text
from rdtr.types import ObjectArray, PathLike
from rdtr.zoning.codes import is_blank, tidy
from rdtr.zoning.findings import Finding, Findings

__all__ = ["TABLES", "read_shape_table"]

TABLES: Final = (".csv", ".xlsx")
"""What is read, by suffix."""

_SHAPES: Final = ("geometry", "wkt", "wkt_geom", "the_geom", "geom", "shape", "geojson", "poligon", "polygon", "koordinat",
                  "coordinates")  # fmt: skip
_MAX_CORNERS: Final = 200_000
_DEGREES: Final = 4326
_LARGEST_DEGREE: Final = 360.0


def read_shape_table(path: PathLike, *, source_crs: Any = None) -> tuple[gpd.GeoDataFrame, Findings]:
    r"""Read a table whose rows carry their shapes.

    Parameters
    ----------
    path
        CSV or XLSX; the first sheet with a column of shapes is taken.
    source_crs
        The CRS of the coordinates; degrees without one.

    Returns
    -------
    frame
        As `rdtr.io.vector.read_layer` gives it; other cells are texts, or None for nothing.
    findings
        ``GEOMETRY_UNREADABLE`` names the rows whose cell is no shape.

    Raises
    ------
    SchemaError
        If no column holds shapes.
    CrsError
        If the coordinates are metres and no CRS is given.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder, "p.csv")
    ...     _ = file.write_text('no_permohonan;wkt\nP-1;"POLYGON ((117 0, 118 0, 117 1, 117 0))"')
    ...     frame, _ = read_shape_table(file)
    >>> frame["no_permohonan"].tolist(), frame.geometry.iloc[0].area
    (['P-1'], 0.5)
    """
    file = Path(path)
    table, column, label = _with_shapes(file)
    shapes = [_shape(text, source_crs) for text in table[column]]
    read = np.array(shapes, dtype=object)
    found = [
        Finding("GEOMETRY_UNREADABLE", label, row)
        for row, (text, shape) in enumerate(zip(table[column], shapes, strict=True), 1)
        if shape is None and not is_blank(text)
    ]
    others = table.drop(columns=column)
    others = others.mask(others == "", None)
    frame = gpd.GeoDataFrame(others, geometry=read, crs=_crs(read, source_crs, label))
    frame.attrs["source"] = label
    return frame.reset_index(drop=True), Findings(tuple(found))


def _with_shapes(file: Path) -> tuple[pd.DataFrame, str, str]:
    seen: list[str] = []
    for label, table in _tables(file):
        names = {tidy(str(c)).casefold(): str(c) for c in table.columns}
        column = next((names[name] for name in _SHAPES if name in names), None)
        if column is not None and len(table):
            return table, column, label
        seen += list(names.values())
    there = ", ".join(seen[:12]) or "nothing"
    raise SchemaError(
        f"{file.name}: no column holds shapes, only {there}; name it one of {', '.join(_SHAPES[:6])} with WKT in it"
    )


def _tables(file: Path) -> Iterator[tuple[str, pd.DataFrame]]:
    if file.suffix.casefold() == ".csv":
        known = [*_SHAPES, *(key for keys in aliases("permits").values() for key in keys)]
        yield file.name, read_csv(file, known)[0]
        return
    for sheet, table, _ in read_workbook(file):
        yield f"{file.name} sheet {sheet}", table


def _shape(text: str, source_crs: Any) -> shapely.Geometry | None:
    said = text.strip()
    if said.startswith("{"):
        return shapely.from_geojson(said, on_invalid="ignore")
    if said[:12].upper().removeprefix("MULTI").startswith(("POLYGON", "POINT", "LINESTRING")):
        return shapely.from_wkt(said, on_invalid="ignore")
    lines = said.replace("|", "\n").replace(";", "\n").splitlines()
    try:
        found = outlines_of_text(lines, near=None, given=source_crs, max_points=_MAX_CORNERS, label="")
    except RdtrError:  # the row is told as unreadable
        return None
    return found.shapes[0][1] if len(found.shapes) == 1 else shapely.MultiPolygon([s for _, s in found.shapes])


def _crs(shapes: ObjectArray, given: Any, label: str) -> Any:
    if given is not None:
        return crs.parse(given)
    if np.abs(shapely.get_coordinates(shapes)).max(initial=0.0) > _LARGEST_DEGREE:
        raise CrsError(
            f'{label}: the coordinates are metres, and no CRS is stated; give degrees, or say source_crs="EPSG:9480"'
        )
    return crs.parse(_DEGREES)
