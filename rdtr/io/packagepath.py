"""Paths inside a plan package: none leads out of it. Opens no file."""

from __future__ import annotations

from pathlib import Path, PurePosixPath, PureWindowsPath

from rdtr.errors import FileError

__all__ = ["inside"]


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
