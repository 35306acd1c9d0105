"""The polygon of a site from whatever an applicant has: a layer, KML, a PDF, a table, typed coordinates.

Nothing is guessed in silence: each step that had to be taken on trust is a reason, and lowers the confidence.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import shapely

from rdtr import crs
from rdtr.errors import FileError, GeometryError
from rdtr.io.kml import read_kml
from rdtr.io.pdftext import pdf_lines
from rdtr.io.sitecrs import Box, distance_deg
from rdtr.io.siteoutline import Outlines, joined, outlines_of_text
from rdtr.io.sitereasons import Reason, Site
from rdtr.io.sitetext import stated_areas_m2
from rdtr.io.source import DRIVERS, local_path
from rdtr.io.tabletext import text_lines, workbook_lines
from rdtr.io.vector import read_layer
from rdtr.text import quantity
from rdtr.types import FloatArray, PathLike
from rdtr.zoning.permits import MAX_VERTICES
from rdtr.zoning.triage import triage

__all__ = ["SUFFIXES", "Site", "read_site"]

_LINES: Final = {".pdf": pdf_lines, ".xlsx": workbook_lines, ".csv": text_lines, ".txt": text_lines}
SUFFIXES: Final = (*DRIVERS, ".zip", ".kml", ".kmz", *_LINES)
"""What is read, by suffix."""

_MOST_POLYGONS: Final = 1_000
_LARGE_M2, _SMALL_M2 = 10_000_000.0, 10.0
_AGREE: Final = 0.02  # a share; certificates are rounded, and drawn in another projection
_FAR_M: Final = 1_000.0
_DEGREE_M: Final = 111_320.0
_LONGEST_NAME: Final = 4_096


def read_site(
    source: PathLike, *, near: Box | None = None, source_crs: Any = None, max_vertices: int = MAX_VERTICES
) -> Site:
    """Read the polygon of a site.

    Parameters
    ----------
    source
        A file: any layer that `rdtr.read_plan` reads, KML, KMZ, PDF with text, XLSX, CSV or TXT; or the text itself:
        degrees, degrees minutes seconds, UTM or TM-3 metres, a corner a line, or WKT.
    near
        Where the site should lie (west, south, east, north in degrees), such as the bounds of a plan. It decides what
        the document leaves open: the zone of metres, the half of the earth, the order of axes.
    source_crs
        The CRS of the coordinates, where the document states none or a wrong one.
    max_vertices
        Most corners that are taken.

    Returns
    -------
    Site
        Valid polygons in the CRS that the document states, with confidence and reasons.

    Raises
    ------
    FileError
        If there is nothing to read, or not in a format that is read.
    GeometryError
        If there is no polygon in it, or an outline that crosses itself.
    CrsError
        If the place is not in Indonesia, or metres state no zone and `near` does not tell it.

    Examples
    --------
    >>> site = read_site('''UTM zona 50 N
    ... 1  555.600,0  14.300,0
    ... 2  555.650,0  14.300,0
    ... 3  555.650,0  14.340,0
    ... 4  555.600,0  14.340,0''')
    >>> site.polygons.area.tolist(), site.crs.to_epsg(), site.confidence
    ([2000.0], 32650, 0.97)
    """
    path = _path(source)
    label = "teks" if path is None else path.name
    suffix = ".txt" if path is None else path.suffix.casefold()
    if path is not None and suffix not in SUFFIXES:
        raise FileError(
            f"{label}: format {suffix or 'without suffix'!r} is not read; wanted {' '.join(SUFFIXES)} or text"
        )
    if suffix in _LINES:
        lines = str(source).splitlines() if path is None else _LINES[suffix](path)
        found = outlines_of_text(lines, near=near, given=source_crs, max_points=max_vertices, label=label)
        reasons = [Reason("PDF_TEXT")] if suffix == ".pdf" else []
        return _site(found, label, near, reasons, stated_areas_m2(lines), max_vertices)
    assert path is not None  # noqa: S101 - a text has the suffix .txt
    found = _of_kml(path) if suffix in (".kml", ".kmz") else _of_layer(path, source_crs)
    return _site(found, label, near, [], [], max_vertices)


def _path(source: PathLike) -> Path | None:
    """Tell a path from a text: a text has several lines, or is no path and has more than a name in it."""
    text = os.fspath(source)
    if isinstance(source, Path):
        return local_path(source)
    if "\n" in text or len(text) > _LONGEST_NAME or "\x00" in text:
        return None
    if Path(text).exists() or Path(text).suffix.casefold() in SUFFIXES or not any(c.isdigit() for c in text):
        return local_path(text)
    return None


def _of_kml(path: Path) -> Outlines:
    marks = read_kml(path)
    shapes = [(m.name, m.shape) for m in marks]
    return joined(shapes, crs.parse(4326), Reason("KML_STANDARD"), path.name)


def _of_layer(path: Path, given: Any) -> Outlines:
    frame, _ = read_layer(path, source_crs=given)
    names = next((frame[c].astype(str).tolist() for c in ("permit_id", "name", "NAMA", "nama") if c in frame), None)
    shapes = zip(names or [""] * len(frame), frame.geometry.to_numpy(), strict=True)
    of = crs.parse(frame.crs)
    code = "CRS_GIVEN" if given is not None else "POLYGON_DRAWN"
    return joined(list(shapes), of, Reason(code, {"crs": of.name}), path.name)


def _site(
    found: Outlines, label: str, near: Box | None, reasons: list[Reason], stated: list[float], max_vertices: int
) -> Site:
    shapes = np.array([shape for _, shape in found.shapes], dtype=object)
    _require_some(shapes, label, max_vertices)
    sorted_out = triage(shapes)
    if not sorted_out.usable.all():
        row = int(np.flatnonzero(~sorted_out.usable)[0])
        raise GeometryError(
            f"{label}: the outline of polygon {row + 1} cannot be used ({sorted_out.reason[row] or sorted_out.code[row]}); "
            "give its corners in their order around it"
        )
    xmin, ymin, xmax, ymax = (float(v) for v in shapely.total_bounds(sorted_out.geometry))
    lonlat = crs.require_in_indonesia((xmin, ymin, xmax, ymax), found.crs, label)
    areas = crs.geodesic_area(sorted_out.geometry, found.crs)
    all_reasons = (*reasons, *found.reasons, *_plausible(areas, stated, lonlat, near))
    ids = _ids([name for name, _ in found.shapes])
    frame = gpd.GeoDataFrame({"permit_id": ids}, geometry=sorted_out.geometry, crs=found.crs)
    return Site(label, all_reasons, frame)


def _require_some(shapes: Any, label: str, max_vertices: int) -> None:
    if not len(shapes):
        raise GeometryError(f"{label}: there is no polygon in it; draw the outline of the site as one")
    if len(shapes) > _MOST_POLYGONS:
        raise GeometryError(f"{label}: {len(shapes):,} polygons; at most {_MOST_POLYGONS:,} are one site")
    count = int(shapely.get_num_coordinates(shapes).sum())
    if count > max_vertices:
        raise GeometryError(f"{label}: {count:,} corners; at most {max_vertices:,} are taken; draw it more simply")


def _plausible(areas: FloatArray, stated: list[float], place: tuple[float, float], near: Box | None) -> list[Reason]:
    found = [Reason("SEVERAL", {"count": len(areas)})] if len(areas) > 1 else []
    total = float(areas.sum())
    if stated:
        best = min(stated, key=lambda value: abs(value - total))
        code = "AREA_AGREES" if abs(best - total) <= _AGREE * total else "AREA_DIFFERS"
        found.append(Reason(code, {"area": _m2(total), "stated": _m2(best)}))
    if total > _LARGE_M2 or float(areas.min()) < _SMALL_M2:
        found.append(Reason("AREA_LARGE" if total > _LARGE_M2 else "AREA_SMALL", {"area": _m2(total)}))
    apart = 0.0 if near is None else distance_deg(place, near) * _DEGREE_M
    if apart > _FAR_M:
        found.append(Reason("FAR_FROM_PLAN", {"distance": quantity(apart / 1000.0, "x") + " km"}))
    return found


def _m2(value: float) -> str:
    return quantity(value, "m2")


def _ids(names: list[str]) -> list[str]:
    if all(names) and len(set(names)) == len(names):
        return names
    return [str(k) for k in range(1, len(names) + 1)]
