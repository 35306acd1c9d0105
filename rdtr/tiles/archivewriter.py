"""Writing a PMTiles archive: ordered, each content once, whole or not at all. Makes no tiles."""

from __future__ import annotations

import json
import tempfile
from array import array
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import IO, Any, Literal, TypeAlias

import numpy as np

from rdtr.atomic import new_file
from rdtr.errors import TileError
from rdtr.tiles.directory import Directory
from rdtr.tiles.gzips import gzipped
from rdtr.tiles.hilbert import MAX_ZOOM, tile_ids, tile_places
from rdtr.tiles.pmheader import HEADER_BYTES, Header, TileType
from rdtr.types import IndexArray, PathLike

__all__ = ["ArchiveStats", "Tile", "write_archive"]

Tile: TypeAlias = tuple[int, int, int, bytes]

_ROOT_MOST = 16_384 - HEADER_BYTES  # bytes: a client reads header and root in one request (specification, section 4)
_LEAF_ENTRIES = 4096  # of the first try; larger leaves until the root fits
_COPY = 1 << 22  # bytes moved at once


@dataclass(frozen=True, slots=True)
class ArchiveStats:
    """What was written.

    Attributes
    ----------
    tiles
        Tiles that can be asked for.
    entries
        Directory entries: runs of equal neighbours count once.
    contents
        Different tiles.
    empty
        Tiles of no bytes, which were left out.
    leaves
        Leaf directories.
    size_bytes
        Of the file.
    """

    tiles: int
    entries: int
    contents: int
    empty: int
    leaves: int
    size_bytes: int


def write_archive(
    path: PathLike,
    tiles: Iterable[Tile] | Callable[[], Iterable[Tile]],
    *,
    metadata: Mapping[str, Any],
    bounds: tuple[float, float, float, float],
    center: tuple[float, float, int],
    minzoom: int,
    maxzoom: int,
    tile_type: TileType = "mvt",
    compression: Literal["gzip", "none"] | None = None,
    given: Literal["plain", "compressed"] = "plain",
) -> ArchiveStats:
    """Write tiles, in whatever order they come, as a PMTiles archive of version 3.

    Tiles go to a temporary file as they come; memory holds 60 bytes a tile and 150 a different one. The same tiles
    give the same file, whatever their order.

    Parameters
    ----------
    path
        The file to make or to replace; its folder exists.
    tiles
        (z, x, y, bytes), or what returns them. A tile of no bytes is left out.
    metadata
        JSON object; for ``mvt`` it says ``vector_layers``.
    bounds
        West, south, east, north in degrees.
    center
        Longitude, latitude, zoom at which a map opens.
    minzoom, maxzoom
        Zoom levels that the archive stands for.
    tile_type
        What the tiles are.
    compression
        Of the tiles; None: gzip for ``mvt``, none for pictures, which are compressed already.
    given
        ``compressed``: the tiles come as they are to be stored, by workers that packed them with `gzips.gzipped`.

    Returns
    -------
    ArchiveStats

    Raises
    ------
    TileError
        If a tile lies outside the grid or the zoom levels, comes twice with different bytes, or there is none at all;
        if bounds, center or metadata are impossible.
    FileError
        If the file cannot be written.
    """
    stored_as = compression or ("gzip" if tile_type == "mvt" else "none")
    about = _metadata(metadata, tile_type)
    _check(bounds, center, minzoom, maxzoom)
    with (
        new_file(Path(path)) as place,
        place.open("wb") as file,
        tempfile.TemporaryFile(dir=Path(path).parent) as spool,
    ):
        pack = gzipped if stored_as == "gzip" and given == "plain" else bytes
        pile = _Pile(spool, pack)
        for tile in tiles() if callable(tiles) else tiles:
            pile.add(*tile)
        ids, contents = pile.ordered(minzoom, maxzoom)
        entries, order = _entries(ids, contents, pile)
        root, leaves, count = _directories(entries)
        head = Header(
            root=(HEADER_BYTES, len(root)),
            metadata=(HEADER_BYTES + len(root), len(about)),
            leaves=(HEADER_BYTES + len(root) + len(about), len(leaves)),
            tiles=(HEADER_BYTES + len(root) + len(about) + len(leaves), pile.size),
            addressed=len(ids),
            entries=len(entries),
            contents=len(order),
            clustered=True,
            internal_compression="gzip",
            compression=stored_as,
            tile_type=tile_type,
            minzoom=minzoom,
            maxzoom=maxzoom,
            bounds=bounds,
            center=center,
        )
        file.write(b"".join((head.to_bytes(), root, about, leaves)))
        pile.copy(order, file)
        size = file.tell()
    return ArchiveStats(len(ids), len(entries), len(order), pile.empty, count, size)


