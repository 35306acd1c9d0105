"""Reading permits from files: names, CRS, and then the table's own rules, which are in `rdtr.zoning.permits`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import shapely

from rdtr import crs
from rdtr.errors import CrsError
from rdtr.io.columns import recognise
from rdtr.io.shapetable import TABLES, read_shape_table
from rdtr.io.vector import read_layer
from rdtr.types import PathLike
from rdtr.zoning.findings import Finding, Findings
from rdtr.zoning.permits import MAX_VERTICES, findings_of, normalise

__all__ = ["read_permits"]

_TRIES: Final = 200  # permits looked at one by one before a whole file is said to lie elsewhere


def read_permits(
    path: PathLike,
    *,
    layer: str | None = None,
    columns: Mapping[str, str] | None = None,
    source_crs: Any = None,
    encoding: str | None = None,
    max_vertices: int = MAX_VERTICES,
) -> gpd.GeoDataFrame:
    """Read permits; every row stays, so that every permit gets an answer.

    Parameters
    ----------
    path
        Any file that `rdtr.read_plan` reads, or a table (CSV, XLSX) with a column of shapes: WKT, GeoJSON or corners.
    layer
        Which layer, where there are several with polygons.
    columns
        Canonical name -> name in the file, where a name is not recognised: ``{"footprint_m2": "LUAS_A"}``.
    source_crs
        The CRS of the coordinates, where the file states none or a wrong one.
    encoding
        The alphabet of the texts, where the file states none or a wrong one.
    max_vertices
        Most vertices that one permit may have.

    Returns
    -------
    GeoDataFrame
        The columns of `rdtr.zoning.permits.PERMIT_COLUMNS`, then all others, in the CRS of the file. What was noticed is
        in ``attrs["findings"]``.

    Raises
    ------
    RdtrError
        One line: what was touched, what was found, what was wanted, what to do.

    Examples
    --------
    >>> import json, pathlib, tempfile
    >>> square = [[[117.5, 0.13], [117.51, 0.13], [117.51, 0.14], [117.5, 0.13]]]
    >>> permit = {"type": "Feature", "properties": {"no_permohonan": "P-1", "luas_dasar": "1.234,5"}, "geometry":
    ...           {"type": "Polygon", "coordinates": square}}
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder, "p.geojson")
    ...     _ = file.write_text(json.dumps({"type": "FeatureCollection", "features": [permit]}))
    ...     permits = read_permits(file)
    >>> permits[["permit_id", "footprint_m2"]].to_numpy().tolist()
    [['P-1', 1234.5]]
    """
    if Path(path).suffix.casefold() in TABLES and Path(path).is_file():
        frame, read = read_shape_table(path, source_crs=source_crs)
    else:
        frame, read = read_layer(path, layer=layer, source_crs=source_crs, encoding=encoding)
    source = frame.attrs["source"]
    named, found = recognise(frame, "permits", source, columns=columns)
    named.attrs["findings"] = Findings((*read, *found))
    permits = normalise(named, source=source, max_vertices=max_vertices)
    outside = _outside(permits, source)
    permits.attrs["findings"] = findings_of(permits) + outside
    return permits


def _outside(permits: gpd.GeoDataFrame, source: str) -> list[Finding]:
    """Find permits outside Indonesia; refuse the file when it lies there as a whole."""
    shapes = permits.geometry.to_numpy()
    rows = np.flatnonzero(~shapely.is_missing(shapes))
    if not len(rows) or _complaint(shapes[rows], permits.crs, source) is None:
        return []
    complaints = [(int(row), _complaint(shapes[[row]], permits.crs, source)) for row in rows[:_TRIES]]
    wrong = [(row, error) for row, error in complaints if error is not None]
    if len(wrong) == len(complaints):
        raise wrong[0][1]
    later = ((int(row), _complaint(shapes[[row]], permits.crs, source)) for row in rows[_TRIES:])
    wrong += [(row, error) for row, error in later if error is not None]
    ids = permits["permit_id"]
    return [Finding("PERMIT_OUTSIDE", source, row + 1, None, {"permit": ids.iloc[row]}) for row, _ in wrong]


def _complaint(shapes: Any, of: Any, source: str) -> CrsError | None:
    xmin, ymin, xmax, ymax = (float(v) for v in shapely.total_bounds(shapes))
    try:
        crs.require_in_indonesia((xmin, ymin, xmax, ymax), of, source)
    except CrsError as error:
        return error
    return None
