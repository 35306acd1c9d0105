"""PMTiles archives: a reader with an index of its own, many readers at once. Writing is in `archivewriter`."""

from __future__ import annotations

import json
import mmap
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np

from rdtr.errors import FileError, TileError
from rdtr.tiles.archivewriter import ArchiveStats, write_archive
from rdtr.tiles.directory import Directory
from rdtr.tiles.gzips import gunzip
from rdtr.tiles.hilbert import MAX_ZOOM, tile_id
from rdtr.tiles.pmheader import HEADER_BYTES, Header
from rdtr.types import IndexArray, PathLike

__all__ = ["Archive", "ArchiveStats", "write_archive"]

_MOST_DIRECTORY = 1 << 28  # bytes unpacked: 30 million tiles in one directory
_MOST_TILE = 1 << 26
_MOST_NUMBERS = 1 << 30  # where the header does not say how many
_DEPTH = 3  # of leaf directories below each other


class Archive:
    """A PMTiles archive of version 3, opened once and asked by many threads.

    Directories are decoded once into arrays, leaf directories when the first of their tiles is asked for; a tile is
    then a binary search and a slice of mapped memory. An archive replaced by `write_archive` while it is open goes on
    answering with its old content; open it again for the new.

    Parameters
    ----------
    path
        The file.

    Attributes
    ----------
    path
        The file.
    header
        What the archive says of itself.
    metadata
        Its JSON object: name, attribution, ``vector_layers``, …

    Raises
    ------
    FileError
        If the file is missing, no PMTiles archive of version 3, cut off or damaged.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     _ = write_archive(Path(folder, "a.pmtiles"), [(0, 0, 0, b"zona")], metadata={"vector_layers": []},
    ...                       bounds=(117.4, 0.0, 117.6, 0.2), center=(117.5, 0.1, 0), minzoom=0, maxzoom=0)
    ...     with Archive(Path(folder, "a.pmtiles")) as archive:
    ...         archive.plain(0, 0, 0), archive.tile(1, 0, 0)
    (b'zona', None)
    """

    def __init__(self, path: PathLike) -> None:
        self.path = Path(path)
        self._label = str(self.path)
        self._data = _mapped(self.path)
        try:
            self.header = Header.from_bytes(self._data[:HEADER_BYTES], self._label)
            self._check_sections()
            self.metadata = self._read_metadata()
            self._root = self._directory(*self.header.root)
        except FileError:
            self._data.close()
            raise
        self._leaves: dict[int, Directory] = {}

    @property
    def zooms(self) -> range:
        """The zoom levels that the header names; a level may hold few tiles."""
        return range(self.header.minzoom, self.header.maxzoom + 1)

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        """Return the bytes of a tile as they are stored (`Header.compression` says how); None if there is none.

        Raises
        ------
        TileError
            If z, x, y lie outside the grid.
        FileError
            If the archive is damaged where the tile should be.
        """
        if not 0 <= z <= MAX_ZOOM or not 0 <= x < 1 << z or not 0 <= y < 1 << z:
            raise TileError(f"tile {z}/{x}/{y} lies outside the grid; wanted x and y from 0 to 2^zoom - 1")
        number = tile_id(z, x, y)
        directory = self._root
        for _ in range(_DEPTH):
            entry = directory.find(number)
            if entry is None:
                return None
            run, offset, length = entry
            if run:
                return self._tile_bytes(offset, length, f"tile {z}/{x}/{y}")
            directory = self._leaf(offset, length)
        raise FileError(f"{self._label}: leaf directories lie too deep; the file is damaged, make it again")

    def plain(self, z: int, x: int, y: int) -> bytes | None:
        """Return the bytes of a tile, unpacked; None if there is none.

        Raises
        ------
        TileError
            If z, x, y lie outside the grid.
        FileError
            If the tile is damaged or compressed by other means than gzip.
        """
        stored = self.tile(z, x, y)
        if stored is None or self.header.compression == "none":
            return stored
        return self._unpacked(stored, self.header.compression, _MOST_TILE, f"tile {z}/{x}/{y}")

    def tile_numbers(self) -> IndexArray:
        """Return the Hilbert number of every tile, ascending; `hilbert.tile_places` gives z, x, y."""
        parts = self._entries(self._root, _DEPTH)
        total = sum(int(part.runs.astype(float).sum()) for part in parts)  # as floats: a hostile sum must not wrap
        if total != self.header.addressed and (self.header.addressed or total > _MOST_NUMBERS):
            raise FileError(
                f"{self._label}: its directories hold {total:,} tiles, its header says {self.header.addressed:,}; "
                "the file is damaged, make it again"
            )
        return _expanded(parts)

    def close(self) -> None:
        """Let go of the file; asking for a tile is an error from then on."""
        self._data.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    def __repr__(self) -> str:
        head = self.header
        return (
            f"<Archive {self.path.name}: {head.addressed} {head.tile_type} tiles, zoom {head.minzoom}-{head.maxzoom}>"
        )

    def _tile_bytes(self, offset: int, length: int, what: str) -> bytes:
        start, size = self.header.tiles
        if offset + length > size:
            raise FileError(
                f"{self._label}: {what} lies beyond the end of the tiles; the file is damaged, make it again"
            )
        try:
            return self._data[start + offset : start + offset + length]
        except ValueError as error:
            raise FileError(f"{self._label}: is closed; open it again") from error

    def _leaf(self, offset: int, length: int) -> Directory:
        leaf = self._leaves.get(offset)
        if leaf is None:  # two threads may both decode it: the same arrays, once too often
            start, size = self.header.leaves
            if offset + length > size:
                raise FileError(
                    f"{self._label}: a leaf directory lies beyond their end; the file is damaged, make it again"
                )
            leaf = self._leaves[offset] = self._directory(start + offset, length)
        return leaf

    def _directory(self, offset: int, length: int) -> Directory:
        stored = self._data[offset : offset + length]
        plain = self._unpacked(stored, self.header.internal_compression, _MOST_DIRECTORY, "directory")
        return Directory.from_bytes(plain, self._label)

    def _read_metadata(self) -> dict[str, Any]:
        offset, length = self.header.metadata
        stored = self._data[offset : offset + length]
        plain = self._unpacked(stored, self.header.internal_compression, _MOST_TILE, "metadata")
        try:
            found = json.loads(plain or b"{}")
        except (ValueError, RecursionError) as error:
            raise FileError(f"{self._label}: its metadata is no JSON ({error}); make the file again") from error
        if not isinstance(found, dict):
            raise FileError(f"{self._label}: its metadata is a {type(found).__name__}; wanted a JSON object")
        return found

    def _unpacked(self, stored: bytes, compression: str, limit: int, what: str) -> bytes:
        if compression == "none" or not stored:
            return stored
        if compression != "gzip":
            raise FileError(f"{self._label}: {what} compressed by {compression!r} cannot be read; wanted gzip or none")
        return gunzip(stored, limit, f"{self._label}: {what}")

    def _check_sections(self) -> None:
        head = self.header
        for name, (offset, length) in zip(
            ("root directory", "metadata", "leaf directories", "tiles"),
            (head.root, head.metadata, head.leaves, head.tiles),
            strict=True,
        ):
            if offset + length > len(self._data):
                raise FileError(
                    f"{self._label}: {name} should end at byte {offset + length:,}, the file has {len(self._data):,}; "
                    "it was cut off, fetch or make it again"
                )

    def _entries(self, directory: Directory, depth: int) -> list[Directory]:
        if not depth:
            raise FileError(f"{self._label}: leaf directories lie too deep; the file is damaged, make it again")
        found = [directory[slice(0, None)]] if directory.runs.all() else []
        for at in np.flatnonzero(directory.runs == 0).tolist():  # a leaf holds thousands of entries
            found += self._entries(self._leaf(directory.offsets.data[at], directory.lengths.data[at]), depth - 1)
        return found


def _expanded(parts: list[Directory]) -> IndexArray:
    if not parts:
        return np.zeros(0, np.int64)
    ids, runs = (np.concatenate([getattr(part, name) for part in parts]) for name in ("ids", "runs"))
    within = np.arange(int(runs.sum())) - np.repeat(np.cumsum(runs) - runs, runs)
    return np.repeat(ids, runs) + within


def _mapped(path: Path) -> mmap.mmap:
    try:
        with path.open("rb") as file:
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except FileNotFoundError:
        raise FileError(f"{path}: there is no such file; check the path") from None
    except OSError as error:
        raise FileError(f"{path}: cannot be read ({error.strerror})") from error
    except ValueError as error:
        raise FileError(f"{path}: is empty; make it again") from error
