"""Zip archives from strangers: what is refused before a byte is unpacked. Knows no geography."""

from __future__ import annotations

import shutil
import stat
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Final

from rdtr.errors import FileError

__all__ = ["ZIP_LIMITS", "ZipLimits", "checked_members", "extract", "open_zip"]

_JUNK: Final = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")


@dataclass(frozen=True, slots=True)
class ZipLimits:
    """How much an archive may hold.

    Attributes
    ----------
    total_bytes
        Unpacked size of all members together; 4 GiB holds any city (both halves of a shapefile end at 2 GiB).
    ratio
        Unpacked over packed size. Layers reach about 15, a table of blanks 100; a bomb 1,000.
    ratio_from_bytes
        Archives that unpack to less do no harm, whatever their ratio.
    members
        Number of files; a File Geodatabase has some hundred.
    """

    total_bytes: int = 4 * 1024**3
    ratio: float = 200.0
    ratio_from_bytes: int = 64 * 1024**2
    members: int = 10_000


ZIP_LIMITS: Final = ZipLimits()


def open_zip(path: Path) -> zipfile.ZipFile:
    """Open an archive, or say why it is none.

    Raises
    ------
    FileError
        If the file is no zip archive.
    """
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        with path.open("rb") as file:
            start = file.read(16)
        said = "is damaged" if start.startswith(b"PK") else f"is no zip archive, it begins with {start!r}"
        raise FileError(f"{path.name}: {said}; send it again") from error


def checked_members(
    archive: zipfile.ZipFile, label: str, limits: ZipLimits = ZIP_LIMITS
) -> tuple[zipfile.ZipInfo, ...]:
    """Return the files of an archive that may safely be unpacked, in the order of their names.

    Parameters
    ----------
    archive
        An open archive; nothing is unpacked here.
    label
        What messages call it.
    limits
        How much it may hold.

    Raises
    ------
    FileError
        If it is empty or too big, or a member leaves the folder, is a link, is encrypted or stands in it twice.
    """
    members = [m for m in archive.infolist() if not m.is_dir() and not _is_junk(m.filename)]
    if not members:
        raise FileError(f"{label}: the zip is empty; put the layer's files into it")
    _check_size(members, label, limits)
    seen: set[str] = set()
    for member in members:
        _check_member(member, label)
        name = member.filename.replace("\\", "/").casefold()
        if name in seen:
            raise FileError(f"{label}: {member.filename!r} stands in the zip twice; keep one")
        seen.add(name)
    return tuple(sorted(members, key=lambda m: m.filename))


def _is_junk(name: str) -> bool:
    return name.startswith(_JUNK[0]) or PurePosixPath(name).name in _JUNK[1:]


def _check_size(members: Iterable[zipfile.ZipInfo], label: str, limits: ZipLimits) -> None:
    sizes = [(m.file_size, m.compress_size) for m in members]
    total, packed = sum(s for s, _ in sizes), sum(p for _, p in sizes)
    if len(sizes) > limits.members:
        raise FileError(f"{label}: {len(sizes):,} files in the zip; at most {limits.members:,} are read")
    if total > limits.total_bytes:
        raise FileError(f"{label}: unpacks to {total:,} bytes; at most {limits.total_bytes:,} are read")
    if total > limits.ratio_from_bytes and total > limits.ratio * max(packed, 1):
        raise FileError(
            f"{label}: unpacks to {total / max(packed, 1):,.0f} times its size, as a zip bomb does; "
            f"at most {limits.ratio:g} times is read; send the files unpacked"
        )


def _check_member(member: zipfile.ZipInfo, label: str) -> None:
    name = member.filename.replace("\\", "/")
    parts = PurePosixPath(name)
    if parts.is_absolute() or PureWindowsPath(name).drive or ".." in parts.parts:
        raise FileError(f"{label}: {member.filename!r} points outside the zip; pack the files again without paths")
    if stat.S_ISLNK(member.external_attr >> 16):
        raise FileError(f"{label}: {member.filename!r} is a link; pack the file itself")
    if member.flag_bits & 0x1:
        raise FileError(f"{label}: {member.filename!r} is encrypted; send the zip without a password")


def extract(archive: zipfile.ZipFile, members: Iterable[zipfile.ZipInfo], target: Path, label: str) -> None:
    """Unpack checked members into a folder.

    Raises
    ------
    FileError
        If a member is damaged or packed in an unknown way.
    """
    for member in members:
        place = target.joinpath(*PurePosixPath(member.filename.replace("\\", "/")).parts)
        place.parent.mkdir(parents=True, exist_ok=True)
        try:
            with archive.open(member) as source, place.open("wb") as sink:
                shutil.copyfileobj(source, sink, 1024 * 1024)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
            raise FileError(f"{label}: {member.filename!r} is damaged ({error}); send the zip again") from error
