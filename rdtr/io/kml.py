"""Polygons, lines and points of KML and KMZ files. Follows no link, draws no style, opens nothing but the file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

import numpy as np
import shapely

from rdtr.errors import FileError, GeometryError
from rdtr.io.zips import ZipLimits, checked_members, open_zip

__all__ = ["Placemark", "read_kml"]

_LIMITS: Final = ZipLimits(total_bytes=256 * 1024**2, members=1_000)
_LARGEST: Final = 64 * 1024**2


@dataclass(frozen=True, slots=True, eq=False)
class Placemark:
    """One geometry with the name that its document gives it; longitude and latitude, heights left out."""

    name: str
    shape: shapely.Geometry


def read_kml(path: Path) -> tuple[Placemark, ...]:
    """Read the geometries of a KML or KMZ file.

    Raises
    ------
    FileError
        If it is neither, or damaged, or names outside entities.
    GeometryError
        If a coordinate is no number.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> text = "<kml><Placemark><name>A</name><Point><coordinates>117.5,0.13,0</coordinates></Point></Placemark></kml>"
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder, "a.kml")
    ...     _ = file.write_text(text)
    ...     [(p.name, p.shape.wkt) for p in read_kml(file)]
    [('A', 'POINT (117.5 0.13)')]
    """
    raw = _document(path)
    if b"<!DOCTYPE" in raw or b"<!ENTITY" in raw:  # KML has none; entities are how XML files attack their readers
        raise FileError(f"{path.name}: it declares a document type, which KML has not; export the place again")
    try:
        root = ET.fromstring(raw)  # noqa: S314 - without declarations there is nothing to expand
    except ET.ParseError as error:
        raise FileError(f"{path.name}: not KML ({error}); export the place again") from error
    return tuple(_placemarks(root, path.name))


def _document(path: Path) -> bytes:
    if path.suffix.casefold() != ".kmz":
        if path.stat().st_size > _LARGEST:
            raise FileError(f"{path.name}: larger than {_LARGEST // 1024**2} MiB, the most that is read")
        return path.read_bytes()
    with open_zip(path) as archive:
        members = [m for m in checked_members(archive, path.name, _LIMITS) if m.filename.casefold().endswith(".kml")]
        if not members:
            raise FileError(f"{path.name}: there is no .kml in it; export the place again")
        if members[0].file_size > _LARGEST:
            raise FileError(f"{path.name}: unpacks to more than {_LARGEST // 1024**2} MiB, the most that is read")
        return archive.read(members[0])


def _placemarks(root: ET.Element, label: str) -> Iterator[Placemark]:
    for mark in root.iter():
        if _tag(mark) != "Placemark":
            continue
        name = next((" ".join((e.text or "").split()) for e in mark if _tag(e) == "name"), "")
        for element in mark.iter():
            shape = _shape(element, label)
            if shape is not None:
                yield Placemark(name[:200], shape)


def _tag(element: ET.Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _shape(element: ET.Element, label: str) -> shapely.Geometry | None:
    tag = _tag(element)
    if tag == "Polygon":
        rings = [r for r in (_ring(side, label) for side in element.iter() if _tag(side) == "LinearRing") if r]
        return shapely.Polygon(rings[0], rings[1:]) if rings else None
    if tag == "LineString":
        line = _coordinates(element, label)
        return shapely.LineString(line) if len(line) >= 2 else None
    if tag == "Point":
        point = _coordinates(element, label)
        return shapely.Point(point[0]) if point else None
    return None


def _ring(element: ET.Element, label: str) -> list[tuple[float, float]]:
    ring = _coordinates(element, label)
    return ring if len(ring) >= 3 else []


def _coordinates(element: ET.Element, label: str) -> list[tuple[float, float]]:
    text = next((e.text or "" for e in element.iter() if _tag(e) == "coordinates"), "")
    found = []
    for triple in text.split():
        parts = triple.split(",")
        try:
            found.append((float(parts[0]), float(parts[1])))
        except (ValueError, IndexError) as error:
            raise GeometryError(f"{label}: {triple[:40]!r} is no coordinate; wanted longitude,latitude") from error
    if not np.isfinite(found).all():
        raise GeometryError(f"{label}: a coordinate is not finite; export the place again")
    return found
