"""The files that make one shapefile: which are missing, and what is done about it. Reads no attribute and no shape."""

from __future__ import annotations

import shutil
import struct
from pathlib import Path
from typing import Final

import pandas as pd

from rdtr.errors import FileError
from rdtr.io.encoding import has_foreign_letters
from rdtr.zoning.findings import Finding, Findings

__all__ = ["complete_shapefile", "encoding_assumed", "geometry_type", "siblings", "stated_encoding"]

_PARTS: Final = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_MAGIC: Final = 9994
_HEADER: Final = 100
_TYPES: Final = {0: None, 1: "Point", 3: "LineString", 5: "Polygon", 8: "MultiPoint", 31: "MultiPatch"}


def siblings(shp: Path) -> dict[str, Path]:
    """Return the files of a shapefile by suffix in lower case, however their names are cased."""
    stem = shp.stem.casefold()
    found = {shp.suffix.lower(): shp}
    for path in sorted(shp.parent.iterdir()):
        if path.stem.casefold() == stem and path.suffix.lower() in _PARTS:
            found.setdefault(path.suffix.lower(), path)
    return found


def geometry_type(shp: Path) -> str | None:
    """Read the kind of shapes from the header; None where the file states none.

    Raises
    ------
    FileError
        If the file is no .shp.
    """
    with shp.open("rb") as file:
        header = file.read(_HEADER)
    if len(header) < _HEADER or struct.unpack(">i", header[:4])[0] != _MAGIC:
        raise FileError(f"{shp.name}: not a shapefile, it begins with {header[:8]!r}; export the layer again")
    kind = struct.unpack("<i", header[32:36])[0]
    return _TYPES.get(kind % 10 if kind < 30 else kind)


def stated_encoding(shp: Path) -> str:
    """Return what the .cpg or the language byte of the .dbf states; empty when neither says anything."""
    files = siblings(shp)
    if ".cpg" in files:
        return files[".cpg"].read_text(encoding="ascii", errors="replace").strip()[:40]
    with files[".dbf"].open("rb") as file:
        header = file.read(32)
    return f"LDID {header[29]}" if len(header) == 32 and header[29] else ""


def complete_shapefile(shp: Path, workspace: Path, label: str) -> tuple[Path, Findings]:
    """Make sure that a shapefile can be opened; its own folder is never written to.

    A missing .dbf is refused, since no zone code would be left. A missing .shx only repeats what the .shp holds, so it
    is made again, in the workspace.

    Parameters
    ----------
    shp
        The .shp file.
    workspace
        An empty folder for a working copy.
    label
        What messages call it.

    Returns
    -------
    path
        The .shp to open.
    findings
        ``SHX_REBUILT`` when the index was made again.

    Raises
    ------
    FileError
        If the .dbf is missing, or the .shp does not fit it.
    """
    geometry_type(shp)
    files = siblings(shp)
    if ".dbf" not in files:
        raise FileError(
            f"{label}: the file {shp.stem}.dbf is missing, so no attribute is known; add it beside the .shp"
        )
    plain = all(path.stem == shp.stem and path.suffix in (s, s.upper()) for s, path in files.items())
    if plain and ".shx" in files:
        return shp, Findings()
    for suffix, path in files.items():
        shutil.copyfile(path, workspace / f"{shp.stem}{suffix}")
    if ".shx" in files:
        return workspace / f"{shp.stem}.shp", Findings()
    count = _rebuild_index(workspace / f"{shp.stem}.shp", label)
    return workspace / f"{shp.stem}.shp", Findings((Finding("SHX_REBUILT", label, values={"count": count}),))


def _rebuild_index(shp: Path, label: str) -> int:
    data = shp.read_bytes()
    entries: list[tuple[int, int]] = []
    at = _HEADER
    while at + 8 <= len(data):  # each record's place is known only from the one before it
        words = struct.unpack(">i", data[at + 4 : at + 8])[0]
        if words < 2 or at + 8 + 2 * words > len(data):
            break
        entries.append((at // 2, words))
        at += 8 + 2 * words
    with shp.with_suffix(".dbf").open("rb") as file:
        header = file.read(8)
    rows = struct.unpack("<I", header[4:8])[0] if len(header) == 8 else 0
    if len(entries) != rows:
        raise FileError(
            f"{label}: the .shx is missing and cannot be made again, for the .shp holds {len(entries)} shapes and the "
            f".dbf {rows} rows; export the layer again"
        )
    length = struct.pack(">i", (_HEADER + 8 * len(entries)) // 2)
    index = b"".join(struct.pack(">ii", *entry) for entry in entries)
    shp.with_suffix(".shx").write_bytes(data[:24] + length + data[28:_HEADER] + index)
    return len(entries)


def encoding_assumed(frame: pd.DataFrame, path: Path, label: str) -> list[Finding]:
    """Say that the alphabet of a shapefile is a guess, where it states none and its texts hold letters that depend on it."""
    return [Finding("ENCODING_ASSUMED", label)] if not stated_encoding(path) and has_foreign_letters(frame) else []