@dataclass(eq=False, slots=True)
class _Pile:
    """Tiles as they came: addresses in arrays, contents once each in a temporary file."""

    spool: IO[bytes]
    pack: Callable[[bytes], bytes]
    size: int = 0
    empty: int = 0
    z: array[int] = field(default_factory=lambda: array("q"))
    x: array[int] = field(default_factory=lambda: array("q"))
    y: array[int] = field(default_factory=lambda: array("q"))
    content: array[int] = field(default_factory=lambda: array("q"))
    lengths: array[int] = field(default_factory=lambda: array("q"))
    known: dict[bytes, int] = field(default_factory=dict)

    def add(self, z: int, x: int, y: int, data: bytes) -> None:
        if not data:
            self.empty += 1
            return
        digest = blake2b(data, digest_size=16).digest()
        at = self.known.get(digest)
        if at is None:
            packed = self.pack(data)
            at = self.known[digest] = len(self.lengths)
            self.lengths.append(len(packed))
            self.size += len(packed)
            self.spool.write(packed)
        try:
            for column, value in ((self.z, z), (self.x, x), (self.y, y), (self.content, at)):
                column.append(value)
        except (TypeError, OverflowError) as error:
            raise TileError(f"tile {z!r}/{x!r}/{y!r}: z, x and y are whole numbers ({error})") from error

    def ordered(self, minzoom: int, maxzoom: int) -> tuple[IndexArray, IndexArray]:
        """Return tile numbers, ascending, and the content of each."""
        z, x, y, content = (np.frombuffer(column, np.int64) for column in (self.z, self.x, self.y, self.content))
        if not len(z):
            raise TileError("there is no tile to write; widen the zoom levels or check that the plan has zones")
        ids = tile_ids(z, x, y)
        if z.min() < minzoom or z.max() > maxzoom:
            raise TileError(
                f"tiles of zoom {z.min()} to {z.max()} were given; the archive stands for {minzoom} to {maxzoom}"
            )
        order = np.argsort(ids, kind="stable")
        ids, content = ids[order], content[order]
        again = np.flatnonzero(ids[1:] == ids[:-1])
        if (differ := again[content[again] != content[again + 1]]).size:
            place = "/".join(str(int(part[0])) for part in tile_places(ids[differ[:1]]))
            raise TileError(f"tile {place} was given twice with different bytes; give each tile once")
        keep = np.ones(len(ids), bool)
        keep[again + 1] = False
        return ids[keep], content[keep]

    def copy(self, order: IndexArray, target: IO[bytes]) -> None:
        """Append the contents in the order given; neighbours in the temporary file move together."""
        lengths = np.frombuffer(self.lengths, np.int64)
        starts = np.cumsum(lengths) - lengths
        breaks = np.flatnonzero(np.diff(order) != 1) + 1
        for run in np.split(order, breaks):
            start, stop = int(starts[run[0]]), int(starts[run[-1]] + lengths[run[-1]])
            for at in range(start, stop, _COPY):
                self.spool.seek(at)
                target.write(self.spool.read(min(_COPY, stop - at)))


def _entries(ids: IndexArray, contents: IndexArray, pile: _Pile) -> tuple[Directory, IndexArray]:
    """Join equal neighbours to runs; give each content its place, in the order of first use."""
    begins = np.ones(len(ids), bool)
    begins[1:] = (np.diff(ids) != 1) | (np.diff(contents) != 0)
    heads = np.flatnonzero(begins)
    _, first = np.unique(contents, return_index=True)
    order = contents[np.sort(first)]
    lengths = np.frombuffer(pile.lengths, np.int64)
    offsets = np.zeros(len(lengths), np.int64)
    offsets[order] = np.cumsum(lengths[order]) - lengths[order]
    of = contents[heads]
    return Directory(ids[heads], np.diff(heads, append=len(ids)), lengths[of], offsets[of]), order


def _directories(entries: Directory) -> tuple[bytes, bytes, int]:
    """Return root, leaves and how many leaves: none while the root alone is small enough."""
    root = gzipped(entries.to_bytes())
    if len(root) <= _ROOT_MOST:
        return root, b"", 0
    size = _LEAF_ENTRIES
    while True:
        starts = np.arange(0, len(entries), size)
        leaves = [gzipped(entries[slice(at, at + size)].to_bytes()) for at in starts.tolist()]
        lengths = np.array([len(leaf) for leaf in leaves])
        pointers = Directory(entries.ids[starts], np.zeros_like(starts), lengths, np.cumsum(lengths) - lengths)
        root = gzipped(pointers.to_bytes())
        if len(root) <= _ROOT_MOST:
            return root, b"".join(leaves), len(leaves)
        size *= 2


def _metadata(metadata: Mapping[str, Any], tile_type: TileType) -> bytes:
    if tile_type == "mvt" and "vector_layers" not in metadata:
        raise TileError("metadata lacks 'vector_layers', without which maps cannot use vector tiles; name the layers")
    try:
        return gzipped(json.dumps(dict(metadata), ensure_ascii=False, allow_nan=False).encode())
    except (TypeError, ValueError) as error:
        raise TileError(f"metadata cannot be written as JSON ({error})") from error


def _check(
    bounds: tuple[float, float, float, float], center: tuple[float, float, int], minzoom: int, maxzoom: int
) -> None:
    west, south, east, north = bounds
    lon, lat, zoom = center
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise TileError(f"bounds {bounds} are no place on earth; wanted west, south, east, north in degrees")
    if not (-180 <= lon <= 180 and -90 <= lat <= 90 and 0 <= zoom <= MAX_ZOOM):
        raise TileError(f"center {center} is no place on earth; wanted longitude, latitude, zoom")
    if not 0 <= minzoom <= maxzoom <= MAX_ZOOM:
        raise TileError(
            f"zoom levels {minzoom} to {maxzoom} are not possible; wanted 0 <= minzoom <= maxzoom <= {MAX_ZOOM}"
        )
