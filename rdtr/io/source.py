"""What is behind a path: a loose file, a folder or a zip, and the layer files in it. Opens no layer."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from rdtr.errors import FileError
from rdtr.io.zips import ZIP_LIMITS, ZipLimits, checked_members, extract, open_zip
from rdtr.types import PathLike

__all__ = ["DRIVERS", "Dataset", "check_content", "is_package", "local_path", "opened", "unpacked"]

DRIVERS: Final = {
    ".shp": "ESRI Shapefile",
    ".gpkg": "GPKG",
    ".gdb": "OpenFileGDB",
    ".geojson": "GeoJSON",
    ".json": "GeoJSON",
    ".parquet": "Parquet",
    ".geoparquet": "Parquet",
    ".fgb": "FlatGeobuf",
    ".tab": "MapInfo File",
    ".mif": "MapInfo File",
}
"""The formats that are read, by suffix; GDAL knows many more, and opens none of them for us."""

PLAN_FILE: Final = "plan.toml"
_WANTED: Final = ".shp .gpkg .gdb .geojson .parquet .fgb .tab, a folder or a zip of these"
_SIDECARS: Final = (".shx", ".dbf", ".prj", ".cpg", ".dat", ".map", ".id", ".ind", ".mid")
_REFUSED: Final = {
    ".kml": "KML carries no attribute table; export the layer to GeoPackage",
    ".kmz": "KMZ carries no attribute table; export the layer to GeoPackage",
    ".dwg": "a CAD drawing has no zones; export the polygons to GeoPackage",
    ".dxf": "a CAD drawing has no zones; export the polygons to GeoPackage",
    ".rar": "RAR archives are not read; pack the files as .zip",
    ".7z": "7z archives are not read; pack the files as .zip",
    ".dbf": "a .dbf is only the table of a shapefile; give the .shp",
    ".shx": "a .shx is only the index of a shapefile; give the .shp",
    ".prj": "a .prj is only the CRS of a shapefile; give the .shp",
    ".lyr": "a .lyr is only a drawing style; give the layer itself",
    ".mxd": "an .mxd is only a map document; give the layer itself",
    ".qgz": "a .qgz is only a map project; give the layer itself",
}
_MAGIC: Final = {
    "GPKG": (b"SQLite format 3", "a GeoPackage"),
    "FlatGeobuf": (b"fgb", "a FlatGeobuf file"),
    "Parquet": (b"PAR1", "a Parquet file"),
}


@dataclass(frozen=True, slots=True)
class Dataset:
    """One layer file: where it is, which driver opens it, what messages call it."""

    path: Path
    driver: str
    label: str


def local_path(source: PathLike) -> Path:
    """Return the path of something that exists here.

    Raises
    ------
    FileError
        For a data base or web address, or a path at which there is nothing.

    Examples
    --------
    >>> local_path("postgresql://plan@host/db")
    Traceback (most recent call last):
    rdtr.errors.FileError: only a plan is read from PostGIS; export the table to GeoPackage and give that file
    """
    text = str(source)
    if text.startswith(("postgresql:", "postgres:")):
        raise FileError("only a plan is read from PostGIS; export the table to GeoPackage and give that file")
    if "://" in text:
        raise FileError(f"{text[:80]}: only local files are read; download it first")
    if not text.strip():
        raise FileError("no path is given; name a file or a folder")
    path = Path(source)
    if not path.exists():
        raise FileError(f"{text}: there is no such file or folder{_near(path)}")
    return path


def _near(path: Path) -> str:
    if not path.parent.is_dir():
        return f"; the folder {path.parent} does not exist either"
    names = difflib.get_close_matches(path.name, sorted(p.name for p in path.parent.iterdir()), 1, 0.7)
    return f'; did you mean "{names[0]}"?' if names else ""


def is_package(source: PathLike) -> bool:
    """Tell whether a path is a plan package: a folder or zip with ``plan.toml`` in it, or one folder below.

    Parameters
    ----------
    source
        Folder or file.

    Raises
    ------
    FileError
        If there is nothing at the path, or a zip that cannot be opened.
    """
    path = local_path(source)
    if path.is_dir():
        return (path / PLAN_FILE).is_file()
    if path.suffix.lower() != ".zip":
        return False
    with open_zip(path) as archive:
        names = (name.replace("\\", "/") for name in archive.namelist())
        return any(n.rpartition("/")[2] == PLAN_FILE and n.count("/") <= 1 for n in names)


@contextmanager
def unpacked(source: PathLike, limits: ZipLimits = ZIP_LIMITS) -> Iterator[Path]:
    """Give a folder for a folder or zip; a zip is checked, then unpacked for as long as the block lasts.

    Parameters
    ----------
    source
        Folder or zip.
    limits
        How much a zip may hold.

    Yields
    ------
    Path
    """
    path = local_path(source)
    if path.is_dir():
        yield path
        return
    with TemporaryDirectory(prefix="rdtr-") as folder, open_zip(path) as archive:
        extract(archive, checked_members(archive, path.name, limits), Path(folder), path.name)
        yield Path(folder)


@contextmanager
def opened(source: PathLike, limits: ZipLimits = ZIP_LIMITS) -> Iterator[tuple[Dataset, ...]]:
    """Find the layer files behind a path; a zip is unpacked for as long as the block lasts.

    Parameters
    ----------
    source
        Loose file, ``.gdb`` folder, folder or zip.
    limits
        How much a zip may hold.

    Yields
    ------
    tuple of Dataset
        At least one, in the order of their names.

    Raises
    ------
    FileError
        If there is nothing to read: no such path, another format, an unsafe zip, a folder without layers.
    """
    path = local_path(source)
    if path.suffix.lower() == ".zip" and path.is_file():
        with TemporaryDirectory(prefix="rdtr-") as folder, open_zip(path) as archive:
            members = checked_members(archive, path.name, limits)
            extract(archive, (m for m in members if _is_of_layer(m.filename)), Path(folder), path.name)
            found = _datasets(Path(folder), path.name)
            yield _some(found, path.name, [m.filename for m in members])
    elif path.is_dir() and path.suffix.lower() != ".gdb":
        found = _datasets(path, path.name)
        yield _some(found, path.name, [p.name for p in path.iterdir()])
    else:
        yield (_loose(path),)


def _is_of_layer(name: str) -> bool:
    lower = name.replace("\\", "/").casefold()
    return lower.endswith((*DRIVERS, *_SIDECARS)) or ".gdb/" in lower


def _some(found: tuple[Dataset, ...], label: str, names: Iterable[str]) -> tuple[Dataset, ...]:
    if found:
        return found
    suffixes = sorted({Path(n).suffix.lower() or "no suffix" for n in names}) or ["nothing"]
    orphan = " (the .shp of the .dbf is missing)" if ".dbf" in suffixes else ""
    raise FileError(f"{label}: no layer in it, only {' '.join(suffixes[:8])}{orphan}; wanted {_WANTED}")


def _datasets(folder: Path, label: str) -> tuple[Dataset, ...]:
    found: list[Dataset] = []
    for root, folders, names in os.walk(folder):
        here = Path(root)
        layers = [n for n in names if Path(n).suffix.lower() in DRIVERS and not n.startswith(".")]
        layers += [n for n in folders if n.lower().endswith(".gdb")]
        folders[:] = sorted(
            n for n in folders if not n.lower().endswith(".gdb") and not n.startswith((".", "__MACOSX"))
        )
        for name in sorted(layers):
            path = here / name
            if _is_layer(path):
                inner = path.relative_to(folder).as_posix()
                found.append(Dataset(path, DRIVERS[path.suffix.lower()], f"{label}/{inner}"))
    return tuple(found)


def _is_layer(path: Path) -> bool:
    suffix = path.suffix.lower()
    if suffix == ".json":  # most .json files in a delivery are settings or legends
        return b'"Feature' in _start(path, 4096)
    return suffix != ".mif" or not path.with_suffix(".tab").exists()


def _start(path: Path, size: int) -> bytes:
    with path.open("rb") as file:
        return file.read(size)


def _loose(path: Path) -> Dataset:
    suffix = path.suffix.lower()
    if suffix in _REFUSED:
        raise FileError(f"{path.name}: {_REFUSED[suffix]}")
    if suffix not in DRIVERS:
        raise FileError(f"{path.name}: format {suffix or 'without suffix'!r} is not read; wanted {_WANTED}")
    if path.is_dir() != (suffix == ".gdb"):
        raise FileError(f"{path.name}: {'a folder' if path.is_dir() else 'a file'} is not what {suffix} should be")
    return Dataset(path, DRIVERS[suffix], path.name)


def check_content(dataset: Dataset) -> None:
    """Refuse a file whose first bytes are not those of its format: a renamed file, or a web server's error page.

    Raises
    ------
    FileError
        If so, or if the file is empty or may not be read.
    """
    if dataset.path.is_dir():
        return
    try:
        start = _start(dataset.path, 64)
    except OSError as error:
        raise FileError(f"{dataset.label}: cannot be opened ({error.strerror}); check the permissions") from error
    if not start:
        raise FileError(f"{dataset.label}: the file is empty (0 bytes); copy it again")
    magic, what = _MAGIC.get(dataset.driver, (b"", ""))
    if dataset.driver == "GeoJSON":
        magic, what, start = b"{", "GeoJSON", start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start.startswith(magic):
        raise FileError(f"{dataset.label}: not {what}, it begins with {start[:16]!r}; export the layer again")
